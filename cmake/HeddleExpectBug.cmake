# cmake -P HeddleExpectBug.cmake -- COMMAND...
# Runs the command and succeeds when it ends with the exit code of "bug found", 1, and with no other. 77 is passed on
# as a failure here: a test that must find a bug cannot be skipped silently.
set(command "")
set(found FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(found)
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif(CMAKE_ARGV${i} STREQUAL "--")
    set(found TRUE)
  endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE result)
if(NOT result EQUAL 1)
  message(FATAL_ERROR "expected a bug (exit code 1), got: ${result}")
endif()
