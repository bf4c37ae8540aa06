// A check of one function in the middle of an ordinary program (heddle::check). A forked child explores it
// and writes records; this process waits, and is not changed by anything an execution does.
#pragma once

#include "checker/explore/options.hpp"
#include "checker/runtime/execution.hpp"

namespace heddle::runtime {

// Why no check can be made now, with the remedy; null if one can.
const char* why_no_check_now();

struct CheckedCall {
  explore::Options options;  // run and the search; the result file is chosen here
  Body body;
  int argument_count = 0;
  char** arguments = nullptr;  // of the process, for the start record
};

struct CallEnd {
  const char* failure = nullptr;  // why there was no child; else null
  int records = -1;               // descriptor of the records; the caller closes it
  int status = 0;                 // as waitpid tells it
  bool out_of_time = false;       // it did not stop at its budget and was killed
};

// Blocks until the child has ended. Its output is thrown away, its standard input empty.
CallEnd run_checked_call(CheckedCall& call);

}  // namespace heddle::runtime
