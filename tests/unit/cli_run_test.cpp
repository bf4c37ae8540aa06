// The command as a whole, in a process of its own, on fake programs that write records as the protocol says.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/run.hpp"
#include "cli/session.hpp"
#include "reports/format/result_json.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::cli {
namespace {

using test::read_text;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// A fake program: appends the records in FAKE_RECORDS to its result file, then does what FAKE_THEN says.
constexpr const char* fake_source = R"(
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
const char heddle_runtime_present[] = "fake";
static int fd;
static void stopped(int n) {
  (void)n;
  const char s[] = "{\"type\":\"summary\",\"mode\":\"random\",\"reason\":\"interrupted\",\"executions\":5,\"complete\":5,\"operations\":9}\n";
  write(fd, s, sizeof s - 1);
  _exit(0);
}
int main(int argc, char** argv) {
  char options[8192];
  snprintf(options, sizeof options, "%s", getenv("HEDDLE_OPTIONS"));
  char* path = strstr(options, "result=") + 7;
  path[strcspn(path, ":")] = 0;
  fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
  FILE* in = fopen(getenv("FAKE_RECORDS"), "r");
  char block[65536];
  size_t got = fread(block, 1, sizeof block, in);
  write(fd, block, got);
  printf("options %s\nargument %s\nstdin %d\n", getenv("HEDDLE_OPTIONS"), argc > 1 ? argv[1] : "-", getchar());
  fflush(stdout);
  const char* then = getenv("FAKE_THEN");
  if (then && !strcmp(then, "crash")) raise(SIGKILL);
  if (then && !strcmp(then, "hang")) { signal(SIGTERM, SIG_IGN); for (;;) pause(); }
  if (then && !strcmp(then, "search")) { signal(SIGTERM, stopped); close(open("searching", O_CREAT | O_WRONLY, 0666)); for (;;) pause(); }
  return 0;
}
)";

class Command : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::filesystem::temp_directory_path() / ("heddle_cli_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "fake.c") << fake_source;
    const std::string build = "cd " + folder.string() + " && cc -w fake.c -o fake";
    ASSERT_EQ(std::system(build.c_str()), 0);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder); }

  void SetUp() override { ::unsetenv("HEDDLE_OPTIONS"); }

  // Runs `body` in a child whose output is caught; the child's exit code is what it returns.
  static Outcome in_child(const std::function<int()>& body,
                          const std::function<void(pid_t)>& meanwhile = {}) {
    const std::string out = folder / "out";
    const std::string err = folder / "err";
    std::fflush(nullptr);  // nobody else is to write what waits there
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666), 1);
      ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666), 2);
      if (::chdir(folder.c_str()) != 0) ::_exit(99);
      const int code = body();
      std::fflush(nullptr);
      ::_exit(code);
    }
    if (meanwhile) meanwhile(pid);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), read_text(out), read_text(err)};
  }

  static Outcome heddle(std::vector<std::string> words, const std::function<void(pid_t)>& meanwhile = {}) {
    words.insert(words.begin(), "heddle");
    return in_child(
        [&] {
          std::vector<char*> argv;
          for (std::string& w : words) argv.push_back(w.data());
          argv.push_back(nullptr);
          return run(static_cast<int>(words.size()), argv.data());
        },
        meanwhile);
  }

  static void fake(const std::string& records, const char* then = "") {
    ::setenv("FAKE_RECORDS", test::golden(records + ".ndjson").c_str(), 1);
    ::setenv("FAKE_THEN", then, 1);
  }
  static void fake_text(const std::string& records, const char* then = "") {
    std::ofstream(folder / "records") << records;
    ::setenv("FAKE_RECORDS", (folder / "records").c_str(), 1);
    ::setenv("FAKE_THEN", then, 1);
  }

  static inline std::filesystem::path folder;
};

constexpr const char* budget_over =
    R"({"type":"start","protocol":1,"model":"rc11"})"
    "\n"
    R"({"type":"summary","mode":"random","reason":"budget","executions":5,"complete":5,"operations":9})"
    "\n";

