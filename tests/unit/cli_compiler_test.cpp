#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/compiler_arguments.hpp"
#include "cli/compiler_command.hpp"

namespace heddle::cli {
namespace {

using testing::Contains;
using testing::Not;
using Words = std::vector<std::string>;

CompilerSetting setting(CompilerKind kind = CompilerKind::gcc, Language language = Language::cxx) {
  return {{"g++"}, kind, language, "/lib/heddle_runtime.o", "", "/bin/heddle", "/scratch"};
}

CompilerPlan plan(const Words& words) { return plan_compiler(setting(), words); }

// Position of the word, or the number of words.
std::size_t at(const Words& words, const std::string& word) {
  return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
}

TEST(CompilerCommand, CompilingOnlyIsOneInstrumentedCommand) {
  const CompilerPlan p = plan({"-c", "a.cpp", "-o", "a.o"});
  ASSERT_EQ(p.commands.size(), 1U);
  EXPECT_FALSE(p.links);
  const Words& c = p.commands[0];
  EXPECT_EQ(c[0], "g++");
  for (const char* flag : {"-fsanitize=thread", "-g", "-fno-omit-frame-pointer", "-fno-builtin-memcpy",
                           "-fno-ipa-reference", "-fno-optimize-strlen", "-O1", "-c", "a.cpp"}) {
    EXPECT_THAT(c, Contains(flag));
  }
  EXPECT_THAT(c, Contains("tsan-distinguish-volatile=1"));
  EXPECT_THAT(c, Not(Contains("/lib/heddle_runtime.o")));
}

TEST(CompilerCommand, ThePluginIsForCompilingWithTheGccItWasBuiltFor) {
  CompilerSetting with = setting();
  with.gcc_plugin = "/lib/heddle_gcc_plugin.so";
  const CompilerPlan p = plan_compiler(with, {"a.cpp", "-o", "prog"});
  ASSERT_EQ(p.commands.size(), 2U);
  EXPECT_THAT(p.commands[0], Contains("-fplugin=/lib/heddle_gcc_plugin.so"));
  EXPECT_THAT(p.commands[1], Not(Contains("-fplugin=/lib/heddle_gcc_plugin.so")));
  EXPECT_THAT(plan({"-c", "a.cpp"}).commands[0], Not(Contains(testing::StartsWith("-fplugin"))));
}

TEST(CompilerCommand, ObjectsAreNotLeftForLinkTimeOptimisation) {
  const Words one = plan({"-flto", "-c", "a.cpp"}).commands[0];
  EXPECT_LT(at(one, "-flto"), at(one, "-fno-lto"));
  const Words of_several = plan({"-flto", "a.cpp", "-o", "prog"}).commands[0];
  EXPECT_LT(at(of_several, "-flto"), at(of_several, "-fno-lto"));
  EXPECT_LT(at(of_several, "-fno-lto"), of_several.size());
}

TEST(CompilerCommand, TheUsersOptionsComeLastAndWin) {
  const Words c = plan({"-O2", "-fno-sanitize=thread", "-c", "a.cpp"}).commands[0];
  EXPECT_THAT(c, Not(Contains("-O1")));
  EXPECT_LT(at(c, "-fsanitize=thread"), at(c, "-fno-sanitize=thread"));
}

TEST(CompilerCommand, LinkingGetsTheRuntimeInsteadOfLibtsan) {
  const CompilerPlan p = plan({"-fsanitize=thread", "a.o", "libb.a", "-lfoo", "-o", "prog"});
  ASSERT_EQ(p.commands.size(), 1U);
  EXPECT_TRUE(p.links);
  EXPECT_FALSE(p.uses_scratch);
  EXPECT_EQ(p.commands[0], (Words{"g++", "a.o", "libb.a", "-lfoo", "-o", "prog", "/lib/heddle_runtime.o",
                                  "-Wl,--wrap=main", "-Wl,-u,main", "-pthread", "-ldl"}));
}

TEST(CompilerCommand, DelaysAreLinkedToTheObjectsOfACheck) {
  CompilerSetting noise = setting();
  noise.build = BuildKind::noise;
  noise.runner_folder = "/lib";
  const CompilerPlan p = plan_compiler(noise, {"a.cpp", "-o", "prog"});
  ASSERT_EQ(p.commands.size(), 2U);
  EXPECT_EQ(p.commands[0], plan({"a.cpp", "-o", "prog"}).commands[0]);
  EXPECT_EQ(p.commands[1], (Words{"g++", "/scratch/0.o", "-o", "prog", "/lib/heddle_stress.o",
                                  "/lib/heddle_stress_noise.o", "-pthread", "-ldl"}));
  EXPECT_NE(plan_compiler(noise, {"-fsanitize=address", "a.cpp"}).error, "");
}

TEST(CompilerCommand, CLinksTheCxxLibraryForTheRuntime) {
  const CompilerPlan p = plan_compiler(setting(CompilerKind::gcc, Language::c), {"a.o"});
  EXPECT_THAT(p.commands[0], Contains("-lstdc++"));
}

TEST(CompilerCommand, CompilingAndLinkingAreSeparated) {
  const CompilerPlan p =
      plan({"-std=c++20", "-Wall", "-DX=1", "a.cpp", "b.cpp", "c.o", "-lfoo", "-Wl,-s", "-o", "prog"});
  ASSERT_EQ(p.commands.size(), 3U);
  EXPECT_TRUE(p.uses_scratch);
  for (int i = 0; i < 2; ++i) {
    const Words& c = p.commands[static_cast<std::size_t>(i)];
    EXPECT_THAT(c, Contains("-fsanitize=thread"));
    EXPECT_THAT(c, Contains("-DX=1"));
    EXPECT_THAT(c, Not(Contains("c.o")));
    EXPECT_THAT(c, Not(Contains("-lfoo")));
    EXPECT_THAT(c, Not(Contains("prog")));
    EXPECT_EQ(Words(c.end() - 6, c.end()),
              (Words{"-c", i == 0 ? "a.cpp" : "b.cpp", "-o", "/scratch/" + std::to_string(i) + ".o",
                     "-U_FORTIFY_SOURCE", "-fno-lto"}));
  }
  const Words& link = p.commands[2];
  EXPECT_THAT(link, Not(Contains("-fsanitize=thread")));
  EXPECT_THAT(link, Not(Contains("a.cpp")));
  EXPECT_LT(at(link, "/scratch/0.o"), at(link, "/scratch/1.o"));
  EXPECT_LT(at(link, "/scratch/1.o"), at(link, "c.o"));
  EXPECT_THAT(link, Contains("/lib/heddle_runtime.o"));
}

TEST(CompilerCommand, TheLanguageOptionReachesItsSourcesOnly) {
  const CompilerPlan p = plan({"-x", "c++", "-", "-x", "none", "b.o"});
  ASSERT_EQ(p.commands.size(), 2U);
  EXPECT_THAT(p.commands[0], Contains("-x"));
  EXPECT_THAT(p.commands[0], Contains("-"));
  EXPECT_THAT(p.commands[1], Not(Contains("-x")));
  EXPECT_THAT(p.commands[1], Contains("b.o"));
}

TEST(CompilerCommand, SharedLibrariesGetNoRuntime) {
  const CompilerPlan p = plan({"-shared", "-fPIC", "a.cpp", "-o", "liba.so"});
  EXPECT_FALSE(p.links);
  EXPECT_THAT(p.commands[0], Contains("-fPIC"));
  EXPECT_THAT(p.commands[0], Contains("-fsanitize=thread"));
  EXPECT_THAT(p.commands.back(), Contains("-shared"));
  EXPECT_THAT(p.commands.back(), Not(Contains("/lib/heddle_runtime.o")));
  EXPECT_THAT(p.commands.back(), Not(Contains("-Wl,--wrap=main")));
}

TEST(CompilerCommand, QuestionsToTheCompilerAreLeftAlone) {
  for (const Words& words :
       {Words{"--version"}, Words{"-print-search-dirs"}, Words{"-dumpmachine"}, Words{"-v"}}) {
    Words expected = {"g++"};
    expected.insert(expected.end(), words.begin(), words.end());
    EXPECT_EQ(plan(words).commands, (std::vector<Words>{expected}));
  }
}

TEST(CompilerCommand, PreprocessingAndDependenciesDoNotLink) {
  for (const char* mode : {"-E", "-S", "-M", "-MM", "-fsyntax-only"}) {
    EXPECT_FALSE(plan({mode, "a.cpp"}).links) << mode;
    EXPECT_EQ(plan({mode, "a.cpp"}).commands.size(), 1U) << mode;
  }
  EXPECT_FALSE(plan({"all.hpp"}).links);  // a precompiled header
  EXPECT_FALSE(plan({"-x", "c++-header", "all.inc", "-o", "all.inc.gch"}).links);
  EXPECT_FALSE(plan({"-xc-header", "all"}).links);
  EXPECT_TRUE(plan({"-x", "c++", "all.hpp"}).links);
  EXPECT_TRUE(plan({"-MD", "-MF", "a.d", "a.cpp"}).links);
}

TEST(CompilerCommand, IncompatibleSanitizersAreRefused) {
  for (const char* flag :
       {"-fsanitize=address", "-fsanitize=undefined,leak", "-fsanitize=memory", "-static"}) {
    EXPECT_NE(plan({"-c", "a.cpp", flag}).error, "") << flag;
  }
  EXPECT_EQ(plan({"-c", "a.cpp", "-fsanitize=undefined"}).error, "");
  EXPECT_EQ(plan({"-c", "a.cpp", "-o", "-fsanitize=address"}).error, "");  // a file name, however odd
}

TEST(CompilerCommand, OtherSanitizersStayWhenLinking) {
  EXPECT_THAT(plan({"-fsanitize=thread,undefined", "a.o"}).commands[0], Contains("-fsanitize=undefined"));
}

TEST(CompilerCommand, ClangIsToldInItsOwnWords) {
  const Words c = plan_compiler(setting(CompilerKind::clang), {"-c", "a.cpp"}).commands[0];
  EXPECT_LT(at(c, "-mllvm") + 1, c.size());
  EXPECT_EQ(c[at(c, "-mllvm") + 1], "-tsan-distinguish-volatile=1");
}

TEST(CompilerCommand, ResponseFilesAreRead) {
  const std::string path = testing::TempDir() + "heddle_response";
  std::ofstream(path) << "-fsanitize=thread \"a b.o\" 'c'\\ d.o\n-o prog -lfoo";
  const CompilerPlan p = plan({"@" + path});
  ASSERT_EQ(p.commands.size(), 1U);
  EXPECT_THAT(p.commands[0], Contains("a b.o"));
  EXPECT_THAT(p.commands[0], Contains("c d.o"));
  EXPECT_THAT(p.commands[0], Not(Contains("-fsanitize=thread")));
  EXPECT_THAT(p.commands[0], Contains("/lib/heddle_runtime.o"));
}

TEST(CompilerArguments, ValuesOfOptionsAreNoInputs) {
  const CompilerArguments a =
      read_compiler_arguments({"-o", "x.cpp", "-I", "y.cpp", "-include", "z.cpp", "-MF", "w.cpp"});
  EXPECT_FALSE(a.has_input);
}

TEST(CompilerArguments, SourcesAreToldFromWhatIsLinked) {
  const CompilerArguments a =
      read_compiler_arguments({"a.c", "b.cc", "c.S", "d.o", "e.a", "f.so.1.2", "dir.c/g"});
  const auto source = ArgumentRole::source;
  const auto linkable = ArgumentRole::linkable;
  EXPECT_EQ(a.roles,
            (std::vector<ArgumentRole>{source, source, source, linkable, linkable, linkable, linkable}));
}

}  // namespace
}  // namespace heddle::cli
