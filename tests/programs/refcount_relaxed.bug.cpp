// Two threads share a document; the last one to let go of it frees it.
// Bug: the count goes down relaxed: the last owner's clean-up is not ordered after the other's use.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
struct Document {
  std::atomic<int> owners{2};
  int visits[2] = {0, 0};
};

void visit(Document* document, int who) {
  document->visits[who] = 1;
  if (document->owners.fetch_sub(1, std::memory_order_relaxed) == 1) {
    assert(document->visits[0] + document->visits[1] == 2);
    delete document;
  }
}
}  // namespace

int main() {
  auto* document = new Document;
  std::thread first(visit, document, 0);
  std::thread second(visit, document, 1);
  first.join();
  second.join();
}