TEST_F(Command, ABugIsReportedAndExitsWithOne) {
  fake("data_race");
  const Outcome o = heddle({"check", "./fake", "three"});
  EXPECT_EQ(o.exit_code, 1);
  EXPECT_THAT(o.out, StartsWith("HED001 Data race\n"));
  EXPECT_THAT(o.out, HasSubstr("Replay: heddle replay --token=heddle1:AQoDDx0 ./fake three\n"));
  EXPECT_THAT(o.out, HasSubstr("\nheddle: 1 bug in 17 executions"));
  EXPECT_THAT(o.out, Not(HasSubstr("\x1b[")));
  // It says that it has a runtime, but not which: as one linked long ago.
  EXPECT_THAT(o.err, StartsWith("heddle: warning: ./fake is linked with another build of Heddle's runtime"));
  EXPECT_EQ(o.err.find('\n'), o.err.size() - 1);
}

TEST_F(Command, TheExitCodeOfBugsCanBeChosen) {
  fake("deadlock");
  EXPECT_EQ(heddle({"check", "--exitcode=42", "./fake"}).exit_code, 42);
}

TEST_F(Command, OptionsAndArgumentsReachTheProgramAndItsOutputIsShownWithAFinding) {
  fake("deadlock");
  ::setenv("HEDDLE_OPTIONS", "pct_depth=5:seed=8:nonsense=1", 1);
  const Outcome o = heddle({"check", "--seed=9", "--model=sc", "--budget=2m", "./fake", "--seed=3"});
  for (const char* pair : {"seed=9:", "model=sc:", "budget_ms=120000:", "pct_depth=5:", "run=check:"}) {
    EXPECT_THAT(o.out, HasSubstr(pair));
  }
  EXPECT_THAT(o.out, HasSubstr("argument --seed=3"));
  EXPECT_THAT(o.out, HasSubstr("stdin -1"));
  EXPECT_THAT(o.out, HasSubstr("heddle replay --token=heddle1:AQoDDx0 --model=sc ./fake --seed=3"));
  EXPECT_THAT(o.err, HasSubstr("unknown option 'nonsense' is ignored"));
}

TEST_F(Command, TwoDashesEndTheOptions) {
  fake("deadlock");
  const Outcome o = heddle({"check", "--seed", "2", "--", "./fake", "--"});
  EXPECT_THAT(o.out, HasSubstr("argument --\n"));
  EXPECT_EQ(heddle({"replay", "--", "heddle1:AQ", "./fake"}).exit_code, 1);
}

TEST_F(Command, NoBugExitsWithZeroAndSaysWhatThatMeans) {
  fake_text(budget_over);
  const Outcome o = heddle({"check", "./fake"});
  EXPECT_EQ(o.exit_code, 0);
  EXPECT_THAT(o.out, HasSubstr("evidence, not a proof"));
  EXPECT_THAT(o.out, HasSubstr("\nheddle: no bug found in 5 executions"));
}

TEST_F(Command, RequiringExhaustionOfARandomSearchIsInconclusive) {
  fake_text(budget_over);
  EXPECT_EQ(heddle({"check", "--require=exhaustive", "./fake"}).exit_code, 3);
  fake("verified");
  EXPECT_EQ(heddle({"check", "--require=exhaustive", "./fake"}).exit_code, 0);
}

TEST_F(Command, NothingCompleteIsInconclusive) {
  fake_text(R"({"type":"summary","mode":"random","reason":"budget","executions":5,"cut":5,"operations":9})");
  EXPECT_EQ(heddle({"check", "./fake"}).exit_code, 3);
}

TEST_F(Command, NondeterminismExitsWithFour) {
  fake("nondeterminism");
  const Outcome o = heddle({"check", "./fake"});
  EXPECT_EQ(o.exit_code, 4);
  EXPECT_THAT(o.out, HasSubstr("Uncontrolled nondeterminism"));
}

TEST_F(Command, UnsupportedCallsExitWithTwo) {
  fake("unsupported");
  EXPECT_EQ(heddle({"check", "./fake"}).exit_code, 2);
}

TEST_F(Command, AProgramKilledInTheMiddleIsAnInternalErrorWithItsOutput) {
  fake_text("{\"type\":\"start\",\"protocol\":1}\n", "crash");
  const Outcome o = heddle({"check", "./fake"});
  EXPECT_EQ(o.exit_code, 5);
  EXPECT_THAT(o.out, HasSubstr("was killed by SIGKILL during the check"));
  EXPECT_THAT(o.out, HasSubstr("argument -"));
}

