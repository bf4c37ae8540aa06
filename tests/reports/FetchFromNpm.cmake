# cmake -DPACKAGE=NAME@VERSION -DFILE=PATH -P FetchFromNpm.cmake: unpacks a package in the working directory, unless
# FILE is there already.
if(EXISTS ${FILE})
  return()
endif()
execute_process(COMMAND npm pack --silent ${PACKAGE} OUTPUT_VARIABLE archive OUTPUT_STRIP_TRAILING_WHITESPACE
                RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "npm pack ${PACKAGE} failed: is npm installed (ci/setup), and its registry in reach?")
endif()
file(ARCHIVE_EXTRACT INPUT ${archive})
if(NOT EXISTS ${FILE})
  message(FATAL_ERROR "${PACKAGE} has no ${FILE}")
endif()
