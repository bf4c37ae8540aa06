#include "checker/detect/wait_for.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace heddle::detect {
namespace {

using kernel::ThreadId;

struct Graph final : WaitGraph {
  std::map<ThreadId, std::vector<ThreadId>> edges;
  std::set<ThreadId> ended;

  std::uint32_t needed_by(ThreadId thread, ThreadId* out, std::uint32_t room) const override {
    const auto found = edges.find(thread);
    if (found == edges.end()) return 0;
    std::uint32_t count = 0;
    for (const ThreadId needed : found->second) {
      if (count < room) out[count++] = needed;
    }
    return count;
  }
  bool has_ended(ThreadId thread) const override { return ended.contains(thread); }
};

std::vector<ThreadId> chain_from(const Graph& graph, ThreadId start) {
  WaitChain chain;
  if (!find_stuck_chain(graph, start, chain)) return {};
  return {chain.threads, chain.threads + chain.length};
}

TEST(WaitFor, NobodyWaits) { EXPECT_TRUE(chain_from({}, 0).empty()); }

TEST(WaitFor, AChainThatEndsAtARunningThreadIsNotStuck) {
  Graph graph;
  graph.edges = {{0, {1}}, {1, {2}}};
  EXPECT_TRUE(chain_from(graph, 0).empty());
}

TEST(WaitFor, Cycle) {
  Graph graph;
  graph.edges = {{1, {2}}, {2, {3}}, {3, {1}}};
  EXPECT_EQ(chain_from(graph, 1), (std::vector<ThreadId>{1, 2, 3}));
}

TEST(WaitFor, ASelfWaitIsACycle) {
  Graph graph;
  graph.edges = {{4, {4}}};
  EXPECT_EQ(chain_from(graph, 4), (std::vector<ThreadId>{4}));
}

// Whoever closes a cycle is in it: a cycle further down was reported when it closed.
TEST(WaitFor, ACycleThatDoesNotContainTheStartIsNotItsOwn) {
  Graph graph;
  graph.edges = {{0, {1}}, {1, {2}}, {2, {1}}};
  EXPECT_TRUE(chain_from(graph, 0).empty());
}

TEST(WaitFor, OneOfSeveralReadersSuffices) {
  Graph graph;
  graph.edges = {{0, {1, 2, 3}}, {3, {0}}};
  EXPECT_EQ(chain_from(graph, 0), (std::vector<ThreadId>{0, 3}));
}

TEST(WaitFor, AThreadThatEndedNeverGivesBack) {
  Graph graph;
  graph.edges = {{0, {1}}, {1, {2}}};
  graph.ended = {2};
  WaitChain chain;
  ASSERT_TRUE(find_stuck_chain(graph, 0, chain));
  EXPECT_FALSE(chain.closed);
  EXPECT_EQ(chain.length, 3U);
}

TEST(WaitFor, ThreadsThatWaitForTheCycleAreStuckToo) {
  Graph graph;
  graph.edges = {{0, {1}}, {1, {2}}, {2, {1}}};
  graph.ended = {3};
  WaitChain chain;
  ASSERT_TRUE(find_stuck_chain(graph, 1, chain));
  EXPECT_TRUE(all_are_stuck(graph, chain, 4));
  EXPECT_FALSE(all_are_stuck(graph, chain, 5));
}

TEST(WaitFor, ALongerChainThanIsLookedForIsLeftAlone) {
  Graph graph;
  for (ThreadId i = 0; i < 200; ++i) graph.edges[i] = {(i + 1) % 200};
  EXPECT_TRUE(chain_from(graph, 0).empty());
}

}  // namespace
}  // namespace heddle::detect
