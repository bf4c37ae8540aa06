// What the tested parts use of the running program.
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/hot_state.hpp"

namespace heddle::runtime {

HotState hot;

namespace detail {
void* current_region = nullptr;
void* shared_region = nullptr;
void open_regions() {}
}  // namespace detail

}  // namespace heddle::runtime
