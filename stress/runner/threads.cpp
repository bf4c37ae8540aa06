#include "stress/runner/threads.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "stress/runner/noise.hpp"
#include "stress/runner/options.hpp"

namespace heddle::stress {
namespace {

constexpr std::uint32_t nowhere = threads_max;

Thread threads[threads_max];
bool taken[threads_max];           // under `lock`
std::uint32_t order[threads_max];  // places of this run's threads, by id; under `lock`
std::uint32_t created = 0;         // in this run; under `lock`
std::uint64_t created_ever = 0;    // under `lock`
char lock = 0;
__thread Thread* self = nullptr;

class Locked {
 public:
  Locked() {
    while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) {
    }
  }
  ~Locked() { __atomic_clear(&lock, __ATOMIC_RELEASE); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
};

void number(Thread& thread, std::uint32_t place) {
  thread.id = created < threads_max ? created : threads_max - 1;
  order[thread.id] = place;
  ++created;
}

}  // namespace

Thread* this_thread() { return self; }
void set_this_thread(Thread* thread) { self = thread; }

Thread* new_thread() {
  const Locked locked;
  for (std::uint32_t i = 0; i < threads_max; ++i) {
    if (taken[i]) continue;
    taken[i] = true;
    Thread& thread = threads[i];
    thread.call = nullptr;
    thread.observed = 0;
    thread.starting = true;
    thread.process_id = ++created_ever;
    number(thread, i);
    return &thread;
  }
  return nullptr;
}

void enter(Thread* thread) {
  self = thread;
  if (thread == nullptr) return;
  seed_thread(options().seed ^ thread->process_id << 20U);
  thread->kernel_id = static_cast<int>(syscall(SYS_gettid));
  __atomic_store_n(&thread->alive, true, __ATOMIC_RELEASE);
  thread->starting = false;
}

void leave(Thread* thread) {
  self = nullptr;
  if (thread == nullptr) return;
  const Locked locked;
  thread->alive = false;
  if (thread->observed != 0) return;  // its place is kept to the end of the run
  const auto place = static_cast<std::uint32_t>(thread - threads);
  taken[place] = false;
  if (order[thread->id] == place) order[thread->id] = nowhere;
}

void join_run(Thread* thread) {
  const Locked locked;
  number(*thread, static_cast<std::uint32_t>(thread - threads));
}

void begin_run() {
  const Locked locked;
  for (std::uint32_t id = 0; id < created && id < threads_max; ++id) {
    if (order[id] == nowhere) continue;
    Thread& thread = threads[order[id]];
    thread.observed = 0;
    if (!thread.alive && !thread.starting) taken[order[id]] = false;
  }
  created = 0;
  if (self != nullptr) number(*self, static_cast<std::uint32_t>(self - threads));
}

void outcome_of_run(char* text, std::size_t room) {
  const Locked locked;
  std::size_t used = 0;
  text[0] = '\0';
  for (std::uint32_t id = 0; id < created && id < threads_max; ++id) {
    if (order[id] == nowhere) continue;
    const Thread& thread = threads[order[id]];
    if (thread.observed == 0 || used + thread.observed + 2 > room) continue;
    if (used > 0) text[used++] = ' ';
    std::memcpy(text + used, thread.text, thread.observed);
    used += thread.observed;
    text[used] = '\0';
  }
}

void for_each_thread(void (*visit)(const Thread& thread, void* context), void* context) {
  for (const Thread& thread : threads) {
    if (__atomic_load_n(&thread.alive, __ATOMIC_ACQUIRE)) visit(thread, context);
  }
}

}  // namespace heddle::stress
