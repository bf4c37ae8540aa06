// What main receives and programs change: getopt permutes argv, strtok cuts its strings, setenv replaces
// environ.
#pragma once

namespace heddle::runtime {

struct Arguments {
  int count = 0;
  char** vector = nullptr;
  char** environment = nullptr;
};

void snapshot_arguments(int argc, char** argv, char** environment);
// Puts the vectors and the strings of argv back.
const Arguments& restore_arguments();

}  // namespace heddle::runtime
