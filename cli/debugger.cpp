#include "cli/debugger.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "cli/checkable.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/scratch_folder.hpp"

namespace heddle::cli {
namespace {

constexpr int exit_not_started = 127;

// Arguments of the two functions are in registers: the runtime has no debug information.
constexpr const char* script = R"(set pagination off
set confirm off
set print thread-events off
set startup-with-shell off
set breakpoint pending on
define heddle-where
end
break *heddle_stop_at_switch
commands
silent
if (unsigned)$rsi == 0
  printf "\nheddle: switch: main goes on after step %lu\n", (unsigned long)$rdi
else
  printf "\nheddle: switch: T%u goes on after step %lu\n", (unsigned)$rsi, (unsigned long)$rdi
end
heddle-where it has not run yet
end
break *heddle_stop_at_failure
commands
silent
printf "\nheddle: %s after step %lu: %s\n", (char*)$rdi, (unsigned long)$rdx, (char*)$rsi
heddle-where no thread runs: each has ended, or waits for ever
end
)";

// Selects the innermost frame of the program's own code. Needs a gdb with Python; without, the frame is that
// of the runtime and `up` leads to the program's.
constexpr const char* python = R"(import gdb

class Where(gdb.Command):
    """Select the innermost frame of the program's own code."""
    def __init__(self):
        super().__init__("heddle-where", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        frame = gdb.newest_frame()
        while frame is not None:
            name = frame.name() or ""
            place = frame.find_sal()
            file = place.symtab.filename if place.symtab else ""
            engine = name.startswith(("heddle_stop_at", "__tsan_", "__wrap_")) or any(
                f"checker/{part}/" in file for part in ("runtime", "frontend", "explore", "kernel", "api"))
            library = file.startswith(("/usr/include/", "/usr/lib/")) or "/include/c++/" in file
            if file and not engine and not library:
                frame.select()
                gdb.execute("frame")
                return
            frame = frame.older()
        print(argument)

Where()
)";

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

int run_in_foreground(std::vector<std::string> words) {
  // The terminal's interrupt is for gdb and the program; the command outlives it.
  const auto before = std::signal(SIGINT, SIG_IGN);
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);
    ::execvp(words.front().c_str(), pointers(words).data());
    ::_exit(exit_not_started);
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGINT, before);
  if (child < 0) return exit_not_started;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int replay_in_gdb(const SessionOptions& options) {
  const std::string program = resolve_program(options.program);
  if (const std::string wrong = why_not_checkable(program); !wrong.empty()) {
    fail(fmt::format("{} {}", program, wrong));
    return exit_usage;
  }
  ScratchFolder folder;
  std::string error = folder.error();
  const std::string commands = folder.path() + "/stops.gdb";
  const std::string where = folder.path() + "/where.py";
  if (!error.empty() || !write_file(commands, script, error) || !write_file(where, python, error)) {
    fail(error);
    return exit_internal;
  }
  RunOptions run = options.run;
  run.set("result", folder.file(0));
  run.set("stops", "1");
  // A debugger follows one process.
  run.set("isolation", "none");
  ::setenv("HEDDLE_OPTIONS", run.encode().c_str(), 1);
  std::vector<std::string> words = {"gdb", "-q",  "-x",  commands, "-x",
                                    where, "-ex", "run", "--args", program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  const int code = run_in_foreground(std::move(words));
  if (code != exit_not_started) return code;
  fail("gdb could not be started: install it (Debian: apt-get install gdb), or replay without --gdb");
  return exit_usage;
}

}  // namespace heddle::cli
