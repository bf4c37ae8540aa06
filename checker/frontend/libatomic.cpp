// libatomic's entry points, which compilers call for objects they cannot handle inline: 16 bytes without
// -mcx16, and every size without a lock-free instruction.
//
// Objects of 1, 2, 4, 8 and 16 bytes are the same as the inline ones. For other sizes libatomic takes a lock,
// so each operation is one acquire-release step on a location of the object's own, which then copies real
// memory: weaker behaviour does not exist for them.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "checker/frontend/atomic_operations.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/territory.hpp"

namespace heddle::frontend {
namespace {

using runtime::AccessKind;

kernel::Updated count_up(kernel::Value old, kernel::Value, kernel::Value) { return {old + 1, true}; }

// One lock for all: uncontrolled programs only need it to be right.
char native_lock = 0;
class NativeLock {
 public:
  NativeLock() {
    while (__atomic_test_and_set(&native_lock, __ATOMIC_ACQUIRE)) {
    }
  }
  ~NativeLock() { __atomic_clear(&native_lock, __ATOMIC_RELEASE); }
  NativeLock(const NativeLock&) = delete;
  NativeLock& operator=(const NativeLock&) = delete;
};

// Runs `body` as the one step of an operation on a locked object.
template <class Body>
void locked(const volatile void* object, std::size_t bytes, AccessKind kind, const char* call,
            std::uintptr_t pc, Body body) {
  if (!runtime::controlled()) {
    const NativeLock lock;
    body();
    return;
  }
  runtime::forget_all();  // the object's value is in memory, and no answer of the operation
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  runtime::check_accessible(address, bytes, kind, pc);
  const runtime::ObjectRecord& record = runtime::object(address, kernel::ObjectKind::atomic);
  kernel::Operation op;
  op.kind = kernel::OperationKind::rmw;
  op.order = kernel::Order::acq_rel;
  op.location = record.location;
  op.initial = record.initial;
  op.update = count_up;
  op.site = {call, address, pc, kernel::ObjectKind::atomic};
  runtime::refresh_epoch();
  const auto before = static_cast<kernel::EventIndex>(runtime::epoch.mark);
  runtime::perform(op);
  runtime::check_atomic_access(address, bytes, kind, before, pc);
  body();
}

void copy(void* to, const volatile void* from, std::size_t bytes) {
  std::memcpy(to, const_cast<const void*>(from), bytes);
}

// Calls visit(T) for the type of an inline atomic object of `bytes` bytes at `object`; false: there is none.
template <class Visit>
bool with_inline_type(const volatile void* object, std::size_t bytes, Visit visit) {
  if (bytes == 0 || reinterpret_cast<std::uintptr_t>(object) % bytes != 0) return false;
  switch (bytes) {
    case 1:
      visit(std::uint8_t{});
      return true;
    case 2:
      visit(std::uint16_t{});
      return true;
    case 4:
      visit(std::uint32_t{});
      return true;
    case 8:
      visit(std::uint64_t{});
      return true;
    case 16:
      visit(Wide{});
      return true;
    default:
      return false;
  }
}

void generic_load(std::size_t bytes, const volatile void* object, void* out, int order, std::uintptr_t pc) {
  const bool done = with_inline_type(object, bytes, [&]<class T>(T) {
    const T value = load(static_cast<const volatile T*>(object), order, pc);
    copy(out, &value, sizeof value);
  });
  if (done) return;
  locked(object, bytes, AccessKind::atomic_read, "atomic load", pc, [&] { copy(out, object, bytes); });
}

void generic_store(std::size_t bytes, volatile void* object, const void* in, int order, std::uintptr_t pc) {
  const bool done = with_inline_type(object, bytes, [&]<class T>(T) {
    T value;
    copy(&value, in, sizeof value);
    store(static_cast<volatile T*>(object), value, order, pc);
  });
  if (done) return;
  locked(object, bytes, AccessKind::atomic_write, "atomic store", pc,
         [&] { copy(const_cast<void*>(object), in, bytes); });
}

void generic_exchange(std::size_t bytes, volatile void* object, const void* in, void* out, int order,
                      std::uintptr_t pc) {
  const bool done = with_inline_type(object, bytes, [&]<class T>(T) {
    T value;
    copy(&value, in, sizeof value);
    value = exchange(static_cast<volatile T*>(object), value, order, pc);
    copy(out, &value, sizeof value);
  });
  if (done) return;
  locked(object, bytes, AccessKind::atomic_write, "exchange", pc, [&] {
    copy(out, object, bytes);
    copy(const_cast<void*>(object), in, bytes);
  });
}

bool generic_compare_exchange(std::size_t bytes, volatile void* object, void* expected, const void* desired,
                              int order, int failure_order, std::uintptr_t pc) {
  bool succeeded = false;
  const bool done = with_inline_type(object, bytes, [&]<class T>(T) {
    T wanted;
    T value;
    copy(&wanted, expected, sizeof wanted);
    copy(&value, desired, sizeof value);
    succeeded = compare_exchange(static_cast<volatile T*>(object), wanted, value, order, failure_order, pc);
    if (!succeeded) copy(expected, &wanted, sizeof wanted);
  });
  if (done) return succeeded;
  locked(object, bytes, AccessKind::atomic_write, "compare_exchange", pc, [&] {
    succeeded = std::memcmp(const_cast<void*>(object), expected, bytes) == 0;
    if (succeeded)
      copy(const_cast<void*>(object), desired, bytes);
    else
      copy(expected, object, bytes);
  });
  return succeeded;
}

}  // namespace
}  // namespace heddle::frontend

