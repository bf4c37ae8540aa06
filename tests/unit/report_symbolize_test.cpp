// Symbolization of a real program: compiled here, so that nothing depends on one machine's addresses.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "reports/symbolize/addr2line.hpp"
#include "reports/symbolize/elf_file.hpp"
#include "reports/symbolize/llvm_symbolizer.hpp"
#include "reports/symbolize/subprocess.hpp"
#include "reports/symbolize/symbolize.hpp"

namespace heddle::test {
namespace {

class Symbolization : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("heddle symbolize " + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "p.c") << "int numbers[4];\n"
                                      "static inline __attribute__((always_inline)) void inner(int i) {\n"
                                      "  numbers[i] = i;\n"
                                      "}\n"
                                      "void outer(int i) {\n"
                                      "  inner(i);\n"
                                      "}\n"
                                      "int main(void) { outer(1); return 0; }\n";
    const std::string command =
        "cd '" + folder_.string() + "' && cc -g -O1 -no-pie '" + (folder_ / "p.c").string() + "' -o p";
    ASSERT_EQ(std::system(command.c_str()), 0);
    program_ = (folder_ / "p").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::uint64_t address_of(std::string_view name) const {
    const report::ElfFile file(program_);
    for (const auto& s : file.symbols()) {
      if (s.name == name) return s.value;
    }
    return 0;
  }

  void expect_frames(report::SymbolSource& source) {
    const auto frames = source.code(program_, address_of("outer"));
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].function, "inner");
    EXPECT_EQ(frames[0].line, 3);
    EXPECT_TRUE(frames[0].inlined);
    EXPECT_EQ(frames[1].function, "outer");
    EXPECT_EQ(frames[1].line, 6);
    EXPECT_FALSE(frames[1].inlined);
    EXPECT_EQ(std::filesystem::path(frames[1].file).filename(), "p.c");
  }

  void expect_variable(report::SymbolSource& source) {
    const auto variable = source.data(program_, address_of("numbers") + 8);
    ASSERT_TRUE(variable.has_value());
    EXPECT_EQ(variable->name, "numbers");
    EXPECT_EQ(variable->size, 16U);
    EXPECT_FALSE(source.data(program_, 1).has_value());
  }

  std::filesystem::path folder_;
  std::string program_;
};

TEST_F(Symbolization, LlvmSymbolizerKnowsInlinedFramesAndVariables) {
  const std::string executable = report::find_llvm_symbolizer();
  if (executable.empty()) GTEST_SKIP() << "no llvm-symbolizer";
  report::LlvmSymbolizer source(executable);
  expect_frames(source);
  expect_variable(source);
  EXPECT_TRUE(source.code("/nonexistent", 16).empty());
  EXPECT_TRUE(source.code("/quote\"d", 16).empty());
  expect_frames(source);
}

TEST_F(Symbolization, Addr2lineKnowsTheSame) {
  const std::string executable = report::find_executable("addr2line");
  if (executable.empty()) GTEST_SKIP() << "no addr2line";
  report::Addr2line source(executable);
  expect_frames(source);
  expect_variable(source);
}

TEST_F(Symbolization, SymbolTablesAloneGiveFunctionsAndVariables) {
  report::Addr2line source("");
  const auto frames = source.code(program_, address_of("outer"));
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].function, "outer");
  EXPECT_EQ(frames[0].line, 0);
  expect_variable(source);
}

TEST_F(Symbolization, ASymbolizerThatIsNoneGivesNothing) {
  report::LlvmSymbolizer dead("/nonexistent/llvm-symbolizer");
  EXPECT_TRUE(dead.code(program_, 16).empty());
  report::LlvmSymbolizer leaves("/bin/false");
  EXPECT_TRUE(leaves.code(program_, 16).empty());
  EXPECT_FALSE(leaves.data(program_, 16).has_value());
}

TEST_F(Symbolization, AReturnAddressIsOfTheCallBeforeIt) {
  format::RunRecords records;
  records.modules.push_back({program_, ""});
  records.warnings.emplace_back();
  // The first instruction of main follows the last of outer, as a return address may.
  records.warnings[0].stack.addresses = {{0, address_of("outer") + 1}, {0, 0}, {7, 3}, {-1, 5}};
  report::Addr2line source(report::find_executable("addr2line"));
  report::SourceLines lines;
  report::Symbolizer(source, lines).symbolize(records);
  const auto& frames = records.warnings[0].stack.frames;
  ASSERT_EQ(frames.size(), 5U);
  EXPECT_EQ(frames[0].source, "numbers[i] = i;");
  EXPECT_EQ(frames[1].function, "outer");
}

TEST(LibraryFrames, AreThoseOfTheStandardLibraryAndTheEngine) {
  const auto library = [](const char* function, const char* file, const char* module) {
    format::Frame frame;
    frame.function = function;
    frame.file = file;
    frame.module = module;
    return report::is_library_frame(frame);
  };
  EXPECT_TRUE(library("std::mutex::lock()", "/usr/include/c++/12/bits/std_mutex.h", "/home/me/prog"));
  EXPECT_TRUE(library("std::__1::mutex::lock()", "/opt/llvm/include/c++/v1/mutex", "/home/me/prog"));
  EXPECT_TRUE(library("execute_native_thread_routine", "", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6"));
  EXPECT_TRUE(library("__wrap_main", "/src/heddle/checker/runtime/main.cpp", "/home/me/prog"));
  EXPECT_FALSE(library("Queue::push(int)", "/home/me/queue.hpp", "/home/me/prog"));
  EXPECT_FALSE(library("Queue::push(int)", "", "/home/me/prog"));
}

TEST(ElfFiles, DamagedOnesAreRefusedNotCrashedOn) {
  const std::string path = testing::TempDir() + "heddle_damaged_elf";
  std::string bytes = [] {
    std::ifstream self("/proc/self/exe", std::ios::binary);
    std::string start(200'000, '\0');
    self.read(start.data(), static_cast<std::streamsize>(start.size()));
    return start;
  }();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, std::size_t{63}, std::size_t{64}, bytes.size()}) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(size));
    const report::ElfFile file(path);
    EXPECT_EQ(file.error().empty(), size >= 64) << size;
    EXPECT_FALSE(file.has_symbol("main"));  // the tables are beyond the cut
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace heddle::test
