"""run.py BUILD OUTPUT [--quick]: tokenizers and their peers, taking turns, one thread each.

Ids must be equal before times are taken. Texts are in memory, in UTF-8 for inlay and as Python's
strings for its peers; peers are called a batch at a time where they can be.
"""
import dataclasses
import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import bench as bench_run
from common import packages
from common.results import Figure, Result, Row
from common.turns import alternate
from text import corpora, peers, vocabularies
from text.process import TextBench


@dataclasses.dataclass(frozen=True)
class Case:
    id: str
    title: str
    vocabulary: Callable  # of vocabularies.py
    texts: Callable       # of corpora.py


CASES = (
    Case("gpt2/prose", "GPT-2, English prose", vocabularies.gpt2, corpora.prose),
    Case("gpt2/code", "GPT-2, Python code", vocabularies.gpt2, corpora.code),
    Case("minilm/prose", "MiniLM's WordPiece, English prose", vocabularies.minilm, corpora.prose),
    Case("unigram/prose", "Unigram with T5's components, English prose", vocabularies.unigram, corpora.prose),
)
# Loaded from tokenizer.json.
LOADS = (("gpt2", "GPT-2", vocabularies.gpt2),)
# A batch of lines over threads.
BATCHES = (("minilm", "MiniLM's WordPiece", vocabularies.minilm),)


def timed(run, runs=3):
    """Milliseconds: the median of some runs, behind one that does not count."""
    def once():
        begin = time.perf_counter()
        run()
        return (time.perf_counter() - begin) * 1e3

    once()
    return statistics.median(once() for _ in range(runs))


def turn(ours, question):
    """The same for a question to inlay_text_bench."""
    ours.ms(question)
    return statistics.median(ours.ms(question) for _ in range(3))


def check_equal(case, ours, texts, others):
    found = ours.ask("list")["ids"]
    for peer in others:
        if getattr(peer, "is_exact", True) and peer.ids(texts) != found:
            raise AssertionError(f"{case.id}: expected the ids of {peer.name}, found others")


def measure_case(bench, case, vocabulary, folder):
    texts = case.texts()
    if not texts:
        return bench.results.add_note(f"{case.id}: no texts on this machine, left out")
    ours, others = TextBench(bench.build, vocabulary.path, texts, folder), peers.of(vocabulary)
    check_equal(case, ours, texts, others)
    engines = {("inlay", ""): lambda: turn(ours, "ids"),
               ("inlay", "with offsets"): lambda: turn(ours, "offsets")}
    engines |= {(peer.name, ""): lambda peer=peer: timed(lambda: peer.run(texts), 1)
                for peer in others}
    samples = alternate(engines, bench.rounds(9))
    ours.close()
    size = sum(len(text.encode()) for text in texts)
    bench.results.add_row(Row(
        f"tokenizing/{case.id}", "tokenizing", case.title,
        [Result(*name, sample) for name, sample in samples.items()],
        work=size / 2**20, work_unit="MiB", note=f"{len(texts)} texts, {size / 1024:.0f} KiB"))


def measure_batch(bench, name, title, vocabulary, folder):
    """The same batch with one thread and with two."""
    texts = corpora.lines()
    if not texts:
        return bench.results.add_note(f"threads/{name}: no texts on this machine, left out")
    ours = TextBench(bench.build, vocabulary.path, texts, folder)
    engines = {("inlay", f"{threads} {what}"): lambda q=f"{question} {threads}": turn(ours, q)
               for threads in (1, 2)
               for question, what in (("batch_ids", "ids"), ("batch", "with offsets"))}
    samples = alternate(engines, bench.rounds(9))
    ours.close()
    size = sum(len(text.encode()) for text in texts)
    bench.results.add_row(Row(
        f"threads/{name}", "threads", f"{title}, a batch over threads",
        [Result(*key, sample) for key, sample in samples.items()],
        work=size / 2**20, work_unit="MiB", note=f"{len(texts)} texts, {size / 1024:.0f} KiB"))


def allocated_by(make):
    """Bytes that making something allocates and keeps; 0 where that is not known."""
    gc.collect()
    before = peers.allocated_bytes()
    made = make()
    after = peers.allocated_bytes()
    del made
    return after - before if before is not None else 0


def measure_load(bench, name, title, vocabulary, folder):
    ours = TextBench(bench.build, vocabulary.path, ["x"], folder)
    engines = {("inlay", ""): lambda: turn(ours, "load")}
    theirs = {}
    if packages.load("tokenizers"):
        make = lambda: peers.Tokenizers(vocabulary)
        engines["tokenizers", ""] = lambda: timed(make, 1)
        theirs["tokenizers"] = allocated_by(make) / 2**20
    samples = alternate(engines, bench.rounds(9))
    bench.results.add_row(Row(f"loading/{name}", "loading", f"{title}, from tokenizer.json",
                              [Result(*key, sample) for key, sample in samples.items()]))
    bench.results.add_figure(Figure(
        f"memory/{name}", f"memory that the loaded tokenizer of {title} keeps",
        ours.ask("memory")["bytes"] / 2**20, " MiB", theirs))
    ours.close()


def measure(bench):
    folder = bench.output / "vocabularies"
    folder.mkdir(exist_ok=True)
    for name, version in packages.versions(peers.PACKAGES).items():
        if not version:
            bench.results.add_note(f"{name} is not installed: its figures are left out")
    made = {make: make(folder) for make in {case.vocabulary for case in CASES}}
    for case in CASES:
        if made[case.vocabulary]:
            measure_case(bench, case, made[case.vocabulary], folder)
        else:
            bench.results.add_note(f"{case.id}: its vocabulary could not be had, left out")
    for name, title, make in LOADS:
        if made.get(make):
            measure_load(bench, name, title, made[make], folder)
    for name, title, make in BATCHES:
        if made.get(make):
            measure_batch(bench, name, title, made[make], folder)


def main():
    parser = bench_run.parser(__doc__)
    try:
        return bench_run.run("text", parser.parse_args(), measure, packages.versions(peers.PACKAGES))
    except AssertionError as error:
        print(f"text: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
