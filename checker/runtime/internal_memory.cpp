// memcpy and friends for the engine's own use. The build renames the engine's calls of memcpy, memset,
// memmove and memcmp to these, because the plain names are intercepted and would be taken for accesses of the
// program. glibc's checking variants are the same code under names nobody intercepts.
#include <cstddef>
#include <cstdint>

extern "C" {

void* __memcpy_chk(void* to, const void* from, std::size_t bytes, std::size_t room);
void* __memmove_chk(void* to, const void* from, std::size_t bytes, std::size_t room);
void* __memset_chk(void* to, int byte, std::size_t bytes, std::size_t room);

void* heddle_internal_memcpy(void* to, const void* from, std::size_t bytes) {
  return __memcpy_chk(to, from, bytes, SIZE_MAX);
}

void* heddle_internal_memmove(void* to, const void* from, std::size_t bytes) {
  return __memmove_chk(to, from, bytes, SIZE_MAX);
}

void* heddle_internal_memset(void* to, int byte, std::size_t bytes) {
  return __memset_chk(to, byte, bytes, SIZE_MAX);
}

int heddle_internal_memcmp(const void* a, const void* b, std::size_t bytes) {
  using Word = std::uint64_t __attribute__((may_alias, aligned(1)));
  const auto* x = static_cast<const unsigned char*>(a);
  const auto* y = static_cast<const unsigned char*>(b);
  while (bytes >= sizeof(Word) && *reinterpret_cast<const Word*>(x) == *reinterpret_cast<const Word*>(y)) {
    x += sizeof(Word);
    y += sizeof(Word);
    bytes -= sizeof(Word);
  }
  for (; bytes > 0; --bytes, ++x, ++y) {
    if (*x != *y) return *x < *y ? -1 : 1;
  }
  return 0;
}

}  // extern "C"