// The compiler knows these names as builtins of other types, so they are defined under names of ours.
#define HEDDLE_LIBATOMIC(symbol) __asm__(#symbol)

using heddle::frontend::Wide;

HEDDLE_INTERCEPT void heddle_atomic_load(std::size_t, const volatile void*, void*, int)
    HEDDLE_LIBATOMIC(__atomic_load);
void heddle_atomic_load(std::size_t bytes, const volatile void* object, void* out, int order) {
  heddle::frontend::generic_load(bytes, object, out, order, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT void heddle_atomic_store(std::size_t, volatile void*, const void*, int)
    HEDDLE_LIBATOMIC(__atomic_store);
void heddle_atomic_store(std::size_t bytes, volatile void* object, const void* in, int order) {
  heddle::frontend::generic_store(bytes, object, in, order, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT void heddle_atomic_exchange(std::size_t, volatile void*, const void*, void*, int)
    HEDDLE_LIBATOMIC(__atomic_exchange);
void heddle_atomic_exchange(std::size_t bytes, volatile void* object, const void* in, void* out, int order) {
  heddle::frontend::generic_exchange(bytes, object, in, out, order, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT bool heddle_atomic_compare_exchange(std::size_t, volatile void*, void*, const void*, int,
                                                     int) HEDDLE_LIBATOMIC(__atomic_compare_exchange);
bool heddle_atomic_compare_exchange(std::size_t bytes, volatile void* object, void* expected,
                                    const void* desired, int order, int failure_order) {
  return heddle::frontend::generic_compare_exchange(bytes, object, expected, desired, order, failure_order,
                                                    HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT Wide heddle_atomic_load_16(const volatile void*, int) HEDDLE_LIBATOMIC(__atomic_load_16);
Wide heddle_atomic_load_16(const volatile void* object, int order) {
  return heddle::frontend::load(static_cast<const volatile Wide*>(object), order, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT void heddle_atomic_store_16(volatile void*, Wide, int) HEDDLE_LIBATOMIC(__atomic_store_16);
void heddle_atomic_store_16(volatile void* object, Wide value, int order) {
  heddle::frontend::store(static_cast<volatile Wide*>(object), value, order, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT Wide heddle_atomic_exchange_16(volatile void*, Wide, int)
    HEDDLE_LIBATOMIC(__atomic_exchange_16);
Wide heddle_atomic_exchange_16(volatile void* object, Wide value, int order) {
  return heddle::frontend::exchange(static_cast<volatile Wide*>(object), value, order, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT bool heddle_atomic_compare_exchange_16(volatile void*, void*, Wide, int, int)
    HEDDLE_LIBATOMIC(__atomic_compare_exchange_16);
bool heddle_atomic_compare_exchange_16(volatile void* object, void* expected, Wide desired, int order,
                                       int failure_order) {
  auto* const wanted = static_cast<Wide*>(expected);
  Wide read = *wanted;
  const bool succeeded = heddle::frontend::compare_exchange(static_cast<volatile Wide*>(object), read,
                                                            desired, order, failure_order, HEDDLE_CALLER_PC);
  if (!succeeded) *wanted = read;
  return succeeded;
}

#define HEDDLE_FETCH_16(name)                                                                  \
  HEDDLE_INTERCEPT Wide heddle_atomic_fetch_##name##_16(volatile void*, Wide, int)             \
      HEDDLE_LIBATOMIC(__atomic_fetch_##name##_16);                                            \
  Wide heddle_atomic_fetch_##name##_16(volatile void* object, Wide operand, int order) {       \
    return heddle::frontend::fetch_##name(static_cast<volatile Wide*>(object), operand, order, \
                                          HEDDLE_CALLER_PC);                                   \
  }
HEDDLE_FETCH_16(add)
HEDDLE_FETCH_16(sub)
HEDDLE_FETCH_16(and)
HEDDLE_FETCH_16(or)
HEDDLE_FETCH_16(xor)
HEDDLE_FETCH_16(nand)
