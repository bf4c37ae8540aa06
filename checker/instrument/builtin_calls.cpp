#include "checker/instrument/builtin_calls.hpp"

namespace heddle::instrument {
namespace {

// As in checker/frontend/memory_functions.cpp.
const char* name_of_kept(built_in_function function) {
  switch (function) {
    case BUILT_IN_MEMCPY:
      return "memcpy";
    case BUILT_IN_MEMMOVE:
      return "memmove";
    case BUILT_IN_MEMPCPY:
      return "mempcpy";
    case BUILT_IN_MEMSET:
      return "memset";
    case BUILT_IN_BZERO:
      return "bzero";
    case BUILT_IN_MEMCMP:
    case BUILT_IN_MEMCMP_EQ:
      return "memcmp";
    case BUILT_IN_BCMP:
      return "bcmp";
    case BUILT_IN_MEMCHR:
      return "memchr";
    case BUILT_IN_STRLEN:
      return "strlen";
    case BUILT_IN_STRNLEN:
      return "strnlen";
    case BUILT_IN_STRCMP:
    case BUILT_IN_STRCMP_EQ:
      return "strcmp";
    case BUILT_IN_STRNCMP:
    case BUILT_IN_STRNCMP_EQ:
      return "strncmp";
    case BUILT_IN_STRCPY:
      return "strcpy";
    case BUILT_IN_STPCPY:
      return "stpcpy";
    case BUILT_IN_STRNCPY:
      return "strncpy";
    case BUILT_IN_STRCAT:
      return "strcat";
    case BUILT_IN_STRNCAT:
      return "strncat";
    case BUILT_IN_STRCHR:
    case BUILT_IN_INDEX:
      return "strchr";
    case BUILT_IN_STRRCHR:
    case BUILT_IN_RINDEX:
      return "strrchr";
    default:
      return nullptr;
  }
}

// The same function, of which gcc knows nothing but its name and whether it only reads.
tree unknown_function(const char* name, tree known) {
  tree function = build_fn_decl(name, TREE_TYPE(known));
  SET_DECL_ASSEMBLER_NAME(function, get_identifier(name));
  TREE_NOTHROW(function) = 1;
  DECL_PURE_P(function) = DECL_PURE_P(known);
  return function;
}

}  // namespace

void keep_call(gcall* call) {
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL)) return;
  tree known = gimple_call_fndecl(call);
  const char* name = name_of_kept(DECL_FUNCTION_CODE(known));
  if (name != nullptr) gimple_call_set_fndecl(call, unknown_function(name, known));
}

unsigned accesses_of_builtin(const gcall* call, BuiltinAccess (&accesses)[builtin_accesses_max]) {
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL)) return 0;
  tree bytes = TYPE_SIZE_UNIT(va_list_type_node);
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
    case BUILT_IN_VA_START:
      accesses[0] = {gimple_call_arg(call, 0), bytes, true};
      return 1;
    case BUILT_IN_VA_COPY:
      accesses[0] = {gimple_call_arg(call, 1), bytes, false};
      accesses[1] = {gimple_call_arg(call, 0), bytes, true};
      return 2;
    default:
      return 0;
  }
}

}  // namespace heddle::instrument
