// A plugin of gcc that completes -fsanitize=thread: hooks for the accesses its own pass leaves out, added
// just before that pass. docs/instrumentation.md says which.
//
// gcc loads only plugins that declare to be under a licence compatible with the GPL, as this file's
// (Apache 2.0, with the GPL version 3) is. The plugin is a program of its own: nothing of it or of gcc gets
// into programs or into the rest of Heddle.
#include "checker/instrument/gcc.hpp"
// After it.
#include <asan.h>
#include <context.h>
#include <diagnostic-core.h>
#include <plugin-version.h>
#include <tree-cfg.h>
#include <tree-pass.h>

#include "checker/instrument/assembly.hpp"
#include "checker/instrument/builtin_calls.hpp"
#include "checker/instrument/completeness.hpp"
#include "checker/instrument/memory_operand.hpp"

int plugin_is_GPL_compatible;

namespace heddle::instrument {
namespace {

enum class Direction : unsigned char { read, write };

gimple_seq hook_for(const Memory& memory, Direction direction, location_t where) {
  gimple_seq sequence = nullptr;
  tree address = force_gimple_operand(memory.address, &sequence, true, NULL_TREE);
  gimple_seq size_of = nullptr;
  tree bytes = force_gimple_operand(fold_convert(size_type_node, memory.bytes), &size_of, true, NULL_TREE);
  gimple_seq_add_seq(&sequence, size_of);
  const built_in_function hook =
      direction == Direction::write ? BUILT_IN_TSAN_WRITE_RANGE : BUILT_IN_TSAN_READ_RANGE;
  gimple* call = gimple_build_call(builtin_decl_implicit(hook), 2, address, bytes);
  gimple_set_location(call, where);
  gimple_seq_add_stmt(&sequence, call);
  return sequence;
}

// Statements are looked at first and hooks put in afterwards, which may split edges.
class Hooks {
 public:
  // What a call reads, it reads before it does anything else: it may synchronise.
  void before(gimple* statement, const Memory& memory, Direction direction = Direction::read) {
    gimple_stmt_iterator at = gsi_for_stmt(statement);
    gsi_insert_seq_before(&at, hook_for(memory, direction, gimple_location(statement)), GSI_SAME_STMT);
  }

  // What it writes, it writes at the end, if it ends normally.
  void after(gimple* statement, const Memory& memory) {
    if (!stmt_ends_bb_p(statement)) {
      gimple_stmt_iterator at = gsi_for_stmt(statement);
      gsi_insert_seq_after(&at, hook_for(memory, Direction::write, gimple_location(statement)), GSI_NEW_STMT);
      return;
    }
    edge way = nullptr;
    edge_iterator ways;
    FOR_EACH_EDGE(way, ways, gimple_bb(statement)->succs) {
      if ((way->flags & EDGE_COMPLEX) != 0) continue;
      gsi_insert_seq_on_edge(way, hook_for(memory, Direction::write, gimple_location(statement)));
      on_edges_ = true;
    }
  }

  void commit() {
    if (on_edges_) gsi_commit_edge_inserts();
  }

