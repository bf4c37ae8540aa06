// The options `check` and `replay` share, and how the words on the command line become a session.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace heddle::cli {

// Where the parser leaves what it read.
struct SessionForm {
  RunOptions run;  // from the command line alone
  SessionOptions session;
  std::string require;
  int exit_code = -1;

  // Combines the command line, HEDDLE_OPTIONS and the program's words. False: something is wrong, which was
  // said.
  bool fill(std::vector<std::string> words, SessionOptions& out) const;
};

// An option whose value is a duration, given to `take` in milliseconds.
void add_duration(CLI::App& command, const std::string& flag, const std::function<void(std::uint64_t)>& take,
                  const std::string& help);
void add_budget(CLI::App& command, SessionForm& form);             // how long one search may take
void add_search_options(CLI::App& command, SessionForm& form);     // which executions are looked at
void add_execution_options(CLI::App& command, SessionForm& form);  // what an execution may do
void add_report_options(CLI::App& command, SessionForm& form);

// Everything from the first word that is no option on belongs to the program.
void take_program_and_arguments(CLI::App& command);

// The parser gives a `--` to the command above the one it stands in, and takes it from the program's own
// arguments: it must not see any. `arguments` are those after the command's name.
void hide_dashes(std::vector<std::string>& arguments);

// After parsing: the program and its arguments, as they were written.
std::vector<std::string> program_words(const CLI::App& command);

struct Context;
// When the command is given, with a program and its arguments: the exit code is that of `run`, or of wrong
// usage. `form` must live as long as `run`.
void run_with_program(CLI::App& command, Context& context, const SessionForm& form,
                      std::function<int(SessionOptions)> run);

}  // namespace heddle::cli
