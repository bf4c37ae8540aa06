#include "checker/runtime/globals.hpp"

#include <link.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/instrumented.hpp"
#include "checker/runtime/raw_syscall.hpp"

// The linker defines these for sections whose names are C identifiers.
extern "C" {
extern __attribute__((weak, visibility("hidden"))) char __start_heddle_data[];
extern __attribute__((weak, visibility("hidden"))) char __stop_heddle_data[];
extern __attribute__((weak, visibility("hidden"))) char __start_heddle_bss[];
extern __attribute__((weak, visibility("hidden"))) char __stop_heddle_bss[];
}

namespace heddle::runtime {
namespace {

constexpr std::uintptr_t page = 4096;
constexpr std::size_t copied_whole_bytes_max = 64 << 10;
// Above this, the first execution is not observed by comparing (that would touch all of it).
constexpr std::size_t compared_bytes_max = std::size_t{64} << 20;
// After this many single pages, whole groups become writable at once: fewer faults, fewer mappings.
constexpr std::size_t single_pages_max = 1024;
constexpr std::size_t group_pages = 64;

std::uintptr_t page_floor(std::uintptr_t address) { return address & ~(page - 1); }
std::uintptr_t page_ceiling(std::uintptr_t address) { return page_floor(address + page - 1); }

struct Range {
  std::uintptr_t begin;
  std::uintptr_t end;
};

// Memory that is put back on every restore.
struct Piece {
  std::uintptr_t begin;
  std::size_t bytes;
  char* copy;  // null: zeros, which costs half as much
};

enum class Written : unsigned char { no, over_zeros, over_data };

// Whole pages of which only the written ones are put back.
struct Tracked {
  std::uintptr_t begin;
  std::size_t pages;
  std::size_t skipped;  // bytes at the beginning that are left alone
  char* copy;           // as big as the memory; valid where written, or everywhere when observed
  Written* written;     // per page
  bool observed;        // not protected during the first execution, compared after it
};

kernel::Vector<Piece>* pieces = nullptr;  // constant after the snapshot
kernel::Vector<Tracked>* tracked = nullptr;
kernel::Vector<Piece>* written_runs = nullptr;  // the written pages of all `tracked`
bool runs_stale = false;
bool protected_now = false;
std::size_t written_pages = 0;

template <class T>
T* create() {
  return new (kernel::engine_allocate(sizeof(T))) T;
}

char* allocate_bytes(std::size_t bytes) { return static_cast<char*>(kernel::engine_allocate(bytes)); }

void set_protection(std::uintptr_t begin, std::size_t bytes, int protection) {
  const long error = raw_syscall(SYS_mprotect, begin, bytes, protection);
  if (error != 0) engine_failure("mprotect of global variables failed: %ld", -error);
}

void add_piece(std::uintptr_t begin, std::uintptr_t end) {
  if (begin >= end) return;
  Piece piece{begin, end - begin, allocate_bytes(end - begin)};
  std::memcpy(piece.copy, reinterpret_cast<void*>(begin), piece.bytes);
  pieces->push_back(piece);
}

// Whole pages, of which the first `skipped` bytes are left alone.
void add_tracked(std::uintptr_t begin, std::uintptr_t end, std::size_t skipped = 0) {
  Tracked t{begin, (end - begin) / page, skipped, allocate_bytes(end - begin), nullptr, false};
  t.written = reinterpret_cast<Written*>(allocate_bytes(t.pages));
  std::fill_n(t.written, t.pages, Written::no);
  t.observed = end - begin <= compared_bytes_max;
  if (t.observed) {
    std::memcpy(t.copy, reinterpret_cast<void*>(begin), end - begin);
  } else {
    set_protection(begin, end - begin, PROT_READ);
  }
  tracked->push_back(t);
}

// `whole_bytes_max`: up to which size the range is copied whole.
void add_range(Range range, std::size_t whole_bytes_max) {
  const std::uintptr_t first = page_ceiling(range.begin);
  const std::uintptr_t last = page_floor(range.end);
  if (range.end - range.begin <= whole_bytes_max || first >= last) {
    add_piece(range.begin, range.end);
    return;
  }
  add_piece(range.begin, first);
  add_tracked(first, last);
  add_piece(last, range.end);
}

// Every page the range touches, of a library of whose 14 KB most executions write nothing. What lies before
// the range in its first page is left alone; after it in its last page is nothing.
void add_pages_of(Range range) {
  const std::uintptr_t first = page_floor(range.begin);
  add_tracked(first, page_ceiling(range.end), range.begin - first);
}

// Calls add for the parts of `range` without the holes, which may overlap each other.
template <class Add>
void add_range_without(Range range, const Range* holes, std::size_t count, Add add) {
  while (range.begin < range.end) {
    std::uintptr_t stop = range.end;
    std::uintptr_t resume = range.end;
    for (std::size_t i = 0; i < count; ++i) {
      if (holes[i].begin >= holes[i].end || holes[i].end <= range.begin || holes[i].begin >= stop) continue;
      stop = holes[i].begin > range.begin ? holes[i].begin : range.begin;
      resume = holes[i].end;
    }
    if (stop > range.begin) add({range.begin, stop});
    range.begin = resume;
  }
}

// The lazily bound entries: restoring them would bind every function again in each execution.
Range bound_functions(const dl_phdr_info& info, const ElfW(Phdr) & dynamic) {
  Range range{0, 0};
  std::size_t relocations_bytes = 0;
  const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(info.dlpi_addr + dynamic.p_vaddr);
  for (; entry->d_tag != DT_NULL; ++entry) {
    // The loader has relocated d_ptr.
    if (entry->d_tag == DT_PLTGOT) range.begin = entry->d_un.d_ptr;
    if (entry->d_tag == DT_PLTRELSZ) relocations_bytes = entry->d_un.d_val;
  }
  constexpr std::size_t reserved_entries = 3;
  if (range.begin != 0) {
    range.end =
        range.begin + (reserved_entries + relocations_bytes / sizeof(ElfW(Rela))) * sizeof(std::uintptr_t);
  }
  return range;
}

void add_module(const dl_phdr_info& info, bool of_program) {
  Range holes[4] = {};
  holes[0] = {reinterpret_cast<std::uintptr_t>(__start_heddle_data),
              reinterpret_cast<std::uintptr_t>(__stop_heddle_data)};
  holes[1] = {reinterpret_cast<std::uintptr_t>(__start_heddle_bss),
              reinterpret_cast<std::uintptr_t>(__stop_heddle_bss)};
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const std::uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_GNU_RELRO) holes[2] = {page_floor(begin), page_floor(begin + header.p_memsz)};
    if (header.p_type == PT_DYNAMIC) holes[3] = bound_functions(info, header);
  }
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_W) == 0) continue;
    const std::uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    const Range range{begin, begin + header.p_memsz};
    if (of_program) {
      add_range_without(range, holes, 4, [](Range r) { add_range(r, copied_whole_bytes_max); });
    } else {
      add_range_without(range, holes, 4,
                        [&](Range r) { r.end == range.end ? add_pages_of(r) : add_range(r, page); });
    }
  }
}

