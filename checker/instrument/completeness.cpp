#include "checker/instrument/completeness.hpp"

#include <tree-cfg.h>

#include <cctype>
#include <cstring>
#include <string>

#include "checker/instrument/assembly.hpp"

namespace heddle::instrument {
namespace {

bool is_pointer(tree value) { return POINTER_TYPE_P(TREE_TYPE(value)); }

bool takes_pointer(const gcall* call) {
  for (unsigned i = 0; i < gimple_call_num_args(call); ++i) {
    if (is_pointer(gimple_call_arg(call, i))) return true;
  }
  return false;
}

bool starts_with(const char* text, const char* prefix) {
  return std::strncmp(text, prefix, std::strlen(prefix)) == 0;
}
bool ends_with(const char* text, const char* suffix) {
  const std::size_t length = std::strlen(text);
  const std::size_t end = std::strlen(suffix);
  return length >= end && std::strcmp(text + length - end, suffix) == 0;
}

// Functions that gcc may make instructions of which access what a pointer leads to. All others are called if
// they take pointers, or have hooks.
bool may_be_expanded(built_in_function function) {
  switch (function) {
    CASE_FLT_FN(BUILT_IN_SINCOS)
        : CASE_FLT_FN(BUILT_IN_FREXP)
        : CASE_FLT_FN(BUILT_IN_MODF)
        : CASE_FLT_FN(BUILT_IN_REMQUO)
        : CASE_FLT_FN_REENT(BUILT_IN_LGAMMA)
        : CASE_FLT_FN_REENT(BUILT_IN_GAMMA)
        : case BUILT_IN_APPLY : case BUILT_IN_APPLY_ARGS : case BUILT_IN_RETURN : case BUILT_IN_SETJMP
        : case BUILT_IN_LONGJMP : case BUILT_IN_NONLOCAL_GOTO : case BUILT_IN_INIT_TRAMPOLINE
        : case BUILT_IN_CLEAR_PADDING : return true;
    default:
      return false;
  }
}

bool call_may_access_unseen(const gcall* call) {
  if (gimple_call_internal_p(call)) return takes_pointer(call);
  tree callee = gimple_call_fndecl(call);
  if (callee == NULL_TREE) return false;
  const char* name = IDENTIFIER_POINTER(DECL_NAME(callee));
  // What it finds may be anything.
  if (starts_with(name, "dlsym") || starts_with(name, "dlvsym")) return true;
  if (!fndecl_built_in_p(callee)) return false;
  if (DECL_BUILT_IN_CLASS(callee) != BUILT_IN_NORMAL) return takes_pointer(call);
  return may_be_expanded(DECL_FUNCTION_CODE(callee)) || ends_with(name, "_chk");
}

// What a loop says to the processor.
bool is_hint(const char* text) {
  std::string words;
  for (; *text != '\0'; ++text) {
    if (std::isspace(static_cast<unsigned char>(*text)) == 0 && *text != ';') words += *text;
  }
  return words.empty() || words == "pause" || words == "repnop" || words == "nop" || words == "mfence" ||
         words == "lfence" || words == "sfence";
}

}  // namespace

bool may_access_unseen(const gimple* statement) {
  if (const gasm* assembly = dyn_cast<const gasm*>(statement)) return !is_hint(gimple_asm_string(assembly));
  const gcall* call = dyn_cast<const gcall*>(statement);
  return call != nullptr && call_may_access_unseen(call);
}

void note_complete(function* compiled) {
  constexpr const char* note =
      "1:\n\t.pushsection heddle_instrumented,\"a?\",@progbits\n\t.long 1b - .\n\t.popsection";
  gasm* statement = gimple_build_asm_vec(note, nullptr, nullptr, nullptr, nullptr);
  gimple_asm_set_volatile(statement, true);
  gimple_asm_set_input(statement, true);  // without operands: the text is taken as it is
  const location_t where = compiled->function_start_locus;
  gimple_set_location(statement, where != UNKNOWN_LOCATION ? where : BUILTINS_LOCATION);  // it must have one
  gsi_insert_on_edge_immediate(single_succ_edge(ENTRY_BLOCK_PTR_FOR_FN(compiled)), statement);
}

}  // namespace heddle::instrument
