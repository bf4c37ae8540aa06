// The parts of an ELF file reports need, read directly: symbols, sections, needed libraries, build id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::report {

class ElfFile {
 public:
  struct Symbol {
    std::string_view name;  // mangled
    std::uint64_t value = 0;
    std::uint64_t size = 0;
    bool function = false;
    bool data = false;
    bool defined = false;
    bool code = false;         // in a section that is executed
    std::string_view section;  // where it is defined
  };

  // Maps the file. Check `error()` first: empty for a readable 64-bit little-endian ELF file.
  explicit ElfFile(const std::string& path);
  ~ElfFile();
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  const std::string& error() const { return error_; }
  bool executable_or_shared() const;  // not an object file or a core dump
  std::uint16_t machine() const;      // EM_X86_64, ...

  // Of .symtab and .dynsym.
  const std::vector<Symbol>& symbols() const { return symbols_; }
  bool has_symbol(std::string_view name) const;      // in either table
  bool defines_symbol(std::string_view name) const;  // and not as a reference to another file's
  bool contains(std::string_view bytes) const;       // anywhere in the file
  std::vector<std::string> needed() const;           // sonames of the shared libraries it links to
  std::string build_id() const;                      // lower-case hex, empty if there is none
  // Which build of Heddle's runtime this is or was linked with (cmake/MergeRuntime.cmake), empty if none.
  std::string runtime_build() const;

  // Whether the file has the table of all symbols, local ones too: it was not stripped.
  bool has_symbol_table() const;
  // Addresses in the functions that were instrumented completely (checker/instrument), in ascending order.
  std::vector<std::uint64_t> instrumented() const;

  // The sections that are executed.
  struct Code {
    std::string_view section;
    std::uint64_t address = 0;
    std::span<const std::byte> bytes;
  };
  std::vector<Code> code() const;

  // The symbol whose extent contains the address.
  const Symbol* containing(std::uint64_t address, bool function) const;

 private:
  struct Section {
    std::string_view name;
    std::uint32_t type = 0;
    std::uint32_t link = 0;
    std::uint64_t flags = 0;
    std::uint64_t address = 0;
    std::span<const std::byte> bytes;
  };

  void map(const std::string& path);
  void read_sections();
  // The description of the note in the section, if its name is so long.
  std::span<const std::byte> note(std::string_view section, std::uint32_t name_bytes) const;
  void read_symbols(const Section& table);
  std::span<const std::byte> slice(std::uint64_t offset, std::uint64_t size) const;

  std::string error_;
  std::span<const std::byte> bytes_;
  std::vector<Section> sections_;
  std::vector<Symbol> symbols_;
};

std::string demangle(std::string_view mangled);

}  // namespace heddle::report
