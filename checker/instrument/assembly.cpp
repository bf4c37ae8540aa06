#include "checker/instrument/assembly.hpp"

#include <cctype>
#include <cstring>

namespace heddle::instrument {
namespace {

bool may_be_memory(const char* constraint) { return std::strpbrk(constraint, "moVgX<>Q") != nullptr; }

bool is_empty(const char* text) {
  while (std::isspace(static_cast<unsigned char>(*text)) != 0) ++text;
  return *text == '\0';
}

}  // namespace

bool is_accessed(const gasm* statement, tree operand) {
  // What must be in a register is copied from or to memory by the compiler.
  if (!may_be_memory(TREE_STRING_POINTER(TREE_VALUE(TREE_PURPOSE(operand))))) return true;
  const char* text = gimple_asm_string(statement);
  return !is_empty(text) && std::strstr(text, "lock") == nullptr && std::strstr(text, "xchg") == nullptr &&
         std::strstr(text, "prefetch") == nullptr;
}

}  // namespace heddle::instrument
