#include "cli/run.hpp"

int main(int argc, char** argv) { return heddle::cli::run(argc, argv); }
