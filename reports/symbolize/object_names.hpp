// Names for the objects of a finding. In order of preference: what the source calls it where the symbol table
// confirms it (`queue.head`), the variable with an offset (`queue+8`), what the source calls it at the places
// that touch it
// (`ready`, for locals and heap objects), the allocation (`new in make_node()+8`), the kind (`mutex #2`).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reports/format/finding.hpp"
#include "reports/symbolize/symbol_source.hpp"

namespace heddle::report {

// `variables[i]` is the variable that holds finding.objects[i], if there is one. Names are unique afterwards.
void name_objects(format::Finding& finding, const std::vector<std::optional<DataSymbol>>& variables);

// The bytes the object takes. A record says how many the operation touched; this is what the types of
// pthreads really take (x86-64 and aarch64 glibc).
std::uint64_t real_size(const format::Object& object);

// The expression on which a source line does `call`: "queue.head" for `queue.head.store(1)` or
// `pthread_mutex_lock(&queue.head)`. Empty if the line does not say, or says more than one.
std::string operand_in_source(std::string_view line, std::string_view call);

}  // namespace heddle::report
