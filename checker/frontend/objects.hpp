// The simulated object behind an address, and what to say when it is misused.
//
// Whether an object is alive must be a fact of the execution, not of the native order of calls: destroying
// writes a `destroyed` value to the object's location, so every order of a destroy and a use is explored. The
// record's `destroyed` flag only tells a later call that the address may hold a new object. Objects with
// static initialisers need no init call: destroying leaves a mark in the object's memory, and an address
// whose mark is gone holds a new object.
#pragma once

#include <cstddef>

#include "checker/frontend/call.hpp"

namespace heddle::frontend {

// The word for reports: "mutex", "condition variable".
const char* kind_name(ObjectKind kind);

// Starts a new life at the address: an init function, which writes `bytes` bytes.
ObjectRecord& create_object(const CallSite& site, std::size_t bytes, Value initial = 0);

// A use counts as a read of the object's memory: it races with an unordered init, and with a free. Not so a
// condition variable's: a notifier may still be in the call when the thread it woke rightly destroys and
// frees it.
//
// The object's record. `marked_destroyed`: its memory bears the mark that destroying leaves. Fails the
// execution if it was destroyed and not created again. A first use has `initialised == false`; the caller
// sets it.
ObjectRecord& use_object(const CallSite& site, bool marked_destroyed);

[[noreturn]] void fail_destroyed(const CallSite& site);
[[noreturn]] void fail_destroyed_in_use(const CallSite& site, const char* how);

}  // namespace heddle::frontend
