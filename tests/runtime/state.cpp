// Uses everything an execution must find as the first one found it, and changes all of it. The one argument
// is "hello".
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static int counter = 5;
static int zero;
static std::vector<int> allocated_before_main{1, 2, 3};
static std::map<std::string, int> table{{"a", 1}, {"long enough to be on the heap, really", 2}};
static char big[1 << 20];
static int exit_handlers_run;
static std::atomic<int> steps{0};

struct PerThread {
  int value = 7;
  std::string text = "a thread-local string that is long enough for the heap";
  ~PerThread() {
    assert(value == 8);
    value = -1;
  }
};
static thread_local PerThread per_thread;
static thread_local int initialised_per_thread = 3;
static thread_local int zero_per_thread;

struct DestroyedLast {
  std::vector<int> values{9};
  ~DestroyedLast() {
    assert(values.size() == 2 && values[1] == 10 && exit_handlers_run == 1);
    std::puts("destroyed");  // counted: a destructor that never runs cannot fail
  }
};
static DestroyedLast destroyed_last;

static int& constructed_on_first_use() {
  static std::unique_ptr<int> value = std::make_unique<int>(40);
  return *value;
}

// An exception is in flight while other threads run.
static void throw_across_switches() {
  try {
    steps.fetch_add(1);
    throw std::runtime_error("one");
  } catch (const std::exception& error) {
    steps.fetch_add(1);
    assert(std::strcmp(error.what(), "one") == 0);
    throw;
  }
}

static void work(int number) {
  assert(initialised_per_thread == 3 && zero_per_thread == 0 && per_thread.value == 7 && errno == 0);
  initialised_per_thread = 4;
  zero_per_thread = 1;
  per_thread.value = 8;
  per_thread.text += "x";
  errno = 11 + number;
  try {
    throw_across_switches();
  } catch (const std::runtime_error& error) {
    steps.fetch_add(1);
    assert(std::strcmp(error.what(), "one") == 0);
  }
  assert(errno == 11 + number && std::uncaught_exceptions() == 0);
}

static void check_initial_state(int argc, char** argv) {
  assert(counter == 5 && zero == 0 && allocated_before_main.size() == 3 && table.size() == 2);
  assert(big[1] == 0 && big[700000] == 0);
  assert(initialised_per_thread == 3 && zero_per_thread == 0 && per_thread.value == 7 && errno == 0);
  assert(argc == 2 && std::strcmp(argv[1], "hello") == 0);
  assert(constructed_on_first_use() == 40);
  assert(std::getenv("HEDDLE_TEST_VARIABLE") == nullptr);
}

static void change_everything(char** argv) {
  ++counter;
  ++zero;
  allocated_before_main.push_back(4);
  table.erase("a");
  table["new"] = 3;
  big[1] = big[700000] = 1;
  initialised_per_thread = zero_per_thread = 9;
  per_thread.value = 8;
  argv[1][0] = 'j';
  constructed_on_first_use() = 41;
  setenv("HEDDLE_TEST_VARIABLE", "1", 1);
  destroyed_last.values.push_back(10);
  std::atexit([] {
    assert(exit_handlers_run == 0);
    exit_handlers_run = 1;
  });
}

int main(int argc, char** argv) {
  check_initial_state(argc, argv);
  change_everything(argv);
  std::thread first(work, 0);
  std::thread second(work, 1);
  first.join();
  second.join();
  assert(steps == 6);
  std::ostringstream text;
  text << 1.5 << ' ' << allocated_before_main.size();
  assert(text.str() == "1.5 4");
  errno = 4;
  std::exit(0);
}
