// Each rule's page in docs/rules shows the report of an example, as recorded in tests/golden/findings.
// HEDDLE_UPDATE_GOLDEN=1 rewrites the section "A report".
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "reports/format/result_reader.hpp"
#include "reports/terminal/finding_report.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

struct Example {
  const char* rule;
  const char* name;
};

// The interleaving and why it happened; the stacks after that are for those who have the sources open.
std::string report_of(const Example& example) {
  format::RunResult result;
  std::string error;
  EXPECT_TRUE(format::read_result(read_text(golden("findings/" + std::string(example.name) + ".json")),
                                  result, error))
      << error;
  report::explain(result);
  if (result.findings.empty()) return "";
  const std::string text = report::finding_report(result.findings[0], {});
  const std::size_t why = text.find("\nWhy\n");
  return why == std::string::npos ? text : text.substr(0, text.find("\n\n", why) + 1);
}

class RulePage : public testing::TestWithParam<Example> {};

TEST_P(RulePage, ShowsTheReportOfAnExample) {
  const std::string path = golden("../../docs/rules/" + std::string(GetParam().rule) + ".md");
  const std::string section = "## A report\n\n```\n" + report_of(GetParam()) + "```\n\n";
  std::string page = read_text(path);
  if (std::getenv("HEDDLE_UPDATE_GOLDEN") != nullptr) {
    std::size_t at = page.find("## A report\n");
    if (at != std::string::npos) page.erase(at, page.find("\n## ", at) + 1 - at);
    at = page.find("## What the report says");
    if (at == std::string::npos) at = page.find("## How to fix it");
    ASSERT_NE(at, std::string::npos) << path;
    page.insert(at, section);
    std::ofstream(path, std::ios::binary) << page;
  }
  EXPECT_NE(page.find(section), std::string::npos) << path << " lacks\n" << section;
}

INSTANTIATE_TEST_SUITE_P(
    Rules, RulePage,
    testing::Values(Example{"HED001", "publication_relaxed"}, Example{"HED002", "abba_deadlock"},
                    Example{"HED003", "hidden_deadlock"}, Example{"HED004", "signal_before_wait"},
                    Example{"HED005", "flag_never_set"}, Example{"HED006", "store_buffering"},
                    Example{"HED007", "thread_destroyed_joinable"}, Example{"HED008", "exception_in_thread"},
                    Example{"HED009", "null_after_check"}, Example{"HED010", "tree_cycle"},
                    Example{"HED011", "hazard_pointer_early"}, Example{"HED012", "refcount_double_free"},
                    Example{"HED013", "bounded_buffer_off_by_one"}, Example{"HED014", "leaked_node"},
                    Example{"HED015", "unlock_twice"}, Example{"HED016", "destroy_mutex_in_use"},
                    Example{"HED017", "account_transfer"}, Example{"HED018", "dead_stack_frame"},
                    Example{"HED019", "uninitialised_atomic"}, Example{"HED020", "taken_twice"},
                    Example{"HED021", "exit_status"}, Example{"HED022", "list_cycle"},
                    Example{"HED023", "pop_spins"}),
    [](const auto& example) { return std::string(example.param.rule); });

}  // namespace
}  // namespace heddle::test
