// A reader announces the object it uses in a hazard pointer; the writer frees replaced objects nobody uses.
// The reader looks again after the announcement: if it is still current, the writer will see the hazard.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
struct Config {
  int value;
};
std::atomic<Config*> current{new Config{1}};
std::atomic<Config*> hazard{nullptr};
Config* retired = nullptr;

void use_config() {
  Config* config = current.load();
  hazard.store(config);
  for (Config* again = current.load(); again != config; again = current.load()) {
    config = again;
    hazard.store(config);
  }
  assert(config->value == 1 || config->value == 2);
  hazard.store(nullptr);
}

void replace() {
  Config* old = current.exchange(new Config{2});
  if (hazard.load() == old) {
    retired = old;
  } else {
    delete old;
  }
}
}  // namespace

int main() {
  std::thread reader(use_config);
  std::thread writer(replace);
  reader.join();
  writer.join();
  delete retired;
  delete current.load();
}
