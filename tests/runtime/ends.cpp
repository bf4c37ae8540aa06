// A second thread ends the process, or the execution, in the way the argument names.
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

static std::atomic<int> steps{0};
static volatile int never;
static volatile int sink;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

static int overflow(int depth) {
  volatile char room[200];
  room[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : overflow(depth + 1) + room[0];
}

static void handle_signal(int) { steps += 100; }

static void end(const char* way) {
  const auto is = [&](const char* name) { return std::strcmp(way, name) == 0; };
  if (is("null_pointer")) *reinterpret_cast<volatile int*>(8) = 1;
  if (is("crash_in_libc"))
    sink = static_cast<int>(std::strlen(reinterpret_cast<const char*>(steps.load() * 16)));
  if (is("division")) sink = 7 / never;
  if (is("stack_overflow")) sink = overflow(1);
  if (is("exception")) throw Failure("boom");
  if (is("joinable")) std::thread forgotten([] {});
  if (is("abort")) std::abort();
  if (is("assertion")) assert(steps == 77);
  if (is("exit_3")) std::exit(3);
  if (is("_exit_3")) _exit(3);
  if (is("exit_0")) std::exit(0);
  if (is("quick_exit")) std::quick_exit(0);
  if (is("raise")) std::raise(SIGTERM);
  if (is("handled_signal")) {
    std::signal(SIGUSR1, handle_signal);
    std::raise(SIGUSR1);
    assert(steps == 101);
  }
  if (is("fork")) sink = fork();
  if (is("hang")) {
    while (never == 0) {
    }
  }
}

int main(int, char** argv) {
  std::thread thread([&] {
    ++steps;
    end(argv[1]);
  });
  thread.join();
  return std::strcmp(argv[1], "return_5") == 0 ? 5 : 0;
}
