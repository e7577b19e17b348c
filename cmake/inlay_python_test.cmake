# Python tests.
#
#   inlay_python_test(<name> <script> [ARGS a…] [LABELS l…] [STDLIB | TORCH] [PYTEST])
#
# runs the script (relative to the calling folder) with build/python, the environment of peers that
# `./x test` makes; without it the test is skipped and says so. TORCH: with build/python-torch instead.
# STDLIB: the script needs no peer and runs with the system's python3. PYTEST: `pytest script`. A script exits with 77 to skip, after the line
# "skipped: <reason>"; "missing peer|tool|model …" as the reason is a failure under CI=true.
include_guard(GLOBAL)

find_program(INLAY_PYTHON3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(INLAY_PYTHON3 python3)
if(NOT INLAY_PYTHON3)
  message(WARNING "python3 is missing: the tests that need it will fail")
  set(INLAY_PYTHON3 python3)
endif()
set(INLAY_PYTHON_RUNNER ${CMAKE_CURRENT_LIST_DIR}/../tools/lib/python_test.sh)

function(inlay_python_test name script)
  cmake_parse_arguments(arg "STDLIB;TORCH;PYTEST" "" "ARGS;LABELS" ${ARGN})
  get_filename_component(path ${script} ABSOLUTE)
  set(command sh ${INLAY_PYTHON_RUNNER} ${PROJECT_SOURCE_DIR}/build/python)
  if(arg_TORCH)
    set(command sh ${INLAY_PYTHON_RUNNER} ${PROJECT_SOURCE_DIR}/build/python-torch)
  endif()
  if(arg_STDLIB)
    set(command ${INLAY_PYTHON3})
  endif()
  if(arg_PYTEST)
    list(APPEND command -m pytest -q -p no:cacheprovider)
  endif()
  add_test(NAME ${name} COMMAND ${command} ${path} ${arg_ARGS})
  set_tests_properties(${name} PROPERTIES
    LABELS "${arg_LABELS}" SKIP_RETURN_CODE 77 ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
endfunction()
