# The libraries, from the objects of all layers:
#   inlay_core     a plain archive with every internal symbol visible: what unit tests and fuzzers link
#   inlay_static   libinlay.a, sealed when INLAY_SEAL is on    (inlay::static)
#   inlay_shared   libinlay.so / inlay.dll                     (inlay::shared)
# The public symbols are read from include/inlay/inlay.h; nothing else lists them.
include(GNUInstallDirs)

get_property(layers GLOBAL PROPERTY INLAY_LAYERS)
get_property(isa_layers GLOBAL PROPERTY INLAY_ISA_LAYERS)
set(objects "")
set(isa_objects "")
foreach(layer IN LISTS layers)
  if(layer IN_LIST isa_layers)
    list(APPEND isa_objects $<TARGET_OBJECTS:${layer}>)
  else()
    list(APPEND objects $<TARGET_OBJECTS:${layer}>)
  endif()
endforeach()

set(all_objects ${objects} ${isa_objects})

add_library(inlay_core STATIC ${all_objects})
target_link_libraries(inlay_core PUBLIC inlay_internal)
set_target_properties(inlay_core PROPERTIES
  LINKER_LANGUAGE CXX ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/internal)

# ---- the lists of public symbols --------------------------------------------------------------------
set(header ${PROJECT_SOURCE_DIR}/include/inlay/inlay.h)
set(library_dir ${CMAKE_BINARY_DIR}/inlay_library)
set(symbols ${library_dir}/public_symbols)
add_custom_command(
  OUTPUT ${symbols}.txt ${symbols}.map ${symbols}.def
  COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DOUTPUT_DIR=${library_dir}
          -P ${CMAKE_CURRENT_LIST_DIR}/inlay_public_symbols.cmake
  DEPENDS ${header} ${CMAKE_CURRENT_LIST_DIR}/inlay_public_symbols.cmake
  COMMENT "Reading the public symbols of inlay.h" VERBATIM)
add_custom_target(inlay_public_symbols DEPENDS ${symbols}.txt ${symbols}.map ${symbols}.def)

# ---- libinlay.a -------------------------------------------------------------------------------------
if(INLAY_SEAL)
  file(GENERATE OUTPUT ${library_dir}/objects.rsp CONTENT "\"$<JOIN:${all_objects},\"\n\">\"\n")
  set(isa_list "")
  if(isa_objects)
    set(isa_list "\"$<JOIN:${isa_objects},\"\n\">\"\n")
  endif()
  file(GENERATE OUTPUT ${library_dir}/isa_objects.rsp CONTENT "${isa_list}")
  set(sealed ${library_dir}/inlay.o)
  add_custom_command(
    OUTPUT ${sealed}
    COMMAND ${CMAKE_COMMAND} -DLD=${CMAKE_LINKER} -DOBJCOPY=${CMAKE_OBJCOPY} -DNM=${CMAKE_NM}
            -DOBJECTS=${library_dir}/objects.rsp -DISA_OBJECTS=${library_dir}/isa_objects.rsp
            -DSYMBOLS=${symbols}.txt -DOUTPUT=${sealed}
            -P ${CMAKE_CURRENT_LIST_DIR}/inlay_seal.cmake
    DEPENDS ${all_objects} ${symbols}.txt ${library_dir}/objects.rsp
            ${library_dir}/isa_objects.rsp ${CMAKE_CURRENT_LIST_DIR}/inlay_seal.cmake
    COMMENT "Sealing libinlay.a" VERBATIM)
  set_source_files_properties(${sealed} PROPERTIES GENERATED ON EXTERNAL_OBJECT ON)
  add_library(inlay_static STATIC ${sealed})
else()
  add_library(inlay_static STATIC ${all_objects})
endif()

# ---- libinlay.so ------------------------------------------------------------------------------------
add_library(inlay_shared SHARED ${all_objects})
set_target_properties(inlay_shared PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
if(WIN32)
  target_sources(inlay_shared PRIVATE ${symbols}.def)
  set_target_properties(inlay_shared PROPERTIES PREFIX "")
else()
  target_link_options(inlay_shared PRIVATE
    LINKER:--version-script=${symbols}.map LINKER:--gc-sections LINKER:-z,relro,-z,now)
  if(NOT INLAY_SANITIZE)
    target_link_options(inlay_shared PRIVATE LINKER:-z,defs)
  endif()
  set_target_properties(inlay_shared PROPERTIES LINK_DEPENDS ${symbols}.map)
endif()
target_compile_definitions(inlay_shared INTERFACE INLAY_USE_SHARED)

target_link_libraries(inlay_static PUBLIC Threads::Threads)
target_link_libraries(inlay_shared PRIVATE Threads::Threads)
if(NOT MSVC AND NOT APPLE)
  # A sealed archive does not show CMake that C++ is inside; a C program must still find its runtime.
  target_link_libraries(inlay_static INTERFACE stdc++ m)
endif()

foreach(kind static shared)
  set_target_properties(inlay_${kind} PROPERTIES
    OUTPUT_NAME inlay LINKER_LANGUAGE CXX EXPORT_NAME ${kind})
  target_include_directories(inlay_${kind} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  add_dependencies(inlay_${kind} inlay_public_symbols)
  add_library(inlay::${kind} ALIAS inlay_${kind})
endforeach()

# ---- headers beside the libraries, and installation -------------------------------------------------
file(GLOB_RECURSE public_headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_SOURCE_DIR}/include/inlay/*.h ${PROJECT_SOURCE_DIR}/include/inlay/*.hpp)
set(staged_headers "")
foreach(path IN LISTS public_headers)
  set(staged ${CMAKE_BINARY_DIR}/include/${path})
  add_custom_command(OUTPUT ${staged}
    COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/include/${path} ${staged}
    DEPENDS ${PROJECT_SOURCE_DIR}/include/${path} COMMENT "" VERBATIM)
  list(APPEND staged_headers ${staged})
endforeach()
add_custom_target(inlay_headers ALL DEPENDS ${staged_headers})

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/inlay)
configure_file(${CMAKE_CURRENT_LIST_DIR}/inlayConfig.cmake.in ${library_dir}/inlayConfig.cmake @ONLY)
write_basic_package_version_file(${library_dir}/inlayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
file(RELATIVE_PATH INLAY_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/inlay.pc.in ${library_dir}/inlay.pc @ONLY)

install(TARGETS inlay_static inlay_shared EXPORT inlayTargets)
install(EXPORT inlayTargets NAMESPACE inlay:: DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/inlay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES ${library_dir}/inlayConfig.cmake ${library_dir}/inlayConfigVersion.cmake
  DESTINATION ${package_dir})
install(FILES ${library_dir}/inlay.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
