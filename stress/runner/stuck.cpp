#include "stress/runner/stuck.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "stress/runner/real.hpp"
#include "stress/runner/records.hpp"
#include "stress/runner/threads.hpp"

extern "C" __attribute__((weak)) decltype(pthread_create) __interceptor_pthread_create;

namespace heddle::stress {
namespace {

constexpr long tick_ns = 100'000'000;
constexpr int ticks_stuck = 20;

struct Look {
  unsigned threads = 0;
  bool all_wait = true;
  std::uint64_t calls = 0;
};

// A thread that was woken but has not run yet still says that it waits; the kernel knows better.
bool sleeps(int kernel_id) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", kernel_id);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char text[512];
  const ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return false;
  text[length] = '\0';
  const char* const end_of_name = std::strrchr(text, ')');
  return end_of_name != nullptr && std::strncmp(end_of_name, ") S", 3) == 0;
}

void look_at(const Thread& thread, void* context) {
  Look& look = *static_cast<Look*>(context);
  ++look.threads;
  look.calls += __atomic_load_n(&thread.calls, __ATOMIC_RELAXED) + thread.process_id;
  if (__atomic_load_n(&thread.call, __ATOMIC_ACQUIRE) == nullptr || !sleeps(thread.kernel_id)) {
    look.all_wait = false;
  }
}

// The objects are numbered like the threads that wait for them: one each.
struct Part {
  Record& record;
  bool first = true;
};

void add_thread(const Thread& thread, void* context) {
  Part& part = *static_cast<Part*>(context);
  char text[64];
  std::snprintf(text, sizeof text, "%s{\"id\":%u}", part.first ? "" : ",", thread.id);
  part.record.raw(text);
  part.first = false;
}

const char* kind_of(const char* call) {
  constexpr const char* kinds[][2] = {
      {"pthread_join", "thread"},          {"pthread_mutex_lock", "mutex"},
      {"pthread_cond_wait", "condition"},  {"pthread_rwlock_rdlock", "rwlock"},
      {"pthread_rwlock_wrlock", "rwlock"}, {"sem_wait", "semaphore"},
      {"pthread_barrier_wait", "barrier"}};
  for (const auto& [name, kind] : kinds) {
    if (std::strcmp(name, call) == 0) return kind;
  }
  return "object";
}

void add_object(const Thread& thread, void* context) {
  Part& part = *static_cast<Part*>(context);
  char text[160];
  std::snprintf(text, sizeof text,
                "%s{\"id\":%u,\"kind\":\"%s\",\"size\":8,\"address\":\"%p\",\"region\":\"%s\"",
                part.first ? "" : ",", thread.id, kind_of(thread.call), thread.object,
                is_in_module(thread.object) ? "global" : "unknown");
  part.record.raw(text);
  part.record.place("module", thread.object);
  part.record.raw("}");
  part.first = false;
}

void add_wait(const Thread& thread, void* context) {
  Part& part = *static_cast<Part*>(context);
  char text[160];
  std::snprintf(text, sizeof text, "%s{\"thread\":%u,\"call\":\"%s\",\"object\":%u", part.first ? "" : ",",
                thread.id, thread.call, thread.id);
  part.record.raw(text);
  void* const caller = const_cast<void*>(thread.caller);
  part.record.stack("stack", &caller, 1);
  part.record.raw("}");
  part.first = false;
}

void report_deadlock() {
  Record record("finding");
  record.text("rule", "HED002");
  record.text("message", "no thread can continue: each waits for another");
  record.text("phase", "native");
  constexpr struct {
    const char* key;
    void (*add)(const Thread&, void*);
  } parts[] = {{",\"threads\":[", add_thread}, {",\"objects\":[", add_object}, {",\"blocked\":[", add_wait}};
  for (const auto& [key, add] : parts) {
    record.raw(key);
    Part part{record};
    for_each_thread(add, &part);
    record.raw("]");
  }
  record.append();
}

void* watch(void*) {
  std::uint64_t calls = 0;
  for (int stuck = 0;;) {
    const timespec tick = {0, tick_ns};
    nanosleep(&tick, nullptr);
    Look look;
    for_each_thread(look_at, &look);
    stuck = look.threads > 0 && look.all_wait && (stuck == 0 || look.calls == calls) ? stuck + 1 : 0;
    calls = look.calls;
    if (stuck < ticks_stuck) continue;
    report_deadlock();
    _exit(exit_stuck);
  }
}

}  // namespace

void watch_for_deadlocks() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the program's signals are the program's
  using Create = decltype(&pthread_create);
  const Create create = &__interceptor_pthread_create != nullptr
                            ? &__interceptor_pthread_create
                            : reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  pthread_t watcher;
  if (create(&watcher, nullptr, watch, nullptr) == 0) pthread_detach(watcher);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace heddle::stress
