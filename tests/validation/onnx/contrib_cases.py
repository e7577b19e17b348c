"""Each case of contrib_models.py: inlay against onnxruntime, with sizes as numbers and as symbols, rewritten and
not. --save FILE writes them with onnxruntime's answers for contrib_test.cc instead.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from onnx import numpy_helper

import contrib_models

TOLERANCE = "1e-5"


def write_case(folder, case, outputs, symbolic):
    """A directory as the probe reads it."""
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(contrib_models.model(case, symbolic).SerializeToString())
    for kind, arrays in (("input", contrib_models.feeds(case).values()), ("output", outputs)):
        for i, array in enumerate(arrays):
            tensor = numpy_helper.from_array(np.ascontiguousarray(array))
            (data / f"{kind}_{i}.pb").write_bytes(tensor.SerializeToString())


def tensor(array):
    return numpy_helper.from_array(np.ascontiguousarray(array)).SerializeToString().hex()


def save(path):
    """A line a case: the model with symbols, inputs and outputs as hexadecimal protobuf messages."""
    import onnxruntime

    with open(path, "w", encoding="utf-8") as out:
        out.write(json.dumps({"onnxruntime": onnxruntime.__version__}) + "\n")
        for case in contrib_models.cases():
            line = {
                "name": case.name, "model": contrib_models.model(case, True).SerializeToString().hex(),
                "inputs": [tensor(array) for array in contrib_models.feeds(case).values()],
                "outputs": [tensor(array) for array in contrib_models.expectation(case)],
            }
            out.write(json.dumps(line, separators=(",", ":")) + "\n")


def run(probe, options, folders):
    """{folder's name: what the probe said}"""
    lines = "".join(f"{folder}\t0\t{TOLERANCE}\n" for folder in folders)
    done = subprocess.run([probe, *options, "-"], input=lines, capture_output=True, text=True)
    return {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe")
    parser.add_argument("--save")
    parser.add_argument("--only", default="", help="cases whose name begins so")
    parser.add_argument("--twin", action="store_true", help="changes an element of each expectation: all must fail")
    args = parser.parse_args()
    if args.save:
        return save(args.save)
    failures = count = 0
    with tempfile.TemporaryDirectory() as temporary:
        folders = []
        for case in contrib_models.cases():
            if not case.name.startswith(args.only):
                continue
            outputs = contrib_models.expectation(case)
            if args.twin:
                outputs[0] = outputs[0] + (np.arange(outputs[0].size) == 0).reshape(outputs[0].shape) * 0.001
                outputs[0] = outputs[0].astype(np.float32)
            for symbolic in (False, True)[:1 + case.symbolic]:
                folder = pathlib.Path(temporary) / f"{case.name}{'_symbols' * symbolic}"
                write_case(folder, case, outputs, symbolic)
                folders.append(folder)
        for options in ([], ["--no-rewrite"]):
            said = run(args.probe, options, folders)
            for folder in folders:
                count += 1
                result = said.get(folder.name, ["nothing", ""])
                well = result[0] == ("fail" if args.twin else "pass")
                failures += not well
                if not well:
                    print(folder.name, *options, *result)
    print(f"{failures} failures of {count}")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