TEST_F(Command, FindingsSurviveACrashAfterThem) {
  fake("cut_off", "crash");
  const Outcome o = heddle({"check", "./fake"});
  EXPECT_EQ(o.exit_code, 1);
  EXPECT_THAT(o.out, StartsWith("HED001"));
  EXPECT_THAT(o.out, HasSubstr("cut off"));
}

TEST_F(Command, AHangingProgramIsKilledByTheWatchdog) {
  fake("cut_off", "hang");
  SessionOptions options;
  options.program = "./fake";
  options.run.set("run", "check");
  options.run.set("budget_ms", "100");
  options.watchdog_grace = std::chrono::milliseconds(200);
  const Outcome o = in_child([&] { return run_session(options); });
  EXPECT_EQ(o.exit_code, 5);
  EXPECT_THAT(o.out, HasSubstr("HED001"));
  EXPECT_THAT(o.out, HasSubstr("did not stop when its time was over"));
}

TEST_F(Command, ASignalIsPassedOnAndTheReportStillWritten) {
  fake_text("{\"type\":\"start\",\"protocol\":1,\"model\":\"rc11\"}\n", "search");
  const Outcome o = heddle({"check", "--json=i.json", "./fake"}, [](pid_t pid) {
    while (!std::filesystem::exists(folder / "searching"))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(pid, SIGTERM);
  });
  EXPECT_EQ(o.exit_code, 128 + SIGTERM);
  EXPECT_THAT(o.out, HasSubstr("heddle: inconclusive, no bug found in 5 executions"));
  EXPECT_EQ(nlohmann::json::parse(read_text(folder / "i.json"))["exploration"]["reason"], "interrupted");
}

TEST_F(Command, JsonGoesToAFileWholeOrNotAtAll) {
  fake("data_race");
  const Outcome o = heddle({"check", "--json=r.json", "./fake"});
  EXPECT_THAT(o.out, HasSubstr("(report: r.json)\n"));
  const auto document = nlohmann::json::parse(read_text(folder / "r.json"));
  EXPECT_EQ(document["schema_version"], format::result_schema_version);
  EXPECT_EQ(document["findings"][0]["rule"], "HED001");
  EXPECT_EQ(document["findings"][0]["replay"], "heddle replay --token=heddle1:AQoDDx0 ./fake");
}

TEST_F(Command, JsonOnStandardOutputIsAStreamThatEndsWithTheResult) {
  fake("data_race");
  const Outcome o = heddle({"check", "--json=-", "./fake"});
  std::vector<nlohmann::json> events;
  std::istringstream lines(o.out);
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line));
  ASSERT_GE(events.size(), 3U) << o.out;
  EXPECT_EQ(events.front()["type"], "start");
  EXPECT_EQ(events.front()["program"], "./fake");
  EXPECT_EQ(events[events.size() - 2]["type"], "finding");
  EXPECT_EQ(events[events.size() - 2]["rule"], "HED001");
  EXPECT_EQ(events.back()["type"], "result");
  EXPECT_EQ(events.back()["verdict"], "bug");
  EXPECT_THAT(o.err, HasSubstr("heddle: 1 bug"));
}

TEST_F(Command, EveryFormatCanBeWrittenAtOnceOrLater) {
  fake("data_race");
  const Outcome now =
      heddle({"check", "--json=all.json", "--sarif=a.sarif", "--junit=a.xml", "--html=a.html", "./fake"});
  EXPECT_EQ(now.exit_code, 1) << now.err;
  for (const auto& [format, file] : {std::pair{"sarif", "a.sarif"}, {"junit", "a.xml"}, {"html", "a.html"}}) {
    const Outcome later = heddle({"report", std::string("--to=") + format, "all.json"});
    EXPECT_EQ(later.exit_code, 0) << later.err;
    EXPECT_EQ(later.out, read_text(folder / file)) << format;
  }
  const Outcome text = heddle({"report", "all.json"});
  EXPECT_THAT(text.out, HasSubstr("HED001 Data race"));
  EXPECT_THAT(text.out, HasSubstr("heddle: 1 bug"));
}

