# cmake -DLD= -DOBJCOPY= -DNM= -DOBJECTS=list.rsp -DISA_OBJECTS=list.rsp -DSYMBOLS=names.txt
#       -DOUTPUT=sealed.o -P inlay_seal.cmake
#
# Seals objects into one: every symbol but the named ones becomes local, COMDAT groups are dissolved
# (a linker would otherwise merge them with another library's groups of the same signature), function
# sections stay apart so that --gc-sections still works. Binutils on ELF.
#
# An object that is compiled for an instruction set must hold no weak definition: `ld -r` keeps the
# first copy of an inline function for everybody, also for code that runs on older processors.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "sealing: ${command}: ${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(SIZE "${ISA_OBJECTS}" isa_bytes)
if(isa_bytes GREATER 0)
  run("${NM}" --defined-only -A "@${ISA_OBJECTS}")
  string(REGEX MATCHALL "[^\n]* [WVuwv] [^\n]*" weak "${output}")
  if(weak)
    list(JOIN weak "\n  " weak)
    message(FATAL_ERROR
      "sealing: expected no weak definition in objects for an instruction set, found\n  ${weak}")
  endif()
endif()

run("${LD}" -r --force-group-allocation -o "${OUTPUT}.open" "@${OBJECTS}")
run("${OBJCOPY}" "--keep-global-symbols=${SYMBOLS}" "${OUTPUT}.open" "${OUTPUT}")
file(REMOVE "${OUTPUT}.open")
