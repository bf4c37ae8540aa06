// std::terminate in the program: an uncaught exception, told by type and text, or another reason to give up.
#pragma once

namespace heddle::runtime {

// Becomes the process's terminate handler. Part of the program's initial state; a program may install its
// own. Does nothing in programs without libstdc++.
void install_terminate_handler();

}  // namespace heddle::runtime
