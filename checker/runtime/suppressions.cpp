#include "checker/runtime/suppressions.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <new>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/raw_syscall.hpp"

extern "C" __attribute__((weak, visibility("hidden"))) const char __ehdr_start;

namespace heddle::runtime {
namespace {

// Mangled name parts. The second and third cover members of _Sp_atomic inlined into the public wrappers.
constexpr const char* suppressed_names[] = {"_Sp_atomic", "St6atomicISt10shared_ptrI",
                                            "St6atomicISt8weak_ptrI"};
constexpr std::uint32_t frames_looked_at = 3;

struct Range {
  std::uintptr_t low;
  std::uintptr_t high;
};
struct Suppressions {
  kernel::Vector<Range> functions;
};

bool contains(const char* text, const char* part) {
  for (; *text != '\0'; ++text) {
    std::size_t i = 0;
    while (part[i] != '\0' && text[i] == part[i]) ++i;
    if (part[i] == '\0') return true;
  }
  return false;
}

bool is_suppressed_name(const char* name) {
  for (const char* part : suppressed_names) {
    if (contains(name, part)) return true;
  }
  return false;
}

void read_symbols(const char* file, std::size_t bytes, kernel::Vector<Range>& out) {
  const auto& header = *reinterpret_cast<const Elf64_Ehdr*>(file);
  if (bytes < sizeof header || header.e_shoff == 0 || header.e_shoff >= bytes) return;
  const std::uintptr_t bias = header.e_type == ET_DYN ? reinterpret_cast<std::uintptr_t>(&__ehdr_start) : 0;
  const auto* const sections = reinterpret_cast<const Elf64_Shdr*>(file + header.e_shoff);
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const Elf64_Shdr& section = sections[i];
    if (section.sh_type != SHT_SYMTAB || section.sh_offset + section.sh_size > bytes) continue;
    const char* const names = file + sections[section.sh_link].sh_offset;
    const auto* const symbols = reinterpret_cast<const Elf64_Sym*>(file + section.sh_offset);
    for (std::size_t s = 0; s < section.sh_size / sizeof(Elf64_Sym); ++s) {
      const Elf64_Sym& symbol = symbols[s];
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_size == 0) continue;
      if (!is_suppressed_name(names + symbol.st_name)) continue;
      out.push_back({bias + symbol.st_value, bias + symbol.st_value + symbol.st_size});
    }
  }
}

void read_executable(kernel::Vector<Range>& out) {
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, "/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  struct stat status;
  if (raw_syscall(SYS_fstat, fd, &status) == 0 && status.st_size > 0) {
    const long map = raw_syscall(SYS_mmap, 0, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map > 0) {
      read_symbols(reinterpret_cast<const char*>(map), static_cast<std::size_t>(status.st_size), out);
      raw_syscall(SYS_munmap, map, status.st_size);
    }
  }
  raw_syscall(SYS_close, fd);
}

}  // namespace

bool is_suppressed(const StackTrace& stack) {
  static Suppressions* suppressions = nullptr;
  if (suppressions == nullptr) {
    suppressions = new (kernel::engine_allocate(sizeof(Suppressions))) Suppressions;
    read_executable(suppressions->functions);
  }
  for (std::uint32_t i = 0; i < stack.depth && i < frames_looked_at; ++i) {
    for (const Range& function : suppressions->functions) {
      if (stack.pc[i] > function.low && stack.pc[i] <= function.high) return true;
    }
  }
  return false;
}

}  // namespace heddle::runtime
