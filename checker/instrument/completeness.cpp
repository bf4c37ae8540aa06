#include "checker/instrument/completeness.hpp"

#include <tree-cfg.h>

#include <cctype>
#include <cstring>
#include <string>

namespace heddle::instrument {
namespace {

bool takes_pointer(const gcall* call) {
  for (unsigned i = 0; i < gimple_call_num_args(call); ++i) {
    if (POINTER_TYPE_P(TREE_TYPE(gimple_call_arg(call, i)))) return true;
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

// Of the functions gcc knows, those that it may make instructions of which access what a pointer leads to,
// with their variants for other types. All others are called if they take pointers, or have hooks.
bool may_be_expanded(const char* name) {
  constexpr const char* prefix = "__builtin_";
  if (starts_with(name, prefix)) name += std::strlen(prefix);
  for (const char* word : {"sincos", "frexp", "modf", "remquo", "lgamma_r", "gamma_r", "lgammaf_r",
                           "gammaf_r", "lgammal_r", "gammal_r", "apply", "return", "setjmp", "longjmp",
                           "nonlocal_goto", "init_trampoline", "clear_padding"}) {
    if (starts_with(name, word)) return true;
  }
  return ends_with(name, "_chk");
}

// What the runtime imports of the C library, so that the program can call it without anybody noticing
// (checker/runtime/recallable.cpp), and accesses what a pointer leads to, or finds what may be anything.
bool is_unseen_import(tree function) {
  const char* name = IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(function));
  if (*name == '*') ++name;
  for (const char* prefix :
       {"dlsym", "dlvsym", "__cxa_demangle", "pthread_attr_", "sigemptyset", "__vsnprintf", "_IO_",
        "__rawmemchr", "__memcpy_chk", "__memmove_chk", "__memset_chk", "_Unwind_Find_FDE"}) {
    if (starts_with(name, prefix)) return true;
  }
  return false;
}

bool call_may_access_unseen(const gcall* call) {
  if (gimple_call_internal_p(call)) return takes_pointer(call);
  tree callee = gimple_call_fndecl(call);
  if (callee == NULL_TREE) return false;
  if (is_unseen_import(callee)) return true;
  const char* name = IDENTIFIER_POINTER(DECL_NAME(callee));
  if (!fndecl_built_in_p(callee)) return false;
  if (DECL_BUILT_IN_CLASS(callee) != BUILT_IN_NORMAL) return takes_pointer(call);
  return may_be_expanded(name);
}

// gcc has no hook for atomic operations with an order there is not.
bool has_invalid_order(const gcall* call) {
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL) || gimple_call_num_args(call) == 0) return false;
  const char* name = IDENTIFIER_POINTER(DECL_NAME(gimple_call_fndecl(call)));
  if (!starts_with(name, "__atomic_")) return false;
  // They come last.
  const unsigned orders = starts_with(name, "__atomic_compare_exchange") ? 2 : 1;
  for (unsigned i = 1; i <= orders && i <= gimple_call_num_args(call); ++i) {
    tree order = gimple_call_arg(call, gimple_call_num_args(call) - i);
    if (tree_fits_uhwi_p(order) && memmodel_base(tree_to_uhwi(order)) >= MEMMODEL_LAST) return true;
  }
  return false;
}

// Accesses a constant that is volatile: others may change it. Constants have no hooks.
bool accesses_volatile_constant(const gimple* statement) {
  for (unsigned i = 0; i < gimple_num_ops(statement); ++i) {
    tree operand = gimple_op(statement, i);
    tree base = operand != NULL_TREE ? get_base_address(operand) : NULL_TREE;
    if (base != NULL_TREE && VAR_P(base) && TREE_READONLY(base) && TREE_THIS_VOLATILE(base)) return true;
  }
  return false;
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
  if (accesses_volatile_constant(statement)) return true;
  if (const gasm* assembly = dyn_cast<const gasm*>(statement)) return !is_hint(gimple_asm_string(assembly));
  const gcall* call = dyn_cast<const gcall*>(statement);
  return call != nullptr && (call_may_access_unseen(call) || has_invalid_order(call));
}

bool may_call_unseen_by_pointer() {
  static const bool may = [] {
    cgraph_node* node = nullptr;
    FOR_EACH_FUNCTION(node) {
      if (node->address_taken && is_unseen_import(node->decl)) return true;
    }
    return false;
  }();
  return may;
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
