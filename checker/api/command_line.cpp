#include "checker/api/command_line.hpp"

#include <fcntl.h>
#include <sys/syscall.h>

#include <cstring>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::api {
namespace {

using runtime::raw_syscall;

constexpr char replay_option[] = "--heddle_replay=";
constexpr char check_option[] = "--heddle_check=";

// The whole file, and a terminating zero.
kernel::Vector<char>& contents(const char* path) {
  auto& text = runtime::make_engine_object<kernel::Vector<char>>();
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  char piece[4096];
  for (long got; fd >= 0 && (got = raw_syscall(SYS_read, fd, piece, sizeof piece)) > 0;) {
    text.insert(text.end(), piece, piece + got);
  }
  if (fd >= 0) raw_syscall(SYS_close, fd);
  text.push_back('\0');
  return text;
}

const char* after(const char* word, const char* option) {
  const std::size_t length = std::strlen(option);
  return std::strncmp(word, option, length) == 0 ? word + length : nullptr;
}

// A token begins with the name of its format; all else is the path of a file with one.
const char* token_of(const char* value) {
  if (std::strncmp(value, "heddle", 6) == 0 && std::strchr(value, ':') != nullptr) return value;
  kernel::Vector<char>& text = contents(value);
  char* end = text.data() + text.size() - 1;
  while (end > text.data() && static_cast<unsigned char>(end[-1]) <= ' ') *--end = '\0';
  return text.data();
}

CommandLine* line = nullptr;

void read() {
  line = &runtime::make_engine_object<CommandLine>();
  kernel::Vector<char>& text = contents("/proc/self/cmdline");
  char* const end = text.data() + text.size() - 1;
  for (char* at = text.data(); at < end; at += std::strlen(at) + 1) {
    line->words.push_back(at);
    if (const char* value = after(at, replay_option); value != nullptr) line->token = token_of(value);
    if (const char* value = after(at, check_option); value != nullptr) line->check = value;
  }
}

}  // namespace

const CommandLine& command_line() {
  if (line == nullptr) read();
  return *line;
}

}  // namespace heddle::api
