#include "reports/symbolize/subprocess.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>

namespace heddle::report {
namespace {

constexpr int answer_timeout_ms = 30'000;

// The child's environment: symbolizers must not fetch debug information from the network behind the user's
// back.
std::vector<char*> quiet_environment() {
  std::vector<char*> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::string_view(*entry).starts_with("DEBUGINFOD_URLS=")) continue;
    result.push_back(*entry);
  }
  result.push_back(nullptr);
  return result;
}

}  // namespace

Subprocess::Subprocess(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> raw;
  for (const std::string& a : arguments) raw.push_back(const_cast<char*>(a.c_str()));
  raw.push_back(nullptr);
  const int failed = ::posix_spawnp(&pid_, raw[0], &actions, nullptr, raw.data(), quiet_environment().data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    pid_ = -1;
    ::close(ends[0]);
    return;
  }
  socket_ = ends[0];
}

Subprocess::~Subprocess() {
  close_socket();
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Subprocess::close_socket() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool Subprocess::send(std::string_view text) {
  while (alive() && !text.empty()) {
    const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EINTR) {
      close_socket();
    }
  }
  return alive();
}

bool Subprocess::read_line(std::string& line) {
  while (true) {
    if (const std::size_t end = buffered_.find('\n'); end != std::string::npos) {
      line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return true;
    }
    if (!alive()) return false;
    pollfd waiting{socket_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, answer_timeout_ms);
    if (ready < 0 && errno == EINTR) continue;
    std::array<char, 1 << 16> bytes{};
    const ssize_t got = ready > 0 ? ::read(socket_, bytes.data(), bytes.size()) : 0;
    if (got > 0) {
      buffered_.append(bytes.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      close_socket();
    }
  }
}

std::string find_executable(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

}  // namespace heddle::report
