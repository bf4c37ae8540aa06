# checker/instrument as a plugin of the g++ that builds Heddle, if its headers for plugins are there (Debian:
# gcc-12-plugin-dev). Only a gcc of exactly that version can load it, which the file beside it names.
# HEDDLE_GCC_PLUGIN_OPTIONS: what makes gcc use it, empty without it.
set(HEDDLE_GCC_PLUGIN_OPTIONS "")
set(plugin_headers "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=plugin
    OUTPUT_VARIABLE plugin_headers OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(APPEND plugin_headers /include)
endif()
if(NOT EXISTS ${plugin_headers}/gcc-plugin.h)
  message(STATUS "The headers for plugins of gcc were not found: some accesses of checked programs will not be seen "
                 "(apt install gcc-12-plugin-dev, and build with g++; docs/instrumentation.md)")
  return()
endif()

heddle_sources(plugin_sources instrument/*.cpp)
add_library(heddle_gcc_plugin_module MODULE ${plugin_sources})
target_link_libraries(heddle_gcc_plugin_module PRIVATE heddle_own_code)
target_include_directories(heddle_gcc_plugin_module SYSTEM PRIVATE ${plugin_headers})
target_compile_options(heddle_gcc_plugin_module PRIVATE -O2 -fno-rtti -fno-exceptions)
target_link_options(heddle_gcc_plugin_module PRIVATE -static-libstdc++ -static-libgcc)
set_target_properties(heddle_gcc_plugin_module PROPERTIES
  PREFIX "" OUTPUT_NAME heddle_gcc_plugin LIBRARY_OUTPUT_DIRECTORY ${HEDDLE_OUTPUT_DIR}/lib/heddle)

# "g++ (Debian 12.2.0-14) 12.2.0" without the name, which is another for C.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} --version OUTPUT_VARIABLE version)
string(REGEX REPLACE "^[^ ]* ([^\n]*)\n.*" "\\1\n" version "${version}")
set(plugin_version ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_gcc_plugin.version)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/heddle_gcc_plugin.version "${version}")
add_custom_command(OUTPUT ${plugin_version}
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/heddle_gcc_plugin.version ${plugin_version}
  DEPENDS heddle_gcc_plugin_module ${CMAKE_CURRENT_BINARY_DIR}/heddle_gcc_plugin.version VERBATIM)
# What depends on a library is compiled before that is linked; what depends on this target is not.
add_custom_target(heddle_gcc_plugin ALL DEPENDS ${plugin_version})

set(plugin_here $<BUILD_INTERFACE:${HEDDLE_OUTPUT_DIR}>$<INSTALL_INTERFACE:$<INSTALL_PREFIX>>/lib/heddle)
foreach(language C CXX)
  set(same $<VERSION_EQUAL:$<${language}_COMPILER_VERSION>,${CMAKE_CXX_COMPILER_VERSION}>)
  list(APPEND same_gcc "$<OR:$<STREQUAL:$<${language}_COMPILER_ID>,>,$<AND:$<${language}_COMPILER_ID:GNU>,${same}>>")
endforeach()
list(JOIN same_gcc "," same_gcc)
# Where a project has two compilers, both: the options are for both of its languages.
set(HEDDLE_GCC_PLUGIN_OPTIONS "$<$<AND:${same_gcc}>:-fplugin=${plugin_here}/heddle_gcc_plugin.so>")
