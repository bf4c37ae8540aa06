// A short run for every build, without libFuzzer: each file as it is, cut off at many places, and with
// mutations drawn from a fixed seed. Usage: report_mutations ROUNDS FILE...
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/report_property.hpp"

namespace {

std::string read(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Mutator {
 public:
  std::string mutated(std::string text) {
    for (std::size_t changes = 1 + below(6); changes > 0 && !text.empty(); --changes) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  void change(std::string& text) {
    static const std::vector<std::string> words = {"null",
                                                   "-1",
                                                   "18446744073709551615",
                                                   "1e308",
                                                   "\"\"",
                                                   "[]",
                                                   "{}",
                                                   "\"\\u0000\\u001b[31m\"",
                                                   "\"\xff\xfe\"",
                                                   "true",
                                                   "2147483647",
                                                   "\"HED001\"",
                                                   "\"HED004\"",
                                                   "\"<script>alert(1)</script>\"",
                                                   "\"2.0\""};
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, below(64));
        break;
      case 2:  // a piece of it once more
        text.insert(at, text.substr(below(text.size()), below(200)));
        break;
      default: {  // another value for a member
        const std::size_t colon = text.find(": ", at);
        if (colon == std::string::npos) break;
        const std::size_t end = text.find_first_of(",\n", colon);
        if (end != std::string::npos) text.replace(colon + 2, end - colon - 2, words[below(words.size())]);
      }
    }
  }

  std::mt19937 random_{20260131};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: report_mutations ROUNDS FILE...\n");
    return 2;
  }
  constexpr std::size_t cuts = 40;
  const int rounds = std::atoi(argv[1]);
  Mutator mutator;
  std::size_t checked = 0;
  for (int file = 2; file < argc; ++file) {
    const std::string text = read(argv[file]);
    if (text.empty()) {
      std::fprintf(stderr, "report_mutations: %s is empty or cannot be read\n", argv[file]);
      return 1;
    }
    heddle::test::check_report(text);
    for (std::size_t i = 0; i < cuts; ++i) heddle::test::check_report(text.substr(0, text.size() * i / cuts));
    for (int i = 0; i < rounds; ++i) heddle::test::check_report(mutator.mutated(text));
    checked += 1 + cuts + static_cast<std::size_t>(rounds);
  }
  std::printf("report_mutations: %zu inputs\n", checked);
  return 0;
}
