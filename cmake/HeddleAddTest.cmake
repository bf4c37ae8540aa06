include_guard(GLOBAL)

# heddle_add_test(NAME <name> SOURCES <file>... MODES <check|stress>...
#                 [LIBRARIES <target>...] [ARGS <argument>...] [OPTIONS <option of heddle check>...]
#                 [BUDGET <seconds>] [EXPECT pass|bug] [LABELS <label>...])
#
# Builds the program once for each mode and registers it with CTest as <name>/<mode>:
#   check   instrumented, linked with heddle::checker, run by `heddle check` for at most BUDGET seconds (default 10)
#   stress  instrumented, linked with the compiler's ThreadSanitizer runtime, run as it is
# EXPECT bug (check only) passes when, and only when, a bug is found.
#
# Tests are labelled with their mode, check being check-quick up to a budget of 60 s and check-deep beyond. Exit code
# 77 means skipped. assert() is always active. Executables are named <name>.<mode>.
function(heddle_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;BUDGET;EXPECT" "SOURCES;MODES;LIBRARIES;ARGS;OPTIONS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "heddle_add_test: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  foreach(required NAME SOURCES MODES)
    if(NOT arg_${required})
      message(FATAL_ERROR "heddle_add_test: ${required} is required")
    endif()
  endforeach()
  if(NOT arg_BUDGET)
    set(arg_BUDGET 10)
  endif()
  if(NOT arg_EXPECT)
    set(arg_EXPECT pass)
  endif()
  if(NOT arg_EXPECT MATCHES "^(pass|bug)$")
    message(FATAL_ERROR "heddle_add_test: EXPECT is pass or bug, not ${arg_EXPECT}")
  endif()
  if(NOT arg_BUDGET MATCHES "^[0-9]+$")
    message(FATAL_ERROR "heddle_add_test: BUDGET is a number of seconds, not ${arg_BUDGET}")
  endif()

  foreach(mode IN LISTS arg_MODES)
    set(target ${arg_NAME}.${mode})
    add_executable(${target} ${arg_SOURCES})
    target_compile_options(${target} PRIVATE -UNDEBUG)
    target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
    if(mode STREQUAL "check")
      _heddle_register_check(${target})
    elseif(mode STREQUAL "stress")
      _heddle_register_stress(${target})
    else()
      message(FATAL_ERROR "heddle_add_test: unknown mode ${mode}, expected check or stress")
    endif()
  endforeach()
endfunction()

# Both read the caller's arg_ variables.
function(_heddle_register_check target)
  target_link_libraries(${target} PRIVATE heddle::checker)
  set(command $<TARGET_FILE:heddle::cli> check --budget=${arg_BUDGET} ${arg_OPTIONS} $<TARGET_FILE:${target}>
              ${arg_ARGS})
  if(arg_EXPECT STREQUAL "bug")
    set(command ${CMAKE_COMMAND} -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/HeddleExpectBug.cmake -- ${command})
  endif()
  add_test(NAME ${arg_NAME}/check COMMAND ${command})
  math(EXPR timeout "${arg_BUDGET} * 3 / 2 + 30")
  set(label check-quick)
  if(arg_BUDGET GREATER 60)
    set(label check-deep)
  endif()
  set_tests_properties(${arg_NAME}/check PROPERTIES
    LABELS "${label};${arg_LABELS}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77)
endfunction()

function(_heddle_register_stress target)
  target_compile_options(${target} PRIVATE -fsanitize=thread -g -fno-omit-frame-pointer)
  target_link_options(${target} PRIVATE -fsanitize=thread)
  # ThreadSanitizer of older compilers cannot map its shadow when addresses are randomised widely.
  add_test(NAME ${arg_NAME}/stress
    COMMAND setarch ${CMAKE_HOST_SYSTEM_PROCESSOR} -R $<TARGET_FILE:${target}> ${arg_ARGS})
  math(EXPR timeout "${arg_BUDGET} * 3 / 2 + 30")
  set_tests_properties(${arg_NAME}/stress PROPERTIES
    LABELS "stress;${arg_LABELS}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77 RESOURCE_LOCK heddle_stress)
endfunction()
