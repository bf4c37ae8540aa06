#include "checker/frontend/objects.hpp"

#include "checker/runtime/access.hpp"

namespace heddle::frontend {

const char* kind_name(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::atomic:
      return "atomic";
    case ObjectKind::mutex:
      return "mutex";
    case ObjectKind::rwlock:
      return "read-write lock";
    case ObjectKind::condition:
      return "condition variable";
    case ObjectKind::semaphore:
      return "semaphore";
    case ObjectKind::barrier:
      return "barrier";
    case ObjectKind::once:
      return "once control";
    case ObjectKind::spinlock:
      return "spin lock";
    case ObjectKind::thread:
      return "thread";
    case ObjectKind::futex:
      return "futex";
    case ObjectKind::guard:
      return "static variable's guard";
    case ObjectKind::key:
      return "thread-specific key";
    case ObjectKind::file:
      return "file";
    case ObjectKind::custom:
      return "object";
  }
  return "object";
}

ObjectRecord& create_object(const CallSite& site, std::size_t bytes, Value initial) {
  runtime::check_plain_access(site.object, bytes, runtime::AccessKind::write, site.pc);
  runtime::retire_object(site.object);
  ObjectRecord& record = runtime::object(site.object, site.object_kind);
  record.initialised = true;
  record.initial = initial;
  record.created_pc = site.pc;
  return record;
}

ObjectRecord& use_object(const CallSite& site, bool marked_destroyed) {
  if (site.object_kind == ObjectKind::condition) {
    runtime::check_accessible(site.object, 1, runtime::AccessKind::atomic_read, site.pc);
  } else {
    runtime::check_plain_access(site.object, 1, runtime::AccessKind::read, site.pc);
  }
  ObjectRecord* record = &runtime::object(site.object, site.object_kind);
  if (record->destroyed) [[unlikely]] {
    if (marked_destroyed) fail_destroyed(site);
    runtime::retire_object(site.object);
    record = &runtime::object(site.object, site.object_kind);
  }
  if (record->created_pc == 0) record->created_pc = site.pc;
  return *record;
}

void fail_destroyed(const CallSite& site) {
  runtime::fail_at(Rule::destroyed_in_use, site.pc, "Thread %u calls %s on the %s %#zx, which was destroyed.",
                   runtime::self(), site.call, kind_name(site.object_kind), site.object);
}

void fail_destroyed_in_use(const CallSite& site, const char* how) {
  runtime::fail_at(Rule::destroyed_in_use, site.pc, "Thread %u destroys the %s %#zx %s.", runtime::self(),
                   kind_name(site.object_kind), site.object, how);
}

}  // namespace heddle::frontend