TEST_F(Command, ReportMergesWhatItCanReadAndNamesTheRest) {
  fake("data_race");
  heddle({"check", "--json=one.json", "./fake"});
  heddle({"check", "--json=two.json", "./fake"});
  std::ofstream(folder / "cut.json") << R"({"schema_version": "1.1", "verd)";
  std::ofstream(folder / "later.json") << R"({"schema_version": "7.0", "verdict": "bug"})";
  const Outcome o =
      heddle({"report", "--to=json", "one.json", "cut.json", "two.json", "later.json", "gone.json"});
  EXPECT_EQ(o.exit_code, 2);
  EXPECT_THAT(o.err, HasSubstr("cut.json is not JSON (damaged, or cut off?)"));
  EXPECT_THAT(o.err, HasSubstr("later.json was written by a newer heddle (schema_version 7.0"));
  EXPECT_THAT(o.err, HasSubstr("gone.json cannot be read: No such file or directory"));
  const auto document = nlohmann::json::parse(o.out);
  EXPECT_EQ(document["findings"].size(), 1U);
  EXPECT_EQ(document["findings"][0]["occurrences"], 2);
  EXPECT_EQ(document["runs"].size(), 2U);
}

TEST_F(Command, SuppressedFindingsAreNoBugAndTheSearchGoesOn) {
  fake("data_race");
  std::ofstream(folder / "s.supp")
      << "rule:HED001 known\nrule:HED002 until=2001-01-01 long ago\nrule:HED003 never\n";
  const Outcome o = heddle({"check", "--suppressions=s.supp", "./fake", "x"});
  EXPECT_EQ(o.exit_code, 0) << o.err;
  EXPECT_THAT(o.out, HasSubstr("no bug found, 1 suppressed"));
  EXPECT_THAT(o.err, HasSubstr("s.supp:2: the suppression rule:HED002 expired on 2001-01-01 and is ignored"));
  EXPECT_THAT(o.err, HasSubstr("s.supp:3: the suppression rule:HED003 matched nothing"));
  std::ofstream(folder / "bad.supp") << "rule:HED001\n";
  const Outcome bad = heddle({"check", "--suppressions=bad.supp", "./fake"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr("bad.supp:1: no reason is given"));
}

TEST_F(Command, ABundleHoldsWhatShowsTheBugAgain) {
  fake("data_race");
  const Outcome o = heddle({"check", "--bundle=repro", "--json=r.json", "./fake", "it's"});
  EXPECT_EQ(o.exit_code, 1) << o.err;
  const auto finding = nlohmann::json::parse(read_text(folder / "r.json"))["findings"][0];
  const std::filesystem::path place = folder / "repro" / finding["fingerprint"].get<std::string>();
  EXPECT_EQ(read_text(place / "token.txt"), finding["token"].get<std::string>() + "\n");
  EXPECT_EQ(nlohmann::json::parse(read_text(place / "result.json"))["findings"][0], finding);
  EXPECT_THAT(read_text(place / "report.txt"), HasSubstr("HED001 Data race"));
  EXPECT_THAT(read_text(place / "environment.txt"), HasSubstr("model: rc11"));
  EXPECT_THAT(read_text(place / "regression_test.cpp"), HasSubstr("TEST(HeddleRegression, data_race_"));
  const std::string script = read_text(place / "run.sh");
  EXPECT_THAT(script, HasSubstr("exec \"$heddle\" replay --token-file="));
  EXPECT_THAT(script, HasSubstr("'it'\\''s'"));
  EXPECT_EQ(std::system(("sh -n '" + (place / "run.sh").string() + "'").c_str()), 0);
  EXPECT_EQ(std::system(
                ("c++ -std=c++20 -fsyntax-only '" + (place / "regression_test.cpp").string() + "'").c_str()),
            0);
}

TEST_F(Command, AFullDiskIsSaidAndLosesNothing) {
  fake_text(budget_over);
  const Outcome o = heddle({"check", "--json=/dev/full", "./fake"});
  EXPECT_EQ(o.exit_code, 5);
  EXPECT_THAT(o.err, HasSubstr("cannot write /dev/full: No space left on device"));
  EXPECT_THAT(o.out, HasSubstr("heddle: no bug found"));
  const std::string marker = "the raw records are kept in ";
  const std::size_t at = o.err.find(marker);
  ASSERT_NE(at, std::string::npos);
  const std::string kept = o.err.substr(at + marker.size(), o.err.find('\n', at) - at - marker.size());
  EXPECT_TRUE(std::filesystem::exists(kept + "/0.ndjson"));
  std::filesystem::remove_all(kept);

  fake("data_race");
  const Outcome bug = heddle({"check", "--json=/dev/full", "./fake"});
  EXPECT_EQ(bug.exit_code, 1);
  EXPECT_THAT(bug.out, HasSubstr("HED001"));
}

TEST_F(Command, StandardOutputThatCannotBeWrittenIsAnError) {
  fake_text(budget_over);
  const Outcome o = in_child([] {
    ::dup2(::open("/dev/full", O_WRONLY), 1);
    std::string words[] = {"heddle", "check", "./fake"};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    return run(3, argv);
  });
  EXPECT_EQ(o.exit_code, 5);
  EXPECT_THAT(o.err, HasSubstr("cannot write the report: No space left on device"));
}

TEST_F(Command, ProcessesOfOneCheckAreMerged) {
  fake("data_race");
  const Outcome o = heddle({"check", "--jobs=3", "--keep-going", "--json=j.json", "./fake"});
  EXPECT_EQ(o.exit_code, 1);
  const auto document = nlohmann::json::parse(read_text(folder / "j.json"));
  EXPECT_EQ(document["findings"].size(), 1U);
  EXPECT_EQ(document["findings"][0]["occurrences"], 3);
  EXPECT_EQ(document["exploration"]["executions"], 51);
}

TEST_F(Command, ReplayTakesItsTokenInThreeWays) {
  fake("data_race");
  std::ofstream(folder / "a.tok") << "heddle1:AQ\n";
  EXPECT_THAT(heddle({"replay", "--token=heddle1:AQ", "./fake"}).out, HasSubstr("HED001"));
  EXPECT_EQ(heddle({"replay", "heddle1:AQ", "./fake", "x"}).exit_code, 1);
  EXPECT_EQ(heddle({"replay", "--token-file=a.tok", "./fake"}).exit_code, 1);
  fake("deadlock");
  EXPECT_THAT(heddle({"replay", "heddle1:AQ", "./fake"}).out,
              HasSubstr("run=replay:token=heddle1\\:AQ:trace=1"));
}

TEST_F(Command, ReplayingOftenCountsAgreement) {
  fake("data_race");
  const Outcome o = heddle({"replay", "--times=3", "heddle1:AQ", "./fake"});
  EXPECT_EQ(o.exit_code, 1);
  EXPECT_THAT(o.out, HasSubstr("HED001 Data race (found 3 times)"));
}

TEST_F(Command, BadTokensAreNamed) {
  std::ofstream(folder / "empty.tok") << "\n";
  EXPECT_THAT(heddle({"replay", "./fake"}).err, HasSubstr("replay needs a token"));
  EXPECT_THAT(heddle({"replay", "--token=heddle1:", "./fake"}).err, HasSubstr("cut off"));
  EXPECT_THAT(heddle({"replay", "--token-file=empty.tok", "./fake"}).err,
              HasSubstr("empty.tok: the token is empty"));
  EXPECT_THAT(heddle({"replay", "--token-file=none.tok", "./fake"}).err, HasSubstr("No such file"));
  EXPECT_EQ(heddle({"replay", "--token=garbage", "./fake"}).exit_code, 2);
}

TEST_F(Command, ATokenTheProgramRefusesIsWrongUsage) {
  fake_text(R"({"type":"summary","mode":"replay","reason":"error","message":"the token is damaged"})");
  const Outcome o = heddle({"replay", "heddle1:AQ", "./fake"});
  EXPECT_EQ(o.exit_code, 2);
  EXPECT_THAT(o.out, HasSubstr("error: the token is damaged"));
}

TEST_F(Command, LongTokensAreSavedInAFile) {
  std::string records = read_text(test::golden("deadlock.ndjson"));
  records.replace(records.find("heddle1:AQoDDx0"), 15, "heddle1:" + std::string(300, 'A'));
  fake_text(records);
  const Outcome o = heddle({"check", "./fake"});
  const std::size_t at = o.out.find("--token-file=");
  ASSERT_NE(at, std::string::npos) << o.out;
  const std::string path = o.out.substr(at + 13, o.out.find(' ', at) - at - 13);
  EXPECT_EQ(read_text(folder / path), "heddle1:" + std::string(300, 'A') + "\n");
}

TEST_F(Command, ProgramsThatCannotBeCheckedAreRefusedWithTheRemedy) {
  const auto refused = [](const std::string& program) {
    const Outcome o = heddle({"check", program});
    EXPECT_EQ(o.exit_code, 2) << program;
    EXPECT_EQ(o.out, "") << program;
    return o.err;
  };
  EXPECT_THAT(refused("./none"), HasSubstr("./none does not exist"));
  EXPECT_THAT(refused("."), HasSubstr("is a directory"));
  std::ofstream(folder / "script") << "#!/bin/sh\n";
  std::ofstream(folder / "text")
      << "hello, this is more than sixty-four bytes of text that is no program at all";
  EXPECT_THAT(refused("./script"), HasSubstr("is a script"));
  EXPECT_THAT(refused("./text"), HasSubstr("is not an ELF file"));
  EXPECT_THAT(refused("/bin/sh"), HasSubstr("heddle c++ FILE.cpp -o PROGRAM"));
  std::filesystem::copy_file(folder / "fake", folder / "locked",
                             std::filesystem::copy_options::overwrite_existing);
  ::chmod((folder / "locked").c_str(), 0644);
  EXPECT_THAT(refused("./locked"), HasSubstr("chmod +x"));
}

TEST_F(Command, AStrippedProgramIsStillKnown) {
  std::ofstream(folder / "marked.c")
      << "const char m[] = \"heddle run protocol 1\"; int main(){return m[0] == 0;}\n";
  const std::string build = "cd " + folder.string() + " && cc -s -w marked.c -o marked";
  ASSERT_EQ(std::system(build.c_str()), 0);
  EXPECT_EQ(heddle({"check", "./marked"}).exit_code, 5);  // accepted, but it wrote nothing
}

TEST_F(Command, WrongUsageExitsWithTwo) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"check"},
                                                {"check", "--nonsense", "./fake"},
                                                {"check", "--budget=soon", "./fake"},
                                                {"check", "--model=x86", "./fake"},
                                                {"check", "--exhaustive", "--strategy=pct", "./fake"},
                                                {"check", "--jobs=0", "./fake"},
                                                {"nonsense"},
                                                {"check", "--json=/nonexistent/r.json", "./fake"},
                                                {"check", "--json=.", "./fake"}}) {
    const Outcome o = heddle(words);
    EXPECT_EQ(o.exit_code, 2) << testing::PrintToString(words);
    EXPECT_NE(o.err, "") << testing::PrintToString(words);
  }
}

