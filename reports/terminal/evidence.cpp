#include "reports/terminal/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "reports/format/cause.hpp"
#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Access;
using format::Blocked;
using format::Finding;
using format::Frame;
using format::Object;
using format::Thread;

std::string heading(const char* text, const Style& style) {
  return "\n" + style.paint(Colour::bold, text) + "\n";
}

// Clickable in terminals: relative to the working directory if the file is below it.
std::string path_of(const Frame& frame) {
  if (frame.line == 0) {
    return fmt::format("{}+{:#x}", frame.module.empty() ? "?" : format::base_name(frame.module),
                       frame.offset);
  }
  std::error_code failed;
  const std::string here = std::filesystem::current_path(failed).string() + "/";
  const std::string path = frame.file.starts_with(here) ? frame.file.substr(here.size()) : frame.file;
  return fmt::format("{}:{}", path, frame.line);
}

std::string function_of(const Frame& frame) {
  return frame.function.empty() ? "?" : format::short_function(frame.function);
}

std::string role_in_words(const Finding& f, const Access& a) {
  const std::string who = format::thread_name(f, a.thread);
  const std::string what = a.object ? format::object_name(f, a.object) : "";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> past = {{
      {"freed_at", "freed"},
      {"allocated_at", "allocated"},
      {"acquired_at", "acquired"},
      {"created_at", "created"},
      {"notified_at", "notified"},
  }};
  for (const auto& [role, verb] : past) {
    if (a.role == role) return fmt::format("{} {} {}", who, verb, what.empty() ? "it" : what);
  }
  if (a.kind == "call") return who + ", here";
  std::string text =
      fmt::format("{}: {}{}", who, a.kind.empty() ? "here" : a.kind, what.empty() ? "" : " of " + what);
  if (a.size > 0) text += fmt::format(" ({} byte{})", a.size, a.size == 1 ? "" : "s");
  if (a.role == "previous") text += ", earlier in this execution";
  return text;
}

std::string held_by(const Finding& f, int thread, const Style& style) {
  std::string text;
  for (const format::Held& h : f.held) {
    if (h.thread != thread) continue;
    const std::string where = format::place(h.stack.user_frame());
    text += paragraph(fmt::format("holds {}{}", format::object_name(f, h.object),
                                  where.empty() ? "" : ", locked at " + where),
                      4, style);
  }
  return text;
}

std::string where_object_lives(const Finding& f, const Object& o) {
  std::string text;
  const bool whole_known =
      o.type.empty() || o.kind == "memory" || o.kind == "atomic";  // else of the operation
  if (o.size > 0 && whole_known) text = fmt::format("{} byte{}", o.size, o.size == 1 ? "" : "s");
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (o.region == "heap") {
    const bool whole = o.offset == 0 && o.size == o.block_size;
    if (o.block_size > 0) {
      add(whole ? "a heap block" : fmt::format("at offset {} of a heap block of {}", o.offset, o.block_size));
    }
    std::string by = o.allocated_by ? "allocated by " + format::thread_name(f, *o.allocated_by) : "";
    const std::string where = format::place(o.allocated_at.user_frame());
    if (!where.empty()) by += (by.empty() ? "allocated at " : " at ") + where;
    if (!by.empty()) add(by);
  } else if (o.region == "global") {
    add("a global variable");
    if (!o.declared_in.empty())
      text += fmt::format(" declared at {}:{}", format::base_name(o.declared_in), o.declared_line);
  } else if (o.region == "stack") {
    add(o.allocated_by ? "on the stack of " + format::thread_name(f, *o.allocated_by) : "on a stack");
  } else if (o.region == "thread_local") {
    add("thread-local");
  }
  return text;
}

// Objects named in the message parts; a long trace may touch hundreds.
std::set<int> objects_of_interest(const Finding& f) {
  std::set<int> ids;
  const auto add = [&](std::optional<int> id) {
    if (id) ids.insert(*id);
  };
  for (const Access& a : f.accesses) add(a.object);
  for (const Blocked& b : f.blocked) add(b.object);
  for (const format::Held& h : f.held) add(h.object);
  return ids;
}

}  // namespace

