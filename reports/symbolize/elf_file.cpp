#include "reports/symbolize/elf_file.hpp"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace heddle::report {
namespace {

// The file is not trusted to be aligned or whole: everything is copied out after a bounds check.
template <class T>
std::optional<T> read_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::string_view string_at(std::span<const std::byte> table, std::uint64_t offset) {
  if (offset >= table.size()) return {};
  const char* start = reinterpret_cast<const char*>(table.data()) + offset;
  return {start, ::strnlen(start, table.size() - offset)};
}

}  // namespace

ElfFile::ElfFile(const std::string& path) {
  map(path);
  if (error_.empty()) read_sections();
}

ElfFile::~ElfFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void ElfFile::map(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe would wait for a writer
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) {
    error_ = std::strerror(errno);
    if (file >= 0) ::close(file);
    return;
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (!S_ISREG(status.st_mode)) {
    error_ = S_ISDIR(status.st_mode) ? "is a directory" : "is not a regular file";
  } else if (size < sizeof(Elf64_Ehdr)) {
    error_ = "is not an ELF file";
  } else if (void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0); memory != MAP_FAILED) {
    bytes_ = {static_cast<const std::byte*>(memory), size};
  } else {
    error_ = std::strerror(errno);
  }
  ::close(file);
  if (!error_.empty()) return;
  const auto header = read_at<Elf64_Ehdr>(bytes_, 0);
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
    error_ = "is not an ELF file";
  } else if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
    error_ = "is not a 64-bit little-endian ELF file";
  }
}

bool ElfFile::executable_or_shared() const {
  const auto header = read_at<Elf64_Ehdr>(bytes_, 0);
  return header && (header->e_type == ET_EXEC || header->e_type == ET_DYN);
}

std::uint16_t ElfFile::machine() const {
  const auto header = read_at<Elf64_Ehdr>(bytes_, 0);
  return header ? header->e_machine : std::uint16_t{EM_NONE};
}

std::span<const std::byte> ElfFile::slice(std::uint64_t offset, std::uint64_t size) const {
  if (offset > bytes_.size() || bytes_.size() - offset < size) return {};
  return bytes_.subspan(offset, size);
}

void ElfFile::read_sections() {
  const auto header = *read_at<Elf64_Ehdr>(bytes_, 0);
  std::vector<std::uint32_t> name_offsets;
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto raw = read_at<Elf64_Shdr>(bytes_, header.e_shoff + i * sizeof(Elf64_Shdr));
    if (!raw) break;
    sections_.push_back(
        {{},
         raw->sh_type,
         raw->sh_link,
         raw->sh_flags,
         raw->sh_addr,
         raw->sh_type == SHT_NOBITS ? std::span<const std::byte>{} : slice(raw->sh_offset, raw->sh_size)});
    name_offsets.push_back(raw->sh_name);
  }
  if (header.e_shstrndx < sections_.size()) {
    const auto names = sections_[header.e_shstrndx].bytes;
    for (std::size_t i = 0; i < sections_.size(); ++i) sections_[i].name = string_at(names, name_offsets[i]);
  }
  for (const Section& s : sections_) {
    if (s.type == SHT_SYMTAB || s.type == SHT_DYNSYM) read_symbols(s);
  }
}

void ElfFile::read_symbols(const Section& table) {
  if (table.link >= sections_.size()) return;
  const auto names = sections_[table.link].bytes;
  for (std::uint64_t at = 0; const auto raw = read_at<Elf64_Sym>(table.bytes, at); at += sizeof(Elf64_Sym)) {
    const unsigned type = ELF64_ST_TYPE(raw->st_info);
    if (raw->st_name == 0 || type == STT_SECTION || type == STT_FILE) continue;
    const bool placed = raw->st_shndx != SHN_UNDEF && raw->st_shndx < sections_.size();
    const Section& section = sections_[placed ? raw->st_shndx : 0];
    symbols_.push_back({string_at(names, raw->st_name), raw->st_value, raw->st_size,
                        type == STT_FUNC || type == STT_GNU_IFUNC, type == STT_OBJECT,
                        raw->st_shndx != SHN_UNDEF, (section.flags & SHF_EXECINSTR) != 0, section.name});
  }
}

