#!/bin/sh
# python_test.sh ENVIRONMENT ARGUMENT…: runs the environment's Python; 77 when it is missing or half made.
environment=$1
shift
if [ ! -f "$environment/inlay-test.stamp" ]; then
  echo "skipped: missing peer: build/python, which ./x test makes"
  exit 77
fi
exec "$environment/bin/python" "$@"
