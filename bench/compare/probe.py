"""probe.py ENGINE MODEL BATCH LENGTH VOCAB [BUILD]: one engine in a fresh process.

Prints a JSON object: create_ms (the session alone; imports do not count), first_ms (the first run),
before_bytes (resident memory at its highest before the session) and peak_bytes (after three runs, when
all that is made on first use is made). ENGINE is
onnxruntime, openvino or inlay, which needs BUILD. One thread.
"""
import json
import pathlib
import resource
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np


def peak_bytes():
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def maker(engine, model, build):
    """The function to be timed; what it needs is imported here."""
    if engine == "inlay":
        from common.encoder import InlayEngine
        from common.inlay import Inlay
        library = Inlay(build)
        return lambda: InlayEngine(library, model, 1)
    from common import peers
    return peers.plain_ways(model, 1)[engine]


def main(engine, model, batch, length, vocab, build=""):
    ids = np.random.default_rng(7).integers(0, int(vocab), (int(batch), int(length)))
    make = maker(engine, model, build)
    before = peak_bytes()
    begin = time.perf_counter()
    session = make()
    created = time.perf_counter()
    session.hidden(ids)
    first = time.perf_counter()
    for _ in range(2):
        session.hidden(ids)
    print(json.dumps({"create_ms": (created - begin) * 1e3, "first_ms": (first - created) * 1e3,
                      "before_bytes": before, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