int visit_module(dl_phdr_info* info, std::size_t, void* data) {
  auto& index = *static_cast<int*>(data);
  const bool of_program = index++ == 0 || is_instrumented(*info);
  if (of_program || std::string_view(info->dlpi_name).find("/libstdc++.so") != std::string_view::npos)
    add_module(*info, of_program);
  return 0;
}

// Of a page whose copy is valid.
void mark_written(Tracked& t, std::size_t at) {
  static const char zeros[page] = {};
  const bool zero = std::memcmp(t.copy + at * page, zeros, page) == 0;
  t.written[at] = zero ? Written::over_zeros : Written::over_data;
  ++written_pages;
}

// Makes the page holding `at` writable, with its neighbours once there are many, and saves them first.
void release_page(Tracked& t, std::size_t at) {
  std::size_t first = at;
  std::size_t last = at + 1;
  if (written_pages >= single_pages_max) {
    first = at & ~(group_pages - 1);
    last = first + group_pages < t.pages ? first + group_pages : t.pages;
  }
  for (std::size_t i = first; i < last; ++i) {
    if (t.written[i] != Written::no) continue;
    if (!t.observed) std::memcpy(t.copy + i * page, reinterpret_cast<void*>(t.begin + i * page), page);
    mark_written(t, i);
  }
  set_protection(t.begin + first * page, (last - first) * page, PROT_READ | PROT_WRITE);
  runs_stale = true;
}

