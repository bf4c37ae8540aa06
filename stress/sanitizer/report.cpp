#include "stress/sanitizer/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <regex>
#include <utility>

#include "reports/format/rule_lookup.hpp"

namespace heddle::stress {
namespace {

using format::Access;
using format::Finding;
using format::Object;
using format::RunRecords;
using format::Stack;

constexpr std::size_t line_max = 4000;  // longer ones (template names) are cut: regular expressions recurse

struct Kind {
  std::string_view words;  // the report's
  const char* rule;
};
// The first that the report's title begins with.
constexpr std::array<Kind, 30> kinds = {{
    {"data race", "HED001"},
    {"race on vptr", "HED001"},
    {"use of an invalid vptr", "HED001"},
    {"lock-order-inversion", "HED017"},
    {"heap-use-after-free", "HED011"},
    {"use-after-poison", "HED011"},
    {"attempting double-free", "HED012"},
    {"double-free", "HED012"},
    {"attempting free on address", "HED012"},
    {"bad-free", "HED012"},
    {"alloc-dealloc-mismatch", "HED012"},
    {"heap-buffer-overflow", "HED013"},
    {"global-buffer-overflow", "HED013"},
    {"stack-buffer-overflow", "HED013"},
    {"dynamic-stack-buffer-overflow", "HED013"},
    {"stack-buffer-underflow", "HED013"},
    {"container-overflow", "HED013"},
    {"stack-use-after", "HED018"},
    {"stack-overflow", "HED010"},
    {"detected memory leaks", "HED014"},
    {"destroy of a locked mutex", "HED016"},
    {"use of an invalid mutex", "HED016"},
    {"unlock of an unlocked mutex", "HED015"},
    {"double lock of a mutex", "HED015"},
    {"read lock of a write locked", "HED015"},
    {"read unlock of a write locked", "HED015"},
    {"signal-unsafe call", "HED015"},
    {"thread leak", "HED015"},
    {"ABRT", "HED007"},
    {"", "HED009"},
}};

const char* rule_of_title(std::string_view title) {
  return std::ranges::find_if(kinds, [&](const Kind& k) { return title.starts_with(k.words); })->rule;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Reads one report, line by line.
class Reader {
 public:
  Reader(RunRecords& records, std::string title, bool thread_sanitizer) : records_(records) {
    finding_.message = title;
    finding_.rule = rule_of_title(title);
    finding_.name = format::rule_name(finding_.rule);
    finding_.title = format::rule_title(finding_.rule);
    finding_.phase = "native";
    thread(0);
    // A report may begin with a stack and no word about whose.
    if (thread_sanitizer) add_access("current", 0, "call");
  }

  void line(const std::string& text) {
    std::smatch m;
    static const std::regex frame(R"(^\s+#\d+ .*\(([^()]*)\+(0x[0-9a-f]+)\)( \(BuildId.*)?\s*$)");
    if (std::regex_match(text, m, frame)) {
      if (stack_ != nullptr) stack_->addresses.push_back({module(m[1]), number(m[2].str()) + 1});
      return;
    }
    if (text.find("    #") == 0) return;  // a frame without a module
    if (text.empty()) {
      stack_ = nullptr;
      return;
    }
    header(text);
  }

  void finish() {
    std::erase_if(finding_.accesses, [](const Access& a) { return a.stack.addresses.empty(); });
    for (Access& a : finding_.accesses) drop_repeated(a.stack);
    for (Object& o : finding_.objects) drop_repeated(o.allocated_at);
    number_threads();
    format::put_in_order(finding_);
    records_.findings.push_back(std::move(finding_));
  }

 private:
  // Frames that were inlined into one another have the same address.
  static void drop_repeated(Stack& stack) {
    const auto same = [](const format::Address& a, const format::Address& b) {
      return a.module == b.module && a.offset == b.offset;
    };
    const auto rest = std::ranges::unique(stack.addresses, same);
    stack.addresses.erase(rest.begin(), rest.end());
  }

  int module(const std::string& name) {
    auto& modules = records_.modules;
    const bool has_folder = name.find('/') != std::string::npos;
    const auto known = std::ranges::find_if(modules, [&](const format::Module& m) {
      return has_folder ? m.path == name : base_name(m.path) == name;
    });
    if (known != modules.end()) return static_cast<int>(known - modules.begin());
    modules.push_back({name, ""});
    return static_cast<int>(modules.size()) - 1;
  }

  // "main thread", "thread T3", "T3", "T0"
  int thread_named(const std::string& words) {
    const std::size_t at = words.find_last_of('T');
    return thread(at == std::string::npos ? 0 : static_cast<int>(number(words.substr(at + 1))));
  }
  int thread(int id) {
    const auto known = std::ranges::find(finding_.threads, id, &format::Thread::id);
    if (known == finding_.threads.end()) finding_.threads.emplace_back().id = id;
    return id;
  }

  Access& add_access(const char* role, int thread, const char* kind) {
    Access& a = finding_.accesses.emplace_back();
    a.role = role;
    a.thread = thread;
    a.kind = kind;
    stack_ = &a.stack;
    return a;
  }

  Object& object_at(const std::string& address, const char* kind) {
    const auto known = std::ranges::find(finding_.objects, address, &Object::address);
    if (known != finding_.objects.end()) return *known;
    Object& o = finding_.objects.emplace_back();
    o.id = static_cast<int>(finding_.objects.size()) - 1;
    o.kind = kind;
    o.address = address;
    o.region = "unknown";
    return o;
  }

  void header(const std::string& text) {
    if (access_header(text) || location(text) || lock_header(text) || heap_header(text)) return;
    std::smatch m;
    static const std::regex created(R"(^\s*Thread T(\d+)( '.*')?.* created by (.*?)(?: here:| at:).*)");
    if (std::regex_match(text, m, created)) {
      const int id = thread(static_cast<int>(number(m[1].str())));
      const int creator = thread_named(m[3]);
      auto& t = *std::ranges::find(finding_.threads, id, &format::Thread::id);
      t.creator = creator;
      stack_ = &t.created_at;
      return;
    }
    if (!finding_.accesses.empty() && text.find(':') != std::string::npos && text.starts_with("  ") &&
        !text.starts_with("    ")) {
      stack_ = nullptr;  // a part we do not know
    }
  }

  bool access_header(const std::string& text) {
    std::smatch m;
    static const std::regex access(
        R"(^\s*(Previous )?(atomic |Atomic )?(read|write|Read|Write|READ|WRITE) of size (\d+) at (0x[0-9a-f]+)(?: by)? (main thread|thread T\d+).*)");
    if (!std::regex_match(text, m, access)) return false;
    const bool writes = m[3].str()[0] == 'w' || m[3].str()[0] == 'W';
    const bool freed = finding_.rule == "HED011" && m[1].matched;
    const std::string kind = std::string(m[2].matched ? "atomic " : "") + (writes ? "write" : "read");
    if (m[1].matched || is_first_placeholder()) drop_placeholder();
    const char* const role = freed ? "freed_at" : m[1].matched ? "previous" : "current";
    Access& a = add_access(role, thread_named(m[6]), freed ? "free" : kind.c_str());
    a.size = number(m[4].str());
    a.address = m[5];
    if (!freed) {
      Object& o = object_at(m[5], m[2].matched ? "atomic" : "memory");
      o.size = a.size;
      finding_.accesses.back().object = o.id;
    }
    return true;
  }
  bool is_first_placeholder() const {
    return finding_.accesses.size() == 1 && finding_.accesses[0].stack.addresses.empty();
  }
  void drop_placeholder() {
    if (is_first_placeholder()) finding_.accesses.clear();
  }

  bool location(const std::string& text) {
    std::smatch m;
    static const std::regex global(
        R"(^\s*Location is global '.*' of size (\d+) at (0x[0-9a-f]+) \(([^()]*)\+(0x[0-9a-f]+)\).*)");
    static const std::regex heap(
        R"(^\s*Location is heap block of size (\d+) at (0x[0-9a-f]+) allocated by (.*):$)");
    if (std::regex_match(text, m, global)) {
      const std::uint64_t start = number(m[2].str());
      const std::uint64_t offset = number(m[4].str());
      const int in = module(m[3]);
      for (Object& o : finding_.objects) {
        const std::uint64_t at = number(o.address);
        if (at < start || at >= start + std::max<std::uint64_t>(number(m[1].str()), 1)) continue;
        o.region = "global";
        o.symbol_address = {in, offset + (at - start)};
      }
      return true;
    }
    if (std::regex_match(text, m, heap)) {
      Object* const o = finding_.objects.empty() ? nullptr : &finding_.objects.front();
      if (o == nullptr) return true;
      o->region = "heap";
      o->block = m[2];
      o->block_size = number(m[1].str());
      o->offset = number(o->address) - number(o->block);
      o->allocated_by = thread_named(m[3]);
      stack_ = &o->allocated_at;
      return true;
    }
    if (text.find("Location is stack of") == std::string::npos)
      return text.find("Location is ") != std::string::npos;
    if (!finding_.objects.empty()) finding_.objects.front().region = "stack";
    return true;
  }

  bool lock_header(const std::string& text) {
    std::smatch m;
    static const std::regex mutex(R"(M(\d+) \((0x[0-9a-f]+)\))");
    static const std::regex takes(
        R"(^\s*Mutex M(\d+) acquired here while holding mutex M\d+ in (main thread|thread T\d+).*)");
    static const std::regex holds(R"(^\s*Mutex M(\d+) previously acquired by the same thread here.*)");
    static const std::regex created(R"(^\s*Mutex M(\d+) \((0x[0-9a-f]+)\) created at:.*)");
    if (text.find("Cycle in lock order graph") != std::string::npos) {
      for (std::sregex_iterator i(text.begin(), text.end(), mutex); i != std::sregex_iterator(); ++i) {
        Object& o = object_at((*i)[2], "mutex");
        o.size = 8;
        mutexes_[number((*i)[1].str())] = o.id;
      }
      return true;
    }
    if (std::regex_match(text, m, takes)) {
      drop_placeholder();
      last_thread_ = thread_named(m[2]);
      add_access(finding_.accesses.empty() ? "current" : "previous", last_thread_, "lock").object =
          mutex_object(m[1]);
      return true;
    }
    if (std::regex_match(text, m, holds)) {
      add_access("acquired_at", last_thread_, "lock").object = mutex_object(m[1]);
      return true;
    }
    if (std::regex_match(text, m, created)) {
      Object& o = object_at(m[2], "mutex");
      if (!finding_.accesses.empty() && !finding_.accesses[0].object && finding_.rule != "HED017")
        finding_.accesses[0].object = o.id;
      stack_ = nullptr;
      return true;
    }
    return false;
  }
  std::optional<int> mutex_object(const std::string& name) const {
    const auto known = mutexes_.find(number(name));
    return known == mutexes_.end() ? std::nullopt : std::optional(known->second);
  }

  // AddressSanitizer's.
  bool heap_header(const std::string& text) {
    std::smatch m;
    static const std::regex freed(R"(^freed by thread (T\d+) here:.*)");
    static const std::regex allocated(R"(^(?:previously )?allocated by thread (T\d+) here:.*)");
    static const std::regex region(R"(^0x[0-9a-f]+ is located .* (\d+)-byte region \[(0x[0-9a-f]+),.*)");
    static const std::regex leak(R"(^(?:Direct|Indirect) leak of (\d+) byte.* allocated from:.*)");
    if (std::regex_match(text, m, freed)) {
      Access& a = add_access("freed_at", thread_named(m[1]), "free");
      if (block_ >= 0) a.object = block_;
    } else if (std::regex_match(text, m, allocated)) {
      stack_ = block_ < 0 ? nullptr : &finding_.objects[static_cast<std::size_t>(block_)].allocated_at;
    } else if (std::regex_match(text, m, region)) {
      block_ = object_at(m[2], "memory").id;
      for (Object& o : finding_.objects) {
        o.region = "heap";
        o.block = m[2];
        o.block_size = number(m[1].str());
        o.offset = number(o.address) - number(o.block);
      }
    } else if (std::regex_match(text, m, leak)) {
      drop_placeholder();
      add_access("current", 0, "allocation").size = number(m[1].str());
    } else {
      return false;
    }
    return true;
  }

  // Threads that belong to the runner count as well in the sanitizer's numbers.
  void number_threads() {
    std::ranges::sort(finding_.threads, {}, &format::Thread::id);
    std::map<int, int> renumbered;
    for (format::Thread& t : finding_.threads) {
      const int id = static_cast<int>(renumbered.size());
      renumbered[t.id] = id;
    }
    for (format::Thread& t : finding_.threads) {
      t.id = renumbered[t.id];
      if (t.creator) t.creator = renumbered[*t.creator];
    }
    for (Access& a : finding_.accesses) a.thread = renumbered[a.thread];
    for (Object& o : finding_.objects) {
      if (o.allocated_by) o.allocated_by = renumbered[*o.allocated_by];
    }
  }

  RunRecords& records_;
  Finding finding_;
  Stack* stack_ = nullptr;  // where the next frames belong; null: nowhere
  std::map<std::uint64_t, int> mutexes_;
  int last_thread_ = 0;
  int block_ = -1;  // the object that is the whole heap block
};

void add_undefined(const std::smatch& m, RunRecords& into) {
  Finding f;
  f.rule = "HED007";
  f.name = format::rule_name(f.rule);
  f.title = format::rule_title(f.rule);
  f.message = "undefined behaviour: " + m[2].str() + ", at " + m[1].str();
  f.phase = "native";
  f.threads.emplace_back();
  into.findings.push_back(std::move(f));
}

}  // namespace

void read_sanitizer_reports(std::string_view text, RunRecords& into) {
  static const std::regex begins(R"(^(?:WARNING: |==\d+==\s?ERROR: )(Thread|Address|Leak)Sanitizer: (.*)$)");
  static const std::regex undefined(R"(^(\S+:\d+:\d+): runtime error: (.*)$)");
  std::optional<Reader> reader;
  const auto end = [&] {
    if (reader) reader->finish();
    reader.reset();
  };
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, std::min(newline, line_max)));
    text.remove_prefix(std::min(newline + 1, text.size()));
    std::smatch m;
    if (std::regex_match(line, m, begins)) {
      end();
      const bool threads = m[1] == "Thread";
      std::string title = m[2];
      // What differs from run to run: the process, addresses.
      title = std::regex_replace(title,
                                 std::regex(R"( \(pid=\d+\)| on (unknown )?address.*|: 0x[0-9a-f]+.*)"), "");
      reader.emplace(into, title, threads || m[2].str().find("SEGV") == 0 || m[2].str().find("BUS") == 0);
    } else if (line.starts_with("SUMMARY: ")) {
      end();
    } else if (std::regex_match(line, m, undefined)) {
      add_undefined(m, into);
    } else if (reader) {
      reader->line(line);
    }
  }
  end();
}

}  // namespace heddle::stress
