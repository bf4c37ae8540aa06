// One thread makes a message and publishes a pointer to it; the other follows the pointer.
// Bug: the reader relies on the data dependency alone; a relaxed load synchronises with nothing: a data race.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
struct Message {
  int length;
  int checksum;
};
std::atomic<Message*> inbox{nullptr};

void send() { inbox.store(new Message{3, 9}, std::memory_order_release); }

void receive() {
  const Message* message = inbox.load(std::memory_order_relaxed);
  if (message != nullptr) assert(message->checksum == message->length * message->length);
}
}  // namespace

int main() {
  std::thread sender(send);
  std::thread receiver(receive);
  sender.join();
  receiver.join();
  delete inbox.load();
}
