// heddle_oracle: compares the oracle with recorded vectors, and writes random ones.
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/vector.hpp"

namespace {

using namespace heddle::oracle;

constexpr const char* usage =
    "usage: heddle_oracle check FILE... [--model rc11|sc|tso]\n"
    "         compare with the results recorded in FILE, one JSON object a line; --model: only those of this "
    "model\n"
    "       heddle_oracle generate [--seed S] [--count N] [--model rc11|sc|tso] [--unread | --counting]\n"
    "         print N random programs with their results; defaults: seed 1, 100 programs, rc11; --unread: "
    "with\n"
    "         stores to a location that nobody reads and whose last value is not in the results; "
    "--counting:\n"
    "         with rmws whose results are not\n"
    "exit code: 0 everything agrees, 1 something does not, 2 wrong usage or unreadable input\n";

struct Arguments {
  std::string command;
  std::vector<std::string> files;
  std::optional<std::string> model;
  std::uint64_t seed = 1;
  std::uint64_t count = 100;
  Extra extra = Extra::nothing;
};

Model model_named(const std::string& name) {
  if (auto model = find_model(name)) return *std::move(model);
  throw std::invalid_argument("unknown model " + name);
}

std::uint64_t parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("not a number: " + std::string(text));
  }
  return number;
}

// Throws std::invalid_argument.
Arguments parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  if (words.empty()) throw std::invalid_argument("a command is missing");
  arguments.command = words.front();
  const bool generating = arguments.command == "generate";
  if (!generating && arguments.command != "check")
    throw std::invalid_argument("unknown command " + words.front());
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto next = [&]() -> const std::string& {
      if (++i == words.size()) throw std::invalid_argument(word + " needs a value");
      return words[i];
    };
    if (word == "--model") {
      arguments.model = next();
      model_named(*arguments.model);
    } else if (generating && word == "--seed") {
      arguments.seed = parse_number(next());
    } else if (generating && word == "--count") {
      arguments.count = parse_number(next());
    } else if (generating && word == "--unread") {
      arguments.extra = Extra::unread;
    } else if (generating && word == "--counting") {
      arguments.extra = Extra::counting;
    } else if (!generating && !word.starts_with("-")) {
      arguments.files.push_back(word);
    } else {
      throw std::invalid_argument("unexpected " + word);
    }
  }
  if (!generating && arguments.files.empty()) throw std::invalid_argument("a file is missing");
  return arguments;
}

int check(const Arguments& arguments) {
  std::map<std::string, Tally> tallies;
  for (const std::string& file : arguments.files) {
    for (const TestVector& vector : read_vectors(file)) {
      if (vector.model != arguments.model.value_or(vector.model)) continue;
      const Agreement agreement = compare(enumerate(vector.program, model_named(vector.model)), vector.cpp20);
      if (!agreement.all())
        std::cout << "MISMATCH " << vector.program.name << ": " << agreement.difference << '\n';
      tallies[vector.model].add(agreement);
    }
  }
  if (tallies.empty()) throw std::invalid_argument("no vectors to check");
  bool all = true;
  for (const auto& [model, tally] : tallies) {
    std::cout << model << ": " << tally << '\n';
    all = all && tally.all();
  }
  return all ? 0 : 1;
}

int generate_all(const Arguments& arguments) {
  const std::string name = arguments.model.value_or("rc11");
  const Model model = model_named(name);
  for (std::uint64_t index = 0; index < arguments.count; ++index) {
    const GeneratedProgram generated = generate(arguments.seed, index, model, arguments.extra);
    std::cout << print_vector(generated.program, name, generated.outcome) << '\n';
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  try {
    arguments = parse_arguments({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "heddle_oracle: " << error.what() << '\n' << usage;
    return 2;
  }
  try {
    return arguments.command == "check" ? check(arguments) : generate_all(arguments);
  } catch (const std::exception& error) {
    std::cerr << "heddle_oracle: " << error.what() << '\n';
    return 2;
  }
}
