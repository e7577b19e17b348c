"""Runs of one of onnx's light models that are cancelled at random moments: all of them end, and soon.

The time that counts is told by an idle machine: run it alone with --rounds 200. In the suite the machine is
busy, and the limit is wide.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import onnx

MODELS = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--model", default="light_vgg19")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--limit-ms", type=float, default=100)
    args = parser.parse_args()
    model = MODELS / f"{args.model}.onnx"
    if not model.exists():
        print("skipped: missing peer: onnx with backend/test/data/light")
        return 77
    bad = 0
    for threads in (1, 2):
        told = json.loads(subprocess.run([args.probe, model, str(args.rounds), str(threads)],
                                         check=True, capture_output=True, text=True).stdout)
        print(threads, "threads:", told)
        bad += told["cancelled"] < args.rounds // 2 or told["p50_ms"] > args.limit_ms
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
