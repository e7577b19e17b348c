"""Encoders as torch.onnx exports them, optimized by onnxruntime and made narrower, against onnxruntime on the
graph as it was exported.

Each is optimized by onnxruntime's sessions and by onnxruntime.transformers, whose operators of com.microsoft take
the mask as lengths or as it is. A graph in halves must be what its numbers are in f32. Rows of different lengths go through inlay padded and without padding. Needs torch
and transformers (tools/requirements-torch.txt) for the exports, by the Python that --torch names.
"""
import argparse
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import ragged

TOLERANCE = 2e-5
# A Gelu whose √2 is a half becomes one with √2 itself: rewrites take what is within 2e-4 of it.
HALF_TOLERANCE = 4e-4
# Outputs of order 4 have so much room between two halves.
HALF_OUTPUT_TOLERANCE = 4e-3
FAMILIES = ("bert", "bert_head_80", "bert_relu", "distilbert", "roberta", "camembert", "xlm-roberta_pad_5", "electra",
            "albert", "t5", "t5_gated", "mpnet", "bart", "deberta", "deberta_absolute")
HEADS = ("bert", "distilbert", "roberta")
# As in exported.py.
PADDED_ONLY = ("bart", "deberta")
# Its scores of padding are replaced by the lowest number, which converters make one that is not so low.
PADDED_ONLY_AS_HALF = ("distilbert",)


def export_all(folder, only):
    """Writes NAME.onnx, NAME.npz with a padded batch and whether outputs are a row a token; run by torch's Python."""
    import torch
    import transformers

    import exported
    import families

    transformers.logging.set_verbosity_error()
    for i, (name, config, longest) in enumerate(families.families(transformers)):
        if name not in FAMILIES or only not in name:
            continue
        rows = families.make_rows(config, min(longest, 140))
        base = families.make_model(transformers, torch, config)
        models = [(name, base.get_encoder() if config.is_encoder_decoder else base, "last_hidden_state")]
        if name in HEADS:
            make = transformers.AutoModelForSequenceClassification.from_config
            models.append((f"{name}_head", families.make_model(transformers, torch, config, make), "logits"))
        for label, model, output in models:
            names = exported.export(torch, model, output, output == "last_hidden_state", folder / f"{label}.onnx",
                                    exported.OPSETS[i % 2])
            inputs = exported.padded(rows)
            np.savez(folder / f"{label}.npz", **{key: inputs[key] for key in names})


def optimized_by_session(path, target):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def optimized_by_transformers(path, target, raw_mask=False, multi_head=False):
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.use_raw_attention_mask(raw_mask)
    options.use_multi_head_attention = multi_head
    model = optimizer.optimize_model(str(path), model_type="bert", optimization_options=options, opt_level=0)
    model.save_model_to_file(str(target))


def narrowed(path, target, keep):
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=keep, disable_shape_infer=True), target)


def fused_and_narrowed(path, target):
    optimized_by_transformers(path, target)
    narrowed(target, target, keep=False)


VARIANTS = {
    "session": optimized_by_session,
    "lengths": optimized_by_transformers,
    "raw": lambda path, target: optimized_by_transformers(path, target, raw_mask=True),
    "heads": lambda path, target: optimized_by_transformers(path, target, multi_head=True),
    "half": lambda path, target: narrowed(path, target, keep=False),
    "half_keep": lambda path, target: narrowed(path, target, keep=True),
    "half_fused": fused_and_narrowed,
}


def widened(path):
    """The model with every half in it as f32: what its numbers are, computed without rounding to halves."""
    import onnx
    from onnx import TensorProto, numpy_helper

    model = onnx.load(path)
    del model.graph.value_info[:]

    def widen(tensor):
        if tensor.data_type == TensorProto.FLOAT16:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float32), tensor.name))

    for tensor in model.graph.initializer:
        widen(tensor)
    for value in (*model.graph.input, *model.graph.output):
        if value.type.tensor_type.elem_type == TensorProto.FLOAT16:
            value.type.tensor_type.elem_type = TensorProto.FLOAT
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                widen(attribute.t)
            elif node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT16:
                attribute.i = TensorProto.FLOAT
    return model.SerializeToString()


def input_names(path):
    """An exporter leaves out what a model does not look at."""
    import onnx

    return {value.name for value in onnx.load(path).graph.input}


def expectation(model, inputs):
    import onnxruntime

    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, inputs)[0]


def operators(program, path):
    described = subprocess.run([str(program), "inspect", str(path), "--json"], capture_output=True, text=True)
    return json.loads(described.stdout)["operators"] if described.returncode == 0 else {}


def check(program, path, target, variant, inputs, expected, work):
    """A line about it and whether all is well."""
    there = inputs["attention_mask"].astype(bool)
    differences = []
    for options in ((), ("--drop-padding",)):
        outputs, why = ragged.run(program, target, inputs, work, options)
        if outputs is None:
            return why.strip(), False
        found = outputs["logits" if "logits" in outputs else "last_hidden_state"]
        narrow = variant in ("half", "half_fused")
        if found.dtype != (np.float16 if narrow else np.float32):
            return f"found an output of {found.dtype}", False
        difference = np.abs(found.astype(np.float32) - expected)
        # Padding holds what the graph leaves there, or nothing.
        differences.append(difference[there].max() if expected.ndim == 3 else difference.max())
    form = ragged.rewrites(program, target, "ragged: ")
    padded_only = path.stem.startswith(PADDED_ONLY) or (
        variant.startswith("half") and path.stem.startswith(PADDED_ONLY_AS_HALF))
    fits = form.startswith("ragged: yes") != padded_only
    fused = sum(key.startswith("com.microsoft.") for key in operators(program, target))
    line = f"{differences[0]:.1e} padded, {differences[1]:.1e} without padding; {fused} fused kinds; {form}"
    limit = HALF_TOLERANCE if variant.startswith("half") else TOLERANCE
    if found.dtype == np.float16:
        limit = HALF_OUTPUT_TOLERANCE
    return line, fits and max(differences) <= limit


def run_all(program, torch_python, only):
    import onnxruntime  # noqa: F401: fails early

    logging.disable(logging.WARNING)
    failures = count = 0
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        done = subprocess.run([str(torch_python), __file__, "--export", str(work), "--only", only], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout, done.stderr)
            return 1
        for path in sorted(work.glob("*.onnx")):
            inputs = {name: array for name, array in np.load(path.with_suffix(".npz")).items() if name in input_names(path)}
            exported = expectation(str(path), inputs)
            for variant, make in VARIANTS.items():
                target = work / f"variants/{path.stem}.{variant}.onnx"
                target.parent.mkdir(exist_ok=True)
                make(path, target)
                expected = expectation(widened(target), inputs) if variant.startswith("half") else exported
                line, well = check(program, path, target, variant, inputs, expected, work)
                print(f"{'' if well else 'FAILED '}{path.stem} {variant}: {line}", flush=True)
                failures += not well
                count += 1
    print(f"{failures} failures of {count}")
    return 1 if failures or count == 0 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program")
    parser.add_argument("--torch", type=pathlib.Path, help="the Python that has torch and transformers")
    parser.add_argument("--export", type=pathlib.Path, help="only writes the exports, into this folder")
    parser.add_argument("--only", default="", help="exports whose name holds this")
    args = parser.parse_args()
    if args.export:
        return export_all(args.export, args.only)
    if not os.access(args.torch, os.X_OK):
        print(f"skipped: missing peer: {args.torch}, which ./x test makes")
        return 77
    return run_all(args.program, args.torch, args.only)


if __name__ == "__main__":
    sys.exit(main())
