// For libFuzzer: report_fuzzer -dict=tests/fuzz/report.dict CORPUS tests/golden/findings
// tests/golden/documents
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/report_property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heddle::test::check_report({reinterpret_cast<const char*>(data), size});
  return 0;
}
