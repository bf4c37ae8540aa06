// The built viewer, a HTML file with a place for the document; empty where it was not built. Made by
// cmake/BuildViewer.cmake.
#pragma once

#include <string_view>

namespace heddle::report {

std::string_view viewer_file();

}  // namespace heddle::report
