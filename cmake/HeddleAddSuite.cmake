include_guard(GLOBAL)

# heddle_add_suite(NAME <name> SOURCE <file> SUITES <header>... [DEEP <implementation.scenario>...]
#                  [ENDLESS <implementation.scenario>...] [LIBRARIES <target>...])
#
# Builds a program of behavioural suites (tests/primitives/suite/scenario.hpp) three times:
#   <name>.check   explored: a CTest for each scenario, which passes only if every execution was explored
#   <name>.stress  under ThreadSanitizer, all scenarios
#   <name>.native  with GoogleTest
# SOURCE lists its groups one a line, {"implementation", suite<Type>::all}; the tables of the suites are read from
# SUITES, one scenario a line. Those that take long are DEEP: with HEDDLE_NIGHTLY only, they get minutes and the label nightly.
# Those with infinitely many executions are ENDLESS: they are searched for 3 s.
option(HEDDLE_NIGHTLY "Add the tests that take minutes, with the label nightly" OFF)

function(heddle_add_suite)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;SOURCE" "SUITES;DEEP;ENDLESS;LIBRARIES")
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

  set(main ${PROJECT_SOURCE_DIR}/tests/primitives/suite)
  set(target ${arg_NAME}.check)
  add_executable(${target} ${arg_SOURCE} ${main}/scenario_main.cpp)
  target_compile_options(${target} PRIVATE -UNDEBUG -O1)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE heddle::checker heddle::primitives ${arg_LIBRARIES})

  set(found 0)
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
        set(search --strategy=random_walk)
      endif()
      math(EXPR timeout "${budget} * 3 / 2 + 30")
      add_test(NAME ${arg_NAME}/${name}
        COMMAND heddle::cli check --quiet ${search} --budget=${budget}
                $<TARGET_FILE:${target}> ${name})
      set_tests_properties(${arg_NAME}/${name} PROPERTIES LABELS "${label};primitives" TIMEOUT ${timeout})
    endforeach()
  endforeach()
  if(found EQUAL 0)
    message(FATAL_ERROR "heddle_add_suite: ${arg_SOURCE} has no groups")
  endif()

  heddle_add_test(NAME ${arg_NAME} SOURCES ${arg_SOURCE} ${main}/scenario_main.cpp MODES stress BUDGET 60
    ARGS all 10 LIBRARIES heddle::primitives ${arg_LIBRARIES} LABELS primitives)
  target_include_directories(${arg_NAME}.stress PRIVATE ${PROJECT_SOURCE_DIR} $<TARGET_PROPERTY:heddle::checker,INTERFACE_INCLUDE_DIRECTORIES>)

  set(target ${arg_NAME}.native)
  add_executable(${target} ${arg_SOURCE} ${main}/gtest_main.cpp)
  target_include_directories(${target} PRIVATE $<TARGET_PROPERTY:heddle::checker,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(${target} PRIVATE heddle_own_program heddle::primitives GTest::gtest ${arg_LIBRARIES})
  gtest_discover_tests(${target} TEST_PREFIX ${arg_NAME}.native/ DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS unit TIMEOUT 120)
endfunction()
