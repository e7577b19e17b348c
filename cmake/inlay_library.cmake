# The libraries, from the objects of all layers:
#   inlay_core     a plain archive with every internal symbol visible: what unit tests and fuzzers link
#   inlay_static   libinlay.a, sealed when INLAY_SEAL is on
#   inlay_shared   libinlay.so / inlay.dll
get_property(layers GLOBAL PROPERTY INLAY_LAYERS)
set(objects "")
foreach(layer IN LISTS layers)
  list(APPEND objects $<TARGET_OBJECTS:${layer}>)
endforeach()

add_library(inlay_core STATIC ${objects})
target_link_libraries(inlay_core PUBLIC inlay_internal)
set_target_properties(inlay_core PROPERTIES LINKER_LANGUAGE CXX)
