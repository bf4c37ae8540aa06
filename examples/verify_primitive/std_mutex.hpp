// A mutex to be verified: nothing to write, std::mutex is what the suite expects.
#pragma once

#include <mutex>
