// The fuzzer's side of a run: a page shared with the process that makes inputs (docs/fuzzing.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "checker/explore/options.hpp"
#include "checker/explore/random/input_source.hpp"
#include "reports/format/fuzz_page.hpp"

namespace heddle::runtime {

// Opens what options.fuzz and options.input name. Returns null, or a message for the user.
const char* open_fuzz_input(const explore::Options& options);

// The source of inputs of this run; null if it is not fuzzed.
explore::InputSource* fuzz_source();

// The bytes of the scenario of the present execution; from options.input in a replay, empty if there are
// none.
std::span<const std::uint8_t> fuzz_scenario();

// Something happened in a fuzzed execution that is worth another input if it never happened before. Nothing
// without a fuzzer.
void tell_fuzzer(std::uint64_t what);

// The execution that is being looked at has a bug.
void tell_fuzzer_of_bug();

}  // namespace heddle::runtime
