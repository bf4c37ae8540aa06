// The subcommands of `heddle`, one file each. A subcommand is one function that adds itself to the parser
// and, when it was the one chosen, leaves its exit code in the context:
//
//   void add_litmus(CLI::App& app, Context& context) {
//     auto options = std::make_shared<LitmusOptions>();
//     CLI::App* command = app.add_subcommand("litmus", "Run litmus tests");
//     command->add_option(...);
//     command->callback([options, &context] { context.exit_code = run_litmus(*options); });
//   }
//
// To add one: declare it here and list it in commands.cpp.
#pragma once

#include <CLI/CLI.hpp>

namespace heddle::cli {

// Exit codes shared by every subcommand; documented in man/heddle.1.
inline constexpr int exit_ok = 0;
inline constexpr int exit_bug = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_inconclusive = 3;
inline constexpr int exit_nondeterminism = 4;
inline constexpr int exit_internal = 5;

struct Context {
  int exit_code = exit_ok;
};

void add_check(CLI::App& app, Context& context);
void add_replay(CLI::App& app, Context& context);
void add_stress(CLI::App& app, Context& context);
void add_fuzz(CLI::App& app, Context& context);
void add_show(CLI::App& app, Context& context);
void add_weaken(CLI::App& app, Context& context);
void add_compile(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_litmus(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);

// All of the above, in the order of the help text.
void add_commands(CLI::App& app, Context& context);

}  // namespace heddle::cli
