// Where something happened: raw addresses as the program recorded them, and the source frames they mean.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heddle::format {

// A loaded file of the program under test, as its `start` record lists them.
struct Module {
  std::string path;
  std::string build_id;  // lower-case hex, empty if the file has none
};

// An address as (index into the run's modules, offset as the module's own ELF addresses count).
struct Address {
  int module = -1;  // -1: in no known module
  std::uint64_t offset = 0;

  bool known() const { return module >= 0; }
};

// One source-level call frame. An address yields several when calls were inlined; the innermost comes first.
struct Frame {
  std::string function;      // demangled; empty if unknown
  std::string file;          // empty if unknown
  std::string module;        // path of the loaded file
  std::string source;        // the text of the line, trimmed; empty if the file is not readable
  std::uint64_t offset = 0;  // in the module
  int line = 0;              // from 1; 0 if unknown
  int column = 0;            // from 1; 0 if unknown
  bool inlined = false;      // called by the next frame without a real call
  bool library = false;      // not the user's own code: standard library, libc, start-up code
};

struct Stack {
  std::vector<Address> addresses;  // return addresses, innermost first
  std::vector<Frame> frames;       // empty until symbolized; then never shorter than `addresses`

  // The innermost frame of the user's own code, or the innermost one, or null for an empty stack.
  const Frame* user_frame() const;
};

}  // namespace heddle::format
