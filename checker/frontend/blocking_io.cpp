// Calls that may wait for something outside the execution. All simulated threads share one OS thread, so such
// a call stops all of them, for ever if it waits for one of them. They are made all the same, with a warning
// if they would block; waits with a timeout are not waited for but take virtual time.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
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
