#!/bin/sh
# What inlay does, shown by the program itself: ./x demo builds it and fetches the model first.
# INLAY_PROGRAM and INLAY_DEMO_MODEL name others.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
inlay=${INLAY_PROGRAM:-$root/build/release/bin/inlay}
model=${INLAY_DEMO_MODEL:-all-MiniLM-L6-v2}
data=$root/tests/data/demo

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); fi

heading() {
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

# What a user would type, then what comes of it.
show() {
  printf '  $ inlay %s\n\n' "$1"
}

indent() {
  sed 's/^/  /'
}

now_ms() {
  echo $(($(date +%s%N) / 1000000))
}

heading 'Window titles, sorted into labels given in words'
show "classify -m $model --labels-file labels.tsv < titles.txt"
"$inlay" classify -m "$model" --labels-file "$data/labels.tsv" <"$data/titles.txt" | indent

for query in 'It crashes at launch' 'Where is my delivery?'; do
  heading "Messages closest to: $query"
  show "similar -m $model --top-k 3 \"$query\" < sentences.txt"
  "$inlay" similar -m "$model" --top-k 3 "$query" <"$data/sentences.txt" | indent
done

heading 'What it ran on'
show 'devices; inlay kernels'
"$inlay" devices | indent
echo
"$inlay" kernels | indent

heading 'How long it takes'
fastest=
for _ in 1 2 3 4 5; do
  start=$(now_ms)
  "$inlay" classify -m "$model" --labels Coding,Mail 'main.cc - Visual Studio Code' >/dev/null
  took=$(($(now_ms) - start))
  if [ -z "$fastest" ] || [ "$took" -lt "$fastest" ]; then fastest=$took; fi
done
printf '  %s ms from starting the program to the first text classified, the fastest of 5\n' "$fastest"
for sizes in '1 16' '1 128' '8 128'; do
  batch=${sizes% *} length=${sizes#* }
  echo
  show "bench -m $model --batch $batch --length $length"
  "$inlay" bench -m "$model" --batch "$batch" --length "$length" --runs 20 | indent
done
