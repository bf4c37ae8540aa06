// Which explorer, strategy and model a run's options ask for.
#pragma once

#include "checker/explore/automatic_explorer.hpp"
#include "checker/explore/explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/explore/random/continuation.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/explore/random/script.hpp"

namespace heddle::explore {

// Never released: an explorer lives as long as its process. Null if the token is damaged.
// `time`: for a search that chooses what it has time for.
Explorer* make_explorer(const Options& options, const TimeLimit& time = {});
// One that follows `schedule` in each of its executions, and the default policy after it. `room`: for so many
// threads; if there are more, the first execution is dropped and begun again.
RandomExplorer* make_replay(const Options& options, const Schedule& schedule, kernel::ThreadId room);
// One that follows the steps given to `script` before each execution, and records what it really did.
// `timeouts_are_choices`: of the schedule the steps come from.
RandomExplorer* make_scripted(const Options& options, Script** script, kernel::ThreadId room,
                              bool timeouts_are_choices);

// One that follows the beginning given to `continuation`, goes on at random, and records what it did.
RandomExplorer* make_continued(const Options& options, Continuation** continuation, kernel::ThreadId room,
                               bool timeouts_are_choices);

}  // namespace heddle::explore
