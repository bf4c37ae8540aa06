#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

#include "primitives/sys/sys.hpp"

// Defined in programs linked with the checker only.
extern "C" [[gnu::weak]] void heddle_runtime_assume(int condition);

namespace heddle::sys {
namespace {

static_assert(sizeof(pthread_t) == sizeof(threads::thread_handle));
static_assert(sizeof(threads::futex_word) == 4);

constexpr nanoseconds second = 1'000'000'000;
constexpr std::size_t name_bytes_max = 16;  // with the terminator

timespec to_timespec(nanoseconds t) { return {.tv_sec = t / second, .tv_nsec = t % second}; }

nanoseconds read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * second + now.tv_nsec;
}

int with_sharing(int operation, sharing who) {
  return who == sharing::in_process ? operation | FUTEX_PRIVATE_FLAG : operation;
}

bool to_cpu_set(std::span<const unsigned> processors, cpu_set_t& out) {
  CPU_ZERO(&out);
  for (const unsigned processor : processors) {
    if (processor >= CPU_SETSIZE) return false;
    CPU_SET(processor, &out);
  }
  return true;
}

void cut_name(const char* name, char (&out)[name_bytes_max]) {
  std::strncpy(out, name, name_bytes_max - 1);
  out[name_bytes_max - 1] = '\0';
}

struct attributes_guard {
  pthread_attr_t value;
  attributes_guard() { pthread_attr_init(&value); }
  ~attributes_guard() { pthread_attr_destroy(&value); }
  attributes_guard(const attributes_guard&) = delete;
  attributes_guard& operator=(const attributes_guard&) = delete;
};

// glibc takes the thread-local variables out of the stack: ThreadSanitizer's alone are most of a megabyte.
// What they need, which only a function nobody declares tells (JVMs and Rust's library ask it too).
std::size_t thread_local_bytes(const pthread_attr_t& attributes) {
  using function = std::size_t (*)(const pthread_attr_t*);
  static const auto stack_min = reinterpret_cast<function>(dlsym(RTLD_DEFAULT, "__pthread_get_minstack"));
  const std::size_t bytes = stack_min != nullptr ? stack_min(&attributes) : 0;
  return bytes > static_cast<std::size_t>(PTHREAD_STACK_MIN)
             ? bytes - static_cast<std::size_t>(PTHREAD_STACK_MIN)
             : 0;
}

}  // namespace

// A few microseconds: what falling asleep and waking costs.
int threads::spin_rounds_max = heddle_runtime_assume == nullptr && processor_count() > 1 ? 25 : 0;

// The BITSET forms: their timeout is absolute, so that retries do not extend it.
futex_result threads::futex_wait(const futex_word& word, std::uint32_t expected, nanoseconds deadline,
                                 futex_groups groups, sharing who) noexcept {
  timespec until{};
  if (deadline != no_deadline) until = to_timespec(deadline > 0 ? deadline : 0);
  const long result = syscall(SYS_futex, &word, with_sharing(FUTEX_WAIT_BITSET, who), expected,
                              deadline == no_deadline ? nullptr : &until, nullptr, groups);
  if (result == 0) return futex_result::woken;
  if (errno == ETIMEDOUT) return futex_result::timed_out;
  return errno == EAGAIN ? futex_result::changed : futex_result::woken;
}

std::int32_t threads::futex_wake(const futex_word& word, std::int32_t count, futex_groups groups,
                                 sharing who) noexcept {
  const long woken =
      syscall(SYS_futex, &word, with_sharing(FUTEX_WAKE_BITSET, who), count, nullptr, nullptr, groups);
  return woken > 0 ? static_cast<std::int32_t>(woken) : 0;
}

int threads::thread_create(thread_handle& out, thread_entry entry, void* argument,
                           const thread_attributes& attributes) noexcept {
  attributes_guard system;
  if (attributes.stack_bytes != 0) {
    if (attributes.stack_bytes < stack_bytes_min()) return EINVAL;
    const std::size_t bytes = attributes.stack_bytes + thread_local_bytes(system.value);
    if (const int error = pthread_attr_setstacksize(&system.value, bytes); error != 0) return error;
  }
  if (!attributes.processors.empty()) {
    cpu_set_t set;
    if (!to_cpu_set(attributes.processors, set)) return EINVAL;
    if (const int error = pthread_attr_setaffinity_np(&system.value, sizeof set, &set); error != 0)
      return error;
  }
  if (attributes.detached) pthread_attr_setdetachstate(&system.value, PTHREAD_CREATE_DETACHED);
  pthread_t thread{};
  const int error = pthread_create(&thread, &system.value, entry, argument);
  if (error != 0) return error;
  out = static_cast<thread_handle>(thread);
  if (attributes.name != nullptr && !attributes.detached) {
    char name[name_bytes_max];
    cut_name(attributes.name, name);
    pthread_setname_np(thread, name);
  }
  return 0;
}

void* threads::thread_join(thread_handle thread) noexcept {
  void* result = nullptr;
  pthread_join(static_cast<pthread_t>(thread), &result);
  return result;
}

void threads::thread_detach(thread_handle thread) noexcept { pthread_detach(static_cast<pthread_t>(thread)); }

threads::thread_id threads::first_self() noexcept {
  own_id = static_cast<thread_id>(syscall(SYS_gettid));
  return own_id;
}

void threads::set_name(const char* name) noexcept {
  char cut[name_bytes_max];
  cut_name(name, cut);
  pthread_setname_np(pthread_self(), cut);
}

int threads::set_processors(std::span<const unsigned> processors) noexcept {
  cpu_set_t set;
  if (!to_cpu_set(processors, set)) return EINVAL;
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

std::size_t threads::stack_bytes_min() noexcept {
  const long bytes = sysconf(_SC_THREAD_STACK_MIN);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : static_cast<std::size_t>(PTHREAD_STACK_MIN);
}

unsigned threads::processor_count() noexcept {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int count = CPU_COUNT(&set);
  return count > 0 ? static_cast<unsigned>(count) : 1;
}

void threads::yield() noexcept { sched_yield(); }

void threads::sleep_until(nanoseconds deadline) noexcept {
  const timespec until = to_timespec(deadline > 0 ? deadline : 0);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

nanoseconds threads::now() noexcept { return read_clock(CLOCK_MONOTONIC); }

nanoseconds threads::wall_now() noexcept { return read_clock(CLOCK_REALTIME); }

std::uint64_t threads::random() noexcept {
  std::uint64_t bits = 0;
  // 8 bytes are never cut short once the kernel's pool is ready.
  while (getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
  }
  return bits;
}

}  // namespace heddle::sys
