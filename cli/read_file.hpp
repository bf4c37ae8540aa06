// A whole file as text.
#pragma once

#include <string>

namespace heddle::cli {

// "-" is standard input. False: it cannot be read, or holds more than 1 GiB; `error` says what is wrong
// ("cannot be read: No such file or directory").
bool read_file(const std::string& path, std::string& text, std::string& error);

}  // namespace heddle::cli
