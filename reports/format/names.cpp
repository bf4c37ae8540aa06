#include "reports/format/names.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace heddle::format {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

// The position after the bracket that closes the one at `open`; the end if it is not closed.
std::size_t after_matching(const std::string& text, std::size_t open) {
  const char opening = text[open];
  const char closing = opening == '(' ? ')' : opening == '<' ? '>' : '}';
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == opening) ++depth;
    if (text[i] == closing && text[i - 1] != '-' && --depth == 0) return i + 1;
  }
  return text.size();
}

// gcc: `{lambda(int)#1}` and `<lambda(int)>`; clang: `'lambda'(int)`, `'lambda0'(int)`, `$_0`.
void unify_lambdas(std::string& text) {
  for (const std::string_view start : {"{lambda(", "<lambda("}) {
    for (std::size_t at = 0; (at = text.find(start, at)) != std::string::npos;) {
      text.replace(at, after_matching(text, at) - at, "lambda");
    }
  }
  for (std::size_t at = 0; (at = text.find("'lambda", at)) != std::string::npos;) {
    const std::size_t end = text.find('\'', at + 1);
    if (end == std::string::npos) break;
    text.replace(at, end + 1 - at, "lambda");
  }
  for (std::size_t at = 0; (at = text.find("$_", at)) != std::string::npos;) {
    std::size_t end = at + 2;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    text.replace(at, end - at, "lambda");
  }
}

// In "operator<" the bracket is a name; in "operator<< <char>" the one after the space is not.
bool after_operator(const std::string& kept) {
  constexpr std::string_view word = "operator";
  const std::size_t at = kept.rfind(word);
  if (at == std::string::npos) return false;
  return kept.find_first_not_of("<-=", at + word.size()) == std::string::npos;
}

}  // namespace

std::string short_function(std::string_view demangled) {
  std::string text(demangled);
  if (const std::size_t clone = text.find(" [clone"); clone != std::string::npos) text.erase(clone);
  replace_all(text, "(anonymous namespace)::", "");
  unify_lambdas(text);
  std::string kept;
  for (std::size_t i = 0; i < text.size();) {
    const bool bracket = text[i] == '(' || text[i] == '<';
    if (bracket && kept.ends_with("operator") && text.compare(i, 2, "()") == 0) {
      kept += "()";
      i += 2;
    } else if (bracket && !(text[i] == '<' && after_operator(kept))) {
      i = after_matching(text, i);
    } else {
      kept += text[i++];
    }
  }
  for (const std::string_view suffix : {" const", " volatile", "&&", "&", " "}) {
    if (kept.ends_with(suffix)) kept.erase(kept.size() - suffix.size());
  }
  if (kept.ends_with("lambda::operator()")) kept.erase(kept.size() - std::string_view("::operator()").size());
  if (kept.find("operator ") == std::string::npos) {
    if (const std::size_t type = kept.rfind(' '); type != std::string::npos) kept.erase(0, type + 1);
  }
  return kept.empty() ? std::string(demangled) : kept;
}

std::string base_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string place(const Frame* frame) {
  if (frame == nullptr) return "";
  if (frame->library) return "";
  if (frame->line > 0) return fmt::format("{}:{}", base_name(frame->file), frame->line);
  const std::string at =
      fmt::format("{}+{:#x}", frame->module.empty() ? "?" : base_name(frame->module), frame->offset);
  return frame->function.empty() ? at : fmt::format("{} in {}", short_function(frame->function), at);
}

std::string thread_name(const Finding&, int thread) {
  return thread == 0 ? "main" : fmt::format("T{}", thread);
}

std::string thread_title(const Finding& finding, int thread) {
  const std::string name = thread_name(finding, thread);
  const Thread* known = finding.thread(thread);
  if (known == nullptr || known->name.empty() || known->name == name) return name;
  return name + " " + known->name;
}

bool is_join(const Blocked& blocked) { return blocked.call.find("join") != std::string::npos; }

std::string waiting_for(const Finding& finding, const Blocked& blocked) {
  if (is_join(blocked)) {
    return blocked.holder ? fmt::format("waits for {} to end", thread_name(finding, *blocked.holder))
                          : "waits for a thread to end";
  }
  if (!blocked.object) return fmt::format("{} in {}()", blocked.spin ? "spins" : "waits", blocked.call);
  return fmt::format("{} {}", blocked.spin ? "spins on" : "waits for", object_name(finding, blocked.object));
}

std::string object_name(const Finding& finding, std::optional<int> object, std::string_view address) {
  if (const Object* known = finding.object(object); known != nullptr) {
    if (!known->name.empty()) return known->name;
    return fmt::format("{} {}", known->kind.empty() ? "object" : known->kind, known->address);
  }
  return address.empty() ? "memory" : "memory at " + std::string(address);
}

}  // namespace heddle::format
