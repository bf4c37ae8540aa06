// Where and how this command runs, for the result document.
#pragma once

#include "reports/format/run.hpp"

namespace heddle::cli {

format::Environment this_environment();

}  // namespace heddle::cli
