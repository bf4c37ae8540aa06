#include "stress/fuzz/target.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace heddle::stress {
namespace {

namespace fs = std::filesystem;
using format::FuzzPage;

constexpr int looks_max = 20'000;
constexpr long patience_ns = 100'000'000;  // between looks whether the process still runs

std::string escaped(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == ':' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

// Between fork and exec.
[[noreturn]] void become(char* const* argv, char* const* environment, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  const int now = ::personality(0xffffffff);
  if (now != -1) ::personality(static_cast<unsigned>(now) | ADDR_NO_RANDOMIZE);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) ::dup2(nothing, fd);  // what every execution prints is no use
  for (const int number : {SIGINT, SIGALRM, SIGUSR1, SIGUSR2, SIGPIPE}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(argv[0], argv, environment);
  ::_exit(127);
}

}  // namespace

Target::Target(TargetSetting setting) : setting_(std::move(setting)) {
  const std::string path = setting_.files + ".page";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  void* at = MAP_FAILED;
  // With its blocks: on a full disk the first write to the mapping would be a signal.
  if (descriptor_ >= 0) errno = ::posix_fallocate(descriptor_, 0, sizeof(FuzzPage));
  if (descriptor_ >= 0 && errno == 0)
    at = ::mmap(nullptr, sizeof(FuzzPage), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (at == MAP_FAILED) {
    error_ = "cannot make " + path + ": " + std::strerror(errno);
    if (descriptor_ >= 0) ::unlink(path.c_str());
    return;
  }
  page_ = static_cast<FuzzPage*>(at);
  page_->magic = FuzzPage::magic_value;
}

Target::~Target() {
  if (page_ != nullptr) page_->stop = 1;
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  if (page_ != nullptr) ::munmap(page_, sizeof(FuzzPage));
  if (descriptor_ >= 0) ::close(descriptor_);
  if (kept_) return;
  for (const char* kind : {".page", ".ndjson"}) ::unlink((setting_.files + kind).c_str());
}

bool Target::start() {
  ::unlink(records_path().c_str());
  const std::string options =
      "run=check:strategy=bytes:budget_ms=0:fuzz=" + escaped(setting_.files + ".page") +
      ":result=" + escaped(records_path()) + (setting_.options.empty() ? "" : ":") + setting_.options;
  std::vector<std::string> words = {setting_.program};
  words.insert(words.end(), setting_.arguments.begin(), setting_.arguments.end());
  std::vector<std::string> variables = {"HEDDLE_OPTIONS=" + options};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("HEDDLE_")) variables.emplace_back(*entry);
  }
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  };
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> environment = pointers(variables);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(argv.data(), environment.data(), parent);
  if (pid_ < 0) error_ = std::string("cannot start a process: ") + std::strerror(errno);
  return pid_ > 0;
}

bool Target::ended() {
  if (pid_ < 0) return true;
  if (::waitpid(pid_, &status_, WNOHANG) != pid_) return false;
  pid_ = -1;
  return true;
}

Executed Target::execute(std::span<const std::uint8_t> input) {
  if (pid_ < 0 && !start()) return Executed::broken;
  const std::size_t size = std::min(input.size(), FuzzPage::input_max);
  if (size > 0) std::memcpy(page_->input, input.data(), size);
  page_->size = static_cast<std::uint32_t>(size);
  const std::uint32_t number = page_->request + 1;
  __atomic_store_n(&page_->request, number, __ATOMIC_SEQ_CST);
  ::syscall(SYS_futex, &page_->request, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  for (int look = 0;; ++look) {
    const std::uint32_t seen = __atomic_load_n(&page_->answer, __ATOMIC_ACQUIRE);
    if (seen == number) break;
    if (look < looks_max) continue;
    if (ended()) {
      const bool answered = __atomic_load_n(&page_->answer, __ATOMIC_ACQUIRE) == number;
      page_->answer = number;  // the next process begins with the next input
      return answered && page_->bug != 0 ? Executed::bug : Executed::broken;
    }
    const timespec patience = {0, patience_ns};
    ::syscall(SYS_futex, &page_->answer, FUTEX_WAIT, seen, &patience, nullptr, 0);
  }
  if (page_->bug == 0) return Executed::fine;
  while (!ended()) ::usleep(1000);  // it writes its summary and ends
  return Executed::bug;
}

std::string Target::how_it_ended() const {
  if (WIFSIGNALED(status_)) return "was killed by signal " + std::to_string(WTERMSIG(status_));
  return "ended with status " + std::to_string(WEXITSTATUS(status_));
}

std::vector<std::string> left_behind(const std::string& folder) {
  constexpr std::string_view prefix = "heddle-fuzz-";
  std::vector<std::string> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || entry.path().extension() != ".page") continue;
    const int pid = std::atoi(name.c_str() + prefix.size());
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH)
      found.push_back((entry.path().parent_path() / entry.path().stem()).string());
  }
  return found;
}

bool read_left_input(const std::string& files, std::vector<std::uint8_t>& input, bool& answered) {
  const int fd = ::open((files + ".page").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  void* const at = ::mmap(nullptr, sizeof(FuzzPage), PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (at == MAP_FAILED) return false;
  const auto& page = *static_cast<const FuzzPage*>(at);
  const bool good = page.magic == FuzzPage::magic_value && page.size <= FuzzPage::input_max;
  if (good) {
    input.assign(page.input, page.input + page.size);
    answered = page.request == page.answer && page.bug == 0;
  }
  ::munmap(at, sizeof(FuzzPage));
  return good;
}

}  // namespace heddle::stress
