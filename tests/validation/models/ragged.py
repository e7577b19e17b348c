"""A directory's encoder run by inlay over one ragged batch: what the comparisons here share."""
import json
import pathlib
import subprocess

import numpy as np


def batch(rows):
    """The inputs of [(ids, token types)], end to end."""
    return {
        "input_ids": np.concatenate([ids for ids, _ in rows]).astype(np.int32),
        "token_type_ids": np.concatenate([types for _, types in rows]).astype(np.int32),
        "row_offsets": np.cumsum([0] + [len(ids) for ids, _ in rows]).astype(np.int64),
    }


def cut(array, lengths):
    """The rows of an array that holds them end to end."""
    ends = np.cumsum(lengths)
    return [array[end - n:end] for n, end in zip(lengths, ends)]


def run(program, model, inputs, work, options=()):
    """({output: array}, "") or (None, what the program said); inputs that the model lacks are not given."""
    described = subprocess.run([str(program), "inspect", str(model), "--json"], capture_output=True, text=True)
    if described.returncode != 0:
        return None, described.stderr
    folder = pathlib.Path(work) / "arrays"
    (folder / "out").mkdir(parents=True, exist_ok=True)
    for old in folder.glob("out/*.npy"):
        old.unlink()
    arguments = []
    for name, array in inputs.items():
        if f'"{name}"' in described.stdout:
            np.save(folder / f"{name}.npy", array)
            arguments += ["--input", f"{name}={folder / name}.npy"]
    done = subprocess.run([str(program), "run", str(model), *arguments, *options,
                           "--output-dir", str(folder / "out")], capture_output=True, text=True)
    if done.returncode != 0:
        return None, done.stderr
    return {path.stem: np.load(path) for path in folder.glob("out/*.npy")}, ""


def rewrites(program, model, prefix):
    """The first line about rewrites that begins so, or ""."""
    described = subprocess.run([str(program), "inspect", str(model), "--json"], capture_output=True, text=True)
    lines = json.loads(described.stdout)["rewrites"] if described.returncode == 0 else []
    return next((line for line in lines if line.startswith(prefix)), "")


def difference(program, model, inputs, work, expected, output="last_hidden_state"):
    """(the largest difference of an output, what the program said): infinite where there is none."""
    outputs, why = run(program, model, inputs, work)
    if outputs is None:
        return np.inf, why.strip()
    if output not in outputs or outputs[output].shape != expected.shape:
        return np.inf, f"found outputs {[(name, array.shape) for name, array in outputs.items()]}"
    return float(np.abs(outputs[output] - expected).max()), ""
