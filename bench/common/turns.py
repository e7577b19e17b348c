"""Measuring things against each other: they take turns, and medians are compared.

    found = take_turns({"inlay": run_inlay, "peer": run_peer}, Effort(seconds=4))
    found["inlay"].median

A turn is one run that does not count (caches, frequency and sleeping threads come back), then at least
`turn_runs` runs and `turn_seconds`. Engines whose threads spin after a run would slow down whoever is
next, so a turn begins when the process has come to rest. One slow neighbour of the machine then hits
everybody alike.
"""
import dataclasses
import gc
import statistics
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long to measure."""

    seconds: float = 3.0        # of runs that count, for each engine
    rounds: int = 7
    turn_runs: int = 3
    turn_seconds: float = 0.04
    longest: float = 45.0       # for all engines together, once each has had three rounds


@dataclasses.dataclass(frozen=True)
class Sample:
    """Times in milliseconds."""

    median: float
    p25: float
    p75: float
    best: float
    runs: int

    @staticmethod
    def of(times_ms):
        ordered = sorted(times_ms)
        p25, median, p75 = (ordered * 3 if len(ordered) == 1 else
                            statistics.quantiles(ordered, n=4, method="inclusive"))
        return Sample(median, p25, p75, ordered[0], len(ordered))


def rest(limit_s=0.5):
    """Sleeps until the threads of this process do so too, `limit_s` at most."""
    end = time.perf_counter() + limit_s
    while time.perf_counter() < end:
        busy = time.process_time()
        time.sleep(0.002)
        if time.process_time() - busy < 0.0003:
            return


def run_turn(run, effort):
    """The times of one turn, in milliseconds."""
    rest()
    run()
    times, begin = [], time.perf_counter()
    now = begin
    while len(times) < effort.turn_runs or now - begin < effort.turn_seconds:
        before = now
        run()
        now = time.perf_counter()
        times.append((now - before) * 1e3)
    return times


def take_turns(engines: dict[str, Callable[[], object]], effort: Effort) -> dict[str, Sample]:
    """Round by round, a turn for each, until everyone has had `effort.rounds` and `effort.seconds`. The
    order rotates, so that nobody always follows the same one."""
    names = list(engines)
    times = {name: [] for name in names}
    rounds, begin = 0, time.perf_counter()

    def enough():
        if rounds >= 3 and time.perf_counter() - begin > effort.longest:
            return True
        return rounds >= effort.rounds and min(map(sum, times.values())) >= effort.seconds * 1e3

    gc.disable()
    try:
        while not enough():
            for name in names:
                times[name] += run_turn(engines[name], effort)
            names.append(names.pop(0))
            rounds += 1
    finally:
        gc.enable()
    return {name: Sample.of(values) for name, values in times.items()}


def alternate(engines: dict[str, Callable[[], float]], rounds: int) -> dict[str, Sample]:
    """The same for things that measure themselves, once a turn: each returns milliseconds."""
    times = {name: [] for name in engines}
    for _ in range(rounds):
        for name, measure in engines.items():
            rest()
            times[name].append(measure())
    return {name: Sample.of(values) for name, values in times.items()}
