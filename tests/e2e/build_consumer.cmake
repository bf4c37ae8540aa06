# Configures, builds and tests the consumer project in a directory of its own.
# Arguments (-D): WAY (install, build, subdirectory) CONSUMER HEDDLE_SOURCE HEDDLE_BUILD WORK_DIR GENERATOR CXX CC LAUNCHER
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "exit code ${result}: ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
if(WAY STREQUAL "install")
  run(${CMAKE_COMMAND} --install ${HEDDLE_BUILD} --prefix ${WORK_DIR}/first)
  # Moved, so that nothing may depend on where it was installed.
  file(RENAME ${WORK_DIR}/first ${WORK_DIR}/prefix)
  set(found_by -D heddle_ROOT=${WORK_DIR}/prefix)
elseif(WAY STREQUAL "build")
  set(found_by -D heddle_DIR=${HEDDLE_BUILD})
else()
  set(found_by -D HEDDLE_SOURCE_DIR=${HEDDLE_SOURCE})
endif()

function(configure)
  run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK_DIR}/build -G ${GENERATOR} -D CMAKE_BUILD_TYPE=Release
    -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_C_COMPILER=${CC}
    -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_C_COMPILER_LAUNCHER=${LAUNCHER} ${found_by} ${ARGN})
endfunction()

configure()
if(WAY STREQUAL "subdirectory")
  file(STRINGS ${WORK_DIR}/build/CMakeCache.txt imposed
       REGEX "^HEDDLE_(BUILD_TESTS|INSTALL|WARNINGS_AS_ERRORS):BOOL=(ON|TRUE|1)")
  if(imposed)
    message(FATAL_ERROR "Heddle imposes its own defaults on somebody else's project: ${imposed}")
  endif()
  # Compiled as the tree around this test is, so that a compiler cache has everything already.
  configure(-D HEDDLE_WARNINGS_AS_ERRORS=ON)
endif()
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build --parallel 2)
run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK_DIR}/build --output-on-failure --no-tests=error)
