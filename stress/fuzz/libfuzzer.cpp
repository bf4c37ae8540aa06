// libFuzzer's side: the program that `heddle fuzz` becomes. Nothing of the program under test is in it; an
// input is executed by the process of stress/fuzz/target.hpp, and what happened there counts as coverage
// here.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>

#include "stress/fuzz/mutate.hpp"
#include "stress/fuzz/target.hpp"

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                      const std::uint8_t* other, std::size_t other_size, std::uint8_t* out,
                                      std::size_t most, unsigned seed);
void __sanitizer_set_death_callback(void (*callback)());
}

namespace {

using heddle::format::FuzzPage;
using namespace heddle::stress;

// libFuzzer reads and clears this section; the page's counters are mapped over it. `volatile`, so that it is
// not taken for never written.
__attribute__((section("__libfuzzer_extra_counters"), used,
               aligned(4096))) volatile std::uint8_t counters[FuzzPage::counters_max];

std::unique_ptr<Target> target;
Portfolio portfolio;
Arm last_arm = Arm::records;  // of the input that is executed next
std::uint8_t seen[FuzzPage::counters_max];

// Did the execution do what no execution did before? Without a branch in the loop, which runs for every
// input.
bool is_news() {
  const auto* const now = const_cast<const std::uint8_t*>(counters);
  std::uint8_t news = 0;
  for (std::size_t i = 0; i < sizeof seen; ++i) {
    news |= static_cast<std::uint8_t>(now[i] & ~seen[i]);
    seen[i] |= now[i];
  }
  return news != 0;
}

Input mutated_by_portfolio(std::span<const std::uint8_t> input, std::size_t most, unsigned seed) {
  last_arm = portfolio.draw(seed);
  return mutated(input, most, seed, LLVMFuzzerMutate, last_arm);
}
std::string command;            // of heddle
constexpr int exit_broken = 5;  // the check could not be carried out
int error_exit_code = 77;
void (*write_artifact)() = nullptr;  // libFuzzer's: what it does when a sanitizer ends the process

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "heddle fuzz: %s\n", why.c_str());
  std::_Exit(2);
}

const char* variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string flag(int argc, char** argv, const std::string& name, std::string value) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("-" + name + "=")) value = word.substr(name.size() + 2);
  }
  return value;
}

// Makes the artifact and returns its path, which libFuzzer only prints.
std::string artifact() {
  if (write_artifact == nullptr) return "";
  std::fflush(stderr);
  const int real = ::dup(STDERR_FILENO);
  const int caught = ::memfd_create("messages", MFD_CLOEXEC);
  ::dup2(caught, STDERR_FILENO);
  write_artifact();
  std::fflush(stderr);
  ::dup2(real, STDERR_FILENO);
  std::string text(static_cast<std::size_t>(std::max<off_t>(::lseek(caught, 0, SEEK_END), 0)), '\0');
  if (::pread(caught, text.data(), text.size(), 0) < 0) text.clear();
  std::fputs(text.c_str(), stderr);
  constexpr const char* words = "Test unit written to ";
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + std::strlen(words);
  return text.substr(begin, text.find('\n', begin) - begin);
}

void run_heddle(const std::vector<std::string>& arguments) {
  if (command.empty()) return;
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> argv = {command.data()};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    ::execv(command.c_str(), argv.data());
    ::_exit(127);
  }
  int status = 0;
  if (child > 0) ::waitpid(child, &status, 0);
}

// The artifact first: whatever happens then, it is there.
[[noreturn]] void report_and_end(int exit_code) {
  const std::string path = artifact();
  const std::string records = target->records_path();
  std::fflush(stderr);
  run_heddle({"report", "--color=never", records});
  if (!path.empty()) {
    run_heddle({"report", "--to=json", "--output=" + path + ".heddle.json", records});
    run_heddle({"report", "--to=html", "--output=" + path + ".heddle.html", records});
    std::fprintf(stderr, "heddle fuzz: report in %s.heddle.json and %s.heddle.html; the input: %s\n",
                 path.c_str(), path.c_str(), path.c_str());
  }
  target.reset();
  std::_Exit(exit_code);
}

}  // namespace

void __sanitizer_set_death_callback(void (*callback)()) { write_artifact = callback; }

int LLVMFuzzerInitialize(int* argc, char*** argv) {
  command = variable("HEDDLE_FUZZ_COMMAND");
  error_exit_code = std::atoi(flag(*argc, *argv, "error_exitcode", "77").c_str());
  TargetSetting setting;
  setting.program = variable("HEDDLE_FUZZ_TARGET");
  if (setting.program.empty()) give_up("start it as `heddle fuzz PROGRAM`");
  setting.options = variable("HEDDLE_FUZZ_OPTIONS");
  std::istringstream words(variable("HEDDLE_FUZZ_ARGUMENTS"));
  for (std::string word; std::getline(words, word, word_separator);) setting.arguments.push_back(word);
  const std::string prefix = flag(*argc, *argv, "artifact_prefix", "./");
  setting.files = prefix.substr(0, prefix.rfind('/') + 1) + "heddle-fuzz-" + std::to_string(::getpid());
  // libFuzzer's main process of -fork, -jobs and -merge executes nothing: the target starts with the first
  // input.
  target = std::make_unique<Target>(std::move(setting));
  if (!target->error().empty()) give_up(target->error());
  void* const at = ::mmap(const_cast<std::uint8_t*>(counters), sizeof counters, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_FIXED, target->page_descriptor(), offsetof(FuzzPage, counters));
  if (at == MAP_FAILED) give_up("cannot map the counters");
  std::atexit([] { target.reset(); });
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  switch (target->execute({data, size})) {
    case Executed::fine:
      portfolio.executed(last_arm, is_news());
      return 0;
    case Executed::bug:
      report_and_end(error_exit_code);
    case Executed::broken:
      break;
  }
  std::fprintf(stderr, "heddle fuzz: the program %s%s\n", target->how_it_ended().c_str(),
               target->error().empty() ? "" : (": " + target->error()).c_str());
  report_and_end(exit_broken);
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  const Input result = mutated_by_portfolio({data, size}, most, seed);
  std::copy(result.begin(), result.end(), data);
  return result.size();
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                      const std::uint8_t* other, std::size_t other_size, std::uint8_t* out,
                                      std::size_t most, unsigned seed) {
  // libFuzzer asks for this as often as for a mutation, which is more than it is worth.
  last_arm = Arm::records;
  const Input result = seed % 4 == 0 ? spliced({one, one_size}, {other, other_size}, most, seed)
                                     : mutated_by_portfolio({one, one_size}, most, seed);
  std::copy(result.begin(), result.end(), out);
  return result.size();
}
