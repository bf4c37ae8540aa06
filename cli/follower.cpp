#include "cli/follower.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace heddle::cli {

Follower::~Follower() {
  if (file_ >= 0) ::close(file_);
}

void Follower::poll() {
  if (file_ < 0) file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) return;
  std::array<char, 1 << 16> bytes{};
  for (ssize_t got = 0; (got = ::read(file_, bytes.data(), bytes.size())) > 0;) {
    reader_.feed(std::string_view(bytes.data(), static_cast<std::size_t>(got)), records_);
  }
}

void Follower::finish() {
  poll();
  reader_.finish(records_);
}

}  // namespace heddle::cli
