// Five threads write ten lines each into a log, letter by letter, under one lock.
// E1: without the lock the threads race for the log.
#include <cassert>
#include <heddle/mutex.hpp>
#include <heddle/thread.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace {
#ifdef SMALL  // what can be explored completely
constexpr int threads = 2;
constexpr int lines = 1;
#else
constexpr int threads = 5;
constexpr int lines = 10;
#endif

heddle::mutex lock;
std::string text;

void print(int who) {
  for (int i = 0; i < lines; ++i) {
    text += "thread ";
    text += static_cast<char>('0' + who);
    text += '\n';
  }
}
}  // namespace

int main() {
  std::vector<heddle::thread> all;
  for (int who = 0; who < threads; ++who) all.emplace_back([who] { print(who); });
  for (heddle::thread& thread : all) thread.join();
  const std::string line = "thread x\n";
  assert(text.size() == line.size() * threads * lines);
  for (std::size_t at = 0; at < text.size(); at += line.size()) assert(text.compare(at, 7, "thread ") == 0);
}
