# inlay_cli11: the header-only CLI11, for native and cross builds alike. Of the system's include folder
# only CLI11 may be seen when the target is another system, so it gets a folder of its own.
include_guard(GLOBAL)

find_path(INLAY_CLI11_INCLUDE CLI/CLI.hpp NO_CMAKE_FIND_ROOT_PATH REQUIRED)
add_library(inlay_cli11 INTERFACE)
set(place ${INLAY_CLI11_INCLUDE})
if(CMAKE_CROSSCOMPILING)
  set(place ${CMAKE_BINARY_DIR}/cli11)
  file(COPY ${INLAY_CLI11_INCLUDE}/CLI DESTINATION ${place})
endif()
target_include_directories(inlay_cli11 SYSTEM INTERFACE ${place})
