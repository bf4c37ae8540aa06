// One thread uses the current session if there is one, another closes it.
// The pointer that is used is the one that was checked.
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
  const Session* session = current.load();
  if (session != nullptr) assert(session->user == 7);
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
