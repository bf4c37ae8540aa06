// The program under test as a process that executes inputs: one execution of its main, under the checker, for
// each.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reports/format/fuzz_page.hpp"

namespace heddle::stress {

// Between the words of HEDDLE_FUZZ_ARGUMENTS.
inline constexpr char word_separator = '\x1f';

struct TargetSetting {
  std::string program;
  std::vector<std::string> arguments;
  std::string options;  // of the run protocol, further ones
  // The page and the records are files FILES.page and FILES.ndjson: they outlive both processes, if need be.
  std::string files;
};

enum class Executed : std::uint8_t {
  fine,
  bug,     // the process has ended, its records say what is wrong
  broken,  // the process ended for another reason: see the records, or `how_it_ended`
};

class Target {
 public:
  explicit Target(TargetSetting setting);  // check `error()`
  ~Target();                               // ends the process, removes the files unless keep() was called
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const std::string& error() const { return error_; }
  // Blocks. Starts the process if it does not run. What is beyond the page's room is cut off.
  Executed execute(std::span<const std::uint8_t> input);
  std::string records_path() const { return setting_.files + ".ndjson"; }
  std::string how_it_ended() const;
  // The page's counters, for mapping elsewhere.
  int page_descriptor() const { return descriptor_; }
  void keep() { kept_ = true; }

 private:
  bool start();
  bool ended();

  TargetSetting setting_;
  std::string error_;
  int descriptor_ = -1;
  format::FuzzPage* page_ = nullptr;
  pid_t pid_ = -1;
  int status_ = 0;
  bool kept_ = false;
};

// Files of targets whose processes were killed, in this folder, as the FILES of a setting.
std::vector<std::string> left_behind(const std::string& folder);

// The input that was being executed, and whether it was answered; false: the page cannot be read.
bool read_left_input(const std::string& files, std::vector<std::uint8_t>& input, bool& answered);

}  // namespace heddle::stress
