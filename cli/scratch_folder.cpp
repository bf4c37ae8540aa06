#include "cli/scratch_folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace heddle::cli {

ScratchFolder::ScratchFolder() {
  const char* base = std::getenv("TMPDIR");
  std::string pattern = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/heddle-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    error_ = fmt::format("cannot make a temporary folder {}: {}", pattern, std::strerror(errno));
    return;
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty() && !kept_) std::filesystem::remove_all(path_, ignored);
}

std::string ScratchFolder::file(unsigned number) const { return fmt::format("{}/{}.ndjson", path_, number); }

}  // namespace heddle::cli
