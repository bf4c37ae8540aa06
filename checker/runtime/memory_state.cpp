#include "checker/runtime/memory_state.hpp"

#include <fcntl.h>
#include <sys/syscall.h>

#include "checker/runtime/heap.hpp"
#include "checker/runtime/hot_state.hpp"
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

// address_space.hpp: the engine's memory, stacks, and the heap, of which only what is used is looked at.
constexpr std::uintptr_t ours_begin = 0x1000'0000'0000;
constexpr std::uintptr_t ours_end = 0x2800'0000'0000;

struct Range {
  std::uintptr_t begin;
  std::uintptr_t end;
};

class Fingerprint {
 public:
  void add(Range range) {
    const auto* word = reinterpret_cast<const std::uint64_t*>((range.begin + 7) & ~std::uintptr_t{7});
    const auto* const end = reinterpret_cast<const std::uint64_t*>(range.end & ~std::uintptr_t{7});
    for (; word < end; ++word) mix(*word);
  }

  // The range without the engine's variables.
  void add_program(Range range) {
    const Range holes[] = {{reinterpret_cast<std::uintptr_t>(__start_heddle_data),
                            reinterpret_cast<std::uintptr_t>(__stop_heddle_data)},
                           {reinterpret_cast<std::uintptr_t>(__start_heddle_bss),
                            reinterpret_cast<std::uintptr_t>(__stop_heddle_bss)}};
    for (const Range& hole : holes) {
      if (hole.begin >= range.end || hole.end <= range.begin) continue;
      if (hole.begin > range.begin) add_program({range.begin, hole.begin});
      if (hole.end < range.end) add_program({hole.end, range.end});
      return;
    }
    add(range);
  }

  void mix(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9fb21c651e98df25ULL;
    hash_ ^= hash_ >> 32;
  }
  std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 0x2545f4914f6cdd1dULL;
};

// Reads /proc/self/maps, line by line.
class Mappings {
 public:
  Mappings()
      : file_(
            static_cast<int>(raw_syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC, 0))) {
  }
  ~Mappings() {
    if (file_ >= 0) raw_syscall(SYS_close, file_);
  }
  Mappings(const Mappings&) = delete;
  Mappings& operator=(const Mappings&) = delete;

  bool is_open() const { return file_ >= 0; }

  // The next mapping that can be read and written and is no stack. False: there is none.
  bool next(Range& range) {
    for (;;) {
      if (!read_address('-', range.begin) || !read_address(' ', range.end)) return false;
      const bool writable = character() == 'r' && character() == 'w';
      char name = 0;  // the first letter behind '['
      for (char c = character(); c != '\n' && c != 0; c = character()) {
        if (c == '[') name = character();
      }
      if (writable && name != 's' && name != 'v') return true;
    }
  }

 private:
  bool read_address(char end, std::uintptr_t& address) {
    address = 0;
    for (char c = character(); c != end; c = character()) {
      if (c == 0) return false;
      address = address * 16 + static_cast<std::uintptr_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return true;
  }

  char character() {
    if (at_ == filled_) {
      at_ = 0;
      const long got = raw_syscall(SYS_read, file_, buffer_, sizeof buffer_);
      filled_ = got > 0 ? static_cast<std::size_t>(got) : 0;
      if (filled_ == 0) return 0;
    }
    return buffer_[at_++];
  }

  int file_;
  char buffer_[4096];
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
};

std::uint64_t unreadable = 0;  // never the same twice: without looking, nothing is believed

}  // namespace

std::uint64_t memory_state() {
  Fingerprint fingerprint;
  Mappings mappings;
  if (!mappings.is_open()) return ++unreadable;
  for (Range range{0, 0}; mappings.next(range);) {
    if (range.begin < ours_begin || range.begin >= ours_end) fingerprint.add_program(range);
  }
  const Thread& thread = *hot.current;
  fingerprint.add({reinterpret_cast<std::uintptr_t>(thread.slot.tls_block), thread.slot.fs_base});
  heap_visit_used(
      [](std::uintptr_t begin, std::uintptr_t end, void* made) {
        static_cast<Fingerprint*>(made)->add({begin, end});
      },
      &fingerprint);
  return fingerprint.hash();
}

}  // namespace heddle::runtime
