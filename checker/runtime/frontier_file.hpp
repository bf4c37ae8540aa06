// Saved searches as files (--save, --resume): bound to the program, read with clear errors, written
// atomically.
#pragma once

#include "checker/explore/exhaustive/frontier.hpp"
#include "checker/explore/options.hpp"

namespace heddle::runtime {

// What a search of this process with these options can be continued by.
explore::Binding binding_of_this_run(const explore::Options& options, int argc, char** argv);

// Null, or one sentence that says what is wrong with the file.
// Equal for all shards of one search.
std::uint64_t common_binding(const explore::Binding& binding);

const char* load_frontier(const char* path, const explore::Binding& here, explore::Frontier& frontier);

// Writes a new file beside `path`, makes it durable and moves it there: whoever looks sees the old contents
// or the new. Null, or one sentence that says why not.
const char* store_frontier(const char* path, const explore::Frontier& frontier);

}  // namespace heddle::runtime
