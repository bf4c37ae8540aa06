// A child process to converse with in lines. One socket serves as its standard input and output, so that a
// child that died is an error code and not a SIGPIPE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::report {

class Subprocess {
 public:
  // arguments[0] is looked up in PATH. Its standard error is discarded.
  explicit Subprocess(const std::vector<std::string>& arguments);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  bool alive() const { return socket_ >= 0; }
  // False: the child is gone.
  bool send(std::string_view text);
  // The next line without its newline. False: the child ended, or was silent for 30 s.
  bool read_line(std::string& line);

 private:
  void close_socket();

  int socket_ = -1;
  int pid_ = -1;
  std::string buffered_;
};

// The path of an executable file: `name` itself if it contains a slash, else the first match in PATH; empty
// if none.
std::string find_executable(const std::string& name);

}  // namespace heddle::report
