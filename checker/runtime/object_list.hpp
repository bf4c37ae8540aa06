// The objects a finding speaks of, numbered in order of first mention.
#pragma once

#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/runtime/json_writer.hpp"

namespace heddle::runtime {

class ObjectList {
 public:
  static constexpr int none = -1;
  // The number of the object at `address`; none for address 0. `kind` is a word of the protocol.
  int number(std::uintptr_t address, const char* kind, std::uint32_t size);
  void write(JsonWriter& out) const;  // the value of `objects`

 private:
  struct Entry {
    std::uintptr_t address;
    const char* kind;
    std::uint32_t size;
  };
  kernel::Vector<Entry> entries_;
};

const char* word(kernel::ObjectKind kind);
void write_object_reference(JsonWriter& out, int number);

}  // namespace heddle::runtime
