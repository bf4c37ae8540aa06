// What the arguments of a gcc or clang command are.
#pragma once

#include <string>
#include <vector>

namespace heddle::cli {

enum class ArgumentRole : unsigned char {
  option,        // any other
  option_value,  // belongs to the option before it
  source,        // a file to compile
  linkable,      // an object, archive or shared library
};

struct CompilerArguments {
  std::vector<std::string> words;  // response files (@file) replaced by their content
  std::vector<ArgumentRole> roles;
  bool compile_only = false;  // -c, -S, -E, -M, -MM, -fsyntax-only
  bool shared = false;        // -shared, -r: the result is no program
  bool has_input = false;
  bool has_level = false;  // an -O option is given

  bool has(const std::string& word) const;
};

CompilerArguments read_compiler_arguments(const std::vector<std::string>& arguments);

}  // namespace heddle::cli
