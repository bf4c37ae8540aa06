include_guard(GLOBAL)

# heddle_add_test(NAME <name> SOURCES <file>... MODES <check|stress|fuzz>...
#                 [LIBRARIES <target>...] [ARGS <argument>...] [OPTIONS <option of heddle check>...]
#                 [STRESS_BUILDS <tsan|noise|asan|plain>...] [STRESS_OPTIONS <option of heddle stress>...]
#                 [BUDGET <seconds>] [STRESS_BUDGET <seconds>] [FUZZ_BUDGET <seconds>] [EXPECT pass|bug] [LABELS <label>...])
#
# Builds the program once for each mode and registers it with CTest as <name>/<mode>:
#   check   instrumented, linked with heddle::checker, run by `heddle check` for at most BUDGET seconds (default 10)
#   stress  linked with the native runner and run by `heddle stress` for at most STRESS_BUDGET seconds (default 2) on
#           this machine's processors: once for each of STRESS_BUILDS (default tsan), the first as <name>/stress, the
#           others as <name>/stress-<build>. With check among the modes, the plain build's outcomes are compared with
#           those the check allows (--against) if the option STRESS_AGAINST is given.
#   fuzz    instrumented, linked with heddle::checker and a main for programs that have only LLVMFuzzerTestOneInput, run
#           by `heddle fuzz` for FUZZ_BUDGET seconds (default 2); its corpus is kept in <name>.fuzz.corpus
# EXPECT bug (check only) passes when, and only when, a bug is found.
#
# Tests are labelled with their mode, check being check-quick up to a budget of 60 s and check-deep beyond. Exit code
# 77 means skipped. assert() is always active. Executables are named <name>.<mode>.
function(heddle_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "STRESS_AGAINST" "NAME;BUDGET;STRESS_BUDGET;FUZZ_BUDGET;EXPECT"
                        "SOURCES;MODES;LIBRARIES;ARGS;OPTIONS;LABELS;STRESS_BUILDS;STRESS_OPTIONS")
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

  if(NOT arg_STRESS_BUDGET)
    set(arg_STRESS_BUDGET 2)
  endif()
  if(NOT arg_STRESS_BUILDS)
    set(arg_STRESS_BUILDS tsan)
  endif()

  foreach(mode IN LISTS arg_MODES)
    if(mode STREQUAL "check")
      _heddle_test_program(${arg_NAME}.check)
      _heddle_register_check(${arg_NAME}.check)
    elseif(mode STREQUAL "stress")
      set(suffix "")
      foreach(build IN LISTS arg_STRESS_BUILDS)
        if(NOT build MATCHES "^(tsan|noise|asan|plain)$")
          message(FATAL_ERROR "heddle_add_test: STRESS_BUILDS are tsan, noise, asan and plain, not ${build}")
        endif()
        list(FIND arg_STRESS_BUILDS ${build} position)
        if(position GREATER 0)
          set(suffix "-${build}")
        endif()
        _heddle_test_program(${arg_NAME}.stress${suffix})
        _heddle_register_stress(${arg_NAME}.stress${suffix} ${build} ${arg_NAME}/stress${suffix})
      endforeach()
    elseif(mode STREQUAL "fuzz")
      _heddle_test_program(${arg_NAME}.fuzz)
      _heddle_register_fuzz(${arg_NAME}.fuzz)
    else()
      message(FATAL_ERROR "heddle_add_test: unknown mode ${mode}, expected check, stress or fuzz")
    endif()
  endforeach()
endfunction()

# These read the caller's arg_ variables.
function(_heddle_test_program target)
  add_executable(${target} ${arg_SOURCES})
  target_compile_options(${target} PRIVATE -UNDEBUG)
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
endfunction()

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

function(_heddle_register_stress target build test)
  if(build STREQUAL "plain")
    target_link_libraries(${target} PRIVATE heddle::stress)
  else()
    target_link_libraries(${target} PRIVATE heddle::stress_${build})
  endif()
  set(options --budget=${arg_STRESS_BUDGET} ${arg_STRESS_OPTIONS})
  if(arg_STRESS_AGAINST AND build STREQUAL "plain" AND "check" IN_LIST arg_MODES)
    list(APPEND options --against=$<TARGET_FILE:${arg_NAME}.check>)
  endif()
  add_test(NAME ${test} COMMAND $<TARGET_FILE:heddle::cli> stress ${options} $<TARGET_FILE:${target}> ${arg_ARGS})
  math(EXPR timeout "${arg_STRESS_BUDGET} * 3 / 2 + 90")
  set_tests_properties(${test} PROPERTIES
    LABELS "stress;${arg_LABELS}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77 RESOURCE_LOCK heddle_stress)
endfunction()

function(_heddle_register_fuzz target)
  target_link_libraries(${target} PRIVATE heddle::checker heddle::fuzz_main)
  if(NOT arg_FUZZ_BUDGET)
    set(arg_FUZZ_BUDGET 2)
  endif()
  heddle_fuzz_test(${arg_NAME}/fuzz ${target} BUDGET ${arg_FUZZ_BUDGET} LABELS ${arg_LABELS} ARGS ${arg_ARGS})
endfunction()

# heddle_fuzz_test(<test> <target> BUDGET <seconds> [LABELS <label>...] [ARGS <argument>...])
#
# Registers a run of `heddle fuzz` on a program that is linked with heddle::checker. The corpus is kept in
# <target>.corpus.
function(heddle_fuzz_test test target)
  cmake_parse_arguments(PARSE_ARGV 2 fuzz "" "BUDGET" "LABELS;ARGS")
  set(corpus ${CMAKE_CURRENT_BINARY_DIR}/${target}.corpus)
  file(MAKE_DIRECTORY ${corpus})
  set(command $<TARGET_FILE:heddle::cli> fuzz $<TARGET_FILE:${target}> -max_total_time=${fuzz_BUDGET}
              -artifact_prefix=${corpus}. ${corpus})
  if(fuzz_ARGS)
    list(APPEND command -- ${fuzz_ARGS})
  endif()
  add_test(NAME ${test} COMMAND ${command})
  math(EXPR timeout "${fuzz_BUDGET} * 2 + 60")
  set_tests_properties(${test} PROPERTIES LABELS "fuzz;${fuzz_LABELS}" TIMEOUT ${timeout})
endfunction()
