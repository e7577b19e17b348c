"""ONNX's own cases as the wheels of onnx carry them, for conformance.py.

A case is a folder with model.onnx and test_data_set_K/{input_i.pb,output_j.pb}; its name is
VERSION/SUITE/NAME, for example 1.22.0/node/test_abs.
"""
import dataclasses
import functools
import hashlib
import json
import pathlib
import shutil

import numpy as np
import onnx
from onnx import numpy_helper

ROOT = pathlib.Path(__file__).resolve().parents[3]
INSTALLED = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
OLDER = ROOT / "build" / "onnx-cases"  # ./x unpacks them (tools/x/onnx_cases.sh)
OLDER_VERSIONS = ("1.12.0", "1.15.0", "1.18.0")
SUITES = ("node", "simple", "pytorch-converted", "pytorch-operator", "light")
RTOL, ATOL = 1e-3, 1e-7  # what ONNX's runner has where a case says nothing


@dataclasses.dataclass
class Case:
    name: str
    folder: pathlib.Path
    digest: bytes  # of all that is in the folder
    operators: list  # "Add-14", "Scaler-1 (ai.onnx.ml)"
    opset: int  # of ai.onnx; 0 where the model imports none
    rtol: float = RTOL
    atol: float = ATOL

    @property
    def suite(self):
        return self.name.rsplit("/", 1)[0]


@functools.lru_cache(maxsize=None)
def since(domain, op_type, version):
    """The operator's version in an operator set; the set's own where ONNX does not know the operator."""
    try:
        return onnx.defs.get_schema(op_type, version, domain).since_version
    except onnx.defs.SchemaError:
        return version


def nodes_of(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from nodes_of(inner)


def sets_of(model):
    """{domain: version}; ai.onnx is ""."""
    return {"" if entry.domain == "ai.onnx" else entry.domain: entry.version for entry in model.opset_import}


def operators_of(model):
    """Each operator of the model, those of subgraphs too, with the version that its operator sets mean."""
    sets = sets_of(model)
    found = set()
    for node in nodes_of(model.graph):
        domain = "" if node.domain == "ai.onnx" else node.domain
        found.add(f"{node.op_type}-{since(domain, node.op_type, sets.get(domain, 1))}" + (f" ({domain})" if domain else ""))
    return sorted(found)


def read_case(name, folder, tolerance):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    model = onnx.load(folder / "model.onnx")
    return Case(name, folder, digest.digest(), operators_of(model), sets_of(model).get("", 0), *tolerance)


def tolerance_of(folder):
    """(rtol, atol) of a case, which its data.json may say."""
    file = folder / "data.json"
    said = json.loads(file.read_text()) if file.is_file() else {}
    return said.get("rtol", RTOL), said.get("atol", ATOL)


def write_light(folder, model_file):
    """A classifier with its output as a case; the input is what ONNX's runner makes: i / count."""
    model = onnx.load(model_file)
    constants = {constant.name for constant in model.graph.initializer}
    (entry,) = [value for value in model.graph.input if value.name not in constants]
    shape = [axis.dim_value for axis in entry.type.tensor_type.shape.dim]
    count = int(np.prod(shape))
    x = (np.arange(count).reshape(shape) / count).astype(np.float32)
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    shutil.copy(model_file, folder / "model.onnx")
    (data / "input_0.pb").write_bytes(numpy_helper.from_array(x, entry.name).SerializeToString())
    shutil.copy(model_file.with_name(f"{model_file.stem}_output_0.pb"), data / "output_0.pb")


def cases_of(version, data, scratch):
    """The cases of one wheel; `scratch` takes those that must be written first."""
    for suite in SUITES:
        folder = data / suite
        if suite == "light":
            for model_file in sorted(folder.glob("*.onnx")):
                case = scratch / version / model_file.stem
                write_light(case, model_file)
                real = INSTALLED / "real" / model_file.stem.replace("light_", "test_")
                yield read_case(f"{version}/{suite}/{model_file.stem}", case, tolerance_of(real))
        elif folder.is_dir():
            for case in sorted(path for path in folder.iterdir() if (path / "model.onnx").is_file()):
                yield read_case(f"{version}/{suite}/{case.name}", case, tolerance_of(case))


def all_cases(scratch):
    """(cases, wheels that are not there), the newest wheel first."""
    missing = [version for version in OLDER_VERSIONS if not (OLDER / version).is_dir()]
    cases = list(cases_of(onnx.__version__, INSTALLED, scratch))
    for version in reversed(OLDER_VERSIONS):
        if version not in missing:
            cases += cases_of(version, OLDER / version, scratch)
    return cases, missing
