// Messages between the coordinator of a search and its workers, over a socket: a length, a kind, bytes. A
// message that its sender did not finish is never seen.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/explore/exhaustive/part.hpp"

namespace heddle::runtime {

struct Message {
  std::uint8_t kind = 0;
  const std::uint8_t* begin = nullptr;
  const std::uint8_t* end = nullptr;
};

class Channel {
 public:
  // A connected pair. False: the system gives no more sockets.
  static bool open_pair(Channel& a, Channel& b);

  int descriptor() const { return fd_; }
  void close();

  // Blocks until all is sent, or the other side is gone.
  void send(std::uint8_t kind, const void* bytes, std::size_t count);
  // The next message; blocks until there is one. False: the other side is gone.
  bool receive(Message& out);
  // Takes what has arrived, without blocking; then `next` until it returns false.
  void fill();
  // Valid until the next call.
  bool next(Message& out);

 private:
  void compact();

  int fd_ = -1;
  explore::Bytes buffer_;
  std::size_t used_ = 0;  // bytes of the buffer that were given out
};

}  // namespace heddle::runtime
