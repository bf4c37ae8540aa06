// Records of one execution: added one at a time at stable addresses, all forgotten at once.
#pragma once

#include <cstddef>

#include "checker/kernel/memory.hpp"

namespace heddle::runtime {

// Zero-initialised statics of this type need no constructor to run, so it works before main.
template <class Record, std::size_t chunk_records = 256>
class RecordPool {
 public:
  Record& add() {
    const std::size_t chunk = size_ / chunk_records;
    if (chunk == chunks_) [[unlikely]]
      grow();
    return table_[chunk][size_++ % chunk_records];
  }
  Record& operator[](std::size_t i) { return table_[i / chunk_records][i % chunk_records]; }
  const Record& operator[](std::size_t i) const { return table_[i / chunk_records][i % chunk_records]; }
  std::size_t size() const { return size_; }
  // Forgets all but the first `size` records; their memory is kept for the next ones.
  void shrink(std::size_t size) { size_ = size; }

 private:
  void grow() {
    if (chunks_ == room_) {
      const std::size_t room = room_ == 0 ? 64 : room_ * 2;
      auto** const table = static_cast<Record**>(kernel::engine_allocate(room * sizeof(Record*)));
      for (std::size_t i = 0; i < chunks_; ++i) table[i] = table_[i];
      if (table_ != nullptr) kernel::engine_release(table_, room_ * sizeof(Record*));
      table_ = table;
      room_ = room;
    }
    table_[chunks_++] = static_cast<Record*>(kernel::engine_allocate(chunk_records * sizeof(Record)));
  }

  Record** table_ = nullptr;
  std::size_t chunks_ = 0;
  std::size_t room_ = 0;
  std::size_t size_ = 0;
};

}  // namespace heddle::runtime
