// Replay tokens as the user gives and gets them. Their content belongs to the program's side.
#pragma once

#include <string>

namespace heddle::cli {

// Empty if the text can be a token; else what is wrong with it.
std::string why_not_a_token(const std::string& token);

// The token in a file, without surrounding white space. False: `error` says why there is none.
bool read_token_file(const std::string& path, std::string& token, std::string& error);

}  // namespace heddle::cli
