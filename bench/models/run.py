"""run.py BUILD OUTPUT [--quick] [--sizes …]: inlay alone on encoders of the usual sizes.

Weights are random, made from a seed: the time of an encoder does not depend on them.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from common import bench as bench_run
from common import encoder_rows, random_bert


def measure(bench):
    folder = bench.output / "models"
    folder.mkdir(exist_ok=True)
    for size in bench.options.sizes:
        encoder_rows.measure(bench, random_bert.make(size, folder))


def main():
    parser = bench_run.parser(__doc__)
    parser.add_argument("--sizes", nargs="*", default=random_bert.QUICK_SIZES,
                        choices=list(random_bert.SIZES), help="BERT-large takes minutes")
    return bench_run.run("models", parser.parse_args(), measure)


if __name__ == "__main__":
    sys.exit(main())
