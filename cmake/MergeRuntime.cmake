# Merges the runtime's objects into one in which only what was declared with default visibility stays global.
#
# Why one object with local symbols: the linker keeps one copy of each weak symbol in a program. A shared
# std::vector<...>::push_back would make the engine run the program's instrumented copy, or the program the engine's
# uninstrumented one. --force-group-allocation dissolves the COMDAT groups, after which objcopy can make them local.
#
# Why memcpy is renamed: the compiler emits calls of memcpy, memset, memmove and memcmp for the engine's own copies.
# They must not reach the intercepted functions, which would report them as accesses of the program. snprintf is, so
# that a program imports it only if it calls it itself (runtime/recallable.cpp).
#
# The section .note.heddle tells one build of the runtime from another, in the object and in every program linked with it,
# so that the command can say when a program has another one than its own.
#
# Arguments (-D): OBJECT_LIST BOOST_CONTEXT WORK_DIR OUTPUT ARCHIVE LD OBJCOPY READELF AR AS

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})
cmake_path(GET OUTPUT PARENT_PATH output_dir)
file(MAKE_DIRECTORY ${output_dir})

file(STRINGS ${OBJECT_LIST} objects)
set(intercepting ${objects})
list(FILTER intercepting INCLUDE REGEX "frontend/memory_functions\\.cpp\\.o$")
list(FILTER objects EXCLUDE REGEX "frontend/memory_functions\\.cpp\\.o$")

run(${LD} -r --force-group-allocation -o ${WORK_DIR}/engine.o ${objects})
run(${OBJCOPY}
    --redefine-sym memcpy=heddle_internal_memcpy --redefine-sym memmove=heddle_internal_memmove
    --redefine-sym memset=heddle_internal_memset --redefine-sym memcmp=heddle_internal_memcmp
    --redefine-sym snprintf=heddle_internal_snprintf --redefine-sym vsnprintf=heddle_internal_vsnprintf
    ${WORK_DIR}/engine.o)
run(${LD} -r --force-group-allocation -o ${WORK_DIR}/visible.o ${WORK_DIR}/engine.o ${intercepting})

# libstdc++ declares namespace std with default visibility; its templates are weak, ours are not.
execute_process(COMMAND ${READELF} -sW ${WORK_DIR}/visible.o OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(GLOBAL|WEAK) +DEFAULT +[0-9]+ [^\n]+" rows "${table}")
set(kept "")
foreach(row IN LISTS rows)
  string(REGEX REPLACE ".* ([^ ]+)$" "\\1" name "${row}")
  if(row MATCHES "^GLOBAL" OR NOT name MATCHES "^(_Z|DW\\.ref\\.)")
    list(APPEND kept ${name})
  endif()
endforeach()
list(SORT kept)
list(APPEND kept heddle_nothing)  # objcopy takes an empty list for no list
list(JOIN kept "\n" kept)
file(WRITE ${WORK_DIR}/global_symbols.txt "${kept}\n")

execute_process(COMMAND ${AR} t ${BOOST_CONTEXT} OUTPUT_VARIABLE members COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(make|jump|ontop)_[^\n]+" members "${members}")
execute_process(COMMAND ${AR} x ${BOOST_CONTEXT} ${members} WORKING_DIRECTORY ${WORK_DIR} COMMAND_ERROR_IS_FATAL ANY)
list(TRANSFORM members PREPEND ${WORK_DIR}/)

set(hashes "")
foreach(object IN LISTS objects intercepting)
  file(SHA256 ${object} hash)
  string(APPEND hashes ${hash})
endforeach()
string(SHA256 build "${hashes}")
file(WRITE ${WORK_DIR}/build.s ".section .note.heddle,\"a\",%note
.balign 4\n.long 7, 64, 1\n.asciz \"Heddle\"\n.balign 4\n.ascii \"${build}\"
.section .note.GNU-stack,\"\",%progbits\n")
run(${AS} -o ${WORK_DIR}/build.o ${WORK_DIR}/build.s)

run(${LD} -r --force-group-allocation -T ${CMAKE_CURRENT_LIST_DIR}/runtime_sections.ld -o ${WORK_DIR}/merged.o
    ${WORK_DIR}/visible.o ${WORK_DIR}/build.o ${members})
run(${OBJCOPY} --keep-global-symbols=${WORK_DIR}/global_symbols.txt ${WORK_DIR}/merged.o ${OUTPUT})
file(REMOVE ${ARCHIVE})
run(${AR} rcs ${ARCHIVE} ${OUTPUT})
