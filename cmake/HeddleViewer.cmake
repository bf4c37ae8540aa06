# HEDDLE_VIEWER_SOURCE: the C++ file with the viewer in it, built with npm when its sources changed.
option(HEDDLE_WITH_VIEWER "Build the interactive HTML viewer (needs Node.js and npm); off: plain tables" ON)
set(npm "")
if(HEDDLE_WITH_VIEWER)
  find_program(HEDDLE_NPM npm)
  if(HEDDLE_NPM)
    set(npm ${HEDDLE_NPM})
  else()
    message(STATUS "npm was not found: HTML reports will be plain tables. "
      "For the full page install Node.js and npm and configure again.")
  endif()
endif()
set(viewer ${PROJECT_SOURCE_DIR}/reports/html/viewer)
file(GLOB viewer_sources CONFIGURE_DEPENDS ${viewer}/src/* ${viewer}/*.json ${viewer}/*.ts ${viewer}/index.html)
set(HEDDLE_VIEWER_SOURCE ${PROJECT_BINARY_DIR}/viewer/viewer_file.cpp)
add_custom_command(OUTPUT ${HEDDLE_VIEWER_SOURCE}
  COMMAND ${CMAKE_COMMAND} -D SOURCE=${viewer} -D WORK=${PROJECT_BINARY_DIR}/viewer -D NPM=${npm}
          -D OUTPUT=${HEDDLE_VIEWER_SOURCE} -P ${PROJECT_SOURCE_DIR}/cmake/BuildViewer.cmake
  DEPENDS ${viewer_sources} ${PROJECT_SOURCE_DIR}/cmake/BuildViewer.cmake
  COMMENT "Building the HTML viewer" VERBATIM)
