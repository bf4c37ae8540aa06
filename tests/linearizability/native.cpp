// The declarations of heddle::verify on real processors (`heddle c++ --stress`). usage: native right|wrong
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <heddle/verify.hpp>
#include <mutex>
#include <string>

#include "specifications.hpp"

namespace {

struct Queue {
  std::mutex mutex;
  std::condition_variable filled;
  specification::Queue items;
  void push(int value) {
    const std::lock_guard guard(mutex);
    items.push(value);
    filled.notify_one();
  }
  std::optional<int> pop() {
    const std::lock_guard guard(mutex);
    return items.pop();
  }
  // With nobody to push it never returns: such scenarios are left out.
  int wait_and_pop() {
    std::unique_lock guard(mutex);
    filled.wait(guard, [this] { return items.size() > 0; });
    return *items.pop();
  }
};

struct ForgetfulQueue : Queue {
  std::optional<int> pop() {
    Queue::pop();
    return std::nullopt;
  }
};

template <class Object>
heddle::VerifyResult verify() {
  heddle::VerifyOptions options;
  options.scenarios = 200;
  options.random_scenarios = 2;
  options.check.max_executions = 20;  // the machine may be busy
  options.budget = std::chrono::minutes(5);
  return heddle::verify<Object, specification::Queue>(
      heddle::operation(
          "push", [](auto& queue, int value) { queue.push(value); }, heddle::fresh()),
      heddle::operation("pop", [](auto& queue) { return queue.pop(); }),
      heddle::operation(
          "wait_and_pop", [](auto& queue) { return queue.wait_and_pop(); },
          [](specification::Queue& queue) { return *queue.pop(); })
          .waits_until([](const specification::Queue& queue) { return queue.size() > 0; }),
      options);
}

}  // namespace

int main(int count, char** arguments) {
  const bool right = count > 1 && std::string(arguments[1]) == "right";
  const heddle::VerifyResult result = right ? verify<Queue>() : verify<ForgetfulQueue>();
  std::printf("%s\n", result.message.c_str());
  return result.passed() && result.all_up_to == 3 && result.executions >= 20 * result.scenarios ? 0 : 1;
}
