#include "reports/symbolize/symbolize.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "reports/symbolize/object_names.hpp"

namespace heddle::report {
namespace {

bool starts_with_any(const std::string& text, std::span<const std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

bool contains_any(const std::string& text, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view p) { return text.find(p) != std::string::npos; });
}

constexpr std::array<std::string_view, 4> system_folders = {"/usr/include/", "/usr/lib/", "/lib/", "/lib64/"};
constexpr std::array<std::string_view, 12> library_parts = {
    "/include/c++/",  "/bits/",         "/lib/gcc/",
    "/lib/clang/",    "/sysdeps/",      "/libstdc++-v3/",
    "/heddle/check",  "/heddle/verify", "/heddle/together",  // of heddle::check and the like
    "/libsanitizer/", "/compiler-rt/",  "heddle/stress/runner/"};
constexpr std::array<std::string_view, 7> engine = {
    "__wrap_main",       "__tsan_",          "heddle::runtime::", "heddle::frontend::",
    "heddle::explore::", "heddle::kernel::", "heddle::models::"};
constexpr std::array<std::string_view, 7> start_up = {"_start",  "__libc_start", "start_thread", "clone",
                                                      "__clone", "std::",        "__gnu_cxx::"};

// All frames of one address belong together: what was inlined into the engine is the engine's.
bool is_engine_frame(const format::Frame& frame) { return contains_any(frame.function, engine); }

// gcc's debug information calls an inlined lambda `operator()`; the frames that called it know better.
void name_lambdas(std::vector<format::Frame>& frames) {
  const bool calls_lambda = std::ranges::any_of(
      frames, [](const format::Frame& f) { return f.function.find("lambda") != std::string::npos; });
  for (format::Frame& frame : frames) {
    if (calls_lambda && frame.function == "operator()" && frame.line > 0) frame.function = "lambda";
  }
}

}  // namespace

bool is_library_frame(const format::Frame& frame) {
  if (is_engine_frame(frame)) return true;
  if (!frame.file.empty()) {
    return starts_with_any(frame.file, system_folders) || contains_any(frame.file, library_parts);
  }
  return starts_with_any(frame.module, system_folders) || starts_with_any(frame.function, start_up);
}

const std::vector<format::Frame>& Symbolizer::frames(const std::string& module, std::uint64_t offset) {
  const auto [found, added] = code_.try_emplace(Key{module, offset});
  std::vector<format::Frame>& result = found->second;
  if (!added) return result;
  result = source_.code(module, offset);
  if (result.empty()) result.emplace_back();
  name_lambdas(result);
  const bool inside_engine = std::ranges::any_of(result, is_engine_frame);
  for (format::Frame& frame : result) {
    frame.module = module;
    frame.offset = offset;
    frame.source = lines_.line(frame.file, frame.line);
    frame.library = inside_engine || is_library_frame(frame);
  }
  return result;
}

void Symbolizer::stack(format::Stack& stack, const std::vector<format::Module>& modules) {
  stack.frames.clear();
  for (const format::Address& address : stack.addresses) {
    if (!address.known() || static_cast<std::size_t>(address.module) >= modules.size()) {
      stack.frames.emplace_back().offset = address.offset;
      continue;
    }
    // A return address is the instruction after the call, which may already belong to the next line.
    const std::uint64_t call = address.offset == 0 ? 0 : address.offset - 1;
    const auto& found = frames(modules[static_cast<std::size_t>(address.module)].path, call);
    stack.frames.insert(stack.frames.end(), found.begin(), found.end());
  }
}

std::optional<DataSymbol> Symbolizer::variable(const format::Object& object,
                                               const std::vector<format::Module>& modules) {
  const format::Address at = object.symbol_address;
  if (!at.known() || static_cast<std::size_t>(at.module) >= modules.size()) return std::nullopt;
  return source_.data(modules[static_cast<std::size_t>(at.module)].path, at.offset);
}

void Symbolizer::declare(format::Object& object, const std::vector<format::Module>& modules) {
  const format::Address at = object.symbol_address;
  if (!at.known() || static_cast<std::size_t>(at.module) >= modules.size()) return;
  const auto declared =
      types_.at(modules[static_cast<std::size_t>(at.module)].path, at.offset, real_size(object));
  if (!declared) return;
  object.type = declared->type;
  object.declared_in = declared->file;
  object.declared_line = declared->line;
}

void Symbolizer::finding(format::Finding& finding, const std::vector<format::Module>& modules) {
  for (format::Thread& t : finding.threads) {
    stack(t.created_at, modules);
    if (t.entry.known() && static_cast<std::size_t>(t.entry.module) < modules.size()) {
      t.entry_function =
          frames(modules[static_cast<std::size_t>(t.entry.module)].path, t.entry.offset).back().function;
    }
  }
  for (format::Object& o : finding.objects) stack(o.allocated_at, modules);
  for (format::Access& a : finding.accesses) stack(a.stack, modules);
  for (format::Blocked& b : finding.blocked) stack(b.stack, modules);
  for (format::Held& h : finding.held) stack(h.stack, modules);
  for (format::Step& s : finding.steps) stack(s.stack, modules);
  for (format::Fix& fix : finding.fixes) {
    for (format::OrderChange& change : fix.orders) stack(change.stack, modules);
  }
  for (format::Finding& passing : finding.passing) this->finding(passing, modules);
  std::vector<std::optional<DataSymbol>> variables;
  for (const format::Object& o : finding.objects) variables.push_back(variable(o, modules));
  name_objects(finding, variables);
  for (format::Object& o : finding.objects) declare(o, modules);
}

void Symbolizer::symbolize(format::RunRecords& records) {
  for (format::Finding& f : records.findings) finding(f, records.modules);
  for (format::Warning& w : records.warnings) stack(w.stack, records.modules);
  for (format::Unsupported& u : records.unsupported) stack(u.stack, records.modules);
  for (format::AtomicSite& s : records.atomic_sites) stack(s.stack, records.modules);
  for (format::Divergence& d : records.divergences) {
    stack(d.stack, records.modules);
    stack(d.expected_stack, records.modules);
  }
}

}  // namespace heddle::report
