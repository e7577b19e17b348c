"""Small random models with heads and tokenizers of their own, as directories: what the comparisons of tasks share.

Three kinds of tokenizers: WordPiece, whose tokens are marked where they continue a word, byte-level BPE, and
Unigram. They are trained on a few sentences, so that texts are cut into pieces.
"""
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models"))
import exported  # noqa: E402
import families  # noqa: E402

LONGEST = 40
TEXTS = [
    "My name is Sarah and I live in London.",
    "",
    "naïve café in Zürich, 東京 and Москва 👍🏽!",
    "e-mail Anna-Lena O'Neill, who isn't here",
    "unbelievable antidisestablishmentarianism near Łódź",
    "word " * 3 + "Paris",
    " leading and  double   spaces ",
    "one two three four five six seven eight nine ten eleven twelve London Berlin Tokyo " * 3,
]
PAIRS = [
    ("How do I link it?", "Pass the archive to the linker."),
    ("a", "b c d e f g h i"),
    ("the linker fails " * 12, "in Zürich " * 10),
    ("", "Москва"),
]
CORPUS = TEXTS + [
    "the model reads a window title and says what it is about", "This example is about travel.",
    "Sarah lives in London and Anna in Berlin", "Pass the archive to the linker; the linker fails",
]
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
# Families that have no ragged form as torch exports them.
PADDED_ONLY = ("deberta-v2",)


def word_piece(tokenizers, special):
    out = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token=special["unk_token"]))
    out.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    out.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    out.decoder = tokenizers.decoders.WordPiece()
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=260, special_tokens=list(special.values()), show_progress=False,
        limit_alphabet=60)  # so that some letters are unknown
    out.train_from_iterator(CORPUS, trainer)
    return out


def byte_level(tokenizers, special):
    out = tokenizers.Tokenizer(tokenizers.models.BPE())
    out.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    out.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=380, special_tokens=list(special.values()), show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet())
    out.train_from_iterator(CORPUS, trainer)
    return out


def unigram(tokenizers, special):
    out = tokenizers.Tokenizer(tokenizers.models.Unigram())
    out.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    out.decoder = tokenizers.decoders.Metaspace()
    trainer = tokenizers.trainers.UnigramTrainer(
        vocab_size=120, special_tokens=list(special.values()), unk_token=special["unk_token"],
        show_progress=False)
    out.train_from_iterator(CORPUS[:-3], trainer)
    return out


def make_tokenizer(kind, typed=False):
    """A tokenizer of transformers: "wordpiece", "bytes" or "unigram"; `typed`: it gives token types."""
    import tokenizers
    import transformers

    bert = kind == "wordpiece"
    begin, end = ("[CLS]", "[SEP]") if bert else ("<s>", "</s>")
    special = {"cls_token": begin, "pad_token": "[PAD]" if bert else "<pad>",  # the padding token is 1, as MPNet has it
               "unk_token": "[UNK]" if bert else "<unk>", "sep_token": end}
    make = {"wordpiece": word_piece, "bytes": byte_level, "unigram": unigram}[kind]
    inner = make(tokenizers, special)
    begins, ends = inner.token_to_id(begin), inner.token_to_id(end)
    if kind == "bytes":
        inner.post_processor = tokenizers.processors.RobertaProcessing(
            (end, ends), (begin, begins), trim_offsets=True, add_prefix_space=False)
    else:
        inner.post_processor = tokenizers.processors.TemplateProcessing(
            single=f"{begin} $A {end}", pair=f"{begin} $A {end} $B:1 {end}:1",
            special_tokens=[(begin, begins), (end, ends)])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, model_max_length=LONGEST,
        model_input_names=["input_ids", "attention_mask"] + ["token_type_ids"] * typed, **special)


def configuration(family, tokenizer):
    """A small one of the family, for the tokenizer's vocabulary."""
    import transformers as t

    common = {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id}
    offset = {"max_position_embeddings": LONGEST + tokenizer.pad_token_id + 1}
    if family == "bert":
        return t.BertConfig(**SIZES, **common, max_position_embeddings=LONGEST)
    if family == "electra":
        return t.ElectraConfig(**SIZES, **common, embedding_size=24, max_position_embeddings=LONGEST)
    if family == "distilbert":
        return t.DistilBertConfig(**common, dim=32, n_layers=2, n_heads=2, hidden_dim=48,
                                  max_position_embeddings=LONGEST)
    if family == "roberta":
        return t.RobertaConfig(**SIZES, **common, **offset)
    if family == "xlm-roberta":
        return t.XLMRobertaConfig(**SIZES, **common, **offset)
    if family == "mpnet":  # its positions count from its padding token's number, which is fixed
        return t.MPNetConfig(**SIZES, **{**common, "pad_token_id": 1}, max_position_embeddings=LONGEST + 2)
    return t.DebertaV2Config(**SIZES, **common, relative_attention=True, pos_att_type="p2c|c2p",
                             position_buckets=16, max_position_embeddings=LONGEST,
                             position_biased_input=False, share_att_key=True, norm_rel_ebd="layer_norm")


def kind_of(family):
    return {"roberta": "bytes", "xlm-roberta": "unigram"}.get(family, "wordpiece")


def make_model(family, head, labels, **more):
    """(model, tokenizer): `head` is "Sequence" or "Token"; labels are names."""
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    tokenizer = make_tokenizer(kind_of(family), family in ("bert", "electra"))
    config = configuration(family, tokenizer)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: i for i, label in enumerate(labels)}
    config.architectures = None
    for key, value in more.items():
        setattr(config, key, value)
    make = getattr(transformers, f"AutoModelFor{head}Classification").from_config
    return families.make_model(transformers, torch, config, make), tokenizer


def save(model, tokenizer, folder):
    """A directory with safetensors."""
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


def save_onnx(model, tokenizer, folder, output="logits", per_token=False):
    """A directory with onnx/model.onnx in place of weights."""
    import torch

    save(model, tokenizer, folder)
    (folder / "model.safetensors").unlink()
    (folder / "onnx").mkdir()
    exported.export(torch, model, output, per_token, folder / "onnx/model.onnx", 14)
    return folder


def set_config(folder, **values):
    path = pathlib.Path(folder) / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def copy(folder, target):
    return pathlib.Path(shutil.copytree(folder, target))


def objects(program, *arguments, text=None):
    """What the program prints with --json."""
    done = subprocess.run([str(program), *map(str, arguments)], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


class Tally:
    """The largest difference of a comparison, and whether all was near enough."""

    def __init__(self):
        self.failures = 0

    def note(self, name, worst, tolerance):
        print(f"{name}: largest difference {worst:.1e}")
        self.failures += not worst <= tolerance

    def fail(self, line):
        print(line)
        self.failures += 1

    def end(self):
        print(f"{self.failures} failures")
        return 1 if self.failures else 0
