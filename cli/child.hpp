// One process of the program under test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace heddle::cli {

struct Launch {
  std::string program;
  std::vector<std::string> arguments;  // without the program's own name
  std::string heddle_options;          // value of HEDDLE_OPTIONS
  bool pass_output = false;            // the program writes to our terminal; else into Child's pipe
};

// Runs in a process group of its own, without address randomisation, without core dumps, with an empty
// standard input (so that every execution reads the same), and dies with the command.
class Child {
 public:
  // Check `error()`: empty if the program runs.
  explicit Child(const Launch& launch);
  ~Child();  // kills the group if it still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const std::string& error() const { return error_; }
  bool randomised() const { return randomised_; }  // address randomisation could not be switched off

  // Reads what the program printed without waiting; keeps the last 64 KiB.
  void drain();
  // True once the process has ended. Does not wait.
  bool ended();
  void signal(int number) const;  // to the whole group

  // CPU time the process has used (not what it started); zero once it has ended.
  std::chrono::nanoseconds cpu_time() const;

  // Descriptors that become readable when there is output, or when the process ends; -1 if there is none.
  int output_fd() const { return output_; }
  int end_fd() const { return pidfd_; }

  // The last lines printed, at most `lines`.
  std::string last_output(std::size_t lines) const;
  // "" if it ended with status 0, else "was killed by SIGKILL", "ended with status 3".
  std::string how_it_ended() const;
  // -1 unless it ended by itself.
  int exit_status() const;

 private:
  void close_output();

  std::string error_;
  pid_t pid_ = -1;
  int output_ = -1;
  int pidfd_ = -1;
  int status_ = 0;
  bool reaped_ = false;
  bool randomised_ = false;
  std::string printed_;
};

}  // namespace heddle::cli
