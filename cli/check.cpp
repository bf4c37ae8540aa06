// heddle check: looks for bugs.
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/session.hpp"
#include "cli/session_options.hpp"

namespace heddle::cli {

void add_check(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("check", "Run a program under every interleaving that time permits");
  auto form = std::make_shared<SessionForm>();
  add_search_options(*command, *form);
  add_execution_options(*command, *form);
  add_report_options(*command, *form);
  run_with_program(*command, context, *form, [form](SessionOptions options) {
    options.run.set("run", "check");
    return run_session(options);
  });
}

}  // namespace heddle::cli
