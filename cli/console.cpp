#include "cli/console.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace heddle::cli {
namespace {

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool wants_colour(int fd, const std::string& colour) {
  if (colour == "always") return true;
  if (colour == "never" || set("NO_COLOR")) return false;
  if (set("CLICOLOR_FORCE") && std::strcmp(std::getenv("CLICOLOR_FORCE"), "0") != 0) return true;
  const char* terminal = std::getenv("TERM");
  return ::isatty(fd) != 0 && (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

bool utf8_locale() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!set(variable)) continue;
    const std::string value = std::getenv(variable);
    return value.find("UTF-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

int width_of(int fd) {
  constexpr int usual = 100;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::clamp(static_cast<int>(size.ws_col), 40, 400);
  const char* columns = std::getenv("COLUMNS");
  const int asked = columns != nullptr ? std::atoi(columns) : 0;
  return asked >= 40 ? std::min(asked, 400) : usual;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool replaceable(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

}  // namespace

bool write_all(int fd, std::string_view text, std::string& error) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno != EINTR) {
      error = std::strerror(errno);
      return false;
    }
  }
  return true;
}

bool write_file(const std::string& path, std::string_view text, std::string& error) {
  if (path == "-") return write_all(STDOUT_FILENO, text, error);
  const bool replace = replaceable(path);
  const std::string target = replace ? fmt::format("{}.tmp{}", path, ::getpid()) : path;
  const int fd = ::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    error = std::strerror(errno);
    return false;
  }
  bool good = write_all(fd, text, error);
  // A full disk may show only when the data is flushed or the file closed; pipes and devices cannot be
  // synced.
  if (good && replace && ::fsync(fd) != 0) {
    error = std::strerror(errno);
    good = false;
  }
  if (::close(fd) != 0 && good) {
    error = std::strerror(errno);
    good = false;
  }
  if (good && replace && std::rename(target.c_str(), path.c_str()) != 0) {
    error = std::strerror(errno);
    good = false;
  }
  if (!good && replace) ::unlink(target.c_str());
  return good;
}

std::string why_not_writable(const std::string& path) {
  if (path == "-") return "";
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return "is a directory";
    if (!S_ISREG(status.st_mode)) return ::access(path.c_str(), W_OK) == 0 ? "" : std::strerror(errno);
  }
  const std::string folder = folder_of(path);
  return ::access(folder.c_str(), W_OK) == 0 ? "" : fmt::format("{}: {}", folder, std::strerror(errno));
}

report::Style style_for(int fd, const std::string& colour, bool verbose) {
  report::Style style;
  style.width = width_of(fd);
  style.colour = wants_colour(fd, colour);
  style.unicode = utf8_locale();
  style.verbose = verbose;
  return style;
}

void warn(std::string_view text) { fmt::print(stderr, "heddle: warning: {}\n", text); }
void fail(std::string_view text) { fmt::print(stderr, "heddle: {}\n", text); }

}  // namespace heddle::cli
