#include "checker/runtime/instrumented.hpp"

#include <cstdint>
#include <cstring>

namespace heddle::runtime {

// A reference is an undefined symbol. Those come first in the table, before the hashed ones.
bool imports(const dl_phdr_info& image, const char* name) {
  const ElfW(Dyn)* dynamic = nullptr;
  for (unsigned i = 0; i < image.dlpi_phnum; ++i) {
    if (image.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    dynamic = reinterpret_cast<const ElfW(Dyn)*>(image.dlpi_addr + image.dlpi_phdr[i].p_vaddr);
  }
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  const std::uint32_t* hash = nullptr;
  for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; ++dynamic) {
    const void* table = reinterpret_cast<const void*>(dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_SYMTAB) symbols = static_cast<const ElfW(Sym)*>(table);
    if (dynamic->d_tag == DT_STRTAB) names = static_cast<const char*>(table);
    if (dynamic->d_tag == DT_GNU_HASH) hash = static_cast<const std::uint32_t*>(table);
  }
  // The kernel's image (vdso) has addresses that are not relocated, and no use for threads.
  const auto base = static_cast<std::uintptr_t>(image.dlpi_addr);
  if (symbols == nullptr || names == nullptr || hash == nullptr) return false;
  if (reinterpret_cast<std::uintptr_t>(symbols) < base) return false;
  const std::uint32_t first_hashed = hash[1];
  for (std::uint32_t i = 1; i < first_hashed; ++i) {
    if (symbols[i].st_shndx == SHN_UNDEF && std::strcmp(names + symbols[i].st_name, name) == 0) return true;
  }
  return false;
}

}  // namespace heddle::runtime