// After the first execution: what it wrote is known, the rest gets protected.
void compare_and_protect(Tracked& t) {
  for (std::size_t i = 0; i < t.pages; ++i) {
    const std::size_t from = i == 0 ? t.skipped : 0;
    const std::size_t at = i * page + from;
    if (std::memcmp(t.copy + at, reinterpret_cast<void*>(t.begin + at), page - from) != 0) {
      mark_written(t, i);
    }
  }
  for (std::size_t i = 0; i < t.pages;) {
    std::size_t end = i + 1;
    while (end < t.pages && (t.written[end] == Written::no) == (t.written[i] == Written::no)) ++end;
    if (t.written[i] == Written::no) set_protection(t.begin + i * page, (end - i) * page, PROT_READ);
    i = end;
  }
}

void rebuild_runs() {
  written_runs->clear();
  for (Tracked& t : *tracked) {
    for (std::size_t i = 0; i < t.pages;) {
      if (t.written[i] == Written::no) {
        ++i;
        continue;
      }
      std::size_t end = i + 1;
      while (end < t.pages && t.written[end] == t.written[i]) ++end;
      const std::size_t at = i * page + (i == 0 ? t.skipped : 0);
      char* const copy = t.written[i] == Written::over_zeros ? nullptr : t.copy + at;
      written_runs->push_back({t.begin + at, end * page - at, copy});
      i = end;
    }
  }
  runs_stale = false;
}

void copy_back(const kernel::Vector<Piece>& list) {
  for (const Piece& piece : list) {
    const auto memory = reinterpret_cast<void*>(piece.begin);
    if (piece.copy != nullptr) {
      std::memcpy(memory, piece.copy, piece.bytes);
    } else {
      std::memset(memory, 0, piece.bytes);
    }
  }
}

}  // namespace

void snapshot_globals() {
  if (__start_heddle_bss == nullptr) {
    engine_failure("the program was linked without heddle's section of its own (heddle_bss)");
  }
  pieces = create<kernel::Vector<Piece>>();
  tracked = create<kernel::Vector<Tracked>>();
  written_runs = create<kernel::Vector<Piece>>();
  int index = 0;
  dl_iterate_phdr(visit_module, &index);
}

void remember_memory(std::uintptr_t address, std::size_t bytes) {
  add_range({address, address + bytes}, page);
}

void restore_globals() {
  if (!protected_now) [[unlikely]] {
    protected_now = true;
    for (Tracked& t : *tracked) {
      if (t.observed) compare_and_protect(t);
    }
    runs_stale = true;
  }
  if (runs_stale) [[unlikely]]
    rebuild_runs();
  copy_back(*pieces);
  copy_back(*written_runs);
}

bool handle_globals_fault(std::uintptr_t address) {
  if (tracked == nullptr) return false;
  for (Tracked& t : *tracked) {
    if (address - t.begin >= t.pages * page) continue;
    const std::size_t at = (address - t.begin) / page;
    if (t.written[at] != Written::no) return false;
    release_page(t, at);
    return true;
  }
  return false;
}

void prepare_kernel_write(std::uintptr_t address, std::size_t bytes) {
  if (tracked == nullptr || bytes == 0) return;
  for (Tracked& t : *tracked) {
    const std::uintptr_t end = t.begin + t.pages * page;
    if (address >= end || address + bytes <= t.begin) continue;
    const std::uintptr_t from = address > t.begin ? address : t.begin;
    const std::uintptr_t to = address + bytes < end ? address + bytes : end;
    for (std::size_t at = (from - t.begin) / page; at <= (to - 1 - t.begin) / page; ++at) {
      if (t.written[at] == Written::no) release_page(t, at);
    }
  }
}

void visit_globals(void (*visit)(std::uintptr_t begin, std::size_t bytes, void* context), void* context) {
  for (const Piece& piece : *pieces) visit(piece.begin, piece.bytes, context);
  for (const Tracked& t : *tracked) visit(t.begin + t.skipped, t.pages * page - t.skipped, context);
}

std::size_t globals_bytes_restored() {
  std::size_t bytes = 0;
  for (const Piece& piece : *pieces) bytes += piece.bytes;
  for (const Piece& piece : *written_runs) bytes += piece.bytes;
  return bytes;
}

}  // namespace heddle::runtime
