// Scenarios made from a list of operations: all of a size, each once up to the order of its threads; and
// random ones.
//
// The idea is Lincheck's (Koval and others, "Lincheck: A Practical Framework for Testing Concurrent Data
// Structures on JVM", CAV 2023), which draws scenarios at random and then makes the failing one smaller.
// Small ones first, and all of them, find the smallest at once and say what was covered.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <heddle/verify/scenario.hpp>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace heddle {

// How large a scenario's parts may be.
struct ScenarioBounds {
  unsigned threads = 2;  // concurrent ones
  unsigned calls_per_thread = 3;
  unsigned initial = 1;
  unsigned final = 2;
};

namespace detail {

class Generator {
 public:
  Generator(const Vocabulary& words, std::function<bool(const Scenario&)> also)
      : words_(words), also_(std::move(also)) {
    for (unsigned operation = 0; operation < words_.size(); ++operation) add_calls(operation);
  }

  // Every scenario of so many operations; `visit` answers false to stop. False if it did, or if so many were
  // looked at, with the constraints leaving out most of them, that the rest is left unmade.
  template <class Visit>
  bool all_of_size(std::size_t size, const ScenarioBounds& bounds, Visit&& visit) const {
    std::vector<std::size_t> lengths;  // initial, threads in descending order, final
    std::size_t made = 0;
    const auto counted = [&](const Scenario& scenario) {
      if (++made > looked_at_max) return false;
      return !is_new(scenario) || !is_wanted(scenario) || visit(numbered(scenario));
    };
    return for_each_shape(size, bounds, lengths, counted);
  }

  Scenario random(const ScenarioBounds& bounds, std::uint64_t& state) const {
    constexpr int attempts = 1'000;
    for (int i = 0; i < attempts; ++i) {
      Scenario made;
      fill(made.initial, below(state, bounds.initial + 1), state);
      made.threads.resize(bounds.threads < 3 ? bounds.threads : 2 + below(state, bounds.threads - 1));
      for (Scenario::Sequence& thread : made.threads)
        fill(thread, 1 + below(state, bounds.calls_per_thread), state);
      fill(made.final, below(state, bounds.final + 1), state);
      if (is_wanted(made)) return numbered(std::move(made));
    }
    return {};
  }

  // What the constraints say. Threads may be in any order.
  bool is_wanted(const Scenario& scenario) const {
    std::vector<unsigned> calls(words_.size());
    std::map<std::string, std::size_t> thread_of_role;
    std::vector<unsigned> at_first(words_.size());
    if (!is_sequence_wanted(scenario.initial, std::vector<unsigned>(words_.size()), calls, &at_first))
      return false;
    for (std::size_t t = 0; t < scenario.threads.size(); ++t) {
      if (!is_sequence_wanted(scenario.threads[t], at_first, calls, nullptr)) return false;
      for (const ScenarioCall& call : scenario.threads[t]) {
        const std::string& role = words_[call.operation]->role;
        if (!role.empty() && thread_of_role.emplace(role, t).first->second != t) return false;
      }
    }
    if (!is_sequence_wanted(scenario.final, at_first, calls, nullptr)) return false;
    for (std::size_t operation = 0; operation < words_.size(); ++operation) {
      if (calls[operation] > words_[operation]->at_most) return false;
    }
    return also_ == nullptr || also_(scenario);
  }

  // Fresh arguments get their values: 1, 2, 3, … in the order of reading.
  Scenario numbered(Scenario scenario) const {
    unsigned next = 0;
    scenario.for_each_part([&](Scenario::Sequence& calls) {
      for (ScenarioCall& call : calls) {
        for (unsigned i = 0; i < words_[call.operation]->arity(); ++i) {
          if (words_[call.operation]->choices(i) == 0) call.arguments[i] = ++next;
        }
      }
    });
    return scenario;
  }

 private:
  static constexpr std::size_t looked_at_max = 50'000;  // about a second, in instrumented code

  void add_calls(unsigned operation) {
    ScenarioCall call;
    call.operation = operation;
    const OperationInfo& word = *words_[operation];
    for (;;) {
      calls_.push_back(call);
      unsigned i = 0;
      for (; i < word.arity(); ++i) {
        if (++call.arguments[i] < word.choices(i)) break;
        call.arguments[i] = 0;
      }
      if (i == word.arity()) return;
    }
  }

