#include "cli/interrupt.hpp"

#include <csignal>
#include <initializer_list>

namespace heddle::cli {
namespace {

volatile std::sig_atomic_t seen = 0;

void note(int number) {
  if (seen == 0) seen = number;
}

}  // namespace

void note_interruptions() {
  struct sigaction action {};
  action.sa_handler = note;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

int interruption() { return seen; }

}  // namespace heddle::cli
