# Compile options that every target of this tree shares, as one interface library: inlay_options.
add_library(inlay_options INTERFACE)
target_include_directories(inlay_options INTERFACE ${PROJECT_SOURCE_DIR}/include)

if(MSVC)
  target_compile_options(inlay_options INTERFACE /W4 /WX /utf-8)
else()
  target_compile_options(inlay_options INTERFACE
    -Wall -Wextra -Wshadow -Wvla -Werror
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>
    # GCC 12 sees std::optional and std::variant members as uninitialized when it inlines them at -O2.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
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

# Trees in different places share what ccache holds: paths below the tree count as relative.
find_program(INLAY_CCACHE ccache)
if(INLAY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher ${INLAY_CCACHE})
  if(UNIX)
    set(launcher env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${INLAY_CCACHE})
  endif()
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

include(inlay_python_test)
