# Install rules and the package for find_package(heddle), from the install tree and from the build tree.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/heddle)
set(exported heddle_checker heddle_primitives heddle_stress heddle_stress_tsan heddle_stress_asan heddle_stress_noise
             heddle_fuzz_main)
if(TARGET heddle_cli)
  list(APPEND exported heddle_cli)
  install(PROGRAMS ${HEDDLE_OUTPUT_DIR}/bin/heddle-c++ ${HEDDLE_OUTPUT_DIR}/bin/heddle-cc
    DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

install(TARGETS ${exported} EXPORT heddleTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# lib/heddle and not LIBDIR/heddle: the command finds it as ../lib/heddle, wherever the tree is moved.
install(FILES ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_runtime.o ${HEDDLE_OUTPUT_DIR}/lib/heddle/libheddle_checker.a
              ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_stress.o ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_stress_tsan.o
              ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_stress_noise.o
              ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_stress_tsan.options
              ${HEDDLE_OUTPUT_DIR}/lib/heddle/libheddle_fuzz_main.a
  DESTINATION lib/heddle)
if(TARGET heddle_gcc_plugin)
  install(TARGETS heddle_gcc_plugin_module LIBRARY DESTINATION lib/heddle)
  install(FILES ${HEDDLE_OUTPUT_DIR}/lib/heddle/heddle_gcc_plugin.version DESTINATION lib/heddle)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/checker/api/include/ ${PROJECT_SOURCE_DIR}/primitives/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/primitives DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/heddle
  FILES_MATCHING PATTERN "*.hpp" PATTERN include EXCLUDE)
if(EXISTS ${PROJECT_SOURCE_DIR}/man)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT heddleTargets NAMESPACE heddle:: DESTINATION ${package_dir})
export(EXPORT heddleTargets NAMESPACE heddle:: FILE ${PROJECT_BINARY_DIR}/heddleTargets.cmake)

# HEDDLE_MODULE_DIR: where HeddleAddTest.cmake is, beside the configuration or in the source tree.
set(HEDDLE_MODULE_DIR "\${CMAKE_CURRENT_LIST_DIR}")
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/heddleConfig.cmake.in
  ${PROJECT_BINARY_DIR}/install/heddleConfig.cmake INSTALL_DESTINATION ${package_dir})
set(HEDDLE_MODULE_DIR ${PROJECT_SOURCE_DIR}/cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/heddleConfig.cmake.in
  ${PROJECT_BINARY_DIR}/heddleConfig.cmake INSTALL_DESTINATION ${PROJECT_BINARY_DIR}
  INSTALL_PREFIX ${PROJECT_BINARY_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/heddleConfigVersion.cmake COMPATIBILITY SameMajorVersion)

install(FILES ${PROJECT_BINARY_DIR}/install/heddleConfig.cmake ${PROJECT_BINARY_DIR}/heddleConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/HeddleAddTest.cmake ${PROJECT_SOURCE_DIR}/cmake/HeddleExpectBug.cmake
              ${PROJECT_SOURCE_DIR}/cmake/HeddleAddSuite.cmake
  DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tests/primitives/suite DESTINATION ${package_dir}/suites/tests/primitives)