bool ElfFile::has_symbol(std::string_view name) const {
  return std::ranges::any_of(symbols_, [&](const Symbol& s) { return s.name == name; });
}

bool ElfFile::defines_symbol(std::string_view name) const {
  return std::ranges::any_of(symbols_, [&](const Symbol& s) { return s.defined && s.name == name; });
}

bool ElfFile::contains(std::string_view bytes) const {
  return ::memmem(bytes_.data(), bytes_.size(), bytes.data(), bytes.size()) != nullptr;
}

std::vector<std::string> ElfFile::needed() const {
  std::vector<std::string> result;
  for (const Section& s : sections_) {
    if (s.type != SHT_DYNAMIC || s.link >= sections_.size()) continue;
    for (std::uint64_t at = 0; const auto entry = read_at<Elf64_Dyn>(s.bytes, at); at += sizeof(Elf64_Dyn)) {
      if (entry->d_tag == DT_NEEDED) {
        result.emplace_back(string_at(sections_[s.link].bytes, entry->d_un.d_val));
      }
    }
  }
  return result;
}

std::span<const std::byte> ElfFile::note(std::string_view section, std::uint32_t name_bytes) const {
  const auto found = std::ranges::find(sections_, section, &Section::name);
  if (found == sections_.end()) return {};
  const auto note = read_at<Elf64_Nhdr>(found->bytes, 0);
  const std::size_t start = sizeof(Elf64_Nhdr) + (name_bytes + 3) / 4 * 4;
  if (!note || note->n_namesz != name_bytes || found->bytes.size() < start + note->n_descsz) return {};
  return found->bytes.subspan(start, note->n_descsz);
}

std::string ElfFile::build_id() const {
  std::string hex;
  for (const std::byte b : note(".note.gnu.build-id", sizeof "GNU")) {
    const auto byte = std::to_integer<unsigned>(b);
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 15U];
  }
  return hex;
}

std::string ElfFile::runtime_build() const {
  std::string text;
  for (const std::byte b : note(".note.heddle", sizeof "Heddle")) text += static_cast<char>(b);
  return text;
}

bool ElfFile::has_symbol_table() const {
  return std::ranges::any_of(sections_, [](const Section& s) { return s.type == SHT_SYMTAB; });
}

std::vector<std::uint64_t> ElfFile::instrumented() const {
  std::vector<std::uint64_t> result;
  const auto found = std::ranges::find(sections_, "heddle_instrumented", &Section::name);
  if (found == sections_.end()) return result;
  // Each note is the distance to the function.
  for (std::uint64_t at = 0; const auto distance = read_at<std::int32_t>(found->bytes, at);
       at += sizeof(std::int32_t)) {
    result.push_back(found->address + at + static_cast<std::uint64_t>(std::int64_t{*distance}));
  }
  std::ranges::sort(result);
  return result;
}

std::vector<ElfFile::Code> ElfFile::code() const {
  std::vector<Code> result;
  for (const Section& s : sections_) {
    if ((s.flags & SHF_EXECINSTR) != 0) result.push_back({s.name, s.address, s.bytes});
  }
  return result;
}

const ElfFile::Symbol* ElfFile::containing(std::uint64_t address, bool function) const {
  const auto found = std::ranges::find_if(symbols_, [&](const Symbol& s) {
    return s.defined && (function ? s.function : s.data) && address >= s.value && address - s.value < s.size;
  });
  return found == symbols_.end() ? nullptr : &*found;
}

std::string demangle(std::string_view mangled) {
  const std::string name(mangled);
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text ? std::string(text.get()) : name;
}

}  // namespace heddle::report
