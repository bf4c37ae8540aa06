#include "reports/symbolize/object_names.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <semaphore.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Finding;
using format::Frame;
using format::Object;
using format::Stack;

std::string operand_at(const Stack& stack, std::string_view call) {
  const Frame* frame = stack.user_frame();
  return frame == nullptr ? "" : operand_in_source(frame->source, call);
}

// Whether the user's line touches the object itself, and not some library that it calls: `found =
// queue.pop()` does not say what pop() reads. std::atomic is not such a library.
bool touches_itself(const Stack& stack, std::string_view kind) {
  const Frame* const user = stack.user_frame();
  const bool atomic = kind.starts_with("atomic");
  for (const Frame& frame : stack.frames) {
    if (&frame == user) return true;
    if (!atomic || frame.file.find("/c++/") == std::string::npos) return false;
  }
  return false;
}

// What the source calls the object; ".head" when the places that touch it agree on the member only; else
// empty.
std::string source_name(const Finding& finding, int object) {
  std::set<std::string> names;
  const auto add = [&](std::optional<int> id, const Stack& stack, std::string_view call) {
    if (id != object) return;
    if (std::string name = operand_at(stack, call); !name.empty()) names.insert(name);
  };
  for (const format::Step& s : finding.steps) add(s.object, s.stack, s.call);
  for (const format::Blocked& b : finding.blocked) add(b.object, b.stack, b.call);
  for (const format::Access& a : finding.accesses) {
    if (touches_itself(a.stack, a.kind)) add(a.object, a.stack, a.kind);
  }
  if (names.size() == 1) return *names.begin();
  // The same member reached in two ways (`head`, `queue.head`, `q->head`): its own name is common to all.
  std::set<std::string> last;
  for (const std::string& name : names) last.insert(name.substr(name.find_last_of(".>:") + 1));
  if (last.size() != 1) return "";
  const bool member = std::ranges::all_of(
      names, [](const std::string& n) { return n.find_first_of(".>") != std::string::npos; });
  return (member ? "." : "") + *last.begin();
}

// Where a variable is hidden says nothing to the reader and differs between compilers' demanglers.
DataSymbol without_anonymous_namespaces(DataSymbol variable) {
  constexpr std::string_view hidden = "(anonymous namespace)::";
  for (std::size_t at = 0; (at = variable.name.find(hidden, at)) != std::string::npos;)
    variable.name.erase(at, hidden.size());
  return variable;
}

std::string global_name(const Object& o, const DataSymbol& variable, const std::string& in_source) {
  const std::uint64_t offset = o.symbol_address.offset - variable.start;
  const std::uint64_t size = real_size(o);
  if (offset == 0 && (variable.size == size || size == 0)) return variable.name;
  const bool element = size > 0 && offset % size == 0 && variable.size % size == 0;
  if (in_source.ends_with(']') && element) return fmt::format("{}[{}]", variable.name, offset / size);
  if (in_source.starts_with(variable.name + ".")) return in_source;
  // Reached through a reference or a pointer, the last name is that of the member; a plain name may be a
  // parameter's.
  const std::size_t dot = in_source.find_last_of(".>");
  const bool member = dot != std::string::npos && in_source.find_first_of("[*(") == std::string::npos;
  if (member) return variable.name + "." + in_source.substr(dot + 1);
  return fmt::format("{}+{}", variable.name, offset);
}

std::string heap_name(const Object& o) {
  const Frame* frame = o.allocated_at.user_frame();
  std::string name = "heap block";
  if (frame != nullptr && !frame->function.empty()) name += " of " + format::short_function(frame->function);
  return o.offset == 0 ? name : fmt::format("{}+{}", name, o.offset);
}

std::string kind_name(const Object& o) {
  if (o.kind == "memory") return "memory at " + o.address;
  return o.kind.empty() ? "object" : o.kind;
}

// Equal names get numbers in the order of the objects.
void make_unique(std::vector<Object>& objects) {
  std::map<std::string, int> uses;
  for (const Object& o : objects) ++uses[o.name];
  std::map<std::string, int> next;
  for (Object& o : objects) {
    if (uses[o.name] > 1) o.name += fmt::format("#{}", ++next[o.name]);
  }
}

}  // namespace

std::uint64_t real_size(const Object& o) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> known = {
      {{"mutex", sizeof(pthread_mutex_t)},
       {"condition", sizeof(pthread_cond_t)},
       {"rwlock", sizeof(pthread_rwlock_t)},
       {"semaphore", sizeof(sem_t)},
       {"barrier", sizeof(pthread_barrier_t)}}};
  for (const auto& [kind, size] : known) {
    if (o.kind == kind) return size;
  }
  return o.size;
}

void name_objects(Finding& finding, const std::vector<std::optional<DataSymbol>>& variables) {
  for (std::size_t i = 0; i < finding.objects.size(); ++i) {
    Object& o = finding.objects[i];
    const std::string in_source = source_name(finding, o.id);
    o.stable_name = true;
    if (i < variables.size() && variables[i]) {
      o.name = global_name(o, without_anonymous_namespaces(*variables[i]), in_source);
    } else if (!in_source.empty()) {
      o.name = in_source.substr(in_source.starts_with('.') ? 1 : 0);
    } else if (o.region == "heap") {
      o.name = heap_name(o);
    } else {
      o.name = kind_name(o);
      o.stable_name = false;
    }
  }
  make_unique(finding.objects);
}

}  // namespace heddle::report
