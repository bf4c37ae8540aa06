// heddle::check on the runtime's side: options, the child, and its records told to the caller.
#include <heddle/check_abi.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstring>

#include "checker/api/command_line.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/runtime/checked_call.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/record_line.hpp"
#include "checker/runtime/runtime.hpp"

// Where the initial thread's stack begins, above everything main and its callees have there.
extern "C" __attribute__((weak)) void* __libc_stack_end;

namespace heddle::api {
namespace {

using runtime::raw_syscall;
using runtime::RecordLine;

// How often each name was used: the checks of a process are numbered by name.
class CheckNames {
 public:
  // Writes "NAME#NUMBER".
  void number(const char* name, char* out, std::size_t room) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
    for (const char* c = name; *c != '\0'; ++c)
      hash = (hash ^ static_cast<unsigned char>(*c)) * 0x0000'0100'0000'01b3;
    Use* use = find(hash);
    if (use == nullptr) {
      uses_.push_back({hash, 0});
      use = &uses_.back();
    }
    snprintf(out, room, "%s#%u", name, ++use->count);
  }

 private:
  struct Use {
    std::uint64_t hash;
    unsigned count;
  };
  // The latest names come first: loops use the same one over and over.
  Use* find(std::uint64_t hash) {
    for (std::size_t i = uses_.size(); i-- > 0;) {
      if (uses_[i].hash == hash) return &uses_[i];
    }
    return nullptr;
  }
  kernel::Vector<Use> uses_;
};
CheckNames* names = nullptr;

// "Suite.Test" selects all of its checks, "Suite.Test#2" the second.
bool selected(const char* check) {
  const char* const wanted = command_line().check;
  if (wanted == nullptr) return true;
  const std::size_t length = std::strlen(wanted);
  return std::strncmp(check, wanted, length) == 0 && (check[length] == '\0' || check[length] == '#');
}

class Check {
 public:
  explicit Check(const heddle_check_request& request) : request_(request), sink_(*request.sink) {}

  void in_place() {
    request_.body(request_.argument);
    summary_.verdict = heddle_no_bug;
    summary_.mode = "in_place";
    summary_.reason = "in_place";
    summary_.executions = summary_.complete = 1;
    tell();
  }

  // `frames`: the stack above belongs to the callers of heddle::check.
  void explore(std::uintptr_t frames) {
    if (names == nullptr) names = &runtime::make_engine_object<CheckNames>();
    names->number(request_.name, name_, sizeof name_);
    summary_.check = name_;
    if (command_line().token != nullptr && !selected(name_)) {
      summary_.verdict = heddle_skipped;
      summary_.reason = "skipped";
      tell();
      return;
    }
    auto& call = runtime::make_engine_object<runtime::CheckedCall>();
    if (const char* const why = runtime::why_no_check_now(); why != nullptr) {
      fail(why, "");
    } else if (read_options(call.options)) {
      describe_call(call, frames);
      run(call);
    }
    kernel::engine_release(&call, sizeof call);
  }

 private:
  void tell() { sink_.summary(sink_.context, &summary_); }

  void fail(const char* why, const char* where) {
    snprintf(message_, sizeof message_, "%s%s%.200s", why, *where != '\0' ? ": " : "", where);
    summary_.verdict = heddle_error;
    summary_.reason = "error";
    summary_.message = message_;
    tell();
  }

  bool read_options(explore::Options& options) {
    options.run = explore::Run::none;
    for (const char* text : {request_.options, runtime::requested_options_text()}) {
      const char* where = "";
      if (const char* const error = explore::parse_options(text, options, &where); error != nullptr) {
        fail(error, where);
        return false;
      }
      if (options.unknown_key[0] != '\0') {
        fail("unknown option", options.unknown_key);
        return false;
      }
    }
    const char* const token = command_line().token;
    options.run = token == nullptr ? explore::Run::check : explore::Run::replay;
    if (token == nullptr) return true;
    options.trace = true;
    if (std::strlen(token) >= sizeof options.token) {
      fail("the replay token is longer than any Heddle writes: it is damaged", "");
      return false;
    }
    std::strcpy(options.token, token);
    return true;
  }

  void describe_call(runtime::CheckedCall& call, std::uintptr_t frames) {
    call.body.run = [](void* self) -> int {
      const heddle_check_request& request = static_cast<Check*>(self)->request_;
      request.body(request.argument);
      // The body is the first thread's function, not main: others go on without it.
      runtime::exit_thread(nullptr);
    };
    call.body.argument = this;
    if (&__libc_stack_end != nullptr && frames < reinterpret_cast<std::uintptr_t>(__libc_stack_end)) {
      call.body.outer_frames = frames;
      call.body.outer_frames_bytes = reinterpret_cast<std::uintptr_t>(__libc_stack_end) - frames;
    }
    call.argument_count = static_cast<int>(command_line().words.size());
    call.arguments = const_cast<char**>(command_line().words.data());
  }

  void run(runtime::CheckedCall& call) {
    const runtime::CallEnd end = runtime::run_checked_call(call);
    if (end.failure != nullptr) {
      fail(end.failure, "");
      return;
    }
    const long bytes = raw_syscall(SYS_lseek, end.records, 0, SEEK_END);
    const char* text = "";
    if (bytes > 0) {
      const long mapped = raw_syscall(SYS_mmap, 0, bytes, PROT_READ, MAP_PRIVATE, end.records, 0);
      if (mapped > 0) text = reinterpret_cast<const char*>(mapped);
    }
    read_records(text, *text == '\0' ? 0 : static_cast<std::size_t>(bytes), call.options, end);
    if (*text != '\0') raw_syscall(SYS_munmap, text, bytes);
    raw_syscall(SYS_close, end.records);
  }

