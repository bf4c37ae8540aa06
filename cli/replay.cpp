// heddle replay: shows one execution again, from its token.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/debugger.hpp"
#include "cli/session.hpp"
#include "cli/session_options.hpp"
#include "cli/token.hpp"

namespace heddle::cli {
namespace {

struct ReplayForm {
  SessionForm session;
  std::string token;
  std::string token_file;
  unsigned times = 1;
  bool gdb = false;
};

// The token from its option, its file, or the first word after the options. Empty, and said, if there is
// none.
std::string chosen_token(ReplayForm& form, std::vector<std::string>& words) {
  std::string token = form.token;
  std::string error;
  if (!form.token_file.empty()) {
    if (!read_token_file(form.token_file, token, error)) {
      fail(error);
      return "";
    }
  } else if (token.empty() && !words.empty() && words.front().starts_with("heddle1:")) {
    token = words.front();
    words.erase(words.begin());
  } else if (token.empty()) {
    fail("replay needs a token: --token=TOKEN, --token-file=FILE, or TOKEN before the program");
    return "";
  }
  if (const std::string wrong = why_not_a_token(token); !wrong.empty()) {
    fail(wrong);
    return "";
  }
  return token;
}

int replay(ReplayForm& form, std::vector<std::string> words) {
  const std::string token = chosen_token(form, words);
  SessionOptions options;
  if (token.empty() || !form.session.fill(std::move(words), options)) return exit_usage;
  options.run.set("run", "replay");
  options.run.set("token", token);
  options.run.set("trace", "1");
  options.times = form.times;
  if (form.gdb) return replay_in_gdb(options);
  return run_session(options);
}

}  // namespace

void add_replay(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("replay", "Show a failing execution again");
  auto form = std::make_shared<ReplayForm>();
  auto* token =
      command->add_option("--token", form->token, "The token a report printed (or the first argument)");
  command->add_option("--token-file", form->token_file, "A file with the token")->excludes(token);
  command
      ->add_option_function<std::string>(
          "--input",
          [form](const std::string& file) {
            form->session.run.set("input", std::filesystem::absolute(file).string());
          },
          "The fuzzer's input that leads to it, for programs that read it")
      ->type_name("FILE");
  auto* times = command->add_option("--times", form->times, "Replay so many times; all must agree")
                    ->check(CLI::Range(1, 1'000'000));
  command
      ->add_flag("--gdb", form->gdb,
                 "Under gdb, which stops at each switch of threads and at the failing step")
      ->excludes(times);
  add_execution_options(*command, form->session);
  add_report_options(*command, form->session);
  take_program_and_arguments(*command);
  command->callback(
      [command, form, &context] { context.exit_code = replay(*form, program_words(*command)); });
}

}  // namespace heddle::cli
