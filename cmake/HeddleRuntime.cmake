# The part of the checker that is linked into the program under test: one relocatable object in which everything is
# local but the intercepted functions and the API (default visibility). cmake/MergeRuntime.cmake merges it.
heddle_sources(runtime_sources kernel/*.cpp models/*.cpp explore/*.cpp detect/*.cpp runtime/*.cpp frontend/*.cpp
               api/*.cpp)
list(REMOVE_ITEM runtime_sources ${CMAKE_CURRENT_SOURCE_DIR}/kernel/memory_default.cpp)

add_library(heddle_runtime_objects OBJECT ${runtime_sources} ${PROJECT_SOURCE_DIR}/reports/format/rule.cpp)
target_link_libraries(heddle_runtime_objects PRIVATE heddle_own_code)
target_include_directories(heddle_runtime_objects PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/api/include)
set_target_properties(heddle_runtime_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_options(heddle_runtime_objects PRIVATE
  -O2 -fvisibility=hidden -fno-rtti -fno-exceptions -fno-stack-protector
  -fno-threadsafe-statics
  $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>
  # An event or an operation is too small for rep stos, of which gcc makes one.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>>:-mmemset-strategy=unrolled_loop:256:noalign,libcall:-1:noalign>)

# Sources that call back into the program and must see its exceptions pass.
set(HEDDLE_RUNTIME_EXCEPTION_SOURCES api/*.cpp frontend/once.cpp)
heddle_sources(exception_sources ${HEDDLE_RUNTIME_EXCEPTION_SOURCES})
set_source_files_properties(${exception_sources} PROPERTIES COMPILE_OPTIONS -fexceptions)
# Else the compiler would see through what these define: a loop or a __memset_chk becomes a call of memset, itself.
heddle_sources(memory_sources runtime/internal_memory.cpp frontend/memory_functions.cpp)
set_source_files_properties(${memory_sources} PROPERTIES COMPILE_OPTIONS
  "-fno-builtin;$<$<CXX_COMPILER_ID:GNU>:-fno-tree-loop-distribute-patterns>")

# GNU binutils whatever the compiler: the merge relies on --force-group-allocation and --keep-global-symbols.
find_program(HEDDLE_LD NAMES ld.bfd ld REQUIRED)
find_program(HEDDLE_OBJCOPY NAMES objcopy REQUIRED)
find_program(HEDDLE_READELF NAMES readelf REQUIRED)
find_program(HEDDLE_AR NAMES ar REQUIRED)
find_program(HEDDLE_AS NAMES as REQUIRED)
find_library(HEDDLE_BOOST_CONTEXT NAMES libboost_context.a REQUIRED)

set(runtime_dir ${HEDDLE_OUTPUT_DIR}/lib/heddle)
set(runtime_object ${runtime_dir}/heddle_runtime.o)
set(runtime_archive ${runtime_dir}/libheddle_checker.a)
set(object_list ${CMAKE_CURRENT_BINARY_DIR}/runtime_objects.txt)
file(GENERATE OUTPUT ${object_list} CONTENT "$<JOIN:$<TARGET_OBJECTS:heddle_runtime_objects>,\n>\n")
add_custom_command(
  OUTPUT ${runtime_object} ${runtime_archive}
  COMMAND ${CMAKE_COMMAND}
    -D OBJECT_LIST=${object_list} -D BOOST_CONTEXT=${HEDDLE_BOOST_CONTEXT}
    -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/merge -D OUTPUT=${runtime_object} -D ARCHIVE=${runtime_archive}
    -D LD=${HEDDLE_LD} -D OBJCOPY=${HEDDLE_OBJCOPY} -D READELF=${HEDDLE_READELF} -D AR=${HEDDLE_AR}
    -D AS=${HEDDLE_AS}
    -P ${PROJECT_SOURCE_DIR}/cmake/MergeRuntime.cmake
  DEPENDS heddle_runtime_objects $<TARGET_OBJECTS:heddle_runtime_objects> ${object_list}
          ${PROJECT_SOURCE_DIR}/cmake/MergeRuntime.cmake ${PROJECT_SOURCE_DIR}/cmake/runtime_sections.ld
  COMMENT "Merging the checker's runtime into one object"
  VERBATIM)
set(HEDDLE_RUNTIME_OBJECT ${runtime_object} PARENT_SCOPE)
set(HEDDLE_RUNTIME_OBJECT_LIST ${object_list} PARENT_SCOPE)
add_custom_target(heddle_runtime ALL DEPENDS ${runtime_object} ${runtime_archive})

# Linking it makes a target checkable: instrumentation when compiling, our runtime instead of libtsan when linking.
# gcc expands memcpy, strcmp and the like without hooks, and _FORTIFY_SOURCE makes calls of libc's own variants of them:
# these options keep the calls that the runtime intercepts. gcc also warns that libtsan, which is not used, would ignore
# fences. Link-time optimisation would put off the instrumentation until it is too late. As in cli/compiler_command.cpp.
add_library(heddle_checker INTERFACE)
add_library(heddle::checker ALIAS heddle_checker)
add_dependencies(heddle_checker heddle_runtime)
include(HeddleGccPlugin)
if(TARGET heddle_gcc_plugin)
  add_dependencies(heddle_checker heddle_gcc_plugin)
endif()
set_target_properties(heddle_checker PROPERTIES EXPORT_NAME checker)
target_include_directories(heddle_checker INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/api/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
set(gcc_calls -Wno-tsan -fno-ipa-reference -fno-optimize-strlen --param=builtin-string-cmp-inline-length=0 -fno-builtin-strcpy
  -fno-builtin-stpcpy -fno-builtin-strncpy -fno-builtin-strcat -fno-builtin-mempcpy -fno-builtin-bzero)
target_compile_options(heddle_checker INTERFACE
  -fsanitize=thread -fno-builtin-memcpy -fno-builtin-memset -fno-builtin-memmove -g -fno-omit-frame-pointer
  -U_FORTIFY_SOURCE -fno-lto
  "$<$<CXX_COMPILER_ID:GNU>:${gcc_calls}>" "${HEDDLE_GCC_PLUGIN_OPTIONS}")
# What the program's own checks (heddle::check) make their reports with.
target_compile_definitions(heddle_checker INTERFACE
  $<BUILD_INTERFACE:HEDDLE_COMMAND="${HEDDLE_OUTPUT_DIR}/bin/heddle">
  $<INSTALL_INTERFACE:HEDDLE_COMMAND="$<INSTALL_PREFIX>/bin/heddle">)
target_link_options(heddle_checker INTERFACE -Wl,--wrap=main -pthread)
target_link_libraries(heddle_checker INTERFACE
  $<BUILD_INTERFACE:${runtime_object}> $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/lib/heddle/heddle_runtime.o>
  ${CMAKE_DL_LIBS} $<$<NOT:$<LINK_LANGUAGE:CXX>>:stdc++>)
