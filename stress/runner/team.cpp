#include "stress/runner/team.hpp"

#include <heddle/check.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "stress/runner/noise.hpp"
#include "stress/runner/options.hpp"
#include "stress/runner/real.hpp"
#include "stress/runner/threads.hpp"

extern "C" __attribute__((weak)) decltype(pthread_create) __interceptor_pthread_create;

namespace heddle::stress {
namespace {

constexpr unsigned team_max = 64;
// Looks before a waiting thread goes to sleep: some ten microseconds, if the one it waits for can be running.
constexpr unsigned looks_max = 10'000;

struct alignas(64) Member {
  pthread_t thread;
  Thread* place;
  std::uint32_t given = 0;  // number of the last meeting it is called to
  std::uint32_t done = 0;   // number of the last meeting it has finished
  void (*function)(void*) = nullptr;
  void* argument = nullptr;
  std::uint32_t placed = 0;  // the placement it has taken
};

Member members[team_max];
unsigned team_size = 0;
std::uint32_t meeting = 0;
alignas(64) std::uint32_t arrived = 0;
std::uint32_t expected = 0;
bool in_meeting = false;
bool anew = false;
std::uint32_t caller_placed = 0;

Placement placement = Placement::spread;
std::uint64_t placement_turn = 0;
std::uint32_t placement_number = 1;

alignas(64) std::uint32_t sleepers = 0;

// Until done(*word) holds.
template <class Done>
void wait_for(const std::uint32_t& word, Done done) {
  const unsigned looks = placement == Placement::together ? 1 : looks_max;
  for (unsigned i = 0; i < looks; ++i) {
    if (done(__atomic_load_n(&word, __ATOMIC_ACQUIRE))) return;
  }
  __atomic_fetch_add(&sleepers, 1, __ATOMIC_SEQ_CST);
  for (;;) {
    const std::uint32_t seen = __atomic_load_n(&word, __ATOMIC_SEQ_CST);
    if (done(seen)) break;
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
  }
  __atomic_fetch_sub(&sleepers, 1, __ATOMIC_SEQ_CST);
}

// Whoever waits for `word`, which the caller has just changed by a sequentially consistent operation.
void wake(const std::uint32_t& word) {
  if (__atomic_load_n(&sleepers, __ATOMIC_SEQ_CST) != 0)
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, team_max, nullptr, nullptr, 0);
}

void set(std::uint32_t& word, std::uint32_t value) {
  __atomic_store_n(&word, value, __ATOMIC_SEQ_CST);
  wake(word);
}

// All of a meeting begin at once.
void meet() {
  __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
  wake(arrived);
  wait_for(arrived, [](std::uint32_t n) { return n >= expected; });
}

constexpr std::size_t line_bytes = 64;
constexpr std::size_t pressure_bytes = std::size_t{1}
                                       << 18U;  // more than the first cache, a part of the second
constexpr std::size_t last_stores = 8;          // are still on their way when the function begins

bool pressure = false;
char other_memory[2][pressure_bytes];

void press(unsigned index) {
  char* const memory = other_memory[index % 2];
  for (std::size_t at = 0; at < pressure_bytes; at += line_bytes)
    __atomic_store_n(memory + at, static_cast<char>(at), __ATOMIC_RELAXED);
}
void press_again(unsigned index) {
  char* const memory = other_memory[(index + 1) % 2];  // lines of another processor, if there are two
  for (std::size_t i = 0; i < last_stores; ++i)
    __atomic_store_n(memory + (meeting * last_stores + i) * line_bytes % pressure_bytes, char{1},
                     __ATOMIC_RELAXED);
}

// The threads of a meeting begin, each as disturbed as it shall be.
void begin_together(unsigned index) {
  if (pressure) press(index);
  meet();
  disturb();
  if (pressure) press_again(index);
}

void take_place(unsigned index) {
  const auto processors = static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned p = 0; p < processors && p < CPU_SETSIZE; ++p) {
    const bool wanted =
        placement == Placement::free ||
        p == (placement == Placement::together ? placement_turn : placement_turn + index) % processors;
    if (wanted) CPU_SET(p, &set);
  }
  sched_setaffinity(0, sizeof set, &set);  // where it is forbidden, threads are not pinned
}

void* serve(void* argument) {
  auto& me = *static_cast<Member*>(argument);
  const auto index = static_cast<unsigned>(&me - members);
  enter(me.place);
  std::uint32_t served = 0;
  for (;;) {
    wait_for(me.given, [served](std::uint32_t n) { return n != served; });
    served = me.given;
    if (&__tsan_acquire != nullptr) __tsan_acquire(&me.given);
    if (me.placed != placement_number && options().affinity) {
      me.placed = placement_number;
      take_place(index);
    }
    begin_together(index);
    me.function(me.argument);
    if (&__tsan_release != nullptr) __tsan_release(&me.done);
    set(me.done, served);
  }
}

bool grow(unsigned size) {
  using Create = decltype(&pthread_create);
  static const Create create = &__interceptor_pthread_create != nullptr
                                   ? &__interceptor_pthread_create
                                   : reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  for (; team_size < size; ++team_size) {
    Member& member = members[team_size];
    member.place = new_thread();
    if (member.place == nullptr || create(&member.thread, nullptr, serve, &member) != 0) return false;
    pthread_detach(member.thread);
    while (!__atomic_load_n(&member.place->alive, __ATOMIC_ACQUIRE)) sched_yield();
  }
  return true;
}

}  // namespace

void place_team(Placement wanted, std::uint64_t turn) {
  placement = wanted;
  placement_turn = turn;
  ++placement_number;
}

void set_pressure(bool wanted) { pressure = wanted; }
void make_threads_anew(bool wanted) { anew = wanted; }

void unpin() {
  cpu_set_t all;
  std::memset(&all, 0xff, sizeof all);
  sched_setaffinity(0, sizeof all, &all);
  caller_placed = 0;
}

}  // namespace heddle::stress

// Returns 0 if it ran the functions, each on a thread of its own.
extern "C" HEDDLE_PROGRAM_CALLS int heddle_runtime_together(void (*const* functions)(void*),
                                                            void* const* arguments, int count) {
  using namespace heddle::stress;
  const auto size = static_cast<unsigned>(count);
  // Within a function of another meeting, and for great numbers, threads are made as usual.
  if (in_meeting || anew || size > team_max || !grow(size)) return 1;
  in_meeting = true;
  ++meeting;
  arrived = 0;
  expected = size;
  for (unsigned i = 0; i < size; ++i) join_run(members[i].place);
  const unsigned others = size - 1;
  for (unsigned i = 0; i < others; ++i) {
    Member& member = members[i];
    member.function = functions[i];
    member.argument = arguments[i];
    if (&__tsan_release != nullptr) __tsan_release(&member.given);
    set(member.given, meeting);
  }
  // The caller would only wait, on a processor the others need: it is the last of them.
  Thread* const caller = this_thread();
  set_this_thread(members[others].place);
  if (caller_placed != placement_number && options().affinity) {
    caller_placed = placement_number;
    take_place(others);
  }
  begin_together(others);
  functions[others](arguments[others]);
  set_this_thread(caller);
  for (unsigned i = 0; i < others; ++i) {
    Member& member = members[i];
    wait_for(member.done, [](std::uint32_t n) { return n == meeting; });
    if (&__tsan_acquire != nullptr) __tsan_acquire(&member.done);
  }
  in_meeting = false;
  return 0;
}
