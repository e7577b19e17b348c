"""Rows "starting" and figures of memory: before the first result, and beside the weights."""
import json
import pathlib
import sys
import time

from common import machine, peers
from common.encoder import InlayEngine
from common.processes import measured
from common.results import Figure, Result, Row
from common.turns import Sample, alternate

PROBE = pathlib.Path(__file__).with_name("probe.py")
TEXT = "The linker fails with LNK2038."


def creation_ms(make, ids=None):
    """Makes a session, and runs it once when there are ids."""
    begin = time.perf_counter()
    engine = make()
    if ids is not None:
        engine.bind(ids)()
    took = (time.perf_counter() - begin) * 1e3
    engine.close()
    return took


def measure_creation(bench, encoder, onnx_path):
    """Files are in the system's cache: the first round, which brings them there, does not count."""
    makers = {("inlay", ""): lambda: InlayEngine(bench.library, encoder.directory, 1)}
    if onnx_path:
        makers["inlay", "ONNX file"] = lambda: InlayEngine(bench.library, onnx_path, 1)
    makers |= {(name, ""): make for name, make in peers.plain_ways(onnx_path, 1).items()}
    for title, ids in (("session", None), ("session and first run", encoder.ids(1, 16))):
        timed = {name: lambda make=make: creation_ms(make, ids) for name, make in makers.items()}
        alternate(timed, 1)
        samples = alternate(timed, bench.rounds(15))
        bench.results.add_row(Row(
            "starting/" + ("session" if ids is None else "first-run"), "starting", title,
            [Result(*name, sample) for name, sample in samples.items()]))


def probe(bench, encoder, engine, path, batch=1, length=16):
    """What probe.py finds in a fresh process."""
    found = measured([sys.executable, PROBE, engine, path, batch, length,
                      encoder.config["vocab_size"], bench.build])
    return json.loads(found["output"])


def measure_processes(bench, encoder, onnx_path):
    """inlay: the program from exec to exit, tokenizer included. Peers: creating the session alone, in a
    fresh process whose imports do not count."""
    program = machine.program(bench.build, "inlay")
    command = [program, "embed", "-m", encoder.directory, "--json", TEXT]
    timed = {"inlay": lambda: measured(command)["ms"]}
    for name in peers.plain_ways(onnx_path, 1):
        timed[name] = lambda name=name: probe(bench, encoder, name, onnx_path)["create_ms"]
    alternate(timed, 1)
    samples = alternate(timed, bench.rounds(11))
    bench.results.add_row(Row(
        "starting/process", "starting", "process to first embedding",
        [Result(name, "", sample) for name, sample in samples.items()],
        note="the whole program `inlay embed`, from its start to its end, against what a peer needs to"
             " create its session alone"))


def measure_memory(bench, encoder, onnx_path):
    """Peak resident memory over the size of the model's file."""
    command = [machine.program(bench.build, "inlay"), "embed", "-m", encoder.directory, TEXT]
    peak = measured(command)["peak_bytes"]
    bench.results.add_figure(Figure(
        "memory/text", "peak memory of `inlay embed`, one short text, over the model file's size",
        peak / encoder.file_bytes, "×", note=f"{peak / 1e6:.0f} MB, all of the process"))
    for batch, length in ((1, 16), (8, 128)):
        ratios = {}
        for name, path in {"inlay": encoder.directory, "onnxruntime": onnx_path,
                           "openvino": onnx_path}.items():
            if name == "inlay" or name in peers.plain_ways(onnx_path, 1):
                found = probe(bench, encoder, name, path, batch, length)
                ratios[name] = (found["peak_bytes"] - found["before_bytes"]) / encoder.file_bytes
        bench.results.add_figure(Figure(
            f"memory/{batch}x{length}", f"what a session and three runs at {batch}×{length} add to a"
            " process's peak memory, over the model file's size", ratios.pop("inlay"), "×", ratios))


def measure_binding(bench, encoder):
    """A session keeps its four latest bindings; among sixteen lengths in turn each is new when it comes
    and known when it comes again at once. The third time says what the measurement is worth."""
    session = InlayEngine(bench.library, encoder.directory, 1)
    runs = [session.bind(encoder.ids(1, length)) for length in range(9, 25)]
    for run in runs * 2:
        run()  # weights are packed
    shares, controls, again = [], [], []
    for _ in range(bench.rounds(60)):
        for run in runs:
            times = []
            for _ in range(3):
                begin = time.perf_counter()
                run()
                times.append(time.perf_counter() - begin)
            shares.append((times[0] - times[1]) / times[1])
            controls.append((times[1] - times[2]) / times[2])
            again.append(times[1] * 1e3)
    session.close()
    median = Sample.of(shares).median
    bench.results.add_figure(Figure(
        "binding/1x16", "binding a new length, share of the run's time at 1×9 … 1×24", median, "share",
        note=f"{len(shares)} pairs of runs, {Sample.of(again).median:.2f} ms each; the second run"
             f" against the third: {Sample.of(controls).median:+.2%}"))


def measure(bench, encoder, onnx_path):
    measure_creation(bench, encoder, onnx_path)
    measure_processes(bench, encoder, onnx_path)
    measure_memory(bench, encoder, onnx_path)
    measure_binding(bench, encoder)
