// Whether the program can cancel threads at all: whether its code or data refer to pthread_cancel, which is
// defined in its own image. An instruction refers to it by a distance from the instruction's end, data by its
// address. Chance hits only cost time; missing a reference is not, so what is not understood counts as one.
#include <link.h>

#include <algorithm>
#include <cstring>

#include "checker/frontend/cancel.hpp"
#include "checker/runtime/instrumented.hpp"

namespace heddle::frontend {
namespace {

bool in_use = true;

#if defined(__x86_64__)

struct Bytes {
  std::uintptr_t low;
  std::uintptr_t high;
};

// The one reference that must not be found is our own: it is to the byte after.
std::uintptr_t address_of_cancel() {
  std::uintptr_t after;
  asm("lea heddle_pthread_cancel+1(%%rip), %0" : "=r"(after));
  return after - 1;
}

// Whether a distance may follow this byte of code and the one before it: the opcode of a call or jump, or a
// ModRM byte that says so. Others occur by chance, and there is a lot of code.
bool precedes_distance(std::uint8_t before, std::uint8_t byte) {
  const bool jumps = byte == 0xe8 || byte == 0xe9 || (before == 0x0f && (byte & 0xf0) == 0x80);
  return jumps || (byte & 0xc7) == 0x05;
}

// Whether some four bytes that begin in [first, last) may be a distance or address as below: by their low 32
// bits alone, in vector registers.
bool may_refer(std::uintptr_t target, std::uintptr_t first, std::uintptr_t last) {
  constexpr unsigned lanes = 4;
  using Words [[gnu::vector_size(lanes * 4), gnu::aligned(1), gnu::may_alias]] = std::uint32_t;
  const Words wanted = Words{} + static_cast<std::uint32_t>(target);
  Words hits = {};
  for (std::uintptr_t begin = first; begin < first + 4; ++begin) {
    Words after = Words{0, 4, 8, 12} + static_cast<std::uint32_t>(begin + 4);
    for (std::uintptr_t at = begin; at < last; at += sizeof(Words), after += sizeof(Words)) {
      const Words words = *reinterpret_cast<const Words*>(at);
      hits |= (words + after == wanted) | (words == wanted);
    }
  }
  return (hits[0] | hits[1] | hits[2] | hits[3]) != 0;
}

// Distances of 32 bits, always at the end of a call, jump or address computation; and addresses of 32 bits,
// of which there are only some in an executable at a fixed address.
bool has_distance_in(std::uintptr_t target, Bytes code, std::uintptr_t first, std::uintptr_t last) {
  for (std::uintptr_t at = first; at < last; ++at) {
    std::int32_t distance;
    std::memcpy(&distance, reinterpret_cast<const void*>(at), sizeof distance);
    if (distance == 0) continue;
    if (at + 4 + static_cast<std::uintptr_t>(static_cast<std::int64_t>(distance)) == target &&
        at >= code.low + 2 &&
        precedes_distance(*reinterpret_cast<const std::uint8_t*>(at - 2),
                          *reinterpret_cast<const std::uint8_t*>(at - 1))) {
      return true;
    }
    if (static_cast<std::uint32_t>(distance) == target) return true;
  }
  return false;
}

bool has_distance_to(std::uintptr_t target, Bytes code) {
  if (code.high < code.low + 4) return false;
  constexpr std::uintptr_t block = 1 << 12;
  constexpr std::uintptr_t slack = 32;  // read by vector registers, not scanned
  std::uintptr_t at = code.low;
  for (; at + block + slack <= code.high; at += block) {
    if (may_refer(target, at, at + block) && has_distance_in(target, code, at, at + block)) return true;
  }
  return has_distance_in(target, code, at, code.high - 3);
}

bool has_address(std::uintptr_t target, Bytes data) {
  for (std::uintptr_t at = (data.low + 7) & ~std::uintptr_t{7}; at + 8 <= data.high; at += 8) {
    if (*reinterpret_cast<const std::uintptr_t*>(at) == target) return true;
  }
  return false;
}

bool executable_refers(const dl_phdr_info& image, std::uintptr_t target) {
  for (unsigned i = 0; i < image.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = image.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t low = image.dlpi_addr + segment.p_vaddr;
    const Bytes bytes = {low, low + segment.p_filesz};
    if ((segment.p_flags & PF_X) != 0 ? has_distance_to(target, bytes) : has_address(target, bytes))
      return true;
  }
  return false;
}

struct Search {
  bool is_first = true;  // the executable comes first
  bool found = false;
};

int look_at(dl_phdr_info* image, std::size_t, void* argument) {
  auto& search = *static_cast<Search*>(argument);
  search.found = search.is_first ? executable_refers(*image, address_of_cancel())
                                 : runtime::imports(*image, "pthread_cancel");
  search.is_first = false;
  return search.found ? 1 : 0;
}

__attribute__((constructor)) void look_once() {
  if (!runtime::owns_heap()) return;
  Search search;
  dl_iterate_phdr(look_at, &search);
  in_use = search.found;
}

#endif

}  // namespace

bool cancellation_in_use() { return in_use; }

}  // namespace heddle::frontend
