// snprintf for the engine's own use. The build renames the engine's calls to these: a program that imports
// snprintf then calls it itself.
#include <cstdarg>
#include <cstddef>

extern "C" {

int __vsnprintf(char* to, std::size_t room, const char* format, va_list arguments);  // glibc's vsnprintf

__attribute__((format(printf, 3, 0))) int heddle_internal_vsnprintf(char* to, std::size_t room,
                                                                    const char* format, va_list arguments) {
  return __vsnprintf(to, room, format, arguments);
}

__attribute__((format(printf, 3, 4))) int heddle_internal_snprintf(char* to, std::size_t room,
                                                                   const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = __vsnprintf(to, room, format, arguments);
  va_end(arguments);
  return length;
}

}  // extern "C"
