# What all of Heddle's own sources are compiled with. Linked privately, so that nothing of it reaches users.
add_library(heddle_own_code INTERFACE)
target_compile_features(heddle_own_code INTERFACE cxx_std_20)
target_include_directories(heddle_own_code INTERFACE ${PROJECT_SOURCE_DIR})
# x86-64-v2 (every processor since 2009) has the maximum of unsigned integers, of which vector clocks are made.
target_compile_options(heddle_own_code INTERFACE
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-march=x86-64-v2>
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  # gcc 12 warns about its own std::string (gcc bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<BOOL:${HEDDLE_WARNINGS_AS_ERRORS}>:-Werror>)

# The same, and HEDDLE_SANITIZE: for everything but the runtime linked into the program under test.
add_library(heddle_own_program INTERFACE)
target_link_libraries(heddle_own_program INTERFACE heddle_own_code)
if(HEDDLE_SANITIZE)
  target_compile_options(heddle_own_program INTERFACE
    -fsanitize=${HEDDLE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(heddle_own_program INTERFACE -fsanitize=${HEDDLE_SANITIZE})
endif()

# The files that match, in subfolders too; looked for again at every build.
function(heddle_sources out)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS LIST_DIRECTORIES false ${ARGN})
  set(${out} ${found} PARENT_SCOPE)
endfunction()
