#include "cli/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace heddle::cli {
namespace {

// A document in memory takes about ten times its size.
constexpr std::size_t bytes_max = std::size_t{256} << 20U;

bool read_all(int fd, std::string& text, std::string& error) {
  std::string block(1U << 16U, '\0');
  while (true) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got == 0) return true;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      error = std::string("cannot be read: ") + std::strerror(errno);
      return false;
    }
    text.append(block, 0, static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      error = "is larger than 256 MiB: write a smaller result (fewer findings, or a lower --max-events)";
      return false;
    }
  }
}

}  // namespace

bool read_file(const std::string& path, std::string& text, std::string& error) {
  text.clear();
  if (path == "-") return read_all(STDIN_FILENO, text, error);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    error = std::string("cannot be read: ") + std::strerror(errno);
    return false;
  }
  const bool good = read_all(fd, text, error);
  ::close(fd);
  return good;
}

}  // namespace heddle::cli
