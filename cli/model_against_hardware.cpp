#include "cli/model_against_hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/checkable.hpp"
#include "cli/read_file.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/self.hpp"
#include "reports/format/guarantee.hpp"
#include "reports/format/result_reader.hpp"

namespace heddle::cli {
namespace {

std::string check_now(const std::string& program, const std::vector<std::string>& arguments,
                      std::uint64_t budget_ms, const std::string& document) {
  std::vector<std::string> command = {
      "check",   "--exhaustive",       fmt::format("--budget={}ms", budget_ms),
      "--quiet", "--json=" + document, program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_self(command);
}

std::size_t width_of(const std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  return width;
}

}  // namespace

Comparison compare_with_model(const std::string& checked, const std::vector<std::string>& arguments,
                              std::uint64_t budget_ms, const std::vector<format::Outcome>& seen) {
  Comparison result;
  const ScratchFolder scratch;
  std::string document = checked;
  if (const std::string program = resolve_program(checked); why_not_checkable(program).empty()) {
    document = scratch.path() + "/check.json";
    result.error = check_now(program, arguments, budget_ms, document);
    if (!result.error.empty()) return result;
  }
  std::string text;
  format::RunResult check;
  if (!read_file(document, text, result.error) || !format::read_result(text, check, result.error)) {
    result.error =
        checked + " is neither a program built with Heddle nor the result of a check: " + result.error;
    return result;
  }
  if (check.verdict != format::Verdict::verified) {
    result.error = fmt::format(
        "the check of {} did not explore every execution ({}): what it did not see may be allowed", checked,
        format::word(check.verdict));
    return result;
  }
  result.model = check.exploration.model;
  std::map<std::string, bool> allowed;
  for (const format::Outcome& o : check.outcomes) allowed[o.text] = false;
  for (const format::Outcome& o : seen) {
    const auto known = allowed.find(o.text);
    if (known == allowed.end()) {
      result.forbidden.push_back(o);
    } else {
      known->second = true;
      ++result.both;
    }
  }
  for (const auto& [outcome, shown] : allowed) {
    if (!shown) result.unseen.push_back(outcome);
  }
  return result;
}

std::string in_words(const Comparison& c) {
  std::string text = fmt::format("Model against hardware: {} of the {} outcomes that {} allows were seen\n",
                                 c.both, c.both + c.unseen.size(), format::model_in_words(c.model));
  const std::size_t width = width_of(c.unseen);
  for (const std::string& outcome : c.unseen)
    text += fmt::format("  {:<{}}  hardware did not show it (x86-64)\n", outcome, width);
  for (const format::Outcome& o : c.forbidden) {
    text += fmt::format(
        "  {}  seen {} times, but the model does not allow it: a defect of Heddle or of the compiler\n",
        o.text, o.count);
  }
  return text;
}

}  // namespace heddle::cli
