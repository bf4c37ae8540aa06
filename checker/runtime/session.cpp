#include "checker/runtime/session.hpp"

#include <cstdio>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/fuzz_channel.hpp"
#include "checker/runtime/globals.hpp"
#include "checker/runtime/objects.hpp"
#include "checker/runtime/order_sites.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/reset.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/search_run.hpp"
#include "checker/runtime/terminate.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/watchdog.hpp"

namespace heddle::runtime {
namespace {

using explore::Options;

void warn_about_unknown_option(const char* key) {
  char text[96];
  snprintf(text, sizeof text, "unknown option %s", key);
  warn_of_run("HEDDLE_OPTIONS", text, {});
}

}  // namespace

SessionEnd run_session(const Options& options, const Body& body, int argc, char** argv) {
  if (!open_result(options)) {
    fprintf(stderr, "heddle: cannot open the result file %s\n", options.result);
    return SessionEnd::error;
  }
  hot.fills_memory = options.uninitialized >= explore::Uninitialized::used;
  open_slots();
  open_locations();
  open_warnings();
  write_start(argc, argv, options);
  hot.plain_points = options.plain_points;
  if (options.unknown_key[0] != '\0') warn_about_unknown_option(options.unknown_key);
  if (const char* const wrong = open_order_sites(options); wrong != nullptr) {
    write_summary({}, {.reason = error, .message = wrong});
    return SessionEnd::error;
  }
  install_fault_handlers();
  start_watchdog();
  install_terminate_handler();
  snapshot_program();
  if (body.outer_frames_bytes != 0) remember_memory(body.outer_frames, body.outer_frames_bytes);
  if (const char* const wrong = open_fuzz_input(options); wrong != nullptr) {
    write_summary({}, {.reason = "refused", .message = wrong});
    return SessionEnd::error;
  }
  auto& own = make_engine_object<Options>(options);
  own.source = fuzz_source();
  const explore::Binding binding = binding_of_this_run(options, argc, argv);
  SearchRun search(own, body, binding);
  return search.run();
}

}  // namespace heddle::runtime
