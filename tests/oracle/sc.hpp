// Sequential consistency: all events in one total order that program order and every read agree with.
#pragma once

#include "tests/oracle/model.hpp"

namespace heddle::oracle {

// Races are still judged by C++20's happens-before: the orders written in the program, not the model, must
// order plain accesses.
Model sequential_consistency();

}  // namespace heddle::oracle
