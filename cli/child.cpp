#include "cli/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace heddle::cli {
namespace {

constexpr std::size_t kept_bytes = 64 << 10;

// What the child reports to its parent before (or instead of) becoming the program.
struct Report {
  int exec_errno = 0;
  bool randomised = false;
};

struct Pipe {
  int read = -1;
  int write = -1;
  explicit Pipe(bool wanted) {
    std::array<int, 2> ends{};
    if (wanted && ::pipe2(ends.data(), O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
};

void close_one(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

std::vector<std::string> environment_with(const std::string& heddle_options) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("HEDDLE_OPTIONS=")) result.emplace_back(*entry);
  }
  result.push_back("HEDDLE_OPTIONS=" + heddle_options);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(const char* program, char** argv, char** envp, int output, int report_fd,
                         pid_t parent) {
  Report report;
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  const int now = ::personality(0xffffffff);
  report.randomised = now == -1 || ::personality(static_cast<unsigned>(now) | ADDR_NO_RANDOMIZE) == -1;
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, 0);
  if (output >= 0) {
    ::dup2(output, 1);
    ::dup2(output, 2);
  }
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_DFL);
  if (report.randomised) [[maybe_unused]]
    const ssize_t told = ::write(report_fd, &report, sizeof report);
  ::execve(program, argv, envp);
  report.exec_errno = errno;
  [[maybe_unused]] const ssize_t told = ::write(report_fd, &report, sizeof report);
  ::_exit(127);
}

}  // namespace

Child::Child(const Launch& launch) {
  Pipe output(!launch.pass_output);
  Pipe report(true);
  if (report.read < 0 || (!launch.pass_output && output.read < 0)) {
    error_ = fmt::format("cannot make a pipe: {}", std::strerror(errno));
    return;
  }
  std::vector<std::string> words = {launch.program};
  words.insert(words.end(), launch.arguments.begin(), launch.arguments.end());
  std::vector<std::string> variables = environment_with(launch.heddle_options);
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0)
    become(argv[0], const_cast<char**>(argv.data()), const_cast<char**>(envp.data()), output.write,
           report.write, parent);
  const int fork_errno = errno;
  close_one(output.write);
  close_one(report.write);
  output_ = output.read;
  if (pid_ < 0) {
    error_ = fmt::format("cannot start a process: {}", std::strerror(fork_errno));
    close_one(report.read);
    return;
  }
  ::setpgid(pid_, pid_);  // also here: whichever runs first
  for (Report told; ::read(report.read, &told, sizeof told) == static_cast<ssize_t>(sizeof told);) {
    if (told.exec_errno != 0)
      error_ = fmt::format("cannot run {}: {}", launch.program, std::strerror(told.exec_errno));
    randomised_ = randomised_ || told.randomised;
  }
  close_one(report.read);
  if (output_ >= 0) ::fcntl(output_, F_SETFL, O_NONBLOCK);
  pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

Child::~Child() {
  if (pid_ > 0 && !reaped_) {
    signal(SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  close_one(output_);
  close_one(pidfd_);
}

void Child::close_output() { close_one(output_); }

void Child::drain() {
  std::array<char, 1 << 16> bytes{};
  // Bounded, so that a program that prints without end cannot keep the command from its other duties.
  for (int round = 0; output_ >= 0 && round < 64; ++round) {
    const ssize_t got = ::read(output_, bytes.data(), bytes.size());
    if (got > 0) {
      printed_.append(bytes.data(), static_cast<std::size_t>(got));
      if (printed_.size() > 2 * kept_bytes) printed_.erase(0, printed_.size() - kept_bytes);
    } else if (got == 0) {
      close_output();
    } else if (errno != EINTR) {
      if (errno != EAGAIN) close_output();
      return;
    }
  }
}

bool Child::ended() {
  if (reaped_ || pid_ < 0) return true;
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != pid_) {
    return false;
  }
  ::kill(-pid_, SIGKILL);  // what the program left behind; before its id may belong to another
  ::waitpid(pid_, &status_, 0);
  reaped_ = true;
  drain();
  return true;
}

std::chrono::nanoseconds Child::cpu_time() const {
  clockid_t clock;
  timespec used{};
  if (reaped_ || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

void Child::signal(int number) const {
  if (pid_ > 0 && !reaped_) ::kill(-pid_, number);
}

std::string Child::last_output(std::size_t lines) const {
  std::string_view text = printed_;
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::size_t start = text.size();
  for (std::size_t i = 0; i < lines && start != std::string_view::npos && start > 0; ++i) {
    start = text.rfind('\n', start - 1);
  }
  return std::string(start == std::string_view::npos || start == 0 ? text : text.substr(start + 1));
}

std::string Child::how_it_ended() const {
  if (!reaped_) return "did not end";
  if (WIFSIGNALED(status_)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status_));
    return fmt::format("was killed by SIG{}",
                       name != nullptr ? name : std::to_string(WTERMSIG(status_)).c_str());
  }
  const int code = WEXITSTATUS(status_);
  return code == 0 ? "" : fmt::format("ended with status {}", code);
}

int Child::exit_status() const { return reaped_ && WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }

}  // namespace heddle::cli
