"""Encoders as torch.onnx exports them from transformers, against transformers' own forward pass.

Rows of different lengths go through inlay as one padded batch, once as it stands and once with
--drop-padding, which computes the ragged form where a rewrite proves that there is one. Needs torch and
transformers (tools/requirements-torch.txt).
"""
import argparse
import pathlib
import sys
import tempfile
import warnings

import numpy as np

import families
import ragged

TOLERANCE = 1e-5
# Families without a ragged form: heads that are merged with the batch. Any other one must have it.
PADDED_ONLY = ("bart", "deberta")
HEADS = ("bert", "distilbert", "roberta", "camembert", "xlm-roberta", "electra", "albert")
OPSETS = (14, 16)


def padded(rows):
    """The inputs of [(ids, token types)] as a batch, the longest first to last."""
    length = max(len(ids) for ids, _ in rows)

    def stack(arrays):
        out = np.zeros((len(arrays), length), np.int64)
        for target, array in zip(out, arrays):
            target[:len(array)] = array
        return out

    return {
        "input_ids": stack([ids for ids, _ in rows]),
        "token_type_ids": stack([types for _, types in rows]),
        "attention_mask": stack([np.ones(len(ids)) for ids, _ in rows]),
    }


def export(torch, model, output, per_token, path, opset):
    """Returns the names of the inputs."""
    takes_types = "token_type_ids" in model.forward.__code__.co_varnames
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * takes_types
    example = {name: torch.tensor([[7, 8, 9], [7, 8, 9]]) for name in names}
    example["attention_mask"] = torch.tensor([[1, 1, 1], [1, 1, 0]])
    if takes_types:
        example["token_type_ids"] = torch.zeros(2, 3, dtype=torch.int64)
    axes = {name: {0: "batch", 1: "length"} for name in names}
    axes[output] = {0: "batch", 1: "length"} if per_token else {0: "batch"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (example,), str(path), input_names=names, output_names=[output],
                          dynamic_axes=axes, opset_version=opset)
    return names


def oracle(torch, model, rows, output, takes_types):
    """An array a row, in float64."""
    model = model.double()
    out = []
    for ids, types in rows:
        arguments = {"input_ids": torch.tensor(ids[None])}
        if takes_types:
            arguments["token_type_ids"] = torch.tensor(types[None])
        with torch.no_grad():
            out.append(getattr(model(**arguments), output)[0].numpy())
    return out


def worst_difference(found, rows, expected, per_token):
    return max(np.abs((array[:len(ids)] if per_token else array) - truth).max()
               for array, (ids, _), truth in zip(found, rows, expected))


def check(program, torch, name, model, rows, output, work, opset):
    """A line about it and whether all is well."""
    per_token = output == "last_hidden_state"
    path = work / f"{name}_{output}.onnx"
    names = export(torch, model, output, per_token, path, opset)
    expected = oracle(torch, model, rows, output, "token_type_ids" in names)
    inputs = {key: array for key, array in padded(rows).items() if key in names}
    results = []
    for options in ((), ("--drop-padding",)):
        outputs, why = ragged.run(program, path, inputs, work, options)
        if outputs is None:
            return why.strip(), False
        results.append(worst_difference(outputs[output], rows, expected, per_token))
    form = ragged.rewrites(program, path, "ragged: ")
    fits = form.startswith("ragged: yes") != name.startswith(PADDED_ONLY)
    line = f"{results[0]:.1e} padded, {results[1]:.1e} without padding; {form}"
    return line, fits and max(results) <= TOLERANCE


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", help="families whose name holds this")
    args = parser.parse_args()
    try:
        import torch
        import transformers
    except ImportError as missing:
        print(f"skipped: missing peer: {missing}")
        return 77
    transformers.logging.set_verbosity_error()
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        for i, (name, config, longest) in enumerate(families.families(transformers)):
            if args.only and args.only not in name:
                continue
            rows = families.make_rows(config, longest)
            base = families.make_model(transformers, torch, config)
            models = [(base.get_encoder() if config.is_encoder_decoder else base, "last_hidden_state")]
            if name in HEADS:
                make = transformers.AutoModelForSequenceClassification.from_config
                models.append((families.make_model(transformers, torch, config, make), "logits"))
            for model, output in models:
                line, well = check(args.program, torch, name, model, rows, output, work,
                                   OPSETS[i % len(OPSETS)])
                print(f"{name} {output}: {line}")
                failures += not well
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
