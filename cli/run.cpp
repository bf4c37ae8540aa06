#include "cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/compile.hpp"
#include "cli/session_options.hpp"
#include "cli/version.hpp"

namespace heddle::cli {
namespace {

constexpr const char* examples = R"(Examples:
  heddle c++ -std=c++20 queue_test.cpp -o queue_test    build a program so that it can be checked
  CXX=heddle-c++ CC=heddle-cc cmake -B build            build a whole project that way
  heddle check ./queue_test                             look for bugs for 10 seconds
  heddle check --exhaustive --budget=5m ./queue_test    try to explore every execution
  heddle replay heddle1:... ./queue_test                show a failing execution again
  heddle doctor                                         is this machine set up?

Exit codes: 0 no bug, 1 bug found, 2 wrong usage, 3 inconclusive (with --require),
4 uncontrolled nondeterminism, 5 internal error. See also: man heddle.)";

// The compilers' arguments are not ours to parse: they are passed on before the parser sees them.
bool compiles(int argc, char** argv, int& exit_code) {
  const std::string_view self(argv[0]);
  const std::string_view name = self.substr(self.rfind('/') + 1);
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (name == "heddle-c++" || name == "heddle-cc") {
    exit_code = compile(name == "heddle-c++" ? Language::cxx : Language::c, {argv + 1, argv + argc});
    return true;
  }
  if (word != "c++" && word != "cc") return false;
  exit_code = compile(word == "c++" ? Language::cxx : Language::c, {argv + 2, argv + argc});
  return true;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app(
      "Heddle finds concurrency bugs in C and C++ programs by running them under a controlled scheduler.",
      "heddle");
  app.set_version_flag("--version", std::string("heddle ") + version);
  app.footer(examples);
  app.require_subcommand(1);
  Context context;
  add_commands(app, context);
  try {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    hide_dashes(arguments);
    std::ranges::reverse(arguments);  // the order the parser wants
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return context.exit_code;
}

}  // namespace

int run(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write, which is reported
  try {
    int exit_code = exit_ok;
    if (argc > 0 && compiles(argc, argv, exit_code)) return exit_code;
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "heddle: internal error: {}\n", error.what());
    return exit_internal;
  }
}

}  // namespace heddle::cli
