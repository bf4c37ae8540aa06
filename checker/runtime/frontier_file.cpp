#include "checker/runtime/frontier_file.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "checker/runtime/modules.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

constexpr std::size_t path_bytes = sizeof explore::Options::save + 16;
char sentence[path_bytes + 256];

const char* say(const char* path, const char* what, long error = 0) {
  if (error == 0) {
    snprintf(sentence, sizeof sentence, "%s %s", path, what);
  } else {
    snprintf(sentence, sizeof sentence, "%s %s: %s", path, what, strerrordesc_np(static_cast<int>(-error)));
  }
  return sentence;
}

}  // namespace

explore::Binding binding_of_this_run(const explore::Options& o, int argc, char** argv) {
  explore::Binding binding;
  snprintf(binding.program, sizeof binding.program, "%016llx",
           static_cast<unsigned long long>(modules_identity()));
  snprintf(binding.addresses, sizeof binding.addresses, "%016llx",
           static_cast<unsigned long long>(modules_addresses()));
  std::uint64_t hash = explore::fnv_start;
  for (int i = 1; i < argc; ++i) hash = explore::fnv(argv[i], std::strlen(argv[i]) + 1, hash);
  snprintf(binding.arguments, sizeof binding.arguments, "%d %016llx", argc > 0 ? argc - 1 : 0,
           static_cast<unsigned long long>(hash));
  snprintf(binding.options, sizeof binding.options,
           "model=%u reductions=%d%d%d%d%d%d%d symmetric_threads=%d max_events=%llu max_memory=%llu "
           "max_threads=%u "
           "races=%s uninitialized=%s leaks=%d spurious=%d seed=%llu order_at=%llx shard=%u/%u",
           static_cast<unsigned>(o.model), o.reductions ? 1 : 0, o.allowed.waiting_locks ? 1 : 0,
           o.allowed.barriers ? 1 : 0, o.allowed.symmetry ? 1 : 0, o.allowed.spin_in_place ? 1 : 0,
           o.allowed.unread && o.unread_stores ? 1 : 0, o.allowed.commuting_rmws ? 1 : 0,
           o.symmetric_threads ? 1 : 0, static_cast<unsigned long long>(o.max_events),
           static_cast<unsigned long long>(o.max_memory), o.max_threads, o.check_races ? "report" : "ignore",
           explore::name_of(o.uninitialized), o.leaks ? 1 : 0, o.spurious ? 1 : 0,
           static_cast<unsigned long long>(o.seed),
           static_cast<unsigned long long>(explore::fnv(o.order_at, std::strlen(o.order_at))), o.shard,
           o.shards);
  return binding;
}

std::uint64_t common_binding(const explore::Binding& b) {
  const std::string_view options = b.options;
  std::uint64_t hash = explore::fnv(b.options, std::min(options.find(" shard="), options.size()));
  for (const char* text : {b.program, b.addresses, b.arguments}) {
    hash = explore::fnv(text, std::strlen(text) + 1, hash);
  }
  return hash;
}

const char* load_frontier(const char* path, const explore::Binding& here, explore::Frontier& frontier) {
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return say(path, "cannot be read", fd);
  explore::Text text;
  char piece[1 << 14];
  long got = 0;
  while ((got = raw_syscall(SYS_read, fd, piece, sizeof piece)) > 0)
    text.insert(text.end(), piece, piece + got);
  raw_syscall(SYS_close, fd);
  if (got < 0) return say(path, "cannot be read", got);
  const char* wrong = explore::read_frontier(text.data(), text.size(), frontier);
  if (wrong == nullptr) wrong = explore::difference(frontier.binding, here);
  return wrong == nullptr ? nullptr : say(path, wrong);
}

const char* store_frontier(const char* path, const explore::Frontier& frontier) {
  explore::Text text;
  explore::write_frontier(frontier, text);
  char beside[path_bytes];
  snprintf(beside, sizeof beside, "%s.%ld", path, raw_syscall(SYS_getpid));
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return say(path, "cannot be written", fd);
  long failed = 0;
  for (std::size_t done = 0; done < text.size() && failed == 0;) {
    const long put = raw_syscall(SYS_write, fd, text.data() + done, text.size() - done);
    if (put < 0) {
      failed = put;
    } else {
      done += static_cast<std::size_t>(put);
    }
  }
  if (failed == 0) failed = raw_syscall(SYS_fsync, fd);
  raw_syscall(SYS_close, fd);
  if (failed == 0) failed = raw_syscall(SYS_renameat, AT_FDCWD, beside, AT_FDCWD, path);
  if (failed == 0) return nullptr;
  raw_syscall(SYS_unlinkat, AT_FDCWD, beside, 0);
  return say(path, "cannot be written", failed);
}

}  // namespace heddle::runtime
