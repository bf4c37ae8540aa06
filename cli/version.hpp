#pragma once

namespace heddle::cli {

inline constexpr const char* version = "0.1.0";  // that of project() in CMakeLists.txt

}  // namespace heddle::cli
