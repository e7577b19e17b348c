"""Classification by models' own heads, zero-shot by inference, and ranking, against transformers' pipelines.

Random models of several families with one label, several labels, several at once and regression; single texts,
texts of mixed lengths and pairs; from safetensors and from exported ONNX graphs, of which some have no ragged
form. Needs torch and transformers (tools/requirements-torch.txt).
"""
import argparse
import pathlib
import sys
import tempfile
import warnings

import numpy as np

import head_models as hm

TOLERANCE = 1e-5
FAMILIES = ("bert", "distilbert", "electra", "roberta", "xlm-roberta", "deberta-v2", "mpnet")
LABELS = ["no", "maybe", "yes"]
# name, labels, problem type
PROBLEMS = (
    ("softmax", LABELS, None),
    ("single", LABELS, "single_label_classification"),
    ("multi", LABELS, "multi_label_classification"),
    ("one", ["relevance"], None),
    ("regression", ["value"], "regression"),
    ("regression3", LABELS, "regression"),
)


def worst_of(found, expected):
    """The largest difference of [{label: score}]."""
    if [sorted(row) for row in found] != [sorted(row) for row in expected]:
        return np.inf
    return max(abs(a[label] - b[label]) for a, b in zip(found, expected) for label in a)


def scores(rows):
    for row in rows:
        ordered = [label["score"] for label in row["labels"]]
        assert ordered == sorted(ordered, reverse=True), row
    return [{label["label"]: label["score"] for label in row["labels"]} for row in rows]


def peer_scores(model, tokenizer, inputs):
    from transformers import TextClassificationPipeline

    pipeline = TextClassificationPipeline(model=model, tokenizer=tokenizer)
    return [{label["label"]: label["score"] for label in pipeline(one, top_k=None, truncation=True)}
            for one in inputs]


def check_heads(program, model, tokenizer, folder, name, tally):
    alone = peer_scores(model, tokenizer, hm.TEXTS)
    pairs = peer_scores(model, tokenizer, [{"text": a, "text_pair": b} for a, b in hm.PAIRS])
    command = ("classify", "-m", folder, "--json")
    batch = hm.objects(program, *command, "--", *hm.TEXTS)
    single = [hm.objects(program, *command, "--", text)[0] for text in hm.TEXTS[:3]]
    both = hm.objects(program, *command, "--pair", text="".join(f"{a}\t{b}\n" for a, b in hm.PAIRS))
    worst = max(worst_of(scores(batch), alone), worst_of(scores(single), alone[:3]),
                worst_of(scores(both), pairs))
    tally.note(name, worst, TOLERANCE)
    for rows, inputs in ((batch, hm.TEXTS), (both, hm.PAIRS)):
        cut = [len(tokenizer(*([one] if isinstance(one, str) else one))["input_ids"]) > hm.LONGEST for one in inputs]
        if cut != [row.get("truncated", False) for row in rows]:
            tally.fail(f"{name}: expected truncated {cut}")


def check_activations(program, model, tokenizer, folder, tally):
    """The options that choose another than the configuration's."""
    from transformers import TextClassificationPipeline

    pipeline = TextClassificationPipeline(model=model, tokenizer=tokenizer)
    for option, name in ((("--raw",), "none"), (("--activation", "none"), "none"),
                         (("--activation", "sigmoid"), "sigmoid"), (("--activation", "softmax"), "softmax")):
        expected = pipeline(hm.TEXTS[0], top_k=None, function_to_apply=name)
        found = hm.objects(program, "classify", "-m", folder, "--json", *option, "--", hm.TEXTS[0])
        tally.note(" ".join(option), worst_of(scores(found), [{e["label"]: e["score"] for e in expected}]), TOLERANCE)


def check_onnx(program, work, family, tally):
    for problem, labels, kind in (PROBLEMS[0], PROBLEMS[2], PROBLEMS[3]):
        model, tokenizer = hm.make_model(family, "Sequence", labels, problem_type=kind)
        folder = hm.save_onnx(model, tokenizer, work / f"onnx_{family}_{problem}")
        form = hm.exported.ragged.rewrites(program, folder, "ragged: ")
        if form.startswith("ragged: yes") == (family in hm.PADDED_ONLY):
            tally.fail(f"{family}: found {form}")
        check_heads(program, model, tokenizer, folder, f"{family} {problem}, ONNX, {form[:11] or 'no attention found'}",
                    tally)


def check_unknown_family(program, work, tally):
    """The ONNX file is taken where weights lie beside it that no importer knows."""
    model, tokenizer = hm.make_model("bert", "Sequence", LABELS)
    folder = hm.save_onnx(model, tokenizer, work / "unknown_family")
    model.save_pretrained(folder, safe_serialization=True)
    hm.set_config(folder, model_type="unheard-of")
    check_heads(program, model, tokenizer, folder, "unknown family", tally)


def check_odd_graphs(program, work, tally):
    """Graphs of a fixed size, without a mask, and with an input of positions."""
    import torch

    for name, inputs, shape, dynamic in (
            ("fixed size", ("input_ids", "attention_mask"), (2, hm.LONGEST), False),
            ("no mask", ("input_ids",), (2, 5), True),
            ("positions", ("input_ids", "attention_mask", "position_ids"), (2, 5), True)):
        model, tokenizer = hm.make_model("distilbert" if name != "positions" else "bert", "Sequence", LABELS)
        folder = hm.save(model, tokenizer, work / name.replace(" ", "_"))
        (folder / "model.safetensors").unlink()
        example = {key: torch.ones(shape, dtype=torch.int64) for key in inputs}
        if "position_ids" in inputs:
            example["position_ids"] = torch.arange(shape[1]).expand(shape)
        axes = {key: {0: "batch", 1: "length"} for key in inputs} | {"logits": {0: "batch"}} if dynamic else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(model, (example,), str(folder / "model.onnx"), input_names=list(inputs),
                              output_names=["logits"], dynamic_axes=axes, opset_version=14)
        found = hm.objects(program, "classify", "-m", folder, "--json", "--", *hm.TEXTS)
        tally.note(f"a graph of {name}", worst_of(scores(found), peer_scores(model, tokenizer, hm.TEXTS)), TOLERANCE)


