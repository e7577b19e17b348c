# cmake -DHEADER=inlay.h -DOUTPUT_DIR=dir -P inlay_public_symbols.cmake
#
# Writes what the C header declares with INLAY_API, for each tool that wants a list of it:
#   public_symbols.txt   a name a line (objcopy --keep-global-symbols)
#   public_symbols.map   a version script (ld --version-script)
#   public_symbols.def   a module definition (Windows)
# Fails on a declaration whose name it cannot find, so that no function can be forgotten.
file(READ "${HEADER}" text)
string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" " " text "${text}")
string(REGEX REPLACE "(^|\n)[ \t]*#[^\n]*" "\n" text "${text}")
string(REPLACE ";" "@" text "${text}")
string(REGEX MATCHALL "INLAY_API[^(@]*[(@]" declarations "${text}")

set(names "")
foreach(declaration IN LISTS declarations)
  if(NOT declaration MATCHES "(inlay_[a-z0-9_]+)[ \t\n]*\\($")
    message(FATAL_ERROR "${HEADER}: expected INLAY_API … inlay_name(, found \"${declaration}\"")
  endif()
  list(APPEND names ${CMAKE_MATCH_1})
endforeach()
if(NOT names)
  message(FATAL_ERROR "${HEADER}: expected INLAY_API declarations, found none")
endif()
list(SORT names)

list(JOIN names "\n" lines)
file(WRITE "${OUTPUT_DIR}/public_symbols.txt" "${lines}\n")
list(JOIN names "\n    " lines)
file(WRITE "${OUTPUT_DIR}/public_symbols.def" "EXPORTS\n    ${lines}\n")
list(JOIN names ";\n    " lines)
file(WRITE "${OUTPUT_DIR}/public_symbols.map" "{\n  global:\n    ${lines};\n  local:\n    *;\n};\n")
