# A layer is a folder of src/: one object library with its own sources and only the layers it may include.
#
#   inlay_layer(text LINKS unicode kernels base)
#
# takes every .cc file that lies directly in the folder, and SOURCES (in folders below it) where named. SMALL:
# its code runs once a model or once a call and is compiled for size; where that holds for some of a layer's files,
# inlay_small_sources names them. A file compiled for an instruction set goes through inlay_isa_sources, so that its
# flags reach nothing else.

# Internal type names cross archives (std::type_info compares text), so the namespace `inlay` of the
# sources is compiled under a name that carries the version: two inlays in one program stay apart.
set(INLAY_NAMESPACE inlay_v${PROJECT_VERSION_MAJOR}_${PROJECT_VERSION_MINOR}_${PROJECT_VERSION_PATCH})

add_library(inlay_internal INTERFACE)
target_link_libraries(inlay_internal INTERFACE inlay_options Threads::Threads)
target_include_directories(inlay_internal INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(inlay_internal INTERFACE inlay=${INLAY_NAMESPACE})
if(NOT MSVC)
  target_compile_options(inlay_internal INTERFACE
    -fvisibility=hidden -ffunction-sections -fdata-sections -fno-math-errno
    $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
    $<$<CXX_COMPILER_ID:GNU>:$<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>>
    $<$<CXX_COMPILER_ID:Clang>:$<$<COMPILE_LANGUAGE:CXX>:-Wglobal-constructors -Wexit-time-destructors>>)
endif()

set_property(GLOBAL PROPERTY INLAY_LAYERS "")

function(inlay_layer name)
  cmake_parse_arguments(arg "SMALL" "" "SOURCES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  add_library(inlay_${name} OBJECT ${sources} ${arg_SOURCES})
  target_link_libraries(inlay_${name} PUBLIC inlay_internal)
  foreach(layer IN LISTS arg_LINKS)
    target_link_libraries(inlay_${name} PUBLIC inlay_${layer})
  endforeach()
  if(arg_SMALL AND NOT MSVC)
    target_compile_options(inlay_${name} PRIVATE $<$<CONFIG:Release>:-Os>)
  endif()
  set_property(GLOBAL APPEND PROPERTY INLAY_LAYERS inlay_${name})
endfunction()

# inlay_small_sources(regex_parser.cc …)
function(inlay_small_sources)
  if(NOT MSVC)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-Os>)
  endif()
endfunction()

# inlay_isa_sources(kernels avx2 "-mavx2;-mfma" x86/gemm_avx2.cc …)
function(inlay_isa_sources layer isa flags)
  add_library(inlay_${layer}_${isa} OBJECT ${ARGN})
  target_link_libraries(inlay_${layer}_${isa} PUBLIC inlay_internal)
  target_compile_options(inlay_${layer}_${isa} PRIVATE ${flags})
  set_property(GLOBAL APPEND PROPERTY INLAY_LAYERS inlay_${layer}_${isa})
  set_property(GLOBAL APPEND PROPERTY INLAY_ISA_LAYERS inlay_${layer}_${isa})
endfunction()
