"""The figure "callers": four threads that call one session against one thread that does."""
import threading
import time

import numpy as np

from common.encoder import ragged_feed
from common.results import Figure
from common.turns import alternate

CALLERS, RUNS, SHAPE, ROUNDS = 4, 12, (1, 128), 9


def together(runs):
    """Milliseconds until each of the callers has made its runs."""
    ready = threading.Barrier(len(runs) + 1)

    def call(run):
        ready.wait()
        for _ in range(RUNS):
            run()

    threads = [threading.Thread(target=call, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - begin) * 1e3


def one_by_one(runs):
    begin = time.perf_counter()
    for run in runs:
        for _ in range(RUNS):
            run()
    return (time.perf_counter() - begin) * 1e3


def outputs_together(bound):
    found = [None] * len(bound)

    def take(i):
        found[i] = bound[i].outputs()[0]

    threads = [threading.Thread(target=take, args=(i,)) for i in range(len(bound))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def measure(bench, encoder):
    threads = bench.threads[-1]
    engine = bench.library.session(encoder.directory, threads)
    feeds = [ragged_feed(encoder.ids(*SHAPE, seed)) for seed in range(CALLERS)]
    bound = [engine.bind(feed) for feed in feeds]
    alone = [run.outputs()[0] for run in bound]
    for expected, found in zip(alone, outputs_together(bound)):
        if not np.array_equal(expected, found):
            raise AssertionError("callers: expected the bits that a caller alone gets, found others")
    samples = alternate({"one": lambda: one_by_one(bound), "four": lambda: together(bound)},
                        bench.rounds(ROUNDS))
    bench.results.add_figure(Figure(
        "callers/throughput", f"throughput of {CALLERS} callers of one session over that of one",
        samples["one"].median / samples["four"].median, "×",
        note=f"{threads} threads, {SHAPE[0]}×{SHAPE[1]}; outputs are equal to the bit"))
    engine.close()