def check_inference(program, work, tally):
    from transformers import ZeroShotClassificationPipeline

    candidates, texts = ["travel", "the linker", "food"], [text for text in hm.TEXTS if text]
    for family, names in (("bert", ["CONTRADICTION", "neutral", "Entailment"]),
                          ("roberta", ["entailment", "neutral", "contradiction"])):
        model, tokenizer = hm.make_model(family, "Sequence", names)
        folder = hm.save(model, tokenizer, work / f"nli_{family}")
        pipeline = ZeroShotClassificationPipeline(model=model, tokenizer=tokenizer)
        for labels, options, more in (
                (candidates, {}, ()), (candidates, {"multi_label": True}, ("--multi-label",)),
                (candidates[:1], {}, ()),
                (candidates, {"hypothesis_template": "A text on {}!"}, ("--hypothesis", "A text on {}!"))):
            expected = [dict(zip(one["labels"], one["scores"]))
                        for one in (pipeline(text, labels, **options) for text in texts)]
            found = hm.objects(program, "classify", "-m", folder, "--json", "--labels", ",".join(labels), *more,
                               "--", *texts)
            tally.note(f"inference, {family}, {len(labels)} labels, {options}", worst_of(scores(found), expected),
                       TOLERANCE)


def check_ranking(program, work, tally):
    """As sentence-transformers' CrossEncoder: a logit a pair, and what the configuration does to it."""
    import torch

    model, tokenizer = hm.make_model("bert", "Sequence", ["LABEL_0"])
    query, documents = "How do I link it?", [text for text in hm.TEXTS if text.strip()]
    with torch.no_grad():
        inputs = tokenizer([query] * len(documents), documents, padding=True, truncation=True, return_tensors="pt")
        logits = model(**inputs).logits[:, 0].numpy()
    sigmoid = 1 / (1 + np.exp(-logits))
    plain = hm.save(model, tokenizer, work / "ranking")
    named = {"identity": ("sentence_transformers", {"activation_fn": "torch.nn.modules.linear.Identity"}),
             "old": ("sbert_ce_default_activation_function", "torch.nn.modules.linear.Identity"),
             "sigmoid": ("sentence_transformers", {"activation_fn": "torch.nn.modules.activation.Sigmoid"})}
    cases = [(plain, (), sigmoid), (plain, ("--raw",), logits)]
    for name, (key, value) in named.items():
        folder = hm.copy(plain, work / f"ranking_{name}")
        hm.set_config(folder, **{key: value})
        cases.append((folder, (), sigmoid if name == "sigmoid" else logits))
    for folder, options, expected in cases:
        rows = hm.objects(program, "rerank", "-m", folder, "--json", "--top-k", 0, *options, "--", query, *documents)
        order = [row["line"] - 1 for row in rows]
        found = np.array([row["score"] for row in rows])
        if sorted(order) != list(range(len(documents))) or np.any(np.diff(found) > 0):
            tally.fail(f"ranking: found the order {order}")
            continue
        tally.note(f"ranking, {folder.name} {' '.join(options)}", np.abs(found - expected[order]).max(), TOLERANCE)


def check_padded_embeddings(program, work, tally):
    """Token vectors of a graph that has no ragged form."""
    import torch
    import transformers

    tokenizer = hm.make_tokenizer("wordpiece")
    config = hm.configuration("deberta-v2", tokenizer)
    model = hm.families.make_model(transformers, torch, config)
    folder = hm.save_onnx(model, tokenizer, work / "padded", "last_hidden_state", True)
    form = hm.exported.ragged.rewrites(program, folder, "ragged: ")
    if form.startswith("ragged: yes"):
        tally.fail(f"padded embeddings: found {form}")
    worst = 0
    for text, row in zip(hm.TEXTS, hm.objects(program, "embed", "-m", folder, "--json", "--", *hm.TEXTS)):
        with torch.no_grad():
            hidden = model(**tokenizer(text, truncation=True, return_tensors="pt")).last_hidden_state
        worst = max(worst, np.abs(np.array(row["embedding"]) - hidden[0].mean(0).numpy()).max())
    tally.note("padded embeddings", worst, TOLERANCE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as missing:
        print(f"skipped: missing peer: {missing}")
        return 77
    tally = hm.Tally()
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        for family in FAMILIES:
            for problem, labels, kind in PROBLEMS:
                model, tokenizer = hm.make_model(family, "Sequence", labels, problem_type=kind)
                folder = hm.save(model, tokenizer, work / f"{family}_{problem}")
                check_heads(program, model, tokenizer, folder, f"{family} {problem}", tally)
                if folder.name == "bert_softmax":
                    check_activations(program, model, tokenizer, folder, tally)
        for family in ("bert", "roberta", "mpnet", *hm.PADDED_ONLY):
            check_onnx(program, work, family, tally)
        check_unknown_family(program, work, tally)
        check_odd_graphs(program, work, tally)
        check_inference(program, work, tally)
        check_ranking(program, work, tally)
        check_padded_embeddings(program, work, tally)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
