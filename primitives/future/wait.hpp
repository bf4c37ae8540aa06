// Waiting for several futures at once: Python's concurrent.futures.wait and as_completed.
//
// Every future that is not done gets a callback that writes into a log the waiting thread reads. A completion
// that races with the registration is logged by the registering thread itself. Differs from Python, where a
// cancelled future counts as done only once its producer has been told: here it is done at once, as for
// get().
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/future/future.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

enum class return_when : std::uint8_t {
  all_completed,
  first_completed,
  first_exception,  // a producer threw; a cancelled future does not count
};

// Every future of the call is in exactly one of the two, in the order it was given, once.
template <class Future>
struct wait_result {
  std::vector<Future> done;
  std::vector<Future> not_done;
};

namespace core {

template <class Range>
using future_in = std::remove_cvref_t<decltype(*std::begin(std::declval<const Range&>()))>;

template <class Future>
struct kind_of;
template <class T, class Sys>
struct kind_of<basic_future<T, Sys>> {
  using type = Sys;
};

// Which futures are done, in the order of their completion, for one thread that waits.
template <class Sys>
class completion_log {
 public:
  explicit completion_log(std::size_t futures) { order_.reserve(futures); }

  // `enough`: the thread has not to wait for more.
  void add(std::size_t future, bool enough) noexcept {
    guard_.acquire();
    order_.push_back(future);
    enough_ = enough_ || enough;
    typename wait_list<Sys>::chosen reader =
        enough_ || order_.size() >= wanted_ ? reader_.take_all() : typename wait_list<Sys>::chosen();
    guard_.release();
    reader.answer();
  }

  // Blocks until `count` entries are there, or one that is enough, or `deadline`. Returns how many are there.
  std::size_t wait(std::size_t count, sys::nanoseconds deadline) {
    const hold<Sys> held(guard_);
    wanted_ = count;
    while (!enough_ && order_.size() < count)
      if (wait_in(reader_, guard_, deadline) == wait_end::left) break;
    return order_.size();
  }

  std::size_t at(std::size_t index) const {
    const hold<Sys> held(guard_);
    return order_[index];
  }

 private:
  mutable lock<Sys> guard_;
  std::size_t wanted_ = 0;
  bool enough_ = false;
  std::vector<std::size_t> order_;
  wait_list<Sys> reader_;
};

// Different futures of a range, each registered in a log, and removed from their futures at the end.
template <class Future>
class watched {
 public:
  using kind = typename kind_of<Future>::type;

  template <class Range>
  watched(const Range& futures, return_when when) {
    std::set<const void*> seen;
    for (const Future& future : futures)
      if (seen.insert(future.id()).second) futures_.push_back(future);
    log_ = std::make_shared<completion_log<kind>>(futures_.size());
    for (std::size_t i = 0; i < futures_.size(); ++i) {
      futures_[i].add_done_callback(
          [log = log_, future = futures_[i], i, when] { log->add(i, ends(future, when)); }, log_.get());
    }
  }
  watched(watched&&) noexcept = default;
  watched& operator=(watched&&) = delete;
  ~watched() {
    if (log_ == nullptr) return;
    for (const Future& future : futures_) future.remove_done_callbacks(log_.get());
  }

  const std::vector<Future>& futures() const noexcept { return futures_; }
  completion_log<kind>& log() const noexcept { return *log_; }

 private:
  static bool ends(const Future& future, return_when when) {
    if (when == return_when::first_completed) return true;
    return when == return_when::first_exception && !future.is_cancelled() && future.exception() != nullptr;
  }

  std::vector<Future> futures_;
  std::shared_ptr<completion_log<kind>> log_;
};

template <class Range>
wait_result<future_in<Range>> wait_until(const Range& futures, return_when when, sys::nanoseconds deadline) {
  const watched<future_in<Range>> all(futures, when);
  all.log().wait(all.futures().size(), deadline);
  wait_result<future_in<Range>> out;
  for (const auto& future : all.futures()) (future.is_done() ? out.done : out.not_done).push_back(future);
  return out;
}

}  // namespace core

// Blocks until the futures are done as `when` says. No future: returns at once.
template <class Range>
auto wait(const Range& futures, return_when when = return_when::all_completed)
    -> wait_result<core::future_in<Range>> {
  return core::wait_until(futures, when, sys::no_deadline);
}
// The same for at most `duration`; never throws because it is over.
template <class Range, class Rep, class Period>
auto wait_for(const Range& futures, std::chrono::duration<Rep, Period> duration,
              return_when when = return_when::all_completed) -> wait_result<core::future_in<Range>> {
  using kind = typename core::kind_of<core::future_in<Range>>::type;
  return core::wait_until(futures, when, deadline_after<kind>(duration));
}

// The futures of a range in the order in which they become done, each once. One thread reads.
//   for (const auto& future : heddle::as_completed(futures)) …
template <class Future>
class completions {
  using kind = typename core::kind_of<Future>::type;

 public:
  template <class Range>
  completions(const Range& futures, sys::nanoseconds deadline)
      : all_(futures, return_when::all_completed), deadline_(deadline) {}

  // Blocks until another future is done; nothing after the last. Throws timeout_error when the time is over.
  std::optional<Future> next() {
    if (read_ == all_.futures().size()) return std::nullopt;
    if (all_.log().wait(read_ + 1, deadline_) <= read_)
      throw timeout_error("as_completed: futures that are not done in time");
    return all_.futures()[all_.log().at(read_++)];
  }

  class iterator {
   public:
    using value_type = Future;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    explicit iterator(completions& from) : from_(&from), now_(from.next()) {}
    const Future& operator*() const noexcept { return *now_; }
    iterator& operator++() {
      now_ = from_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept { return !a.now_; }

   private:
    completions* from_;
    std::optional<Future> now_;
  };
  iterator begin() { return iterator(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  core::watched<Future> all_;
  sys::nanoseconds deadline_;
  std::size_t read_ = 0;
};

template <class Range>
auto as_completed(const Range& futures) {
  return completions<core::future_in<Range>>(futures, sys::no_deadline);
}
// `duration` counts from the call, for all of them.
template <class Range, class Rep, class Period>
auto as_completed(const Range& futures, std::chrono::duration<Rep, Period> duration) {
  using future = core::future_in<Range>;
  return completions<future>(futures, deadline_after<typename core::kind_of<future>::type>(duration));
}

}  // namespace heddle
