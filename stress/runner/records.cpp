#include "stress/runner/records.hpp"

#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "stress/runner/options.hpp"

namespace heddle::stress {
namespace {

constexpr int modules_max = 64;

struct Module {
  std::uintptr_t base = 0;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  char path[512] = {};
};
Module modules[modules_max];
int module_count = 0;
int file = -1;

int add_module(dl_phdr_info* info, std::size_t, void*) {
  if (module_count == modules_max) return 1;
  Module& m = modules[module_count];
  m.base = info->dlpi_addr;
  m.begin = UINTPTR_MAX;
  m.end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = m.base + header.p_vaddr;
    if (begin < m.begin) m.begin = begin;
    if (begin + header.p_memsz > m.end) m.end = begin + header.p_memsz;
  }
  if (module_count == 0) {  // the program itself has no name here
    const ssize_t length = readlink("/proc/self/exe", m.path, sizeof m.path - 1);
    m.path[length > 0 ? length : 0] = '\0';
  } else {
    std::snprintf(m.path, sizeof m.path, "%s", info->dlpi_name);
  }
  ++module_count;
  return 0;
}

// The number of the module, -1 if it is in none.
int module_of(std::uintptr_t address) {
  for (int m = 0; m < module_count; ++m) {
    if (address >= modules[m].begin && address < modules[m].end) return m;
  }
  return -1;
}

}  // namespace

bool is_in_module(const void* address) { return module_of(reinterpret_cast<std::uintptr_t>(address)) >= 0; }

Record::Record(const char* type) {
  print("{\"type\":");
  quoted(type);
}

void Record::put(const char* bytes, std::size_t count) {
  if (used_ + count > sizeof buffer_) {
    complete_ = false;
    return;
  }
  std::memcpy(buffer_ + used_, bytes, count);
  used_ += count;
}

void Record::print(const char* format, ...) {
  char piece[128];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (length > 0)
    put(piece, static_cast<std::size_t>(length) < sizeof piece ? static_cast<std::size_t>(length)
                                                               : sizeof piece - 1);
}

void Record::quoted(const char* value) {
  put("\"", 1);
  for (; *value != '\0'; ++value) {
    const auto c = static_cast<unsigned char>(*value);
    if (c == '"' || c == '\\') {
      put("\\", 1);
      put(value, 1);
    } else if (c < 0x20) {
      print("\\u%04x", c);
    } else {
      put(value, 1);
    }
  }
  put("\"", 1);
}

void Record::text(const char* key, const char* value) {
  print(",\"%s\":", key);
  quoted(value);
}

void Record::number(const char* key, std::uint64_t value) {
  print(",\"%s\":%llu", key, static_cast<unsigned long long>(value));
}

void Record::raw(const char* json) { put(json, std::strlen(json)); }

void Record::stack(const char* key, void* const* addresses, int count) {
  print(",\"%s\":[", key);
  bool first = true;
  for (int i = 0; i < count; ++i) {
    const auto address = reinterpret_cast<std::uintptr_t>(addresses[i]);
    const int m = module_of(address);
    if (m < 0) continue;
    print("%s[%d,%llu]", first ? "" : ",", m, static_cast<unsigned long long>(address - modules[m].base));
    first = false;
  }
  put("]", 1);
}

void Record::place(const char* key, const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const int m = module_of(at);
  if (m < 0) {
    print(",\"%s\":null", key);
  } else {
    print(",\"%s\":[%d,%llu]", key, m, static_cast<unsigned long long>(at - modules[m].base));
  }
}

void Record::append() {
  put("}\n", 2);
  if (file < 0 || !complete_) return;
  for (std::size_t done = 0; done < used_;) {
    const ssize_t written = write(file, buffer_ + done, used_ - done);
    if (written <= 0) return;
    done += static_cast<std::size_t>(written);
  }
}

void open_records() {
  if (file >= 0 || options().result[0] == '\0') return;
  file = open(options().result, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  dl_iterate_phdr(add_module, nullptr);
  Record start("start");
  start.number("protocol", 1);
  start.text("program", modules[0].path);
  start.number("pid", static_cast<std::uint64_t>(getpid()));
  start.text("strategy", "native");
  start.text("model", "native");
  start.number("seed", options().seed);
  start.raw(",\"modules\":[");
  for (int m = 0; m < module_count; ++m) {
    start.raw(m == 0 ? "{\"path\":\"" : ",{\"path\":\"");
    start.raw(modules[m].path);
    start.raw("\",\"build_id\":\"\"}");
  }
  start.raw("]");
  start.append();
}

}  // namespace heddle::stress
