#include "cli/commands.hpp"

namespace heddle::cli {

void add_commands(CLI::App& app, Context& context) {
  add_check(app, context);
  add_replay(app, context);
  add_stress(app, context);
  add_fuzz(app, context);
  add_show(app, context);
  add_weaken(app, context);
  add_report(app, context);
  add_compile(app, context);
  add_litmus(app, context);
  add_doctor(app, context);
}

}  // namespace heddle::cli
