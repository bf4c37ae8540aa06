// The formats for machines: one function each, all of an explained result. None throws; text of unknown
// origin is escaped as the format demands.
#pragma once

#include <span>
#include <string>

#include "reports/format/run.hpp"

namespace heddle::report {

struct ExportOptions {
  std::string source_root;  // absolute; paths below it are written relative to it. Empty: the run's directory
};

std::string to_sarif(const format::RunResult& result, const ExportOptions& options);    // SARIF 2.1.0
std::string to_junit(const format::RunResult& result, const ExportOptions& options);    // JUnit XML
std::string to_github(const format::RunResult& result, const ExportOptions& options);   // workflow commands
std::string to_chrome(const format::RunResult& result, const ExportOptions& options);   // trace events
std::string to_mermaid(const format::RunResult& result, const ExportOptions& options);  // sequence diagrams
std::string to_dot(const format::RunResult& result, const ExportOptions& options);      // Graphviz
std::string to_csv(const format::RunResult& result, const ExportOptions& options);      // one line a run

struct ExportFormat {
  const char* name;
  const char* what;
  std::string (*write)(const format::RunResult&, const ExportOptions&);
};
std::span<const ExportFormat> export_formats();

}  // namespace heddle::report
