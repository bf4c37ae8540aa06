#include "checker/runtime/instrumented.hpp"

#include <cstdint>
#include <cstring>

namespace heddle::runtime {

namespace {

// The undefined symbols of an image: they come first in the table, before the hashed ones.
struct Undefined {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  std::uint32_t end = 0;
};

Undefined undefined_of(const dl_phdr_info& image) {
  const ElfW(Dyn)* dynamic = nullptr;
  for (unsigned i = 0; i < image.dlpi_phnum; ++i) {
    if (image.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    dynamic = reinterpret_cast<const ElfW(Dyn)*>(image.dlpi_addr + image.dlpi_phdr[i].p_vaddr);
  }
  Undefined found;
  const std::uint32_t* hash = nullptr;
  for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; ++dynamic) {
    const void* table = reinterpret_cast<const void*>(dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_SYMTAB) found.symbols = static_cast<const ElfW(Sym)*>(table);
    if (dynamic->d_tag == DT_STRTAB) found.names = static_cast<const char*>(table);
    if (dynamic->d_tag == DT_GNU_HASH) hash = static_cast<const std::uint32_t*>(table);
  }
  // The kernel's image (vdso) has addresses that are not relocated, and no use for threads.
  const auto base = static_cast<std::uintptr_t>(image.dlpi_addr);
  if (found.symbols == nullptr || found.names == nullptr || hash == nullptr) return {};
  if (reinterpret_cast<std::uintptr_t>(found.symbols) < base) return {};
  found.end = hash[1];
  return found;
}

}  // namespace

bool imports(const dl_phdr_info& image, const char* name) {
  const Undefined undefined = undefined_of(image);
  for (std::uint32_t i = 1; i < undefined.end; ++i) {
    const ElfW(Sym)& symbol = undefined.symbols[i];
    if (symbol.st_shndx == SHN_UNDEF && std::strcmp(undefined.names + symbol.st_name, name) == 0) return true;
  }
  return false;
}

bool all_imports(const dl_phdr_info& image, bool (*accepts)(const char* name)) {
  const Undefined undefined = undefined_of(image);
  for (std::uint32_t i = 1; i < undefined.end; ++i) {
    const ElfW(Sym)& symbol = undefined.symbols[i];
    if (symbol.st_shndx == SHN_UNDEF && !accepts(undefined.names + symbol.st_name)) return false;
  }
  return undefined.end != 0;
}

}  // namespace heddle::runtime
