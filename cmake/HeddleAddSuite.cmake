include_guard(GLOBAL)

# heddle_add_suite(NAME <name> SOURCE <file> SUITES <header>... [DEEP <implementation.scenario>...]
#                  [ENDLESS <implementation.scenario>...] [FAILS <implementation.scenario>...] [LIBRARIES <target>...] [NATIVE_ONLY])
#
# Builds a program of behavioural suites (tests/primitives/suite/scenario.hpp) three times:
#   <name>.check   explored: a CTest for each scenario, which passes only if every execution was explored; and <name>/fuzz,
#                  in which a fuzzer chooses scenario and schedule
#   <name>.stress  under ThreadSanitizer, all scenarios, with noise in their futex calls
#   <name>.native  with GoogleTest
# SOURCE lists its groups one a line, {"implementation", suite<Type>::all}; the tables of the suites are read from
# SUITES, one scenario a line. Those that take long are DEEP: with HEDDLE_NIGHTLY only, they get minutes and the label nightly.
# Those with infinitely many executions are ENDLESS: they are searched for 3 s, in all ways `heddle check` has. Those
# that FAIL pass when, and only when, a bug is found; a program that has any is not built to run natively. NATIVE_ONLY
# is for types of libraries that are not instrumented: what cannot be explored still has the other two. With
# HEDDLE_NIGHTLY every implementation also has a minute under ThreadSanitizer, and a run under AddressSanitizer and
# UndefinedBehaviorSanitizer.
#
# heddle_verify_primitive(NAME <name> SUITE <suite> TYPE <C++ type> HEADER <file>
#                         [FAILS <scenario>...] [LIBRARIES <target>...] [NATIVE_ONLY])
#
# The same for one type of yours: SUITE is mutex (two threads explored, three searched for 3 s), contended_mutex (three
# explored, which takes long or does not end for some locks), timed_mutex, recursive_mutex,
# shared_mutex, condition (TYPE "condition, mutex"), semaphore, event, auto_reset_event, latch, barrier, blocking_queue,
# concurrent_queue, ring, or another of tests/primitives/suite. HEADER declares TYPE.
option(HEDDLE_NIGHTLY "Add the tests that take minutes, with the label nightly" OFF)

