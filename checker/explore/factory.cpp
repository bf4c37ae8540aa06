#include "checker/explore/factory.hpp"

#include <new>

#include "checker/explore/automatic_explorer.hpp"
#include "checker/explore/exhaustive/estimating_explorer.hpp"
#include "checker/explore/random/bounded.hpp"
#include "checker/explore/random/fuzzed.hpp"
#include "checker/explore/random/pct.hpp"
#include "checker/explore/random/portfolio.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/random_walk.hpp"
#include "checker/explore/random/replay.hpp"
#include "checker/explore/random/rff.hpp"
#include "checker/explore/random/surw.hpp"
#include "checker/explore/random/urw.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"

namespace heddle::explore {
namespace {

// Preemptions of the schedules the automatic search begins with.
constexpr std::uint32_t readable_bound = 2;

template <class T, class... Arguments>
T& make(Arguments&&... arguments) {
  return *new (kernel::engine_allocate(sizeof(T))) T(static_cast<Arguments&&>(arguments)...);
}

models::Model& make_model(ModelName name) {
  switch (name) {
    case ModelName::sc:
      return make<models::SequentialConsistency>();
    case ModelName::tso:
      return make<models::Tso>();
    case ModelName::rc11:
      break;
  }
  return make<models::Rc11>();
}

Strategy& make_strategy(const Options& options) {
  switch (options.strategy) {
    case Search::random_walk:
      return make<RandomWalk>(options.seed);
    case Search::pct:
      return make<Pct>(options.seed, options.pct_depth);
    case Search::pos:
      return make<Pos>(options.seed);
    case Search::surw:
      return make<Surw>(options.seed);
    case Search::urw:
      return make<Urw>(options.seed);
    case Search::rff:
      return make<Rff>(options.seed);
    case Search::bytes:
      return make<Fuzzed>(*options.source);
    case Search::bounded:
      return make<Bounded>(options.preemptions);
    default:
      return make<Portfolio>(options.seed);
  }
}

RandomOptions random_options(const Options& options, kernel::ThreadId room = RandomOptions().threads) {
  RandomOptions random;
  random.threads = room;
  random.threads_max = options.max_threads;
  random.max_events = options.max_events;
  random.max_executions = options.max_executions;
  return random;
}

ExhaustiveOptions exhaustive_options(const Options& options) {
  ExhaustiveOptions exhaustive;
  exhaustive.threads_max = options.max_threads;
  exhaustive.max_events = options.max_events;
  exhaustive.max_memory = options.max_memory << 20;
  exhaustive.max_executions = options.max_executions;
  exhaustive.early_starts = options.keep_going || !options.check_races;
  exhaustive.recall = options.recall;
  exhaustive.recall_after = options.recall_after;
  exhaustive.share = options.shard - 1;
  exhaustive.shares = options.shards;
  exhaustive.reductions = options.reductions ? options.allowed : no_reductions;
  if (!options.symmetric_threads) exhaustive.reductions.symmetry = false;
  if (!options.unread_stores) exhaustive.reductions.unread = false;
  return exhaustive;
}

EstimatingExplorer& make_exhaustive(const Options& options) {
  const ExhaustiveOptions how = exhaustive_options(options);
  return make<EstimatingExplorer>(make<ExhaustiveExplorer>(make_model(options.model), how),
                                  make<ProbingExplorer>(make_model(options.model), how, options.seed));
}

}  // namespace

RandomExplorer* make_scripted(const Options& options, Script** script, kernel::ThreadId room,
                              bool timeouts_are_choices) {
  *script = &make<Script>();
  RandomOptions random = random_options(options, room);
  random.timeouts_are_choices = timeouts_are_choices;
  RandomExplorer& explorer = make<RandomExplorer>(make_model(options.model), **script, random);
  explorer.record_steps();
  return &explorer;
}

RandomExplorer* make_continued(const Options& options, Continuation** continuation, kernel::ThreadId room,
                               bool timeouts_are_choices) {
  *continuation = &make<Continuation>(options.seed);
  RandomOptions random = random_options(options, room);
  random.timeouts_are_choices = timeouts_are_choices;
  RandomExplorer& explorer = make<RandomExplorer>(make_model(options.model), **continuation, random);
  explorer.record_steps();
  return &explorer;
}

RandomExplorer* make_replay(const Options& options, const Schedule& schedule, kernel::ThreadId room) {
  Replay& replay = make<Replay>();
  replay.follow(schedule);
  RandomOptions random = random_options(options, room);
  random.timeouts_are_choices = schedule.timeouts_are_choices;
  return &make<RandomExplorer>(make_model(options.model), replay, random);
}

Explorer* make_explorer(const Options& options, const TimeLimit& time) {
  if (options.run == Run::replay) {
    Schedule schedule;
    if (!decode_schedule(options.token, schedule)) return nullptr;
    return make_replay(options, schedule, options.max_threads);
  }
  if (options.strategy == Search::exhaustive) {
    return &make_exhaustive(options);
  }
  RandomExplorer& random =
      make<RandomExplorer>(make_model(options.model), make_strategy(options), random_options(options));
  // The exhaustive search orders only what synchronises: where plain accesses count as well it proves
  // nothing.
  if (options.strategy != Search::automatic || options.plain_points) return &random;
  RandomExplorer& bounded =
      make<RandomExplorer>(make_model(options.model), make<Bounded>(readable_bound), random_options(options));
  return &make<AutomaticExplorer>(bounded, random, make_exhaustive(options), time);
}

}  // namespace heddle::explore
