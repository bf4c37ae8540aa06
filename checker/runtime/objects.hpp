// The table of synchronisation objects; what frontends ask of it is in runtime.hpp.
#pragma once

namespace heddle::runtime {

// Once, before the first execution.
void open_locations();
// Forgets the execution's objects.
void reset_objects();

}  // namespace heddle::runtime
