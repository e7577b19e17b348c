"""Entities by models' own heads over tokens, against transformers' TokenClassificationPipeline.

Five aggregation strategies over three kinds of tokenizers, texts that are cut, and texts in windows; labels,
offsets and words must be the same, scores near. Needs torch and transformers (tools/requirements-torch.txt).
"""
import argparse
import pathlib
import sys
import tempfile

import head_models as hm

TOLERANCE = 1e-5
FAMILIES = ("bert", "roberta", "xlm-roberta", "deberta-v2")
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC"]
STRATEGIES = ("none", "simple", "first", "average", "max")
STRIDE = 6


def describe(entity):
    return (entity.get("entity", entity.get("entity_group")), int(entity["start"]), int(entity["end"]), entity["word"])


def compare(name, rows, expected, tally):
    worst, count = 0.0, 0
    for text, row, truth in zip(hm.TEXTS, rows, expected):
        found = [(e["label"], e["begin"], e["end"], e["word"]) for e in row["entities"]]
        wanted = [describe(entity) for entity in truth]
        if found != wanted:
            tally.fail(f"{name}: {text[:40]!r}: expected {wanted}\n  found {found}")
            return
        count += len(found)
        for entity, peer in zip(row["entities"], truth):
            worst = max(worst, abs(entity["score"] - float(peer["score"])))
    tally.note(f"{name}, {count} entities", worst if count else float("inf"), TOLERANCE)


def check_family(program, model, tokenizer, folder, name, tally):
    from transformers import TokenClassificationPipeline

    for strategy in STRATEGIES:
        pipeline = TokenClassificationPipeline(model=model, tokenizer=tokenizer, aggregation_strategy=strategy)
        command = ("classify", "-m", folder, "--json", "--char-offsets", "--aggregation", strategy)
        compare(f"{name}, {strategy}, cut", hm.objects(program, *command, "--truncate", "--", *hm.TEXTS),
                [pipeline(text) if text else [] for text in hm.TEXTS], tally)
        if strategy == "none":
            continue
        windows = TokenClassificationPipeline(model=model, tokenizer=tokenizer, aggregation_strategy=strategy,
                                              stride=STRIDE)
        compare(f"{name}, {strategy}, windows",
                hm.objects(program, *command, "--stride", STRIDE, "--", *hm.TEXTS),
                [windows(text) if text else [] for text in hm.TEXTS], tally)


def check_bytes(program, folder, tally):
    """Offsets in bytes name the same stretches as those in characters."""
    command = ("classify", "-m", folder, "--json", "--", *hm.TEXTS)
    characters = hm.objects(program, command[0], "--char-offsets", *command[1:])
    for text, a, b in zip(hm.TEXTS, hm.objects(program, *command), characters):
        stretches = [text.encode()[e["begin"]:e["end"]].decode() for e in a["entities"]]
        if stretches != [text[e["begin"]:e["end"]] for e in b["entities"]]:
            tally.fail(f"{text[:40]!r}: offsets in bytes and in characters differ: {stretches}")


def check_tokens_in_windows(program, tokenizer, folder, tally):
    """Without aggregation, which the peer refuses for windows: each token counts once, whatever the overlap."""
    text = hm.TEXTS[-1]
    offsets = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, truncation=False)["offset_mapping"]
    for stride in (1, 2, STRIDE, 7):
        row, = hm.objects(program, "classify", "-m", folder, "--json", "--char-offsets", "--aggregation", "none",
                          "--stride", stride, "--", text)
        found = [(e["begin"], e["end"]) for e in row["entities"]]
        if found != sorted(set(found)) or not set(found) <= set(offsets) or found[-1][0] < len(text) // 2:
            tally.fail(f"windows that share {stride} tokens: found {found}")


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
            model, tokenizer = hm.make_model(family, "Token", LABELS)
            folder = hm.save(model, tokenizer, work / family)
            check_family(program, model, tokenizer, folder, family, tally)
            check_bytes(program, folder, tally)
            check_tokens_in_windows(program, tokenizer, folder, tally)
        for family in ("bert", "deberta-v2"):
            model, tokenizer = hm.make_model(family, "Token", LABELS)
            folder = hm.save_onnx(model, tokenizer, work / f"onnx_{family}", "logits", True)
            check_family(program, model, tokenizer, folder, f"{family}, ONNX", tally)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
