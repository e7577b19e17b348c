# build/onnx-cases/VERSION/{node,simple,pytorch-converted,…}: ONNX's own cases of older operator sets, which
# the wheels of old onnx packages carry. The wheels are only unpacked, never installed.
onnx_cases=build/onnx-cases

# get_onnx_cases REQUIREMENT: one wheel, held to its hash, of which the cases alone are kept.
get_onnx_cases() {
  version=${1#onnx==} version=${version%% *}
  say "getting the cases of onnx $version"
  printf '%s\n' "$1" >$onnx_cases/wanted.txt
  # The data are the same for every system: one wheel has them all.
  "$(python_env test)/bin/python" -m pip download -q --no-deps --only-binary=:all: --require-hashes \
    --python-version 3.10 --platform manylinux2014_x86_64 -d $onnx_cases/wheel -r $onnx_cases/wanted.txt &&
    "$(system_python)" tools/unpack_onnx_cases.py $onnx_cases/wheel/*.whl "$onnx_cases/$version" &&
    rm -rf $onnx_cases/wheel $onnx_cases/wanted.txt
}

# Fails when pip cannot get a wheel.
need_onnx_cases() {
  [ "$(cat $onnx_cases/made-of 2>/dev/null)" = "$(cat tools/requirements-onnx-cases.txt)" ] && return 0
  rm -rf $onnx_cases
  mkdir -p $onnx_cases
  grep '^onnx==' tools/requirements-onnx-cases.txt | while read -r requirement; do
    get_onnx_cases "$requirement" >build/onnx-cases.log 2>&1 || {
      tail -n 20 build/onnx-cases.log >&2
      return 1
    }
  done || return 1
  cp tools/requirements-onnx-cases.txt $onnx_cases/made-of
}
