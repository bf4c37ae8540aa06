// The program's loaded modules: return addresses are reported as (module, offset), which a reader can
// symbolize from the files.
#pragma once

#include <cstdint>

#include "checker/runtime/json_writer.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// Lists the modules loaded now. Call again after a dlopen.
void find_modules();

// Which module holds `address`; -1: none.
int module_of(std::uintptr_t address);
// The reverse, of what write_address writes; 0: there is no such module.
std::uintptr_t address_in_module(std::uint64_t module, std::uint64_t offset);
// Where the function begins that this return address is in, by the unwind tables; 0: there is none there.
std::uintptr_t function_of(std::uintptr_t address);
// In a writable segment of a module: a global variable.
bool is_global(std::uintptr_t address);

// Equal for equal code: from the modules' build ids, or their contents where they have none.
std::uint64_t modules_identity();
// Equal where all modules were loaded to equal addresses.
std::uint64_t modules_addresses();

void write_modules(JsonWriter& out);                          // the value of the `modules` member
void write_address(JsonWriter& out, std::uintptr_t address);  // [module, offset] or null
void write_stack(JsonWriter& out, const StackTrace& stack);

}  // namespace heddle::runtime
