"""What a run of the benchmarks found, on its way to JSON.

A Row is one thing that several engines did, with the time that each took; a Figure is one number of
inlay's, with the peers' beside it where they have one; a Curve is several numbers over something. report.py makes Markdown and plots of the JSON.
"""
import dataclasses
import json
import pathlib

from common.turns import Sample


@dataclasses.dataclass(frozen=True)
class Result:
    engine: str   # "inlay", "onnxruntime", …
    variant: str  # how it was used: "ONNX file", "sleeping threads", …; "" for the plain way
    time_ms: Sample


@dataclasses.dataclass
class Row:
    id: str     # "encoder/MiniLM/1x16/2": stable, so that runs can be compared
    table: str  # the id of the table that it is shown in
    title: str
    results: list[Result]
    threads: int = 1
    work: float = 0      # what a run does, in units of work_unit
    work_unit: str = ""  # "GFLOP", "MiB"; "" where only the time counts
    read_bytes: float = 0  # what a run must read at least once
    note: str = ""

    def limit(self, limits):
        """(ms, by what): the least time by the machine's own limits; (0, "") where it is not known."""
        fma = limits["fma_flops"].get(str(self.threads))
        read = limits["read_bytes"].get(str(self.threads))
        if self.work_unit != "GFLOP" or not fma or not read:
            return 0.0, ""
        return max((self.work * 1e9 / fma * 1e3, "multiply-adds"),
                   (self.read_bytes / read * 1e3, "memory"))

    def to_json(self, limits):
        """Ratio and share are those of the first result, inlay used the plain way, against the best of
        all ways of using a peer."""
        ours = self.results[0].time_ms.median
        limit_ms, limit_by = self.limit(limits)
        theirs = [result.time_ms.median for result in self.results if result.engine != "inlay"]
        return {
            **dataclasses.asdict(self),
            "ratio": min(theirs) / ours if theirs else None,
            "limit_ms": limit_ms,
            "limit_by": limit_by,
            "share_of_limit": limit_ms / ours if limit_ms else None,
        }


@dataclasses.dataclass
class Figure:
    id: str
    title: str
    value: float
    unit: str = ""  # "share", "difference", or what is written behind the number
    peers: dict[str, float] = dataclasses.field(default_factory=dict)
    note: str = ""

    def to_json(self):
        return dataclasses.asdict(self)


@dataclasses.dataclass
class Curve:
    """Numbers from 0 to 1 over some points, of several series."""

    id: str
    title: str
    subtitle: str
    points: list[str]
    series: dict[str, list[float | None]]  # a value a point; None where there is none


class Results:
    """Rows and figures as they come, said on the way by `say`."""

    def __init__(self, kind, say):
        self.kind, self.say = kind, say
        self.rows, self.figures, self.curves, self.notes = [], [], [], []
        self.kernels = []  # as bench/kernels/run.py makes them

    def add_row(self, row):
        self.rows.append(row)
        times = ", ".join(f"{' '.join(filter(None, (r.engine, r.variant)))} {r.time_ms.median:.3g} ms"
                          for r in row.results)
        self.say(f"{row.id}: {times}")

    def add_figure(self, figure):
        self.figures.append(figure)
        self.say(f"{figure.id}: {figure.value:.6g} {figure.unit}".rstrip())

    def add_curve(self, curve):
        self.curves.append(curve)
        for name, values in curve.series.items():
            shown = ", ".join("–" if value is None else f"{value:.3f}" for value in values)
            self.say(f"{curve.id}, {name}: {shown}")

    def add_note(self, text):
        """Something that was left out or must be known to read the figures."""
        if text not in self.notes:
            self.notes.append(text)
            self.say(text)

    def document(self, limits, **rest):
        return {"kind": self.kind, **rest, "limits": limits, "notes": self.notes,
                "rows": [row.to_json(limits) for row in self.rows],
                "figures": [figure.to_json() for figure in self.figures], "kernels": self.kernels,
                "curves": [dataclasses.asdict(curve) for curve in self.curves]}


def rounded(value):
    """Floats to six digits: no figure is more exact, and files stay readable."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(entry) for entry in value]
    return value


def write_json(document, path):
    text = json.dumps(rounded(document), indent=1, ensure_ascii=False)
    pathlib.Path(path).write_text(text + "\n", "utf-8")
