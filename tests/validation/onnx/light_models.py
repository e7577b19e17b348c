"""The image classifiers that the onnx package holds, with rewrites and without: ONNX's own inputs and outputs."""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper

DATA = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"


def write(folder, model_file):
    """A case as inlay_node_probe reads it; the input is what ONNX's runner makes: i / count."""
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True)
    args = parser.parse_args()
    models = sorted(DATA.glob("*.onnx"))
    if not models:
        print("skipped: missing peer: onnx with backend/test/data/light")
        return 77
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folders = [pathlib.Path(temporary) / model.stem for model in models]
        for folder, model in zip(folders, models):
            write(folder, model)
        for options in ([], ["--no-rewrite"]):
            done = subprocess.run([args.probe, *options, *map(str, folders)], capture_output=True, text=True)
            lines = [line.split("\t") for line in done.stdout.splitlines()]
            assert len(lines) == len(models), f"{args.probe} ended with {done.returncode}: {done.stderr[-300:]}"
            for name, result, why in lines:
                print(name, *options, result, why)
                bad += result != "pass"
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