  // `before`: calls by operation that came earlier elsewhere and count as this sequence's own.
  bool is_sequence_wanted(const Scenario::Sequence& sequence, const std::vector<unsigned>& before,
                          std::vector<unsigned>& calls, std::vector<unsigned>* made) const {
    std::vector<unsigned> earlier = before;
    std::vector<int> open(words_.size());
    for (const ScenarioCall& call : sequence) {
      const OperationInfo& word = *words_[call.operation];
      if (!word.after.empty() && earlier[position(word.after)] == 0) return false;
      if (!word.closes.empty() && --open[position(word.closes)] < 0) return false;
      ++open[call.operation];
      ++earlier[call.operation];
      ++calls[call.operation];
      if (made != nullptr) ++(*made)[call.operation];
    }
    for (const OperationInfo* word : words_) {
      if (!word->closes.empty() && open[position(word->closes)] != 0) return false;
    }
    return true;
  }

  std::size_t position(const std::string& name) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (words_[i]->name == name) return i;
    }
    return 0;  // heddle::verify has looked at the names
  }

  template <class Visit>
  bool for_each_shape(std::size_t left, const ScenarioBounds& bounds, std::vector<std::size_t>& lengths,
                      Visit& visit) const {
    if (lengths.size() == bounds.threads + std::size_t{1}) {
      if (left > bounds.final) return true;
      lengths.push_back(left);
      const bool more = for_each_filling(lengths, visit);
      lengths.pop_back();
      return more;
    }
    const bool initial = lengths.empty();
    // The two first threads do something; later ones need not.
    const std::size_t least = !initial && lengths.size() < 3 ? 1 : 0;
    const std::size_t most = initial               ? bounds.initial
                             : lengths.size() == 1 ? bounds.calls_per_thread
                                                   : lengths.back();
    for (std::size_t length = least; length <= std::min(most, left); ++length) {
      lengths.push_back(length);
      const bool more = for_each_shape(left - length, bounds, lengths, visit);
      lengths.pop_back();
      if (!more) return false;
    }
    return true;
  }

  template <class Visit>
  bool for_each_filling(const std::vector<std::size_t>& lengths, Visit& visit) const {
    std::size_t size = 0;
    for (const std::size_t length : lengths) size += length;
    std::vector<std::size_t> digits(size);
    for (;;) {
      Scenario made = filled(lengths, digits);
      if (is_canonical(made) && ends_in_a_result(made) && is_wanted(made) &&
          !visit(numbered(std::move(made))))
        return false;
      std::size_t at = size;
      while (at > 0 && ++digits[at - 1] == calls_.size()) digits[--at] = 0;
      if (at == 0) return true;
    }
  }

  Scenario filled(const std::vector<std::size_t>& lengths, const std::vector<std::size_t>& digits) const {
    Scenario made;
    std::size_t at = 0;
    const auto take = [&](Scenario::Sequence& part, std::size_t length) {
      for (std::size_t i = 0; i < length; ++i) part.push_back(calls_[digits[at++]]);
    };
    take(made.initial, lengths.front());
    for (std::size_t t = 1; t + 1 < lengths.size(); ++t) {
      if (lengths[t] > 0) take(made.threads.emplace_back(), lengths[t]);
    }
    take(made.final, lengths.back());
    return made;
  }

  bool is_new(const Scenario& scenario) const { return is_canonical(scenario) && ends_in_a_result(scenario); }

  // Of the scenarios that differ by the order of threads only, one.
  static bool is_canonical(const Scenario& scenario) {
    for (std::size_t t = 1; t < scenario.threads.size(); ++t) {
      if (scenario.threads[t - 1].size() == scenario.threads[t].size() &&
          scenario.threads[t] < scenario.threads[t - 1])
        return false;
    }
    return true;
  }

  // A last call that tells nothing is left to the next size, where another call follows it.
  bool ends_in_a_result(const Scenario& scenario) const {
    return scenario.final.empty() || !words_[scenario.final.back().operation]->silent;
  }

  void fill(Scenario::Sequence& part, std::size_t length, std::uint64_t& state) const {
    for (std::size_t i = 0; i < length; ++i)
      part.push_back(calls_[below(state, static_cast<unsigned>(calls_.size()))]);
  }

  // SplitMix64.
  static unsigned below(std::uint64_t& state, unsigned n) {
    std::uint64_t z = (state += 0x9e37'79b9'7f4a'7c15U);
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9U;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebU;
    return static_cast<unsigned>((z ^ (z >> 31)) % n);
  }

  const Vocabulary& words_;
  std::function<bool(const Scenario&)> also_;
  std::vector<ScenarioCall> calls_;  // every operation with every choice of arguments
};

}  // namespace detail
}  // namespace heddle
