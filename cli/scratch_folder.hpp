#pragma once

#include <string>

namespace heddle::cli {

// A temporary folder, removed with everything in it at the end unless kept.
class ScratchFolder {
 public:
  ScratchFolder();  // check `error()`
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& error() const { return error_; }
  const std::string& path() const { return path_; }
  std::string file(unsigned number) const;
  void keep() { kept_ = true; }

 private:
  std::string path_;
  std::string error_;
  bool kept_ = false;
};

}  // namespace heddle::cli
