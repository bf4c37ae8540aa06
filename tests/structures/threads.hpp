// Starts one thread for each function and waits for all of them.
#pragma once

#include <cassert>
#include <thread>
#include <vector>

namespace structures {

template <class... Functions>
void run_threads(Functions... functions) {
  std::thread threads[] = {std::thread(functions)...};
  for (std::thread& t : threads) t.join();
}

// The same function `count` times, called with 0, 1, ...
template <class Function>
void run_many(int count, Function function) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(function, i);
  for (std::thread& t : threads) t.join();
}

}  // namespace structures
