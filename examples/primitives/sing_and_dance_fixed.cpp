// Two threads sing and dance; the main thread says that it is done before it knows that they are.
// E4: its line may come before theirs, but the program does not end without them.
#include <cassert>
#include <heddle/mutex.hpp>
#include <heddle/thread.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace {
heddle::mutex lock;
std::vector<std::string> said;

void say(const char* what) {
  const std::lock_guard held(lock);
  said.emplace_back(what);
}
}  // namespace

int main() {
  {
    const heddle::thread singer([] { say("singing"); });
    const heddle::thread dancer([] { say("dancing"); });
    say("the end");
  }  // the threads are joined here, without being asked
  assert(said.size() == 3);
}
