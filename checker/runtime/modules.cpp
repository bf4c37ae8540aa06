#include "checker/runtime/modules.hpp"

#include <fcntl.h>
#include <link.h>
#include <sys/syscall.h>

#include <cstring>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/raw_syscall.hpp"

// libgcc's; without declaration in a public header.
extern "C" {
struct dwarf_eh_bases {
  void* text;
  void* data;
  void* function;
};
__attribute__((weak)) const void* _Unwind_Find_FDE(void* pc, dwarf_eh_bases* bases);
}

namespace heddle::runtime {
namespace {

constexpr std::size_t path_bytes = 4096;
constexpr std::size_t build_id_bytes_max = 32;

struct Module {
  std::uintptr_t base = 0;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  std::uintptr_t writable_begin = 0;
  std::uintptr_t writable_end = 0;
  char* path = nullptr;
  char build_id[2 * build_id_bytes_max + 1] = {};
};
kernel::Vector<Module>* modules = nullptr;

char* copy_path(const char* path, bool executable) {
  auto* const copy = static_cast<char*>(kernel::engine_allocate(path_bytes));
  if (executable) {
    const long length = raw_syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", copy, path_bytes - 1);
    copy[length > 0 ? length : 0] = '\0';
  } else {
    std::strncpy(copy, path, path_bytes - 1);
    copy[path_bytes - 1] = '\0';
  }
  return copy;
}

void read_build_id(Module& module, std::uintptr_t notes, std::size_t bytes) {
  const std::uintptr_t end = notes + bytes;
  while (notes + sizeof(ElfW(Nhdr)) <= end) {
    const auto& note = *reinterpret_cast<const ElfW(Nhdr)*>(notes);
    const std::uintptr_t name = notes + sizeof note;
    const std::uintptr_t content = name + ((note.n_namesz + 3U) & ~3U);
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
        std::memcmp(reinterpret_cast<const char*>(name), "GNU", 4) == 0 &&
        note.n_descsz <= build_id_bytes_max) {
      for (unsigned i = 0; i < note.n_descsz; ++i) {
        snprintf(module.build_id + std::size_t{2} * i, 3, "%02x",
                 reinterpret_cast<const unsigned char*>(content)[i]);
      }
      return;
    }
    notes = content + ((note.n_descsz + 3U) & ~3U);
  }
}

constexpr std::uint64_t fnv_start = 0xcbf2'9ce4'8422'2325U;

std::uint64_t fnv(const void* data, std::size_t bytes, std::uint64_t hash) {
  const auto* at = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < bytes; ++i) hash = (hash ^ at[i]) * 0x0000'0100'0000'01b3U;
  return hash;
}

std::uint64_t hash_of_file(const char* path, std::uint64_t hash) {
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return hash;
  char piece[1 << 14];
  for (long got = 0; (got = raw_syscall(SYS_read, fd, piece, sizeof piece)) > 0;)
    hash = fnv(piece, static_cast<std::size_t>(got), hash);
  raw_syscall(SYS_close, fd);
  return hash;
}

// The kernel's own; another kernel does not make another program.
bool is_vdso(const Module& module) { return std::strncmp(module.path, "linux-vdso", 10) == 0; }

int add_module(dl_phdr_info* info, std::size_t, void*) {
  Module module;
  module.base = info->dlpi_addr;
  module.begin = UINTPTR_MAX;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    const std::uintptr_t end = begin + header.p_memsz;
    if (header.p_type == PT_NOTE) read_build_id(module, begin, header.p_memsz);
    if (header.p_type != PT_LOAD) continue;
    if (begin < module.begin) module.begin = begin;
    if (end > module.end) module.end = end;
    if ((header.p_flags & PF_W) == 0) continue;
    module.writable_begin = begin;
    module.writable_end = end;
  }
  module.path = copy_path(info->dlpi_name, modules->empty());
  modules->push_back(module);
  return 0;
}

}  // namespace

void find_modules() {
  if (modules == nullptr) {
    modules = new (kernel::engine_allocate(sizeof(kernel::Vector<Module>))) kernel::Vector<Module>;
  }
  for (Module& module : *modules) kernel::engine_release(module.path, path_bytes);
  modules->clear();
  dl_iterate_phdr(add_module, nullptr);
}

int module_of(std::uintptr_t address) {
  for (std::size_t i = 0; i < modules->size(); ++i) {
    if (address >= (*modules)[i].begin && address < (*modules)[i].end) return static_cast<int>(i);
  }
  return -1;
}

std::uintptr_t address_in_module(std::uint64_t module, std::uint64_t offset) {
  return module < modules->size() ? (*modules)[module].base + offset : 0;
}

std::uintptr_t function_of(std::uintptr_t address) {
  dwarf_eh_bases bases{};
  if (&_Unwind_Find_FDE == nullptr) return 0;
  if (_Unwind_Find_FDE(reinterpret_cast<void*>(address - 1), &bases) == nullptr) return 0;
  return reinterpret_cast<std::uintptr_t>(bases.function);
}

bool is_global(std::uintptr_t address) {
  const int at = module_of(address);
  if (at < 0) return false;
  const Module& module = (*modules)[static_cast<std::size_t>(at)];
  return address >= module.writable_begin && address < module.writable_end;
}

std::uint64_t modules_identity() {
  std::uint64_t hash = fnv_start;
  for (const Module& module : *modules) {
    if (is_vdso(module)) continue;
    hash = module.build_id[0] != '\0' ? fnv(module.build_id, std::strlen(module.build_id), hash)
                                      : hash_of_file(module.path, hash);
  }
  return hash;
}

std::uint64_t modules_addresses() {
  std::uint64_t hash = fnv_start;
  for (const Module& module : *modules) {
    if (!is_vdso(module)) hash = fnv(&module.base, sizeof module.base, hash);
  }
  return hash;
}

void write_modules(JsonWriter& out) {
  out.begin_array();
  for (const Module& module : *modules) {
    out.begin_object();
    out.member("path", module.path);
    out.member("build_id", module.build_id);
    out.end_object();
  }
  out.end_array();
}

void write_address(JsonWriter& out, std::uintptr_t address) {
  const int at = module_of(address);
  if (at < 0) {
    out.null();
    return;
  }
  out.begin_array();
  out.number(static_cast<std::uint64_t>(at));
  out.number(address - (*modules)[static_cast<std::size_t>(at)].base);
  out.end_array();
}

void write_stack(JsonWriter& out, const StackTrace& stack) {
  out.begin_array();
  for (std::uint32_t i = 0; i < stack.depth; ++i) {
    if (module_of(stack.pc[i]) >= 0) write_address(out, stack.pc[i]);
  }
  out.end_array();
}

}  // namespace heddle::runtime
