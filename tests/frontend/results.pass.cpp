// Futures, one-time initialisation, thread_local variables, exceptions that cross switches of threads.
#include <atomic>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;

namespace {

void futures() {
  std::future<int> now = std::async(std::launch::async, [] { return 5; });
  std::future<int> later = std::async(std::launch::deferred, [] { return 6; });
  assert(later.wait_for(0s) == std::future_status::deferred);
  assert(now.get() == 5 && later.get() == 6);
  std::promise<int> promise;
  std::future<int> promised = promise.get_future();
  std::thread keeper([&] { promise.set_value(9); });
  const std::future_status status = promised.wait_for(1s);
  assert(status == std::future_status::ready || status == std::future_status::timeout);
  assert(promised.get() == 9);
  keeper.join();
}

struct Fails {
  static inline int made = 0;
  Fails() {
    if (++made == 1) throw std::runtime_error("the first one fails");
  }
  int value = 7;
};

void initialise_once() {
  static std::once_flag flag;
  static int runs = 0;
  const auto use = [] {
    try {
      std::call_once(flag, [] {
        if (++runs == 1) throw std::runtime_error("the first one fails");
      });
    } catch (const std::runtime_error&) {
      std::call_once(flag, [] { ++runs; });
    }
    for (bool made = false; !made;) {
      try {
        static Fails variable;
        assert(variable.value == 7);
        made = true;
      } catch (const std::runtime_error&) {
      }
    }
  };
  std::thread first(use), second(use);
  first.join();
  second.join();
  assert(runs == 2 && Fails::made == 2);
}

std::atomic<int> destroyed;
struct Counted {
  int value = 3;
  ~Counted() { ++destroyed; }
};
thread_local Counted counted;

struct YieldsInDestructor {
  ~YieldsInDestructor() {
    destroyed += 100;
    std::this_thread::yield();
  }
};

void* exit_from_inside(void*) {
  const YieldsInDestructor guard;
  ++counted.value;
  pthread_exit(nullptr);
}

void thread_locals() {
  counted.value = 9;
  errno = 7;
  std::thread([] {
    assert(counted.value == 3);
    counted.value = 4;
    errno = 5;
    std::this_thread::yield();
    assert(errno == 5);
  }).join();
  assert(errno == 7 && destroyed == 1 && counted.value == 9);
  pthread_t thread;
  pthread_create(&thread, nullptr, exit_from_inside, nullptr);
  pthread_join(thread, nullptr);
  assert(destroyed == 102);
}

void exceptions() {
  std::thread other([] {
    try {
      std::this_thread::yield();
      throw 3;
    } catch (int first) {
      std::this_thread::yield();
      try {
        throw;
      } catch (int again) {
        assert(first == again);
      }
    }
  });
  try {
    throw 4;
  } catch (int caught) {
    std::this_thread::yield();
    assert(caught == 4);
  }
  other.join();
}

}  // namespace

int main(int, char** arguments) {
  switch (*arguments[1]) {
    case 'f':
      futures();
      break;
    case 'i':
      initialise_once();
      break;
    case 't':
      thread_locals();
      break;
    default:
      exceptions();
  }
}
