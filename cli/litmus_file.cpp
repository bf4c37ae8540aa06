#include "cli/litmus_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "checker/litmus/parse.hpp"

namespace heddle::cli {

void for_each_litmus_test(const std::string& file, std::size_t every, const std::string& only,
                          const std::function<void(const litmus::Program&)>& use) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(fmt::format("cannot read {}", file));
  std::string line;
  std::size_t number = 0;
  while (std::getline(in, line)) {
    ++number;
    if (line.empty() || (number - 1) % every != 0) continue;
    litmus::Program program;
    try {
      program = litmus::parse(line);
    } catch (const std::runtime_error& e) {
      throw std::runtime_error(fmt::format("{}:{}: {}", file, number, e.what()));
    }
    if (only.empty() || program.name == only) use(program);
  }
}

}  // namespace heddle::cli
