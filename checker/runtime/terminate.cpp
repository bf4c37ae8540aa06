#include "checker/runtime/terminate.hpp"

#include <unwind.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <typeinfo>

#include "checker/runtime/runtime.hpp"

// Weak: a program in C has none of them.
extern "C" {
__attribute__((weak))
std::terminate_handler heddle_set_terminate(std::terminate_handler) __asm__("_ZSt13set_terminatePFvvE");
__attribute__((weak)) std::type_info* __cxa_current_exception_type();
__attribute__((weak)) char* __cxa_demangle(const char* name, char* buffer, std::size_t* length, int* status);
__attribute__((weak)) void __cxa_throw(void*, std::type_info*, void (*)(void*));
__attribute__((weak)) extern const std::type_info heddle_std_exception_type __asm__("_ZTISt9exception");
__attribute__((weak)) _Unwind_Reason_Code _Unwind_Backtrace(_Unwind_Trace_Fn, void*);
}

namespace heddle::runtime {
namespace {

// The Itanium C++ ABI's __cxa_exception, which lies before the thrown object (libstdc++'s unwind-cxx.h, 64
// bits).
struct ExceptionHeader {
  std::type_info* type;
  void* members_before[9];
  _Unwind_Exception unwind;
};

// "GNUCC++\0": not a foreign exception and not a rethrown std::exception_ptr.
constexpr _Unwind_Exception_Class primary_class = 0x474e'5543'432b'2b00;

// The object in flight, if it is a std::exception; its text then.
const char* text_of_exception(const std::type_info& type, void* header_address) {
  const auto& header = *static_cast<const ExceptionHeader*>(header_address);
  const std::type_info* standard = &heddle_std_exception_type;
  // Its dynamic type is one of libstdc++'s own; the compiler would call std::type_info's function, and link
  // it.
  __asm__("" : "+r"(standard));
  if (standard == nullptr || header.unwind.exception_class != primary_class) return nullptr;
  void* object = const_cast<ExceptionHeader*>(&header + 1);
  constexpr unsigned public_base = 1;
  if (!standard->__do_catch(&type, &object, public_base)) return nullptr;
  return static_cast<const std::exception*>(object)->what();
}

struct ThrowSearch {
  bool in_throw = false;
  std::uintptr_t pc = 0;
};

// The frame that called __cxa_throw: no unwinding has happened when terminate is called for lack of a
// handler.
_Unwind_Reason_Code visit_frame(_Unwind_Context* context, void* data) {
  auto& search = *static_cast<ThrowSearch*>(data);
  if (search.in_throw) {
    search.pc = _Unwind_GetIP(context);
    return _URC_NORMAL_STOP;
  }
  search.in_throw = _Unwind_GetRegionStart(context) == reinterpret_cast<std::uintptr_t>(&__cxa_throw);
  return _URC_NO_REASON;
}

std::uintptr_t find_throw() {
  ThrowSearch search;
  if (&_Unwind_Backtrace != nullptr) _Unwind_Backtrace(visit_frame, &search);
  return search.pc;
}

void handle_terminate() {
  if (!controlled()) std::abort();
  hot.controlled = false;
  const std::type_info* const type = __cxa_current_exception_type();
  if (type == nullptr) {
    fail(format::Rule::abort,
         "std::terminate() was called with no exception in flight: for example a joinable "
         "std::thread was destroyed");
  }
  const char* name = type->name();
  int status = 0;
  if (char* const readable = __cxa_demangle(name, nullptr, nullptr, &status); readable != nullptr)
    name = readable;
  const char* const text = text_of_exception(*type, current_thread().slot.exception_globals[0]);
  fail_at(format::Rule::uncaught_exception, find_throw(), "uncaught exception of type %s%s%s", name,
          text != nullptr ? ": " : "", text != nullptr ? text : "");
}

}  // namespace

void install_terminate_handler() {
  if (&heddle_set_terminate != nullptr) heddle_set_terminate(handle_terminate);
}

}  // namespace heddle::runtime
