// In a program that is not linked with Heddle, a check says so.
#include <cstdio>
#include <heddle/check.hpp>
#include <string>

int main() {
  bool ran = false;
  const heddle::CheckResult result = heddle::check([&ran] { ran = true; });
  const bool said = result.message.find("not built with Heddle") != std::string::npos &&
                    result.report().find("heddle c++") != std::string::npos;
  heddle::observe(1);
  const bool good = !result && result.verdict == heddle::Verdict::error && result.exit_code() == 5 && said &&
                    !ran && !heddle::in_check();
  if (!good) std::puts(result.message.c_str());
  return good ? 0 : 1;
}
