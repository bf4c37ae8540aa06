// From what a build system asks of the compiler to what makes a program Heddle can check: instrumented
// objects, and Heddle's runtime in place of libtsan. Pure: nothing is run here.
#pragma once

#include <string>
#include <vector>

namespace heddle::cli {

enum class Language : unsigned char { c, cxx };
enum class CompilerKind : unsigned char { gcc, clang };

// Which of the ways to run it a program is built for: under the checker, or on real processors
// (docs/stress.md) with ThreadSanitizer, with AddressSanitizer and UndefinedBehaviorSanitizer, with delays at
// its atomics and accesses, or with nothing.
enum class BuildKind : unsigned char { check, tsan, asan, noise, plain };

struct CompilerSetting {
  std::vector<std::string> compiler;  // "g++", or "ccache", "g++"
  CompilerKind kind = CompilerKind::gcc;
  Language language = Language::cxx;
  std::string runtime_object;  // heddle_runtime.o
  std::string include_folder;  // of <heddle/check.hpp>, empty if there is none
  std::string command;         // heddle itself: what a program's own checks make their reports with
  std::string scratch_folder;  // for the objects of a command that compiles and links at once
  BuildKind build = BuildKind::check;
  std::string runner_folder =
      {};  // of heddle_stress.o and what belongs to it, for builds that are not for checks
  std::string gcc_plugin = {};  // completes gcc's instrumentation; empty if there is none for this gcc
};

struct CompilerPlan {
  std::string error;                               // why the arguments cannot be used; else empty
  std::vector<std::vector<std::string>> commands;  // to run one after the other
  bool links = false;                              // the last one makes a program
  bool uses_scratch = false;
};

// What the arguments after the compiler's name mean. A command that compiles and links becomes several: with
// -fsanitize=thread on its command line the compiler would link libtsan.
CompilerPlan plan_compiler(const CompilerSetting& setting, const std::vector<std::string>& arguments);

}  // namespace heddle::cli
