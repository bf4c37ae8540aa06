// One thread uses the current session if there is one, another closes it.
// Bug: the pointer is loaded twice; between the check and the use it may have become null.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
struct Session {
  int created = 1;
  int user = 7;
};
std::atomic<Session*> current{new Session};

void use() {
  if (current.load() != nullptr) assert(current.load()->user == 7);
}
}  // namespace

int main() {
  Session* closed = nullptr;
  std::thread user(use);
  std::thread closer([&] { closed = current.exchange(nullptr); });
  user.join();
  closer.join();
  delete closed;
}
