"""Classification heads of every family that has one, saved by transformers, against its own logits.

Texts and tokens, three labels each; rows go through inlay as one ragged batch, through transformers one by
one in float64. Needs torch and transformers (tools/requirements-torch.txt).
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import families
import ragged

TOLERANCE = 1e-5
LABELS = {0: "no", 1: "maybe", 2: "yes"}
NAMES = ("albert", "bert", "camembert", "deberta", "distilbert", "electra", "mpnet", "roberta", "xlm-roberta")


def expected(torch, model, rows):
    model = model.double()
    takes_types = "token_type_ids" in model.forward.__code__.co_varnames
    out = []
    for ids, types in rows:
        more = {"token_type_ids": torch.tensor(types[None])} if takes_types else {}
        with torch.no_grad():
            out.append(model(input_ids=torch.tensor(ids[None]), **more).logits.numpy().reshape(-1, len(LABELS)))
    return np.concatenate(out)


def check_family(program, peers, work, name, config, kind):
    transformers, torch = peers
    config.id2label, config.label2id = LABELS, {label: i for i, label in LABELS.items()}
    maker = getattr(transformers, f"AutoModelFor{kind}Classification").from_config
    model = families.make_model(transformers, torch, config, maker)
    folder = work / f"{name}_{kind}"
    model.save_pretrained(folder, safe_serialization=True)
    rows = families.make_rows(config, 30)
    oracle = expected(torch, model, rows)
    worst, why = ragged.difference(program, folder, ragged.batch(rows), folder, oracle, "logits")
    print(f"{name}, {kind}: largest difference {worst:.1e} of {np.abs(oracle).max():.1f} {why}")
    return int(not worst <= TOLERANCE)


def check_inspect(program, folder):
    described = subprocess.run([program, "inspect", str(folder), "--json"], check=True, text=True,
                               capture_output=True).stdout
    found = {key: json.loads(described)["metadata"].get(key) for key in ("head", "labels")}
    if found == {"head": "text classification", "labels": "no, maybe, yes"}:
        return 0
    print(f"inspect: found {found}")
    return 1


def check_refusals(program, folder):
    """Configurations that do not fit the weights, and what the line must speak of."""
    failures = 0
    path = folder / "config.json"
    good = json.loads(path.read_text())
    for changes, words in (
        ({"id2label": {"0": "a", "1": "b"}}, ("classifier.weight", "2", "3")),
        ({"architectures": ["BertForTokenClassification"], "id2label": {}, "num_labels": 4}, ("4", "3")),
        ({"id2label": {"0": 7, "1": "b", "2": "c"}}, ("$.id2label",)),
    ):
        path.write_text(json.dumps({**good, **changes}))
        done = subprocess.run([program, "inspect", str(folder)], capture_output=True, text=True)
        if done.returncode == 0 or len(done.stderr.splitlines()) != 1 or any(w not in done.stderr for w in words):
            print(f"{changes}: expected one line with {words}, found {done.stderr!r}")
            failures += 1
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
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
        for name, config, _ in families.families(transformers):
            if name not in NAMES:
                continue
            for kind in ("Sequence", "Token"):
                failures += check_family(program, (transformers, torch), work, name, config, kind)
        failures += check_inspect(program, work / "bert_Sequence")
        failures += check_refusals(program, work / "bert_Sequence")
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
