// heddle show: the report of records a check in a program wrote. CheckResult::report starts it.
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/session.hpp"
#include "cli/session_options.hpp"

namespace heddle::cli {
namespace {

struct ShowForm {
  SessionForm session;
  std::string records;
  CheckInProgram check;
};

}  // namespace

void add_show(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("show", "Print the report of records that heddle::check wrote");
  auto form = std::make_shared<ShowForm>();
  command->add_option("--records", form->records, "The file with the records")->required()->type_name("FILE");
  command->add_option("--check", form->check.name, "The check's name and number, for the replay command");
  command->add_option("--selects", form->check.selects, "The argument that makes the program run this check");
  add_report_options(*command, form->session);
  run_with_program(*command, context, form->session, [form](SessionOptions options) {
    options.in_program = form->check;
    return show_records(options, form->records);
  });
}

}  // namespace heddle::cli
