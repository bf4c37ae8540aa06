#include "reports/export/export.hpp"

#include <array>

namespace heddle::report {

std::span<const ExportFormat> export_formats() {
  static constexpr std::array<ExportFormat, 7> all = {{
      {"sarif", "SARIF 2.1.0, for code scanning", to_sarif},
      {"junit", "JUnit XML, for CI", to_junit},
      {"github", "annotations for a GitHub workflow's log", to_github},
      {"chrome", "trace events for Perfetto and chrome://tracing", to_chrome},
      {"mermaid", "sequence diagrams for Markdown", to_mermaid},
      {"dot", "execution graphs for Graphviz", to_dot},
      {"csv", "a table of the runs", to_csv},
  }};
  return all;
}

}  // namespace heddle::report