std::string stack_text(const format::Stack& stack, int indent, const Style& style) {
  const bool any_own = std::ranges::any_of(stack.frames, [](const Frame& f) { return !f.library; });
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::string text;
  bool first = true;
  for (const Frame& frame : stack.frames) {
    const bool shown = style.verbose || !frame.library || (!any_own && first);
    first = false;
    if (!shown) continue;
    std::string line =
        fmt::format("{}{:<24} {}", margin, printable(function_of(frame)), printable(path_of(frame)));
    text += line;
    if (!frame.source.empty()) {
      const int left = style.width - columns(line) - 3;
      std::string quoted = printable(frame.source);
      if (columns(quoted) > left) {
        quoted = left >= 24 ? fit(quoted, left, style)
                            : "\n" + margin + "    " +
                                  fit(quoted, std::min(style.width - indent - 4, columns(quoted)), style);
      }
      text += (quoted.starts_with('\n') ? "" : "   ") + style.paint(Colour::dim, quoted);
    }
    text += "\n";
  }
  return text;
}

std::string accesses_text(const Finding& f, const Style& style) {
  if (f.accesses.empty()) return "";
  std::string text = heading(f.rule == "HED001" ? "The two accesses" : "Where", style);
  for (const Access& a : f.accesses) {
    const bool marked = a.role == "current" || a.role == "previous";
    text += "  " + style.paint(marked ? Colour::red : Colour::none, printable(role_in_words(f, a))) + "\n";
    text += stack_text(a.stack, 4, style);
  }
  return text;
}

std::string blocked_text(const Finding& f, const Style& style) {
  std::string text;
  if (!f.blocked.empty()) text += heading("Threads that wait", style);
  for (const Blocked& b : f.blocked) {
    std::string line = format::thread_name(f, b.thread) + " " + format::waiting_for(f, b);
    if (b.holder && !format::is_join(b)) line += ", which " + format::thread_name(f, *b.holder) + " holds";
    if (b.daemon) line += " (a daemon: not part of the deadlock)";
    text += "  " + style.paint(b.daemon ? Colour::none : Colour::red, printable(line)) + "\n";
    text += stack_text(b.stack, 4, style);
    text += held_by(f, b.thread, style);
  }
  if (const auto cycle = format::wait_cycle(f); !cycle.empty()) {
    std::string line = "Cycle: ";
    for (const Blocked* b : cycle) {
      line += fmt::format("{} {} {} {} ", format::thread_name(f, b->thread), style.arrow(),
                          b->object ? format::object_name(f, b->object) : b->call, style.arrow());
    }
    text += paragraph(line + format::thread_name(f, cycle.front()->thread), 2, style);
  }
  return text;
}

std::string threads_text(const Finding& f, const Style& style) {
  if (f.threads.size() < 2) return "";
  std::string text = heading("Threads", style);
  for (const Thread& t : f.threads) {
    std::string line = format::thread_title(f, t.id);
    if (!t.runs.empty()) line += " runs " + t.runs;
    if (t.creator) line += ", started by " + format::thread_name(f, *t.creator);
    const std::string where = format::place(t.created_at.user_frame());
    if (!where.empty()) line += " at " + where;
    text += paragraph(printable(line), 2, style);
  }
  return text;
}

std::string objects_text(const Finding& f, const Style& style) {
  std::string text;
  for (const int id : objects_of_interest(f)) {
    const Object* o = f.object(id);
    if (o == nullptr || o->kind == "thread") continue;
    const std::string where = where_object_lives(f, *o);
    const std::string kind = !o->type.empty() ? o->type : o->kind.empty() ? "memory" : o->kind;
    text += paragraph(printable(fmt::format("{}: {}{}", format::object_name(f, id), kind,
                                            where.empty() ? "" : ", " + where)),
                      2, style);
  }
  return text.empty() ? "" : heading("Objects", style) + text;
}

std::string output_text(const std::string& printed, const Style& style) {
  constexpr std::size_t lines_max = 10;
  if (printed.empty()) return "";
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < printed.size();) {
    const std::size_t end = std::min(printed.find('\n', at), printed.size());
    lines.push_back(printed.substr(at, end - at));
    at = end + 1;
  }
  const std::size_t first = lines.size() > lines_max && !style.verbose ? lines.size() - lines_max : 0;
  std::string text = heading("Last output of the program", style);
  for (std::size_t i = first; i < lines.size(); ++i)
    text += fmt::format("  {} {}\n", style.bar(), printable(lines[i]));
  return text;
}

}  // namespace heddle::report
