// Thread-specific keys. Values live in the simulated thread, so they are gone with the execution.
//
// A key made in an execution is numbered by its creator and how many it made before: its number does not
// depend on the schedule. Keys that exist before main are real ones; their numbers, below PTHREAD_KEYS_MAX,
// stay as they are, and thread 0 finds the values that were set then.
#include "checker/frontend/keys.hpp"

#include <limits.h>
#include <pthread.h>

#include <cerrno>

#include "checker/frontend/posix_thread.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

using Destructor = void (*)(void*);

constexpr std::uint32_t real_keys = PTHREAD_KEYS_MAX;
constexpr std::uint32_t keys_per_thread = 256;
constexpr std::uint32_t keys_all = real_keys + kernel::threads_max * keys_per_thread;

// A simulated key of this execution; a page of them is made when a thread creates its first.
struct Key {
  std::uint64_t execution = 0;  // in which it was created
  Destructor destructor = nullptr;
  bool deleted = false;
};
Key* pages[kernel::threads_max];
Destructor real_destructors[real_keys];

Key* find(std::uint32_t number) {
  if (number < real_keys || number >= keys_all) return nullptr;
  const std::uint32_t creator = (number - real_keys) / keys_per_thread;
  if (pages[creator] == nullptr) return nullptr;
  Key* key = &pages[creator][(number - real_keys) % keys_per_thread];
  return key->execution == runtime::hot.execution && !key->deleted ? key : nullptr;
}

KeyValue* find_value(PosixThread& thread, std::uint32_t number) {
  for (KeyValue& value : thread.values) {
    if (value.key == number) return &value;
  }
  return nullptr;
}

Destructor destructor_of(std::uint32_t number) {
  if (number < real_keys) return real_destructors[number];
  const Key* key = find(number);
  return key != nullptr ? key->destructor : nullptr;
}

int create(pthread_key_t* out, Destructor destructor) {
  PosixThread& me = my_posix_thread();
  const ThreadId creator = runtime::self();
  if (me.keys_created == keys_per_thread) return EAGAIN;
  if (pages[creator] == nullptr) {
    auto* page = static_cast<Key*>(kernel::engine_allocate(keys_per_thread * sizeof(Key)));
    for (std::uint32_t i = 0; i < keys_per_thread; ++i) page[i] = Key{};
    pages[creator] = page;
  }
  pages[creator][me.keys_created] = {runtime::hot.execution, destructor, false};
  *out = real_keys + creator * keys_per_thread + me.keys_created++;
  return 0;
}

int destroy(std::uint32_t number) {
  if (number < real_keys) return 0;
  Key* key = find(number);
  if (key == nullptr) return EINVAL;
  key->deleted = true;
  return 0;
}

}  // namespace

namespace heddle::frontend {

void run_key_destructors(runtime::Thread& thread) {
  PosixThread& me = posix_thread(thread);
  if (!me.values.empty()) runtime::note_open();
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round) {
    bool called = false;
    // Destructors may set values, and so move the vector.
    for (std::size_t i = 0; i < me.values.size(); ++i) {
      const Destructor destructor = destructor_of(me.values[i].key);
      void* value = const_cast<void*>(me.values[i].value);
      if (destructor == nullptr || value == nullptr) continue;
      me.values[i].value = nullptr;
      called = true;
      destructor(value);
    }
    if (!called) return;
  }
}

}  // namespace heddle::frontend

HEDDLE_INTERCEPT int pthread_key_create(pthread_key_t* out, Destructor destructor) noexcept {
  if (simulated(HEDDLE_CALLER_PC)) return create(out, destructor);
  const int result = HEDDLE_REAL(pthread_key_create)(out, destructor);
  if (result == 0 && *out < real_keys) real_destructors[*out] = destructor;
  return result;
}

HEDDLE_INTERCEPT int pthread_key_delete(pthread_key_t number) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_key_delete)(number);
  return destroy(number);
}

HEDDLE_INTERCEPT void* pthread_getspecific(pthread_key_t number) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_getspecific)(number);
  if (const KeyValue* value = find_value(my_posix_thread(), number)) return const_cast<void*>(value->value);
  return number < real_keys && runtime::self() == 0 ? HEDDLE_REAL(pthread_getspecific)(number) : nullptr;
}

HEDDLE_INTERCEPT int pthread_setspecific(pthread_key_t number, const void* value) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setspecific)(number, value);
  PosixThread& me = my_posix_thread();
  if (number >= real_keys && find(number) == nullptr) return EINVAL;
  if (KeyValue* known = find_value(me, number)) {
    known->value = value;
  } else {
    me.values.push_back({number, value});
  }
  return 0;
}
