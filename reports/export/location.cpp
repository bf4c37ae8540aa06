#include "reports/export/location.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "reports/format/cause.hpp"

namespace heddle::report {

using format::Finding;
using format::Frame;
using format::Stack;

SourceRoot::SourceRoot(const format::RunResult& result, const ExportOptions& options)
    : root_(options.source_root.empty() ? result.environment.directory : options.source_root) {
  if (!root_.empty()) root_ = std::filesystem::path(root_).lexically_normal().string();
  if (!root_.empty() && !root_.ends_with('/')) root_ += '/';
}

std::string SourceRoot::relative(const std::string& file) const {
  std::string path = std::filesystem::path(file).lexically_normal().string();
  if (!root_.empty() && path.size() > root_.size() && path.starts_with(root_)) path.erase(0, root_.size());
  return path;
}

std::string uri_of(const std::string& path) {
  constexpr std::string_view plain = "-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", byte);
    }
  }
  return uri;
}

const Frame* known_frame(const Stack& stack) {
  const Frame* frame = stack.user_frame();
  return frame == nullptr || frame->library || frame->line <= 0 || frame->file.empty() ? nullptr : frame;
}

const Stack* primary_stack(const Finding& f) {
  for (const format::Access& a : f.accesses) {
    if (a.role == "current" && known_frame(a.stack) != nullptr) return &a.stack;
  }
  for (const format::Blocked* b : format::wait_cycle(f)) {
    if (known_frame(b->stack) != nullptr) return &b->stack;
  }
  // A thread that waits for another's end is seldom the one to look at.
  for (const bool joins : {false, true}) {
    for (const format::Blocked& b : f.blocked) {
      const bool join = b.call.find("join") != std::string::npos;
      if (join == joins && !b.daemon && known_frame(b.stack) != nullptr) return &b.stack;
    }
  }
  for (const format::Access& a : f.accesses) {
    if (known_frame(a.stack) != nullptr) return &a.stack;
  }
  for (auto s = f.steps.rbegin(); s != f.steps.rend(); ++s) {
    if (known_frame(s->stack) != nullptr) return &s->stack;
  }
  return nullptr;
}

const Frame* primary_frame(const Finding& f) {
  const Stack* stack = primary_stack(f);
  return stack == nullptr ? nullptr : known_frame(*stack);
}

}  // namespace heddle::report
