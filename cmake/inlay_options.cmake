# Compile options that every target of this tree shares, as one interface library: inlay_options.
add_library(inlay_options INTERFACE)
target_include_directories(inlay_options INTERFACE ${PROJECT_SOURCE_DIR}/include)

if(MSVC)
  target_compile_options(inlay_options INTERFACE /W4 /WX /utf-8)
else()
  target_compile_options(inlay_options INTERFACE
    -Wall -Wextra -Wshadow -Wvla -Werror
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
endif()

if(INLAY_SANITIZE)
  target_compile_options(inlay_options INTERFACE
    -fsanitize=${INLAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(inlay_options INTERFACE -fsanitize=${INLAY_SANITIZE})
endif()

if(INLAY_BUILD_FUZZERS)  # coverage for libFuzzer, which only the fuzzers link
  target_compile_options(inlay_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(inlay_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(INLAY_CCACHE ccache)
if(INLAY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${INLAY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${INLAY_CCACHE})
endif()
