# cmake -D SOURCE=… -D WORK=… -D NPM=… -D OUTPUT=… -P BuildViewer.cmake
#
# Builds the viewer with npm in WORK and writes OUTPUT, a C++ file that holds it. Without NPM, or where npm fails
# (no network at the first build), OUTPUT holds an empty page and a warning says so: reports are then plain tables.
set(page "")
if(NPM)
  file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json ${SOURCE}/.npmrc ${SOURCE}/tsconfig.json
            ${SOURCE}/vite.config.ts ${SOURCE}/index.html ${SOURCE}/src DESTINATION ${WORK})
  file(SHA256 ${SOURCE}/package-lock.json wanted)
  set(installed "")
  if(EXISTS ${WORK}/node_modules/.installed)
    file(READ ${WORK}/node_modules/.installed installed)
  endif()
  set(failed 0)
  if(NOT installed STREQUAL wanted)
    execute_process(COMMAND ${NPM} ci --omit=dev --prefer-offline --ignore-scripts WORKING_DIRECTORY ${WORK}
      RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT failed)
      file(WRITE ${WORK}/node_modules/.installed ${wanted})
    endif()
  endif()
  if(NOT failed)
    execute_process(COMMAND ${NPM} run --silent build WORKING_DIRECTORY ${WORK}
      RESULT_VARIABLE wrong OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(wrong)
      message(FATAL_ERROR "the viewer does not build:\n${output}")
    endif()
    file(READ ${WORK}/dist/index.html page HEX)
  else()
    message(WARNING "npm could not install what the viewer needs, so HTML reports will be plain tables. For the full "
      "page remove ${OUTPUT} and build again with network:\n${output}")
  endif()
endif()

string(REGEX REPLACE "(..)" "0x\\1," bytes "${page}")
string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "// Made by cmake/BuildViewer.cmake.
#include \"reports/html/viewer_file.hpp\"

namespace {
constexpr unsigned char bytes[] = {
${bytes}0};
}  // namespace

std::string_view heddle::report::viewer_file() {
  return {reinterpret_cast<const char*>(bytes), sizeof bytes - 1};
}
")
