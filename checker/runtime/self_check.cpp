#include "checker/runtime/self_check.hpp"

#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/output_capture.hpp"

namespace heddle::runtime {

void SelfCheck::remember(const explore::Explorer& explorer) {
  explore::Schedule schedule;
  explorer.schedule(schedule);
  hash_ = executor_.hash();
  auto& options = make_engine_object<explore::Options>(options_);
  options.max_executions = 0;
  const SharedMemoryScope scope;
  replay_ = explore::make_replay(options, schedule, explorer.clock_size());
}

bool SelfCheck::repeats() {
  explore::Ending ending = explore::Ending::dropped;
  while (ending == explore::Ending::dropped) {  // for more room: the same execution once more
    {
      const SharedMemoryScope scope;
      if (!replay_->next_execution()) return true;
    }
    char rest[1];
    begin_output_capture();
    ending = executor_.run(*replay_, Detail::hash);
    end_output_capture(rest, sizeof rest);
    const SharedMemoryScope scope;
    replay_->end_execution(ending);
  }
  return executor_.hash() == hash_;
}

}  // namespace heddle::runtime