 private:
  bool on_edges_ = false;
};

void instrument_call(gcall* call, Hooks& hooks) {
  Memory memory;
  for (unsigned i = 0; i < gimple_call_num_args(call); ++i) {
    if (is_shared_memory(gimple_call_arg(call, i), memory)) hooks.before(call, memory);
  }
  BuiltinAccess accesses[builtin_accesses_max];
  const unsigned count = accesses_of_builtin(call, accesses);
  for (unsigned i = 0; i < count; ++i) {
    if (!is_shared_memory_at(accesses[i].pointer, accesses[i].bytes, memory)) continue;
    if (accesses[i].writes) {
      hooks.after(call, memory);
    } else {
      hooks.before(call, memory);
    }
  }
  // Objects that may not be copied are made by the function called, by instrumented accesses and possibly
  // long before it returns: by then others may have learned of them.
  tree result = gimple_call_lhs(call);
  if (result == NULL_TREE || TREE_ADDRESSABLE(TREE_TYPE(result))) return;
  if (is_shared_memory(result, memory)) hooks.after(call, memory);
}

void instrument_assembly(const gasm* statement, Hooks& hooks) {
  Memory memory;
  for (unsigned i = 0; i < gimple_asm_ninputs(statement); ++i) {
    tree operand = gimple_asm_input_op(statement, i);
    if (is_accessed(statement, operand) && is_shared_memory(TREE_VALUE(operand), memory)) {
      hooks.before(const_cast<gasm*>(statement), memory);
    }
  }
  for (unsigned i = 0; i < gimple_asm_noutputs(statement); ++i) {
    tree operand = gimple_asm_output_op(statement, i);
    if (is_accessed(statement, operand) && is_shared_memory(TREE_VALUE(operand), memory)) {
      hooks.after(const_cast<gasm*>(statement), memory);
    }
  }
}

// Assignments are what gcc instruments, but for a few.
void instrument_assignment(gimple* assignment, Hooks& hooks) {
  if (gimple_clobber_p(assignment) || !gimple_assign_single_p(assignment)) return;
  Memory memory;
  if (tree source = gimple_assign_rhs1(assignment);
      !is_instrumented_by_gcc(source) && is_shared_memory(source, memory)) {
    hooks.before(assignment, memory);
  }
  if (tree target = gimple_assign_lhs(assignment);
      !is_instrumented_by_gcc(target) && is_shared_memory(target, memory)) {
    hooks.before(assignment, memory, Direction::write);
  }
}

const pass_data description = {GIMPLE_PASS, "heddle", OPTGROUP_NONE,  TV_NONE, PROP_ssa | PROP_cfg, 0,
                               0,           0,        TODO_update_ssa};

class CompleteInstrumentation : public gimple_opt_pass {
 public:
  CompleteInstrumentation(gcc::context* context, bool of_optimized)
      : gimple_opt_pass(description, context), of_optimized_(of_optimized) {}

  opt_pass* clone() override { return new CompleteInstrumentation(m_ctxt, of_optimized_); }
  bool gate(function*) override {
    return (optimize > 0) == of_optimized_ && sanitize_flags_p(SANITIZE_THREAD);
  }

  unsigned int execute(function* compiled) override {
    initialize_sanitizer_builtins();
    auto_vec<gimple*> statements;
    basic_block block = nullptr;
    FOR_EACH_BB_FN(block, compiled) {
      for (gimple_stmt_iterator at = gsi_start_bb(block); !gsi_end_p(at); gsi_next(&at)) {
        if (gimple* statement = gsi_stmt(at); is_gimple_call(statement) || is_gimple_assign(statement) ||
                                              gimple_code(statement) == GIMPLE_ASM) {
          statements.safe_push(statement);
        }
      }
    }
    Hooks hooks;
    bool complete = true;
    for (gimple* statement : statements) {
      complete = complete && !may_access_unseen(statement);
      if (gcall* call = dyn_cast<gcall*>(statement)) {
        keep_call(call);
        instrument_call(call, hooks);
      } else if (const gasm* assembly = dyn_cast<const gasm*>(statement)) {
        instrument_assembly(assembly, hooks);
      } else {
        instrument_assignment(statement, hooks);
      }
    }
    hooks.commit();
    if (complete && !may_call_unseen_by_pointer()) note_complete(compiled);
    return 0;
  }

 private:
  bool of_optimized_;
};

void add_before(const char* plugin, const char* pass, bool of_optimized) {
  register_pass_info where;
  where.pass = new CompleteInstrumentation(g, of_optimized);
  where.reference_pass_name = pass;
  where.ref_pass_instance_number = 0;  // all of them
  where.pos_op = PASS_POS_INSERT_BEFORE;
  register_callback(plugin, PLUGIN_PASS_MANAGER_SETUP, nullptr, &where);
}

}  // namespace
}  // namespace heddle::instrument

int plugin_init(plugin_name_args* plugin, plugin_gcc_version* version) {
  if (!plugin_default_version_check(version, &gcc_version)) {
    inform(UNKNOWN_LOCATION,
           "the plugin of Heddle was built for another gcc: some accesses are not instrumented (build Heddle "
           "with this "
           "one, see heddle doctor)");
    return 0;
  }
  heddle::instrument::add_before(plugin->base_name, "tsan", true);
  heddle::instrument::add_before(plugin->base_name, "tsan0", false);
  return 0;
}
