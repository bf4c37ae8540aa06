#include "cli/compiler_arguments.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

namespace heddle::cli {
namespace {

constexpr int nested_files_max = 10;

constexpr std::array<std::string_view, 36> separate_value = {"-o",           "-x",
                                                             "-I",           "-D",
                                                             "-U",           "-L",
                                                             "-l",           "-MF",
                                                             "-MT",          "-MQ",
                                                             "-include",     "-imacros",
                                                             "-isystem",     "-iquote",
                                                             "-idirafter",   "-iprefix",
                                                             "-iwithprefix", "-isysroot",
                                                             "-Xlinker",     "-Xclang",
                                                             "-Xassembler",  "-Xpreprocessor",
                                                             "-mllvm",       "-T",
                                                             "-u",           "-z",
                                                             "-e",           "-B",
                                                             "-target",      "--param",
                                                             "-aux-info",    "-arch",
                                                             "-wrapper",     "-h",
                                                             "-Xarch_host",  "-dumpbase"};

constexpr std::array<std::string_view, 8> no_link = {
    "-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--preprocess", "--compile"};

template <class Words>
bool one_of(std::string_view word, const Words& words) {
  return std::ranges::find(words, word) != words.end();
}

// The quoting rules gcc documents for @file: white space separates, quotes and backslashes protect.
std::vector<std::string> words_of(std::istream& file) {
  std::vector<std::string> words;
  std::string word;
  bool any = false;
  char quote = '\0';
  for (char c = '\0'; file.get(c);) {
    if (c == '\\' && file.get(c)) {
      word += c;
      any = true;
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (any) words.push_back(std::exchange(word, {}));
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) words.push_back(word);
  return words;
}

void expand(const std::vector<std::string>& arguments, int depth, std::vector<std::string>& into) {
  for (const std::string& a : arguments) {
    std::ifstream file;
    if (a.starts_with("@") && depth < nested_files_max) file.open(a.substr(1));
    if (file.is_open()) {
      expand(words_of(file), depth + 1, into);
    } else {
      into.push_back(a);
    }
  }
}

// Compiled to a precompiled header, never linked.
bool header_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos &&
         (name.substr(dot).starts_with(".h") || name.substr(dot) == ".H" || name.substr(dot) == ".tcc");
}

bool linkable_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? "" : name.substr(dot);
  constexpr std::array<std::string_view, 7> sources = {".c", ".C", ".i", ".ii", ".s", ".S", ".m"};
  return !one_of(extension, sources) && !extension.starts_with(".c") && !extension.starts_with(".h") &&
         !extension.starts_with(".mm") && !extension.starts_with(".CPP") && extension != ".tcc" &&
         extension != ".ixx";
}

}  // namespace

bool CompilerArguments::has(const std::string& word) const {
  return std::ranges::find(words, word) != words.end();
}

CompilerArguments read_compiler_arguments(const std::vector<std::string>& arguments) {
  CompilerArguments result;
  expand(arguments, 0, result.words);
  bool value = false;
  std::string language = "none";  // as -x gives it
  for (const std::string& word : result.words) {
    ArgumentRole role = ArgumentRole::option;
    if (value) {
      role = ArgumentRole::option_value;
      value = false;
    } else if (word == "-" || !word.starts_with("-")) {
      const bool by_name = language == "none";
      role = by_name && word != "-" && linkable_name(word) ? ArgumentRole::linkable : ArgumentRole::source;
      result.has_input = true;
      result.compile_only =
          result.compile_only || (by_name ? header_name(word) : language.ends_with("-header"));
    } else {
      value = one_of(word, separate_value);
      result.compile_only = result.compile_only || one_of(word, no_link);
      result.shared = result.shared || word == "-shared" || word == "-r" || word == "-Wl,-r";
      result.has_level = result.has_level || word.starts_with("-O");
      if (word.starts_with("-x")) language = word.substr(2);
    }
    if (role == ArgumentRole::option_value && result.words[result.roles.size() - 1] == "-x") language = word;
    result.roles.push_back(role);
  }
  return result;
}

}  // namespace heddle::cli