  void read_records(const char* text, std::size_t bytes, const explore::Options& options,
                    const runtime::CallEnd& end) {
    const char* const last = text + bytes;
    for (const char* line = text; line < last;) {
      const auto* newline =
          static_cast<const char*>(std::memchr(line, '\n', static_cast<std::size_t>(last - line)));
      const char* const stop = newline == nullptr ? last : newline;
      read_line(line, stop);
      line = stop + 1;
    }
    // The process ended while it shortened a schedule: the bug is known all the same.
    const bool ended_early = !summarised_ || std::strcmp(summary_.reason, "error") == 0;
    if (!found_ && provisional_ != nullptr && ended_early) tell_finding(provisional_, provisional_end_);
    decide(options, end);
    sink_.records(sink_.context, text, bytes);
    tell();
  }

  void read_line(const char* begin, const char* end) {
    const RecordLine record(begin, end);
    if (begin < end && *begin != '{') {  // why the engine gave up
      keep_message(begin, static_cast<std::size_t>(end - begin));
    } else if (record.is("finding")) {
      tell_finding(begin, end);
    } else if (record.is("provisional") || record.is("start")) {
      provisional_ = record.is("start") ? nullptr : begin;
      provisional_end_ = end;
    } else if (record.is("outcome")) {
      const std::uint64_t count = record.number("count");
      sink_.outcome(sink_.context, record.text("text"), count);
    } else if (record.is("divergence") || record.is("unsupported")) {
      diverged_ = diverged_ || record.is("divergence");
      const char* const call = record.text("call");
      if (*call != '\0') snprintf(call_, sizeof call_, "%s: ", call);
      const char* const message = record.text("message");
      keep_message(message, std::strlen(message));
    } else if (record.is("summary")) {
      read_summary(record);
    }
  }

  void tell_finding(const char* begin, const char* end) {
    found_ = true;
    const RecordLine rule(begin, end);
    const RecordLine message(begin, end);
    const RecordLine token(begin, end);
    const RecordLine print(begin, end);
    sink_.finding(sink_.context, rule.text("rule"), message.text("message"), token.text("token"),
                  print.text("print"));
  }

  void read_summary(const RecordLine& record) {
    summarised_ = true;
    verified_ = record.flag("verified");
    summary_.executions = record.number("executions");
    summary_.complete = record.number("complete");
    summary_.blocked = record.number("blocked");
    summary_.cut = record.number("cut");
    summary_.operations = record.number("operations");
    snprintf(mode_, sizeof mode_, "%s", record.text("mode"));
    snprintf(reason_, sizeof reason_, "%s", record.text("reason"));
    summary_.mode = mode_;
    summary_.reason = reason_;
    const char* const message = record.text("message");
    if (message_[0] == '\0') keep_message(message, std::strlen(message));
  }

  void keep_message(const char* text, std::size_t bytes) {
    if (message_[0] != '\0') return;
    snprintf(message_, sizeof message_, "%s%.*s", call_, static_cast<int>(bytes), text);
    summary_.message = message_;
  }

  // The same rules as the command's (reports/format/conclude.cpp).
  void decide(const explore::Options& options, const runtime::CallEnd& end) {
    const bool replays = options.run == explore::Run::replay;
    const auto reason_is = [this](const char* reason) { return std::strcmp(summary_.reason, reason) == 0; };
    if (found_) {
      summary_.verdict = heddle_bug;
    } else if (diverged_ || reason_is("nondeterminism")) {
      summary_.verdict = heddle_nondeterminism;
    } else if (!summarised_ || reason_is("error") || reason_is("unsupported")) {
      summary_.verdict = heddle_error;
      summary_.reason = "error";
      explain_end(end);
    } else if (verified_) {
      summary_.verdict = heddle_verified;
    } else if (replays) {
      summary_.verdict = heddle_no_bug;
    } else if (summary_.complete == 0 || options.strategy == explore::Search::exhaustive ||
               reason_is("interrupted")) {
      summary_.verdict = heddle_inconclusive;
    } else {
      summary_.verdict = heddle_no_bug;
    }
  }

  void explain_end(const runtime::CallEnd& end) {
    if (message_[0] != '\0') return;
    summary_.message = message_;
    if (end.out_of_time) {
      snprintf(message_, sizeof message_, "the check did not stop when its time was over and was killed");
    } else if (WIFSIGNALED(end.status)) {
      snprintf(message_, sizeof message_, "the process of the check was killed by signal %d",
               WTERMSIG(end.status));
    } else {
      snprintf(message_, sizeof message_, "the process of the check ended with status %d",
               WEXITSTATUS(end.status));
    }
  }

  const heddle_check_request& request_;
  const heddle_check_sink& sink_;
  heddle_check_summary summary_ = {heddle_error, "", "", "", "", 0, 0, 0, 0, 0};
  bool found_ = false;
  const char* provisional_ = nullptr;  // the last provisional finding, in the records
  const char* provisional_end_ = nullptr;
  bool diverged_ = false;
  bool summarised_ = false;
  bool verified_ = false;
  char name_[512] = {};
  char mode_[32] = {};
  char reason_[32] = {};
  char call_[64] = {};
  char message_[1024] = {};
};

}  // namespace
}  // namespace heddle::api

// Not aligned by itself: the frame address must be that of the call.
HEDDLE_VISIBLE void heddle_runtime_check(const heddle_check_request* request) {
  using namespace heddle;
  api::Check check(*request);
  if (runtime::controlled()) {
    check.in_place();
  } else {
    // Behind the saved frame pointer and the return address.
    check.explore(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) + 2 * sizeof(void*));
  }
}
