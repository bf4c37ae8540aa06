#include "checker/instrument/memory_operand.hpp"

#include <builtins.h>
#include <tree-ssa-alias.h>
#include <tree-ssa-loop-ivopts.h>

#include <cstring>

namespace heddle::instrument {
namespace {

// Where the last byte of an object of this type that holds anything ends, in bytes; 0 for empty classes, -1
// if that is only known when the program runs.
HOST_WIDE_INT data_end(tree type) {
  if (TREE_CODE(type) == ARRAY_TYPE) {
    const HOST_WIDE_INT whole = int_size_in_bytes(type);
    const HOST_WIDE_INT element = int_size_in_bytes(TREE_TYPE(type));
    if (whole <= 0 || element <= 0) return whole;
    const HOST_WIDE_INT last = data_end(TREE_TYPE(type));
    return last == 0 ? 0 : whole - element + last;
  }
  if (!RECORD_OR_UNION_TYPE_P(type)) return int_size_in_bytes(type);
  if (int_size_in_bytes(type) < 0) return -1;
  HOST_WIDE_INT end = 0;
  for (tree field = TYPE_FIELDS(type); field != NULL_TREE; field = DECL_CHAIN(field)) {
    if (TREE_CODE(field) != FIELD_DECL || DECL_SIZE(field) == NULL_TREE)
      continue;  // an array at the end: int a[];
    HOST_WIDE_INT field_end = 0;
    if (DECL_BIT_FIELD_TYPE(field) != NULL_TREE) {
      if (!tree_fits_shwi_p(DECL_SIZE(field))) return -1;
      field_end =
          (int_bit_position(field) + tree_to_shwi(DECL_SIZE(field)) + BITS_PER_UNIT - 1) / BITS_PER_UNIT;
    } else {
      const HOST_WIDE_INT bytes = data_end(TREE_TYPE(field));
      if (bytes < 0) return -1;
      if (bytes == 0) continue;
      field_end = int_byte_position(field) + bytes;
    }
    end = MAX(end, field_end);
  }
  return end;
}

bool is_known_to_others(tree base) {
  if (!DECL_P(base)) return true;
  if (TREE_READONLY(base) || TREE_CODE(base) == CONST_DECL) return false;
  if (VAR_P(base) && DECL_HARD_REGISTER(base)) return false;
  if (is_global_var(base)) return true;
  if (!may_be_aliased(base)) return false;
  pt_solution escaped;
  std::memset(&escaped, 0, sizeof escaped);
  escaped.escaped = 1;
  escaped.ipa_escaped = flag_ipa_pta != 0;
  return pt_solution_includes(&escaped, base);
}

}  // namespace

bool is_shared_memory(tree operand, Memory& memory) {
  tree bytes = NULL_TREE;
  if (TREE_CODE(operand) == WITH_SIZE_EXPR) {
    bytes = TREE_OPERAND(operand, 1);
    operand = TREE_OPERAND(operand, 0);
  }
  const bool is_memory = handled_component_p(operand) || TREE_CODE(operand) == MEM_REF ||
                         TREE_CODE(operand) == TARGET_MEM_REF || TREE_CODE(operand) == PARM_DECL ||
                         TREE_CODE(operand) == RESULT_DECL || VAR_P(operand);
  if (!is_memory || is_gimple_reg(operand)) return false;

  poly_int64 bit_size;
  poly_int64 bit_position;
  tree offset = NULL_TREE;
  machine_mode mode = VOIDmode;
  int is_unsigned = 0;
  int is_reversed = 0;
  int is_volatile = 0;
  tree base = get_inner_reference(operand, &bit_size, &bit_position, &offset, &mode, &is_unsigned,
                                  &is_reversed, &is_volatile);
  const bool has_address = DECL_P(base) || TREE_CODE(base) == MEM_REF || TREE_CODE(base) == TARGET_MEM_REF;
  HOST_WIDE_INT first_bit = 0;
  if (!has_address || !bit_position.is_constant(&first_bit) || !is_known_to_others(base)) return false;

  const HOST_WIDE_INT first = first_bit >> LOG2_BITS_PER_UNIT;
  if (bytes == NULL_TREE) {
    HOST_WIDE_INT count = data_end(TREE_TYPE(operand));
    HOST_WIDE_INT bits = 0;
    // A bit-field has more bits than its type, or fewer.
    if (!AGGREGATE_TYPE_P(TREE_TYPE(operand)) && bit_size.is_constant(&bits) && bits > 0) {
      count = ((first_bit + bits + BITS_PER_UNIT - 1) >> LOG2_BITS_PER_UNIT) - first;
    }
    if (count == 0) return false;
    bytes = count > 0 ? size_int(count) : unshare_expr(TYPE_SIZE_UNIT(TREE_TYPE(operand)));
    if (bytes == NULL_TREE || (count < 0 && CONTAINS_PLACEHOLDER_P(bytes))) return false;
  }
  tree address = fold_convert(ptr_type_node, build_fold_addr_expr(unshare_expr(base)));
  if (first != 0) address = fold_build_pointer_plus_hwi(address, first);
  if (offset != NULL_TREE) address = fold_build_pointer_plus(address, unshare_expr(offset));
  memory.address = address;
  memory.bytes = bytes;
  return true;
}

bool is_instrumented_by_gcc(tree memory) {
  if (int_size_in_bytes(TREE_TYPE(memory)) <= 0) return false;
  tree addressed = memory;
  if (TREE_CODE(memory) == BIT_FIELD_REF) {
    if (!tree_fits_uhwi_p(TREE_OPERAND(memory, 1)) || !tree_fits_uhwi_p(TREE_OPERAND(memory, 2)))
      return false;
    addressed = TREE_OPERAND(memory, 0);
  } else if (TREE_CODE(memory) == COMPONENT_REF &&
             DECL_BIT_FIELD_TYPE(TREE_OPERAND(memory, 1)) != NULL_TREE) {
    tree field = TREE_OPERAND(memory, 1);
    if (!tree_fits_uhwi_p(DECL_FIELD_OFFSET(field)) || !tree_fits_uhwi_p(DECL_FIELD_BIT_OFFSET(field)) ||
        !tree_fits_uhwi_p(DECL_SIZE(field))) {
      return false;
    }
    addressed = TREE_OPERAND(memory, 0);
  }
  return !may_be_nonaddressable_p(addressed) && get_object_alignment(addressed) >= BITS_PER_UNIT;
}

bool is_shared_memory_at(tree pointer, tree bytes, Memory& memory) {
  if (TREE_CODE(pointer) == ADDR_EXPR) {
    tree base = get_base_address(TREE_OPERAND(pointer, 0));
    if (base == NULL_TREE || (DECL_P(base) && !is_known_to_others(base))) return false;
  }
  memory.address = fold_convert(ptr_type_node, unshare_expr(pointer));
  memory.bytes = bytes;
  return true;
}

}  // namespace heddle::instrument
