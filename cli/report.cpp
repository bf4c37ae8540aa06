// heddle report: results of earlier runs, merged, sifted and written in another format.
#include "cli/report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/read_file.hpp"
#include "reports/explain/explain.hpp"
#include "reports/export/export.hpp"
#include "reports/format/conclude.hpp"
#include "reports/format/result_json.hpp"
#include "reports/html/page.hpp"
#include "reports/merge/load.hpp"
#include "reports/merge/merge.hpp"
#include "reports/merge/suppressions.hpp"
#include "reports/symbolize/source_excerpts.hpp"
#include "reports/symbolize/symbolize.hpp"
#include "reports/terminal/result_report.hpp"

namespace heddle::cli {
namespace {

using format::RunResult;

struct ReportForm {
  std::vector<std::string> files;
  std::string to = "text";
  std::string output = "-";
  std::string suppressions;
  std::string source_root;
  std::string colour = "auto";
  bool verbose = false;
};

// Records are what a program wrote whose command did not live to conclude anything.
RunResult from_records(format::RunRecords records) {
  std::string warning;
  const auto source = report::open_symbol_source(warning);
  if (!warning.empty()) warn(warning);
  report::SourceLines lines;
  report::Symbolizer(*source, lines).symbolize(records);
  format::RunRequest request;
  request.program = records.program;
  request.arguments = records.arguments;
  std::vector<format::ProcessRun> processes(1);
  processes[0].records = std::move(records);
  RunResult result = format::conclude(request, std::move(processes));
  report::capture_sources(result, lines);
  return result;
}

// False: at least one file could not be read, which was said.
bool load_all(const std::vector<std::string>& files, std::vector<report::NamedResult>& into) {
  bool good = true;
  for (const std::string& file : files) {
    std::string text;
    std::string error;
    report::Loaded loaded;
    if (!read_file(file, text, error) || !report::load(text, loaded, error)) {
      fail(fmt::format("{} {}", file, error));
      good = false;
      continue;
    }
    into.push_back(
        {file, loaded.records ? from_records(std::move(*loaded.records)) : std::move(loaded.result)});
  }
  return good;
}

std::string as_text(const RunResult& result, const ReportForm& form) {
  const int fd = form.output == "-" ? STDOUT_FILENO : -1;
  const report::Style style = style_for(fd, form.colour, form.verbose);
  return report::result_report(result, style) + report::last_line(result, "") + "\n";
}

int run_report(const ReportForm& form) {
  std::vector<report::Suppression> suppressions;
  std::vector<report::NamedResult> results;
  if (!load_suppressions(form.suppressions, suppressions)) return exit_usage;
  const bool all_read = load_all(form.files, results);
  if (results.empty()) return exit_usage;
  RunResult result = report::merge(std::move(results));
  report::explain(result);
  apply_suppressions(suppressions, result);
  const std::string text =
      form.to == "text" ? as_text(result, form) : document_in(form.to, result, form.source_root);
  std::string error;
  if (!write_file(form.output, text, error)) {
    fail(fmt::format("cannot write {}: {}", form.output == "-" ? "the report" : form.output, error));
    return exit_internal;
  }
  return all_read ? exit_ok : exit_usage;
}

}  // namespace

std::vector<std::string> document_formats() {
  std::vector<std::string> names = {"json", "html"};
  for (const report::ExportFormat& format : report::export_formats()) names.emplace_back(format.name);
  return names;
}

namespace {

void tell_of_plain_page() {
  static bool told = false;
  if (told || report::has_viewer()) return;
  told = true;
  warn(
      "this heddle was built without the interactive page, so the HTML report is plain tables; for the full "
      "one install Node.js and npm and build heddle again");
}

}  // namespace

std::string document_in(const std::string& format_name, const RunResult& result,
                        const std::string& source_root) {
  for (const report::ExportFormat& format : report::export_formats()) {
    if (format_name == format.name) return format.write(result, {source_root});
  }
  std::string document = format::to_json(result);
  if (format_name != "html") return document;
  tell_of_plain_page();
  return report::html_page(document);
}

bool load_suppressions(const std::string& file, std::vector<report::Suppression>& into) {
  if (file.empty()) return true;
  std::string text;
  std::string error;
  if (!read_file(file, text, error)) {
    fail(fmt::format("{} {}", file, error));
    return false;
  }
  if (!report::read_suppressions(text, file, into, error)) {
    fail(error);
    return false;
  }
  return true;
}

void apply_suppressions(const std::vector<report::Suppression>& suppressions, RunResult& result) {
  const std::string today = fmt::format("{:%F}", fmt::localtime(std::time(nullptr)));
  for (const std::string& news : report::suppress(result, suppressions, today)) warn(news);
}

void add_report(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("report", "Merge results of earlier runs and convert them");
  auto form = std::make_shared<ReportForm>();
  command->add_option("FILE", form->files, "Result documents, streams of --json=-, or records of programs")
      ->required();
  std::vector<std::string> formats = document_formats();
  formats.insert(formats.begin(), "text");
  command->add_option("--to", form->to, fmt::format("{} (default text)", fmt::join(formats, ", ")))
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT");
  command->add_option("--output,-o", form->output, "File to write (default: standard output)")
      ->type_name("FILE");
  command->add_option("--suppressions", form->suppressions, "Leave out the findings this file names")
      ->type_name("FILE");
  command->add_option("--source-root", form->source_root, "Write paths below this folder relative to it")
      ->type_name("FOLDER");
  command->add_option("--color", form->colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command->add_flag("--verbose,-v", form->verbose, "Show all frames and all steps");
  command->callback([form, &context] {
    if (!form->source_root.empty()) form->source_root = std::filesystem::absolute(form->source_root).string();
    context.exit_code = run_report(*form);
  });
}

}  // namespace heddle::cli
