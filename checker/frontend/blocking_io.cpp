// Calls that may wait for something outside the execution. All simulated threads share one OS thread, so such
// a call stops all of them, for ever if it waits for one of them. They are made all the same, with a warning
// if they would block; waits with a timeout are not waited for but take virtual time.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "checker/frontend/call.hpp"
#include "checker/frontend/cancel.hpp"
#include "checker/frontend/deadline.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

constexpr std::int64_t millisecond_ns = 1'000'000;
constexpr std::int64_t microsecond_ns = 1'000;

constexpr const char* message =
    "may block the whole process, because other threads cannot run meanwhile; it is not simulated";

// Warns if the descriptor is not ready for `events`.
void before(const char* call, int descriptor, short events, std::uintptr_t caller) {
  act_on_cancellation(call, caller);
  const int error = errno;
  pollfd one = {descriptor, events, 0};
  if (HEDDLE_REAL(poll)(&one, 1, 0) == 0) runtime::warn(call, caller, message);
  errno = error;
}

}  // namespace

HEDDLE_INTERCEPT ssize_t read(int descriptor, void* buffer, std::size_t bytes) {
  if (simulated(HEDDLE_CALLER_PC)) before("read", descriptor, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(read)(descriptor, buffer, bytes);
}

HEDDLE_INTERCEPT ssize_t readv(int descriptor, const iovec* parts, int count) {
  if (simulated(HEDDLE_CALLER_PC)) before("readv", descriptor, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(readv)(descriptor, parts, count);
}

HEDDLE_INTERCEPT ssize_t write(int descriptor, const void* buffer, std::size_t bytes) {
  if (simulated(HEDDLE_CALLER_PC)) before("write", descriptor, POLLOUT, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(write)(descriptor, buffer, bytes);
}

HEDDLE_INTERCEPT ssize_t writev(int descriptor, const iovec* parts, int count) {
  if (simulated(HEDDLE_CALLER_PC)) before("writev", descriptor, POLLOUT, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(writev)(descriptor, parts, count);
}

HEDDLE_INTERCEPT ssize_t recv(int socket, void* buffer, std::size_t bytes, int flags) {
  if (simulated(HEDDLE_CALLER_PC) && (flags & MSG_DONTWAIT) == 0)
    before("recv", socket, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(recv)(socket, buffer, bytes, flags);
}

HEDDLE_INTERCEPT ssize_t recvfrom(int socket, void* __restrict buffer, std::size_t bytes, int flags,
                                  sockaddr* __restrict from, socklen_t* __restrict size) {
  if (simulated(HEDDLE_CALLER_PC) && (flags & MSG_DONTWAIT) == 0)
    before("recvfrom", socket, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(recvfrom)(socket, buffer, bytes, flags, from, size);
}

HEDDLE_INTERCEPT ssize_t recvmsg(int socket, msghdr* header, int flags) {
  if (simulated(HEDDLE_CALLER_PC) && (flags & MSG_DONTWAIT) == 0)
    before("recvmsg", socket, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(recvmsg)(socket, header, flags);
}

HEDDLE_INTERCEPT ssize_t send(int socket, const void* buffer, std::size_t bytes, int flags) {
  if (simulated(HEDDLE_CALLER_PC) && (flags & MSG_DONTWAIT) == 0)
    before("send", socket, POLLOUT, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(send)(socket, buffer, bytes, flags);
}

HEDDLE_INTERCEPT int accept(int socket, sockaddr* __restrict from, socklen_t* __restrict size) {
  if (simulated(HEDDLE_CALLER_PC)) before("accept", socket, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(accept)(socket, from, size);
}

HEDDLE_INTERCEPT int accept4(int socket, sockaddr* __restrict from, socklen_t* __restrict size, int flags) {
  if (simulated(HEDDLE_CALLER_PC)) before("accept4", socket, POLLIN, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(accept4)(socket, from, size, flags);
}

// Whether a connection blocks cannot be told before.
HEDDLE_INTERCEPT int connect(int socket, const sockaddr* to, socklen_t size) {
  if (simulated(HEDDLE_CALLER_PC) && to != nullptr && to->sa_family != AF_UNIX) {
    runtime::warn("connect", HEDDLE_CALLER_PC, message);
  }
  return HEDDLE_REAL(connect)(socket, to, size);
}

HEDDLE_INTERCEPT ssize_t sendto(int socket, const void* buffer, std::size_t bytes, int flags,
                                const sockaddr* to, socklen_t size) {
  if (simulated(HEDDLE_CALLER_PC) && (flags & MSG_DONTWAIT) == 0)
    before("sendto", socket, POLLOUT, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(sendto)(socket, buffer, bytes, flags, to, size);
}

HEDDLE_INTERCEPT ssize_t sendmsg(int socket, const msghdr* header, int flags) {
  if (simulated(HEDDLE_CALLER_PC) && (flags & MSG_DONTWAIT) == 0)
    before("sendmsg", socket, POLLOUT, HEDDLE_CALLER_PC);
  return HEDDLE_REAL(sendmsg)(socket, header, flags);
}

// Nothing in the process could end these waits: signals are not sent between its threads.
HEDDLE_INTERCEPT int pause() {
  if (simulated(HEDDLE_CALLER_PC)) runtime::warn("pause", HEDDLE_CALLER_PC, message);
  return HEDDLE_REAL(pause)();
}

HEDDLE_INTERCEPT int sigwait(const sigset_t* __restrict set, int* __restrict signal) {
  if (simulated(HEDDLE_CALLER_PC)) runtime::warn("sigwait", HEDDLE_CALLER_PC, message);
  return HEDDLE_REAL(sigwait)(set, signal);
}

HEDDLE_INTERCEPT int sigsuspend(const sigset_t* mask) {
  if (simulated(HEDDLE_CALLER_PC)) runtime::warn("sigsuspend", HEDDLE_CALLER_PC, message);
  return HEDDLE_REAL(sigsuspend)(mask);
}

HEDDLE_INTERCEPT pid_t wait(int* status) {
  if (simulated(HEDDLE_CALLER_PC)) runtime::warn("wait", HEDDLE_CALLER_PC, message);
  return HEDDLE_REAL(wait)(status);
}

HEDDLE_INTERCEPT pid_t waitpid(pid_t process, int* status, int options) {
  if (simulated(HEDDLE_CALLER_PC) && (options & WNOHANG) == 0)
    runtime::warn("waitpid", HEDDLE_CALLER_PC, message);
  return HEDDLE_REAL(waitpid)(process, status, options);
}

HEDDLE_INTERCEPT int flock(int descriptor, int operation) noexcept {
  if (simulated(HEDDLE_CALLER_PC) && (operation & LOCK_NB) == 0)
    runtime::warn("flock", HEDDLE_CALLER_PC, message);
  return HEDDLE_REAL(flock)(descriptor, operation);
}

HEDDLE_INTERCEPT int poll(pollfd* descriptors, nfds_t count, int timeout_ms) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(poll)(descriptors, count, timeout_ms);
  act_on_cancellation("poll", HEDDLE_CALLER_PC);
  const int ready = HEDDLE_REAL(poll)(descriptors, count, 0);
  if (ready != 0 || timeout_ms == 0) return ready;
  if (timeout_ms < 0) {
    runtime::warn("poll", HEDDLE_CALLER_PC, message);
    return HEDDLE_REAL(poll)(descriptors, count, timeout_ms);
  }
  runtime::virtual_advance_ns(timeout_ms * millisecond_ns);
  return HEDDLE_REAL(poll)(descriptors, count, 0);
}

HEDDLE_INTERCEPT int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(ppoll)(descriptors, count, timeout, mask);
  act_on_cancellation("ppoll", HEDDLE_CALLER_PC);
  const int ready = HEDDLE_REAL(poll)(descriptors, count, 0);
  if (ready != 0) return ready;
  if (timeout == nullptr) {
    runtime::warn("ppoll", HEDDLE_CALLER_PC, message);
    return HEDDLE_REAL(ppoll)(descriptors, count, timeout, mask);
  }
  runtime::virtual_advance_ns(to_nanoseconds(*timeout));
  return HEDDLE_REAL(poll)(descriptors, count, 0);
}

HEDDLE_INTERCEPT int select(int count, fd_set* __restrict readable, fd_set* __restrict writable,
                            fd_set* __restrict exceptional, timeval* __restrict timeout) {
  if (!simulated(HEDDLE_CALLER_PC))
    return HEDDLE_REAL(select)(count, readable, writable, exceptional, timeout);
  act_on_cancellation("select", HEDDLE_CALLER_PC);
  if (timeout == nullptr) {
    runtime::warn("select", HEDDLE_CALLER_PC, message);
    return HEDDLE_REAL(select)(count, readable, writable, exceptional, nullptr);
  }
  // The sets are results too, so there is only one look: after the time has passed.
  runtime::virtual_advance_ns(to_nanoseconds({timeout->tv_sec, timeout->tv_usec * microsecond_ns}));
  timeval none = {0, 0};
  return HEDDLE_REAL(select)(count, readable, writable, exceptional, &none);
}

HEDDLE_INTERCEPT int pselect(int count, fd_set* __restrict readable, fd_set* __restrict writable,
                             fd_set* __restrict exceptional, const timespec* __restrict timeout,
                             const sigset_t* __restrict mask) {
  if (!simulated(HEDDLE_CALLER_PC)) {
    return HEDDLE_REAL(pselect)(count, readable, writable, exceptional, timeout, mask);
  }
  act_on_cancellation("pselect", HEDDLE_CALLER_PC);
  if (timeout == nullptr) {
    runtime::warn("pselect", HEDDLE_CALLER_PC, message);
    return HEDDLE_REAL(pselect)(count, readable, writable, exceptional, nullptr, mask);
  }
  runtime::virtual_advance_ns(to_nanoseconds(*timeout));
  timeval none = {0, 0};
  return HEDDLE_REAL(select)(count, readable, writable, exceptional, &none);
}

HEDDLE_INTERCEPT int epoll_pwait(int descriptor, epoll_event* events, int room, int timeout_ms,
                                 const sigset_t* mask) {
  if (!simulated(HEDDLE_CALLER_PC))
    return HEDDLE_REAL(epoll_pwait)(descriptor, events, room, timeout_ms, mask);
  return epoll_wait(descriptor, events, room, timeout_ms);
}

HEDDLE_INTERCEPT int epoll_wait(int descriptor, epoll_event* events, int room, int timeout_ms) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(epoll_wait)(descriptor, events, room, timeout_ms);
  act_on_cancellation("epoll_wait", HEDDLE_CALLER_PC);
  const int ready = HEDDLE_REAL(epoll_wait)(descriptor, events, room, 0);
  if (ready != 0 || timeout_ms == 0) return ready;
  if (timeout_ms < 0) {
    runtime::warn("epoll_wait", HEDDLE_CALLER_PC, message);
    return HEDDLE_REAL(epoll_wait)(descriptor, events, room, timeout_ms);
  }
  runtime::virtual_advance_ns(timeout_ms * millisecond_ns);
  return HEDDLE_REAL(epoll_wait)(descriptor, events, room, 0);
}
