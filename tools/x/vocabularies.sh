# build/vocabularies: the vocabularies of GPT-2 and Whisper, which openai-whisper's source package carries, for
# the parity tests. The package is only unpacked, never installed.
vocabularies=build/vocabularies

# Fails when pip cannot get the package.
need_vocabularies() {
  wanted=$(cat tools/requirements-vocabularies.txt)
  [ "$(cat $vocabularies/made-of 2>/dev/null)" = "$wanted" ] && return 0
  say "getting the vocabularies of $(tail -n 1 tools/requirements-vocabularies.txt)"
  rm -rf $vocabularies
  mkdir -p $vocabularies/package
  if ! { "$(python_env test)/bin/python" -m pip download -q --no-deps --no-binary :all: \
    -d $vocabularies/package -r tools/requirements-vocabularies.txt &&
    tar -xzf $vocabularies/package/*.tar.gz -C $vocabularies/package &&
    mv $vocabularies/package/*/whisper/assets/*.tiktoken $vocabularies/package/*/whisper/tokenizer.py $vocabularies; } \
    >build/vocabularies.log 2>&1; then
    tail -n 20 build/vocabularies.log >&2
    return 1
  fi
  rm -rf $vocabularies/package
  printf '%s\n' "$wanted" >$vocabularies/made-of
}