function(heddle_add_suite)
  cmake_parse_arguments(PARSE_ARGV 0 arg "NATIVE_ONLY" "NAME;SOURCE" "SUITES;DEEP;ENDLESS;FAILS;LIBRARIES")
  _heddle_suite_root(root)
  foreach(header IN LISTS arg_SUITES)
    file(STRINGS ${header} lines REGEX "^struct [a-z_]+ {|^ *{\"[A-Za-z0-9_]+\",")
    set(suite "")
    foreach(line IN LISTS lines)
      if(line MATCHES "^struct ([a-z_]+)")
        set(suite ${CMAKE_MATCH_1})
      elseif(line MATCHES "{\"([A-Za-z0-9_]+)\"")
        list(APPEND scenarios_of_${suite} ${CMAKE_MATCH_1})
      endif()
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${arg_SOURCE})

  set(main ${root}/tests/primitives/suite)
  set(target ${arg_NAME}.check)
  add_executable(${target} ${arg_SOURCE} ${main}/scenario_main.cpp)
  target_compile_options(${target} PRIVATE -UNDEBUG -O1)
  target_include_directories(${target} PRIVATE ${root})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE heddle::checker heddle::primitives ${arg_LIBRARIES})
  set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL "${arg_NATIVE_ONLY}")

  set(found 0)
  set(unseen ${arg_FAILS})
  file(STRINGS ${arg_SOURCE} groups REGEX "^ *{\"[a-z_]+\", [a-z_]+<")
  foreach(group IN LISTS groups)
    string(REGEX MATCH "{\"([a-z_]+)\", ([a-z_]+)<" unused "${group}")
    set(implementation ${CMAKE_MATCH_1})
    if(NOT scenarios_of_${CMAKE_MATCH_2})
      message(FATAL_ERROR "heddle_add_suite: no scenarios found of ${CMAKE_MATCH_2}")
    endif()
    foreach(scenario IN LISTS scenarios_of_${CMAKE_MATCH_2})
      set(name ${implementation}.${scenario})
      math(EXPR found "${found} + 1")
      if(arg_NATIVE_ONLY)
        continue()
      endif()
      set(budget 120)
      set(label check-quick)
      set(search --exhaustive --require=exhaustive)
      if(name IN_LIST arg_DEEP)
        if(NOT HEDDLE_NIGHTLY)
          continue()
        endif()
        set(budget 600)
        set(label nightly)
      elseif(name IN_LIST arg_ENDLESS)
        set(budget 3)
        set(search "")
      endif()
      math(EXPR timeout "${budget} * 3 / 2 + 30")
      set(command $<TARGET_FILE:heddle::cli> check --quiet ${search} --budget=${budget}
                  $<TARGET_FILE:${target}> ${name})
      if(name IN_LIST arg_FAILS)
        set(command ${CMAKE_COMMAND} -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/HeddleExpectBug.cmake -- ${command})
        list(REMOVE_ITEM unseen ${name})
      endif()
      add_test(NAME ${arg_NAME}/${name} COMMAND ${command})
      set_tests_properties(${arg_NAME}/${name} PROPERTIES LABELS "${label};primitives" TIMEOUT ${timeout})
    endforeach()
  endforeach()
  if(found EQUAL 0)
    message(FATAL_ERROR "heddle_add_suite: ${arg_SOURCE} has no groups")
  endif()
  if(unseen)
    message(FATAL_ERROR "heddle_add_suite: no scenario is called ${unseen}")
  endif()
  if(arg_FAILS)
    return()
  endif()

  if(NOT arg_NATIVE_ONLY)
    heddle_fuzz_test(${arg_NAME}/fuzz ${target} BUDGET 2 LABELS primitives ARGS any)
  endif()
  heddle_add_test(NAME ${arg_NAME} SOURCES ${arg_SOURCE} ${main}/scenario_main.cpp ${main}/noise.cpp MODES stress BUDGET 60
    ARGS all 10 LIBRARIES heddle::primitives ${arg_LIBRARIES} LABELS primitives)
  target_include_directories(${arg_NAME}.stress PRIVATE ${root}
    $<TARGET_PROPERTY:heddle::checker,INTERFACE_INCLUDE_DIRECTORIES>)
  if(HEDDLE_NIGHTLY)
    _heddle_nightly_suite(${arg_NAME} ${arg_SOURCE} ${main} ${root})
  endif()

  if(NOT TARGET heddle_own_program)
    return()  # outside this repository: without GoogleTest
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  set(target ${arg_NAME}.native)
  add_executable(${target} ${arg_SOURCE} ${main}/gtest_main.cpp)
  target_include_directories(${target} PRIVATE $<TARGET_PROPERTY:heddle::checker,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(${target} PRIVATE heddle_own_program heddle::primitives GTest::gtest ${arg_LIBRARIES})
  gtest_discover_tests(${target} TEST_PREFIX ${arg_NAME}.native/ DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

# A minute of every implementation under ThreadSanitizer, and all scenarios under the other sanitizers. Reads the
# caller's arg_LIBRARIES and groups.
function(_heddle_nightly_suite name source main root)
  list(LENGTH groups implementations)
  math(EXPR timeout "${implementations} * 90 + 60")
  add_test(NAME ${name}/soak
    COMMAND setarch ${CMAKE_HOST_SYSTEM_PROCESSOR} -R $<TARGET_FILE:${name}.stress> soak 60)
  set(target ${name}.sanitized)
  add_executable(${target} ${source} ${main}/scenario_main.cpp ${main}/noise.cpp)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE -UNDEBUG -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  target_include_directories(${target} PRIVATE ${root} $<TARGET_PROPERTY:heddle::checker,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(${target} PRIVATE heddle::primitives ${arg_LIBRARIES})
  add_test(NAME ${name}/sanitized COMMAND ${target} all 100)
  set_tests_properties(${name}/soak ${name}/sanitized PROPERTIES
    LABELS "nightly;primitives" TIMEOUT ${timeout} RESOURCE_LOCK heddle_stress)
endfunction()

# Where tests/primitives/suite is: this repository, or beside this file when installed.
function(_heddle_suite_root out)
  set(installed ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/suites)
  if(EXISTS ${installed})
    set(${out} ${installed} PARENT_SCOPE)
  else()
    cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH repository)
    set(${out} ${repository} PARENT_SCOPE)
  endif()
endfunction()

function(heddle_verify_primitive)
  cmake_parse_arguments(PARSE_ARGV 0 arg "NATIVE_ONLY" "NAME;SUITE;TYPE;HEADER" "FAILS;LIBRARIES")
  foreach(required NAME SUITE TYPE HEADER)
    if(NOT arg_${required})
      message(FATAL_ERROR "heddle_verify_primitive: ${required} is required")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "heddle_verify_primitive: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  _heddle_suite_root(root)
  file(GLOB headers ${root}/tests/primitives/suite/*_suite.hpp)
  set(suite_header "")
  foreach(header IN LISTS headers)
    file(STRINGS ${header} found REGEX "^struct ${arg_SUITE}_suite {")
    if(found)
      set(suite_header ${header})
    endif()
  endforeach()
  if(NOT suite_header)
    message(FATAL_ERROR "heddle_verify_primitive: there is no suite ${arg_SUITE} in ${root}/tests/primitives/suite")
  endif()
  cmake_path(ABSOLUTE_PATH arg_HEADER BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  cmake_path(GET suite_header FILENAME suite_file)
  # Two threads are explored; the bugs that need three are searched for.
  set(searched "")
  set(endless "")
  if(arg_SUITE STREQUAL "mutex")
    set(searched "      {\"searched_mutex\", searched_mutex_suite<${arg_TYPE}>::all},\n")
    set(endless searched_mutex.MX_L1_EachOfThreeGetsTheFreeLock)
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.suite.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT [[
#include "@arg_HEADER@"
#include "tests/primitives/suite/@suite_file@"

namespace suite {

std::span<const group> groups() {
  static constexpr group all[] = {
      {"@arg_SUITE@", @arg_SUITE@_suite<@arg_TYPE@>::all},
@searched@  };
  return all;
}

}  // namespace suite
]] @ONLY)
  list(TRANSFORM arg_FAILS PREPEND "${arg_SUITE}.")
  list(TRANSFORM arg_FAILS REPLACE "^mutex.MX_L1_EachOfThree" "searched_mutex.MX_L1_EachOfThree")
  set(native_only "")
  if(arg_NATIVE_ONLY)
    set(native_only NATIVE_ONLY)
  endif()
  heddle_add_suite(NAME ${arg_NAME} SOURCE ${source} SUITES ${suite_header} FAILS ${arg_FAILS} ENDLESS ${endless}
    LIBRARIES ${arg_LIBRARIES} ${native_only})
endfunction()