TEST_F(Command, HelpAndVersionAreNoErrors) {
  EXPECT_THAT(heddle({"--help"}).out, HasSubstr("heddle check ./queue_test"));
  EXPECT_THAT(heddle({"check", "--help"}).out,
              HasSubstr("Usage: heddle check [OPTIONS] PROGRAM [ARGUMENTS]..."));
  EXPECT_THAT(heddle({"--version"}).out, StartsWith("heddle 0."));
  EXPECT_EQ(heddle({"c++", "--help"}).exit_code, 0);
}

TEST_F(Command, QuietPrintsNothingButTheLastLineWithoutABug) {
  fake_text(budget_over);
  EXPECT_EQ(heddle({"check", "--quiet", "./fake"}).out, "heddle: no bug found in 5 executions, 0.00 s\n");
}

TEST_F(Command, ColourIsChosen) {
  fake("data_race");
  EXPECT_THAT(heddle({"check", "--color=always", "./fake"}).out, HasSubstr("\x1b[1;31m"));
  ::setenv("CLICOLOR_FORCE", "1", 1);
  EXPECT_THAT(heddle({"check", "./fake"}).out, HasSubstr("\x1b["));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_THAT(heddle({"check", "./fake"}).out, Not(HasSubstr("\x1b[")));
  ::unsetenv("NO_COLOR");
  ::unsetenv("CLICOLOR_FORCE");
}

TEST_F(Command, DoctorListsWhatItLookedAt) {
  const Outcome o = heddle({"doctor"});
  for (const char* item : {"C++ compiler", "symbolizer", "fixed addresses", "temporary files"}) {
    EXPECT_THAT(o.out, HasSubstr(item));
  }
}

TEST_F(Command, TheCompilerWrapperRefusesToWrapItself) {
  ::setenv("HEDDLE_COMPILER_DEPTH", "1", 1);
  EXPECT_THAT(heddle({"c++", "-c", "x.cpp"}).err, HasSubstr("is heddle itself"));
  ::unsetenv("HEDDLE_COMPILER_DEPTH");
}

}  // namespace
}  // namespace heddle::cli
