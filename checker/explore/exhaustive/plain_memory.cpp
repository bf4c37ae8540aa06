#include "checker/explore/exhaustive/plain_memory.hpp"

#include <bit>

namespace heddle::explore {

using kernel::no_thread;
using kernel::ThreadId;
using kernel::Value;

void PlainMemory::begin(const Value* values, VariableId count) {
  count_ = count;
  for (VariableId i = 0; i < count; ++i) {
    variables_[i].value = values[i];
    variables_[i].writer = no_thread;
    variables_[i].readers = 0;
  }
}

bool PlainMemory::read(VariableId variable, const Place& at, Value& value) {
  if (variable >= count_ || at.thread >= threads_max) return false;
  Variable& v = variables_[variable];
  if (!after_write(v, at)) return false;
  v.readers |= 1U << at.thread;
  v.read[at.thread] = at.epoch;
  value = v.value;
  return true;
}

bool PlainMemory::write(VariableId variable, const Place& at, Value value) {
  if (variable >= count_ || at.thread >= threads_max) return false;
  Variable& v = variables_[variable];
  if (!after_write(v, at)) return false;
  for (std::uint32_t left = v.readers & ~(1U << at.thread); left != 0; left &= left - 1) {
    const auto reader = static_cast<ThreadId>(std::countr_zero(left));
    if (v.read[reader] >= at.clock[reader]) return false;
  }
  v.readers = 0;
  v.writer = at.thread;
  v.written = at.epoch;
  v.value = value;
  return true;
}

}  // namespace heddle::explore
