#include "checker/runtime/environment.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"

// In programs that call heddle::check (heddle/check.hpp).
extern "C" __attribute__((weak)) const char heddle_program_runs_checks;

namespace heddle::runtime {
namespace {

constexpr char variable[] = "HEDDLE_OPTIONS=";
constexpr std::size_t variable_length = sizeof variable - 1;
constexpr std::size_t text_bytes = 16384;

enum class State : unsigned char { unread, reading, absent, present };

State state = State::unread;
bool wanted = false;
char text[text_bytes];
explore::Options options;
const char* error = nullptr;
const char* error_where = "";

bool starts_with_variable(const char* entry) {
  for (std::size_t i = 0; i < variable_length; ++i) {
    if (entry[i] != variable[i]) return false;
  }
  return true;
}

bool keep(const char* value) {
  std::size_t length = 0;
  while (value[length] != '\0') {
    if (length + 1 == text_bytes) return false;
    text[length] = value[length];
    ++length;
  }
  text[length] = '\0';
  return true;
}

// libc sets `environ` up before any constructor runs, but the loader may call malloc earlier still.
bool find_in_environ() {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (starts_with_variable(*entry)) return keep(*entry + variable_length);
  }
  return false;
}

// Reads the kernel's copy piecewise, keeping only our variable.
bool find_in_proc() {
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, "/proc/self/environ", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char piece[4096];
  std::size_t at = 0;   // position within the current entry
  bool matches = true;  // the entry equals `variable` so far
  bool found = false;
  for (long got; !found && (got = raw_syscall(SYS_read, fd, piece, sizeof piece)) > 0;) {
    for (long i = 0; i < got && !found; ++i) {
      const char c = piece[i];
      if (c == '\0') {
        if (matches && at >= variable_length) {
          text[at - variable_length] = '\0';
          found = true;
        }
        at = 0;
        matches = true;
        continue;
      }
      if (matches && at < variable_length) {
        matches = c == variable[at];
      } else if (matches && at - variable_length + 1 < text_bytes) {
        text[at - variable_length] = c;
      } else {
        matches = false;
      }
      ++at;
    }
  }
  raw_syscall(SYS_close, fd);
  return found;
}

void read_options() {
  state = State::reading;
  if (!(environ != nullptr ? find_in_environ() : find_in_proc())) {
    state = State::absent;
    return;
  }
  error = explore::parse_options(text, options, &error_where);
  if (error != nullptr) options.run = explore::Run::none;
  wanted = options.run != explore::Run::none;
  state = State::present;
}

}  // namespace

explore::Options& requested_options() {
  if (state == State::unread) [[unlikely]]
    read_options();
  return options;
}

const char* requested_options_text() {
  requested_options();
  return text;
}

void adopt_options(const explore::Options& adopted) {
  requested_options();
  options = adopted;
  wanted = true;
  detail::open_shared_region();
}

const char* options_error(const char** where) {
  requested_options();
  *where = error_where;
  return error;
}

bool owns_heap() { return check_requested() || &heddle_program_runs_checks != nullptr; }

bool check_requested() {
  if (state == State::unread) [[unlikely]]
    read_options();
  return wanted;
}

}  // namespace heddle::runtime
