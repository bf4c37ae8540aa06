// Writing results where the user wants them, with every failure noticed.
#pragma once

#include <string>
#include <string_view>

#include "reports/terminal/text.hpp"

namespace heddle::cli {

// False: it could not all be written, and `error` says why.
bool write_all(int fd, std::string_view text, std::string& error);

// Replaces the file in one step, so that no reader sees a part of it; "-" is standard output, and what is no
// regular file is written in place.
bool write_file(const std::string& path, std::string_view text, std::string& error);

// Empty if `write_file` could create or replace this file; else why not.
std::string why_not_writable(const std::string& path);

// Width, colour and characters for a descriptor. `colour` is auto, always or never; NO_COLOR and
// CLICOLOR_FORCE count for auto.
report::Style style_for(int fd, const std::string& colour, bool verbose);

void warn(std::string_view text);  // "heddle: warning: ..." on standard error
void fail(std::string_view text);  // "heddle: ..." on standard error

}  // namespace heddle::cli
