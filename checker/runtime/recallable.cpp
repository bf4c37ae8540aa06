#include "checker/runtime/recallable.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "checker/runtime/address_space.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/instrumented.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

// What the runtime itself needs is imported by every program. Of the rest: what has no state, or only some of
// the calling thread, and does not access the program's memory. Most others do so unseen, std::string's
// functions for instance. dlsym is the runtime's own as well: what a program calls through it is not known.
constexpr std::string_view functions[] = {
    // the runtime's own
    "_Unwind_Backtrace", "_Unwind_Find_FDE", "_Unwind_ForcedUnwind", "_Unwind_GetCFA", "_Unwind_GetIP",
    "_Unwind_GetRegionStart", "_Unwind_Resume", "_ZSt13set_terminatePFvvE", "_ZTISt9exception",
    "_ZZNSt8__detail18__waiter_pool_base6_S_forEPKvE3__w", "__environ", "__vsnprintf", "_IO_vfprintf",
    "_IO_puts", "__errno_location", "__gmon_start__", "__libc_calloc", "__libc_free", "__libc_malloc",
    "__libc_memalign", "__libc_realloc", "__libc_stack_end", "__libc_start_main", "__memcpy_chk",
    "__memmove_chk", "__memset_chk", "__rawmemchr", "__tls_get_addr", "_ITM_deregisterTMCloneTable",
    "_ITM_registerTMCloneTable", "_Jv_RegisterClasses", "dl_iterate_phdr", "dlsym", "environ", "fflush",
    "fseeko", "getauxval", "heddle_program_runs_checks", "heddle_runtime_discarded", "pthread_attr_destroy",
    "pthread_attr_getdetachstate", "pthread_attr_getstacksize", "pthread_attr_init", "pthread_attr_setstack",
    "sigemptyset", "siglongjmp", "stderr", "stdin", "stdout", "strerrordesc_np",
    // C
    "__assert_fail", "__ctype_b_loc", "__libc_single_threaded", "__stack_chk_fail", "abs", "ceil", "cos",
    "exp", "fabs", "floor", "fmod", "fputc", "log", "pow", "putc", "putchar", "sin", "sqrt",
    // C++
    "_ZdaPv", "_ZdaPvm", "_ZdlPv", "_ZdlPvm", "_ZdlPvmSt11align_val_t", "_ZdlPvSt11align_val_t", "_Znam",
    "_Znwm", "_ZnwmSt11align_val_t", "_ZSt7nothrow"};

constexpr std::string_view prefixes[] = {
    "__cxa_",  // exceptions, guards; exit handlers are the runtime's
    "__gcc_personality_",
    "__gxx_personality_",
    "_ZNSt6thread",    // std::thread
    "_ZSt9terminate",  // and the like
    "_ZSt10unexpected",
    "_ZTI",
    "_ZTV",
    "_ZTS",  // type information, virtual tables
};

bool is_throw(std::string_view name) {
  return name.starts_with("_ZSt") && name.find("__throw_") != std::string_view::npos;
}

bool is_harmless(const char* text) {
  const std::string_view name = text;
  return name.empty() || std::ranges::find(functions, name) != std::end(functions) || is_throw(name) ||
         std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

// Any other library may be called without an import: by a virtual function, a pointer in one of its variables
// or one that its initialisation left in the program's.
constexpr std::string_view libraries[] = {
    "linux-vdso.so.1", "ld-linux-x86-64.so.2", "libc.so.6",  "libm.so.6",  "libgcc_s.so.1",
    "libstdc++.so.6",  "libpthread.so.0",      "libdl.so.2", "librt.so.1", "libatomic.so.1"};

bool is_known_library(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return std::ranges::find(libraries, name) != std::end(libraries);
}

struct Calls {
  bool executable = true;  // the next image is: it comes first
  bool harmless = false;
};

int look_at(dl_phdr_info* image, std::size_t, void* answer) {
  Calls& calls = *static_cast<Calls*>(answer);
  calls.harmless = calls.executable ? all_imports(*image, is_harmless) : is_known_library(image->dlpi_name);
  calls.executable = false;
  return calls.harmless ? 0 : 1;
}

// False also if it cannot be told: a static executable.
bool imports_are_harmless() {
  Calls calls;
  dl_iterate_phdr(look_at, &calls);
  return calls.harmless;
}

}  // namespace

void remember_if_possible(explore::Explorer& explorer) {
  const explore::Options& options = requested_options();
  if (options.leaks || options.plain_points || options.trace || options.stops || options.spurious) return;
  static const bool mapped = map_fixed(territory_region, territory_region_bytes) != nullptr;
  if (mapped && imports_are_harmless()) explorer.remember();
}

}  // namespace heddle::runtime
