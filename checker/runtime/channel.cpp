#include "checker/runtime/channel.hpp"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cstring>

#include "checker/runtime/descriptors.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

struct Header {
  std::uint32_t bytes;
  std::uint32_t kind;
};

bool send_all(int fd, const char* at, std::size_t bytes) {
  while (bytes > 0) {
    const long sent = raw_syscall(SYS_sendto, fd, at, bytes, int{MSG_NOSIGNAL}, 0, 0);
    if (sent == -EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    bytes -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

bool Channel::open_pair(Channel& a, Channel& b) {
  int ends[2];
  if (raw_syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return false;
  a.fd_ = static_cast<int>(move_descriptor_away(ends[0]));
  b.fd_ = static_cast<int>(move_descriptor_away(ends[1]));
  a.buffer_.clear();
  b.buffer_.clear();
  a.used_ = b.used_ = 0;
  return true;
}

void Channel::close() {
  if (fd_ >= 0) raw_syscall(SYS_close, fd_);
  fd_ = -1;
}

void Channel::send(std::uint8_t kind, const void* bytes, std::size_t count) {
  const Header header{static_cast<std::uint32_t>(count), kind};
  if (send_all(fd_, reinterpret_cast<const char*>(&header), sizeof header))
    send_all(fd_, static_cast<const char*>(bytes), count);
}

void Channel::compact() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
}

void Channel::fill() {
  compact();
  for (;;) {
    std::uint8_t piece[1 << 14];
    const long got = raw_syscall(SYS_recvfrom, fd_, piece, sizeof piece, int{MSG_DONTWAIT}, 0, 0);
    if (got == -EINTR) continue;
    if (got <= 0) return;
    buffer_.insert(buffer_.end(), piece, piece + got);
  }
}

bool Channel::next(Message& out) {
  Header header;
  if (buffer_.size() - used_ < sizeof header) return false;
  std::memcpy(&header, buffer_.data() + used_, sizeof header);
  if (buffer_.size() - used_ - sizeof header < header.bytes) return false;
  out.kind = static_cast<std::uint8_t>(header.kind);
  out.begin = buffer_.data() + used_ + sizeof header;
  out.end = out.begin + header.bytes;
  used_ += sizeof header + header.bytes;
  return true;
}

bool Channel::receive(Message& out) {
  while (!next(out)) {
    compact();
    std::uint8_t piece[1 << 12];
    const long got = raw_syscall(SYS_recvfrom, fd_, piece, sizeof piece, 0, 0, 0);
    if (got == -EINTR) continue;
    if (got <= 0) return false;
    buffer_.insert(buffer_.end(), piece, piece + got);
  }
  return true;
}

}  // namespace heddle::runtime
