// Declared types of global variables and their members, from DWARF, read with elfutils' libdw. Built without
// it (HEDDLE_WITH_LIBDW), nothing is known.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace heddle::report {

struct Declared {
  std::string type;  // "std::atomic<bool>", "pthread_mutex_t"
  std::string file;  // of the variable's declaration; empty if unknown
  int line = 0;
};

class VariableTypes {
 public:
  VariableTypes();
  ~VariableTypes();
  VariableTypes(const VariableTypes&) = delete;
  VariableTypes& operator=(const VariableTypes&) = delete;

  // What is declared at the address (link-time, as in the ELF file): the outermost object of `size` bytes
  // that a library or the language defines, else the innermost one that begins there. Nothing for addresses
  // in no variable, files without debug information and whatever is no plain file.
  std::optional<Declared> at(const std::string& module, std::uint64_t address, std::uint64_t size);

 private:
  class Module;
  std::map<std::string, std::unique_ptr<Module>> modules_;
};

}  // namespace heddle::report
