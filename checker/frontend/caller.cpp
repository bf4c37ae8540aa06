#include "checker/frontend/caller.hpp"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <new>

#include "checker/kernel/types.hpp"
#include "checker/runtime/address_space.hpp"
#include "checker/runtime/runtime.hpp"

// Set by the linker.
extern "C" __attribute__((visibility("hidden"))) const char __executable_start;
extern "C" __attribute__((visibility("hidden"))) const char etext;
extern "C" __attribute__((visibility("hidden"))) const char end;

namespace heddle::frontend {
namespace {

struct Range {
  std::uintptr_t low;
  std::uintptr_t high;
};

constexpr std::size_t libraries_max = 8;
Range libc_ranges[libraries_max];
std::size_t libc_ranges_used = 0;
Range libstdcxx{};
bool libraries_known = false;

std::uintptr_t address_of(const char& symbol) { return reinterpret_cast<std::uintptr_t>(&symbol); }

bool in_executable_code(std::uintptr_t pc) {
  return pc >= address_of(__executable_start) && pc < address_of(etext);
}

bool starts_with(const char* text, const char* prefix) {
  while (*prefix != '\0') {
    if (*text++ != *prefix++) return false;
  }
  return true;
}

const char* file_name(const char* path) {
  const char* name = path;
  for (const char* c = path; *c != '\0'; ++c) {
    if (*c == '/') name = c + 1;
  }
  return name;
}

bool is_libc(const char* name) {
  return starts_with(name, "libc.so") || starts_with(name, "ld-linux") || starts_with(name, "libgcc_s.so");
}

int note_library(dl_phdr_info* info, std::size_t, void*) {
  if (info->dlpi_name == nullptr) return 0;
  const char* const name = file_name(info->dlpi_name);
  const bool standard_library = starts_with(name, "libstdc++.so");
  if (!standard_library && (!is_libc(name) || libc_ranges_used == libraries_max)) return 0;
  Range range{~std::uintptr_t{0}, 0};
  for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t low = info->dlpi_addr + segment.p_vaddr;
    if (low < range.low) range.low = low;
    if (low + segment.p_memsz > range.high) range.high = low + segment.p_memsz;
  }
  (standard_library ? libstdcxx : libc_ranges[libc_ranges_used++]) = range;
  return 0;
}

// Whether the instruction before `pc` is a call: relative, or through a register or memory.
bool follows_call(std::uintptr_t pc) {
  const auto* const code = reinterpret_cast<const unsigned char*>(pc);
  return code[-5] == 0xe8 || (code[-6] == 0xff && code[-5] == 0x15) ||
         (code[-2] == 0xff && (code[-1] & 0x38) == 0x10);
}

}  // namespace

bool in_executable(std::uintptr_t pc) { return in_executable_code(pc); }

bool is_called_by_program(std::uintptr_t pc) {
  if (in_executable_code(pc)) return true;
  if (!libraries_known) {
    libraries_known = true;
    dl_iterate_phdr(note_library, nullptr);
  }
  if (pc >= libstdcxx.low && pc < libstdcxx.high) return true;  // the commonest
  for (std::size_t i = 0; i < libc_ranges_used; ++i) {
    if (pc >= libc_ranges[i].low && pc < libc_ranges[i].high) return false;
  }
  return true;
}

bool use_our_heap(std::uintptr_t pc) {
  return (runtime::hot.active || runtime::owns_heap()) && is_called_by_program(pc);
}

bool is_library_pool(std::size_t bytes, std::uintptr_t pc) {
  constexpr std::size_t pool_bytes_min = std::size_t{64} << 10;
  if (bytes < pool_bytes_min || runtime::hot.active || in_executable_code(pc)) return false;
  // Through operator new it is some library's global variable, which is the program's.
  constexpr std::size_t operator_new_bytes = 128;
  const auto operator_new =
      reinterpret_cast<std::uintptr_t>(static_cast<void* (*)(std::size_t)>(::operator new));
  return pc >= libstdcxx.low && pc < libstdcxx.high && pc - operator_new >= operator_new_bytes;
}

bool cannot_be_heap(std::uintptr_t address) {
  const bool on_stack = address - runtime::slots_region < kernel::threads_max * runtime::slot_stride;
  return on_stack || (address >= address_of(__executable_start) && address < address_of(end));
}

std::uintptr_t allocation_site(std::uintptr_t pc, const void* frame) {
  if (in_executable_code(pc)) return pc;
  constexpr std::size_t words_looked_at = 16;
  const auto* const words =
      static_cast<const std::uintptr_t*>(frame) + 2;  // past the saved frame and return address
  for (std::size_t i = 0; i < words_looked_at; ++i) {
    if (in_executable_code(words[i]) && follows_call(words[i])) return words[i];
  }
  return pc;
}

}  // namespace heddle::frontend
