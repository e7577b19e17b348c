"""Bad input through the program, a line of a table each: truncated, corrupt, hostile and missing files, wrong
types and shapes, paths and texts that are none.

What must hold each time: exit 1 (2 for wrong usage); one line on the standard error that names file, place and
expectation; nothing on the standard output; no file more than before; no more memory than LIMIT_BYTES.
"""
import base64
import json
import os
import resource
import struct
import subprocess
import sys
import unittest

import npy_file
import onnx_file
import program
import tiny_bert

LIMIT_BYTES = 1 << 30
X = npy_file.save([1, 2, 3, 0, 0, 1], [2, 3])


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))


def as_nobody():
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def runs(preparation):
    """Whether the program runs so: a sanitizer's shadow memory passes any limit."""
    return subprocess.run([*program.PROGRAM, "--version"], preexec_fn=preparation, capture_output=True,
                          check=False).returncode == 0


class BadInput(program.ProgramTest):
    limit = None  # set once: limit_memory where the program can start with it

    @classmethod
    def setUpClass(cls):
        cls.limit = staticmethod(limit_memory) if runs(limit_memory) else None

    def setUp(self):
        super().setUp()
        self.environment |= {"LC_ALL": "C.UTF-8"}

    def files(self):
        return sorted(os.path.join(folder, name) for folder, folders, names in os.walk(os.fsencode(self.folder))
                      for name in folders + names)

    def start(self, *arguments, text=b"", preparation=None):
        return subprocess.run([*program.PROGRAM, *arguments], input=text, capture_output=True, timeout=60,
                              env={**os.environ, **self.environment}, preexec_fn=preparation or self.limit,
                              check=False)

    def check_refusal(self, result, pattern, status=1):
        errors = result.stderr.decode("utf-8", "strict")
        self.assertEqual(result.returncode, status, errors)
        self.assertEqual(result.stdout, b"")
        self.assertEqual(errors.count("\n"), 1, errors)
        self.assertTrue(errors.isprintable() or errors[:-1].isprintable(), repr(errors))
        self.assertRegex(errors, "^inlay: ")
        self.assertRegex(errors, pattern)

    def refused(self, pattern, *arguments, status=1, **options):
        before = self.files()
        self.check_refusal(self.start(*arguments, **options), pattern, status)
        self.assertEqual(self.files(), before, "files were left")

    def write_files(self, files):
        for name, content in files.items():
            self.write(name, content)


def with_json(path, change):
    """Changes the tree of a JSON file; what `change` returns, if anything, takes its place."""
    def apply(files):
        tree = json.loads(files[path])
        replaced = change(tree)
        files[path] = json.dumps(tree if replaced is None else replaced).encode()
    return apply


def with_bytes(path, change):
    def apply(files):
        files[path] = change(files[path])
    return apply


def tokenizer(change):
    return with_json("tokenizer.json", change)


def config(**values):
    return with_json("config.json", lambda tree: tree.update(values))


def header(change):
    """Changes the header of the weights, then writes them anew."""
    def apply(files):
        tree, data = tiny_bert.weights(238)
        change(tree)
        files["model.safetensors"] = tiny_bert.safetensors(tree, data)
    return apply


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


QUERY = "encoder.layer.0.attention.self.query.weight"
WORDS = "embeddings.word_embeddings.weight"
HUGE = 2**62

# What is wrong, how a good directory becomes so, and what the line says.
TOKENIZERS = [
    ("empty", with_bytes("tokenizer.json", lambda _: b""), "tokenizer.json: byte 0: expected .*found"),
    ("cut", with_bytes("tokenizer.json", lambda data: data[:-9]), r"tokenizer.json: byte \d+: expected"),
    ("not JSON", with_bytes("tokenizer.json", lambda _: b"hello"), "tokenizer.json: byte 0: expected"),
    ("not UTF-8", with_bytes("tokenizer.json", lambda data: data.replace(b"hello", b"h\xffllo", 1)),
     r"tokenizer.json: byte \d+: expected UTF-8"),
    ("binary", with_bytes("tokenizer.json", lambda _: bytes(range(256))), "tokenizer.json: byte 0: expected"),
    ("nested deeply", with_bytes("tokenizer.json", lambda _: nested(100_000)), "tokenizer.json: byte .*128"),
    ("an array", tokenizer(lambda _: []), r"tokenizer.json: \$.*: expected an object, found an array"),
    ("no model", tokenizer(lambda tree: tree.pop("model") and None), r"tokenizer.json: \$\.model"),
    ("an unknown model", tokenizer(lambda tree: tree["model"].update(type="Telepathy")),
     r'tokenizer.json: \$\.model.*"Telepathy"'),
    ("an unknown normalizer", tokenizer(lambda tree: tree["normalizer"].update(type="Magic")),
     r'tokenizer.json: \$\.normalizer.*"Magic"'),
    ("a flag that is a number", tokenizer(lambda tree: tree["normalizer"].update(lowercase=3)),
     r"tokenizer.json: \$\.normalizer\.lowercase: expected a boolean"),
    ("a vocabulary that is a list", tokenizer(lambda tree: tree["model"].update(vocab=["a"])),
     r"tokenizer.json: \$\.model\.vocab: expected an object"),
    ("an id that is a text", tokenizer(lambda tree: tree["model"]["vocab"].update(hello="7")),
     r"tokenizer.json: \$\.model\.vocab\.hello: expected an integer"),
    ("an id that is negative", tokenizer(lambda tree: tree["model"]["vocab"].update(hello=-1)),
     r"tokenizer.json: \$\.model\.vocab\.hello: expected .*-1"),
    ("an id that is huge", tokenizer(lambda tree: tree["model"]["vocab"].update(hello=2**40)),
     r"tokenizer.json: \$\.model\.vocab\.hello: expected"),
    ("no unknown token", tokenizer(lambda tree: tree["model"].update(unk_token="[NONE]")),
     r"tokenizer.json: .*\[NONE\]"),
    ("an added token without content", tokenizer(lambda tree: tree["added_tokens"][0].pop("content") and None),
     r"tokenizer.json: \$\.added_tokens\[0\]\.content"),
    ("a template with an unknown token",
     tokenizer(lambda tree: tree["post_processor"]["single"][0]["SpecialToken"].update(id="[GONE]")),
     r"tokenizer.json: \$\.post_processor\.single\[0\].*\[GONE\]"),
    ("a template of a thousand texts",
     tokenizer(lambda tree: tree["post_processor"].update(single=tree["post_processor"]["single"] * 1000)),
     r"tokenizer.json: \$\.post_processor\.single: expected at most"),
    ("a padding that never ends", tokenizer(lambda tree: tree["padding"].update(strategy="Forever")),
     r"tokenizer.json: \$\.padding\.strategy"),
    ("neither tokenizer.json nor vocab.txt", lambda files: files.pop("tokenizer.json"),
     "expected tokenizer.json or a vocabulary"),
    ("a vocab.txt without special tokens",
     lambda files: (files.pop("tokenizer.json"), files.update({"vocab.txt": b"[UNK]\na\nb\n"})),
     r'vocab.txt: expected the special token "\[SEP\]"'),
    ("a vocab.txt that is not UTF-8",
     lambda files: (files.pop("tokenizer.json"), files.update({"vocab.txt": b"[UNK]\n\xff\xfe\n"})),
     "vocab.txt: expected UTF-8"),
    ("ids beyond the word table", tokenizer(lambda tree: tree["model"]["vocab"].update(hello=900)),
     r"expected ids in \[0, 238\), found 900"),
]
CONFIGS = [
    ("missing", lambda files: files.pop("config.json"), "config.json: expected"),
    ("empty", with_bytes("config.json", lambda _: b""), "config.json: byte 0"),
    ("cut", with_bytes("config.json", lambda data: data[:20]), r"config.json: byte \d+: expected"),
    ("an array", with_json("config.json", lambda _: [1]), r"config.json: \$: expected an object, found an array"),
    ("no model_type", with_json("config.json", lambda tree: tree.pop("model_type") and None),
     r"config.json: \$\.model_type: expected a string"),
    ("an unknown model_type", config(model_type="oracle"), r'config.json: \$\.model_type: .*"oracle"'),
    ("a width that is a text", config(hidden_size="8"), r"config.json: \$\.hidden_size: expected an integer"),
    ("a width of 0", config(hidden_size=0), r"config.json: \$\.hidden_size: expected .* found 0"),
    ("a width that is not the weights'", config(hidden_size=16), r"query.weight.*: expected \[16, 16\] as config.json"),
    ("no heads", config(num_attention_heads=0), r"config.json: .*heads"),
    ("heads that do not divide", config(num_attention_heads=3), r"config.json: \$\.hidden_size: expected .*3 heads"),
    ("layers without end", config(num_hidden_layers=10**9), r"config.json: \$\.num_hidden_layers: expected 0 to"),
    ("more layers than weights", config(num_hidden_layers=2), "model.safetensors: expected a tensor .*layer.1"),
    ("an unknown activation", config(hidden_act="sigmund"), r'config.json: \$\.hidden_act: .*"sigmund"'),
    ("an epsilon that is a text", config(layer_norm_eps="tiny"), r"config.json: \$\.layer_norm_eps: expected a number"),
    ("an epsilon below 0", config(layer_norm_eps=-1), r"config.json: \$\.layer_norm_eps: expected .*-1"),
    ("relative positions", config(position_embedding_type="relative_key"), r"config.json: \$\.position_embedding_type"),
    ("modules that are no list", with_json("modules.json", lambda _: {}), r"modules.json: \$: expected an array"),
    ("a module without a type", with_json("modules.json", lambda tree: tree[1].pop("type") and None),
     r"modules.json: \$\[1\]\.type: expected a string"),
    ("an unknown module", with_json("modules.json", lambda tree: tree[1].update(type="a.Guess")),
     r'modules.json: .*"a.Guess"'),
    ("a pooling that is elsewhere", with_json("modules.json", lambda tree: tree[1].update(path="2_Pooling")),
     "2_Pooling/config.json: expected"),
    ("a pooling of no mode", with_json("1_Pooling/config.json", lambda tree: tree.update(pooling_mode_mean_tokens=False)),
     r"1_Pooling/config.json: \$: expected a pooling mode"),
    ("a pooling of an unknown mode", with_json("1_Pooling/config.json", lambda tree: tree.update(pooling_mode="best")),
     r'1_Pooling/config.json: \$\.pooling_mode: expected .*"best"'),
    ("a pooling that is a number", with_json("1_Pooling/config.json", lambda tree: tree.update(pooling_mode=3)),
     r"1_Pooling/config.json: \$\.pooling_mode: expected"),
    ("prompts that are numbers",
     lambda files: files.update({"config_sentence_transformers.json": b'{"prompts": {"query": 1}}'}),
     r"config_sentence_transformers.json: \$\.prompts\.query: expected a string"),
    ("a length config that is cut", lambda files: files.update({"sentence_bert_config.json": b'{"max_seq'}),
     r"sentence_bert_config.json: byte \d+: expected"),
]
WEIGHTS = [
    ("missing", lambda files: files.pop("model.safetensors"), "model.safetensors: expected"),
    ("empty", with_bytes("model.safetensors", lambda _: b""), "model.safetensors: expected a safetensors header"),
    ("cut in the header", with_bytes("model.safetensors", lambda data: data[:100]), "model.safetensors: byte 0"),
    ("cut in the data", with_bytes("model.safetensors", lambda data: data[:-100]),
     r"model.safetensors: \$.*: expected offsets within"),
    ("a header of 2^63 bytes", with_bytes("model.safetensors", lambda data: struct.pack("<Q", 2**63) + data[8:]),
     "model.safetensors: byte 0: expected a header of at most"),
    ("a header that is an array", with_bytes("model.safetensors", lambda _: tiny_bert.safetensors(b"[]")),
     r"model.safetensors: \$: expected an object"),
    ("a header nested deeply", with_bytes("model.safetensors", lambda _: tiny_bert.safetensors(nested(9999))),
     r"model.safetensors: byte \d+: expected"),
    ("an unknown type", header(lambda tree: tree[QUERY].update(dtype="F31")), r'query\.weight.*dtype: .*"F31"'),
    ("a type that is not computed with", header(lambda tree: tree[QUERY].update(dtype="I32")),
     "query.weight.*: expected float32, .* found int32"),
    ("no offsets", header(lambda tree: tree[QUERY].pop("data_offsets") and None), r"query\.weight.*data_offsets"),
    ("offsets backwards", header(lambda tree: tree[QUERY].update(data_offsets=[256, 0])),
     "query.weight.*: expected offsets within .* found 256 to 0"),
    ("offsets that are negative", header(lambda tree: tree[QUERY].update(data_offsets=[-256, 0])), "query.weight.*-256"),
    ("offsets behind the end", header(lambda tree: tree[QUERY].update(data_offsets=[HUGE, HUGE + 256])),
     "query.weight.*: expected offsets within"),
    ("a size that is negative", header(lambda tree: tree[QUERY].update(shape=[-8, -8])),
     r"query\.weight.*shape\[0\]: expected a size of at least 0, found -8"),
    ("a shape that overflows", header(lambda tree: tree[QUERY].update(shape=[HUGE, HUGE])), "query.weight.*overflows"),
    ("a shape of other bytes", header(lambda tree: tree[QUERY].update(shape=[8, 4])),
     "query.weight.*: expected 128 bytes for its shape, found 256"),
    ("a matrix that is a vector", header(lambda tree: tree[QUERY].update(shape=[64])),
     r"query.weight.*: expected \[8, 8\] as config.json says, found \[64\]"),
    ("a vector that is a matrix", header(lambda tree: tree[QUERY.replace("weight", "bias")].update(shape=[2, 4])),
     "query.bias.*: expected 1 dimensions, found 2"),
    ("a matrix of another shape", header(lambda tree: tree[QUERY].update(shape=[16, 4])),
     r"model.safetensors: .*query.weight.*: expected \[8, 8\] as config.json says, found \[16, 4\]"),
    ("no word table", header(lambda tree: tree.pop(WORDS) and None), "model.safetensors: expected a tensor .*word_embed"),
    ("a tensor that is a number", with_bytes("model.safetensors", lambda _: tiny_bert.safetensors({"a": 1})),
     r"model.safetensors: \$\.a"),
]


class Directories(BadInput):
    def check_table(self, table):
        for name, change, pattern in table:
            with self.subTest(name):
                self.setUp()
                files = tiny_bert.directory()
                change(files)
                self.write_files(files)
                self.refused(pattern, "embed", "-m", self.folder, "hello world")

    def test_the_directory_itself_is_good(self):
        self.write_files(tiny_bert.directory())
        self.assertEqual(self.start("embed", "-m", self.folder, "hello world").returncode, 0)

    def test_tokenizers(self):
        self.check_table(TOKENIZERS)

    def test_configs(self):
        self.check_table(CONFIGS)

    def test_weights(self):
        self.check_table(WEIGHTS)


FLOAT, INT64 = onnx_file.FLOAT, onnx_file.INT64


def onnx_model(nodes, size=3, initializers=(), **options):
    """A model of one input x [batch, size] and one output y."""
    return onnx_file.model(nodes, [onnx_file.value("x", FLOAT, ["batch", size])],
                           [onnx_file.value("y", FLOAT, ["batch", size])], initializers, **options)


def raw_tensor(shape, dtype=FLOAT, content=b""):
    return b"".join(onnx_file.number(1, size) for size in shape) + onnx_file.number(2, dtype) + \
        onnx_file.data(8, "w") + onnx_file.data(9, content)


def external_tensor(location, shape=(3,), **entries):
    entries = {"location": location, **{key: str(value) for key, value in entries.items()}}
    fields = b"".join(onnx_file.data(13, onnx_file.data(1, key) + onnx_file.data(2, value))
                      for key, value in entries.items())
    return b"".join(onnx_file.number(1, size) for size in shape) + onnx_file.number(2, FLOAT) + \
        onnx_file.data(8, "w") + fields + onnx_file.number(14, 1)


def add_of(tensor):
    return onnx_model([onnx_file.node("Add", ["x", "w"], ["y"])], initializers=[tensor])


IDENTITY = onnx_file.node("Identity", ["x"], ["y"])
MODELS = [
    ("empty", b"", "model.onnx: expected"),
    ("text", b"hello, I am text", "model.onnx"),
    ("cut", onnx_file.linear()[:-20], r"model.onnx.*byte \d+"),
    ("zeros", bytes(1000), "model.onnx.*byte 0"),
    ("no graph", onnx_file.number(1, 8) + onnx_file.data(8, onnx_file.number(2, 17)), "model.onnx: expected .*graph"),
    ("an operator that nobody has", onnx_model([onnx_file.node("Levitate", ["x"], ["y"])]), "model.onnx.*Levitate"),
    ("an input that nobody makes", onnx_model([onnx_file.node("Identity", ["z"], ["y"])]), 'model.onnx.*"?z"?'),
    ("an output that nobody makes", onnx_model([onnx_file.node("Identity", ["x"], ["z"])]), 'model.onnx.*"?y"?'),
    ("a value made twice", onnx_model([IDENTITY, IDENTITY]), 'model.onnx.*"?y"?'),
    ("a ring", onnx_model([onnx_file.node("Identity", ["y"], ["z"]), onnx_file.node("Identity", ["z"], ["y"])]),
     "model.onnx"),
    ("an operator without its inputs", onnx_model([onnx_file.node("MatMul", ["x"], ["y"])]), "model.onnx.*MatMul"),
    ("a matrix that does not fit", onnx_model([onnx_file.node("MatMul", ["x", "w"], ["y"])],
                                              initializers=[onnx_file.tensor("w", [4, 3], [0] * 12)]),
     "model.onnx.*MatMul"),
    ("a tensor with too few bytes", add_of(raw_tensor([3], content=bytes(8))), r"model.onnx.*\"?w\"?.*12"),
    ("a tensor of a size below 0", add_of(raw_tensor([2**64 - 3], content=bytes(12))), "model.onnx.*w.*-3"),
    ("a tensor whose size overflows", add_of(raw_tensor([HUGE, HUGE])), "model.onnx.*w"),
    ("a tensor of an unknown type", add_of(raw_tensor([3], dtype=99, content=bytes(12))), "model.onnx.*99"),
    ("weights in a file that is not there", add_of(external_tensor("weights.bin")), "weights.bin: expected"),
    ("weights outside of the folder", add_of(external_tensor("../weights.bin")), r"model.onnx.*\.\./weights.bin"),
    ("weights at the root", add_of(external_tensor("/etc/passwd")), "model.onnx.*/etc/passwd"),
    ("weights behind the file's end", add_of(external_tensor("model.onnx", offset=2**40)), "model.onnx.*expected"),
    ("weights at a place that is no number", add_of(external_tensor("model.onnx", offset="soon")), "soon"),
]
def attribute(name, value):
    """An integer, or a list of integers."""
    if isinstance(value, int):
        return onnx_file.data(1, name) + onnx_file.number(3, value % 2**64) + onnx_file.number(20, 2)
    ints = b"".join(onnx_file.number(8, item % 2**64) for item in value)
    return onnx_file.data(1, name) + ints + onnx_file.number(20, 7)


def value_model(operator, inputs, shape, **attributes):
    """y = operator(inputs) with inputs from x: float32 [2, 3], s: int64 of `shape`, z: one int64."""
    fields = b"".join(onnx_file.data(5, attribute(name, value)) for name, value in attributes.items())
    unshaped = onnx_file.data(1, "y") + onnx_file.data(2, onnx_file.data(1, onnx_file.number(1, FLOAT)))
    return onnx_file.model([onnx_file.node(operator, inputs, ["y"]) + fields],
                           [onnx_file.value("x", FLOAT, ["n", 3]), onnx_file.value("s", INT64, shape),
                            onnx_file.value("z", INT64, [1])], [unshaped], opset=18)


MIN, MAX = -2**63, 2**63 - 1
# An operator with its inputs and attributes; the values of s; what the line says, "" where there may be none.
VALUES = [
    ("Reshape", "xs", {}, [7, 7], "Reshape"), ("Reshape", "xs", {}, [-1, -1], "Reshape"),
    ("Reshape", "xs", {}, [-2, 3], "Reshape"), ("Reshape", "xs", {}, [2**32, 2**32], "Reshape|overflow"),
    ("Reshape", "xs", {}, [0, 0, 0, 0], "Reshape|divided"), ("Reshape", "xs", {}, [-1, 0], ""),
    ("Expand", "xs", {}, [2**40, 2, 3], "memory|bytes"), ("Expand", "xs", {}, [5, 5], "Expand"),
    ("Expand", "xs", {}, [MAX, MAX, 2, 3], "."), ("Expand", "xs", {}, [-1, 2, 3], "negative"),
    ("ConstantOfShape", "s", {}, [2**40], "memory|bytes"), ("ConstantOfShape", "s", {}, [-1], "."),
    ("ConstantOfShape", "s", {}, [2**62, 2**62], "."), ("ConstantOfShape", "s", {}, [MAX, 0], ""),
    ("Tile", "xs", {}, [2**40, 1], "memory|bytes"), ("Tile", "xs", {}, [-1, 1], "negative"), ("Tile", "xs", {}, [2], "Tile"),
    ("Tile", "xs", {}, [MAX, MAX], "."),
    ("Gather", "xs", {}, [5], "Gather.*5"), ("Gather", "xs", {}, [-3], "Gather.*-3"), ("Gather", "xs", {}, [MIN], "Gather"),
    ("Gather", "xs", {"axis": 9}, [0], "Gather.*axis"), ("Gather", "xs", {"axis": MIN}, [0], "Gather.*axis"),
    ("GatherElements", "xs", {}, [[9, 0, 0]], "GatherElements"), ("GatherND", "xs", {}, [[9, 9]], "GatherND"),
    ("GatherND", "xs", {}, [[0, 0, 0]], "GatherND"), ("GatherND", "xs", {"batch_dims": -5}, [[0, 0]], "GatherND"),
    ("ScatterND", "xsx", {}, [[9], [9]], "ScatterND"), ("ScatterElements", "xsx", {}, [[MAX] * 3] * 2, "ScatterElements"),
    ("Pad", "xs", {}, [2**50, 0, 0, 0], "memory|bytes"), ("Pad", "xs", {}, [-9, 0, -9, 0], "negative"),
    ("Pad", "xs", {}, [MAX, MAX, MAX, MAX], "."), ("Pad", "xs", {}, [1], "Pad"),
    ("Slice", "xssss", {}, [0], "Slice"), ("Slice", "xss", {}, [MIN], ""), ("Slice", "xss", {}, [0, 0, 0, 0], "Slice"),
    ("Split", "xs", {}, [5, 5], "Split"), ("Split", "xs", {}, [-1, 3], "Split"), ("Split", "xs", {"axis": 7}, [1], "Split"),
    ("TopK", "xs", {}, [100], "TopK"), ("TopK", "xs", {}, [-1], "negative"), ("TopK", "xs", {"axis": 5}, [1], "TopK"),
    ("Squeeze", "xs", {}, [9], "Squeeze"), ("Squeeze", "xs", {}, [0], "Squeeze"), ("Unsqueeze", "xs", {}, [MIN], "Unsqueeze"),
    ("Unsqueeze", "xs", {}, [0, 0], "Unsqueeze"), ("ReduceSum", "xs", {}, [9], "ReduceSum"),
    ("ReduceSum", "xs", {}, [0, 0], ""), ("ReduceMax", "xs", {}, [MIN], "ReduceMax"),
    ("CumSum", "xs", {}, [9], "CumSum"), ("OneHot", "szx", {}, [1], "OneHot"), ("Trilu", "xs", {}, [MAX], ""),
    ("Range", "zss", {}, [MAX], ""), ("Range", "zsz", {}, [MIN], "."), ("Div", "sz", {}, [MIN, 0], ""), ("Mod", "sz", {}, [MIN, 0], ""),
    ("Div", "zs", {}, [0], ""), ("Mod", "zs", {}, [0], ""), ("Mod", "zs", {"fmod": 1}, [0], ""), ("Pow", "ss", {}, [MAX], ""),
    ("Abs", "s", {}, [MIN], ""), ("Neg", "s", {}, [MIN], ""), ("Mul", "ss", {}, [MAX], ""), ("Add", "ss", {}, [MAX], ""),
    ("Sub", "zs", {}, [MIN], ""), ("ReduceSum", "s", {}, [MAX, MAX], ""), ("ReduceProd", "s", {}, [MAX, MAX], ""),
    ("CumSum", "sz", {}, [MAX, MAX], ""), ("Transpose", "x", {"perm": [0, 0]}, [0], "Transpose"),
    ("Transpose", "x", {"perm": [0, 9]}, [0], "Transpose"), ("Concat", "xx", {"axis": 9}, [0], "Concat"),
    ("Softmax", "x", {"axis": 99}, [0], "Softmax"), ("Flatten", "x", {"axis": -9}, [0], "Flatten"),
    ("ArgMax", "x", {"axis": MAX}, [0], "ArgMax"), ("Cast", "x", {"to": 99}, [0], "Cast"), ("Cast", "s", {"to": 8}, [MIN], ""),
    ("MatMul", "xx", {}, [0], "MatMul"), ("Gemm", "xx", {}, [0], "Gemm"), ("LayerNormalization", "xx", {"axis": 7}, [0], "."),
    ("Where", "xxx", {}, [0], "Where"), ("MatMul", "ss", {}, [MAX, MAX], ""), ("Clip", "sss", {}, [MIN, 1], ""),
]
LINEAR_INPUTS = [
    ("no input", [], 'expected .*"x"'),
    ("an input of another name", ["z=x.npy"], 'expected .*"x"'),
    ("too few dimensions", ["x=flat.npy"], r'"x": expected float32 \[batch, 3\], found float32 \[3\]'),
    ("another width", ["x=wide.npy"], r'"x": .*\[batch, 3\], found float32 \[2, 4\]'),
    ("another type", ["x=long.npy"], r'"x": expected float32 .*, found int64 \[2, 3\]'),
    ("a file that is not there", ["x=none.npy"], "none.npy: expected a file to read"),
    ("a folder", ["x=folder"], "folder: expected a file to read"),
    ("an empty file", ["x=empty.npy"], "empty.npy: expected an .npy file, found an empty file"),
    ("a file that says that it is huge", ["x=huge.npy"], "huge.npy: expected .* found 24 bytes"),
    ("an archive that is cut", ["cut.npz"], "cut.npz: expected a zip archive"),
    ("an archive with a folder's name", ["folder.npz"], "folder.npz: expected"),
]


class OnnxFiles(BadInput):
    def test_models(self):
        for name, content, pattern in MODELS:
            with self.subTest(name):
                self.setUp()
                model = self.write("model.onnx", content)
                self.refused(pattern, "run", model, "--input", "x=" + self.write("x.npy", X), "--output-dir",
                             self.path("out"))

    def test_inputs(self):
        self.write_files({
            "model.onnx": onnx_file.linear(), "x.npy": X, "flat.npy": npy_file.save([1, 2, 3], [3]),
            "wide.npy": npy_file.save([0] * 8, [2, 4]), "long.npy": npy_file.save([0] * 6, [2, 3], "<i8"),
            "empty.npy": b"", "huge.npy": npy_file.save([], [2**31, 3]) + bytes(24), "folder/file": b"",
            "cut.npz": npy_file.savez({"x": X}, False)[:-40], "folder.npz/file": b""})
        for name, inputs, pattern in LINEAR_INPUTS:
            with self.subTest(name):
                paths = []
                for argument in inputs:
                    key, equals, file = argument.rpartition("=")
                    paths += ["--input", key + equals + self.path(file)]
                self.refused(pattern, "run", self.path("model.onnx"), *paths, "--output-dir", self.path("out"))

    def test_values(self):
        """Values that no operator can take, and numbers at the ends of 64 bits."""
        self.write_files({"x.npy": X, "z.npy": npy_file.save([-1], [1], "<i8")})
        for operator, inputs, attributes, values, pattern in VALUES:
            with self.subTest(operator, values=values, inputs=inputs, attributes=attributes):
                rows = values if isinstance(values[0], list) else [values]
                shape = [len(rows), len(rows[0])] if rows is values else [len(values)]
                self.write("s.npy", npy_file.save([item for row in rows for item in row], shape, "<i8"))
                self.write("model.onnx", value_model(operator, list(inputs), shape, **attributes))
                given = [part for name in "xsz" for part in ("--input", f"{name}={self.path(name)}.npy")]
                result = self.start("run", self.path("model.onnx"), *given)
                if pattern or result.returncode != 0:
                    self.check_refusal(result, pattern or ".")

    def test_cuts(self):
        """A model cut anywhere is refused or, where the rest still is one, run."""
        self.sweep("model.onnx", onnx_file.linear(), lambda data, place: data[:place])

    def test_damage(self):
        for mask in (0xFF, 0x01, 0x80):
            self.sweep("model.onnx", onnx_file.linear(), lambda data, place, mask=mask: damaged(data, place, mask))

    def test_damaged_arrays(self):
        self.write("model.onnx", onnx_file.linear())
        self.sweep("x.npy", X[:90], lambda data, place: damaged(data + X[90:], place, 0xFF))

    def sweep(self, name, data, change):
        self.write_files({"model.onnx": onnx_file.linear(), "x.npy": X})
        for place in range(0, len(data), 3):
            with self.subTest(f"{name} at byte {place}"):
                self.write(name, change(data, place))
                result = self.start("run", self.path("model.onnx"), "--input", "x=" + self.path("x.npy"))
                if result.returncode != 0:
                    self.check_refusal(result, ".")


def damaged(data, place, mask):
    data = bytearray(data)
    data[place] ^= mask
    return bytes(data)


class DamagedDirectories(BadInput):
    def sweep(self, name, change, steps):
        files = tiny_bert.directory()
        self.write_files(files)
        for place in range(0, len(files[name]), max(1, len(files[name]) // steps)):
            with self.subTest(f"{name} at byte {place}"):
                self.write(name, change(files[name], place))
                result = self.start("embed", "-m", self.folder, "hello")
                if result.returncode != 0:
                    self.check_refusal(result, ".")

    def test_cuts(self):
        for name in ("model.safetensors", "tokenizer.json", "config.json", "modules.json"):
            self.sweep(name, lambda data, place: data[:place], 40)

    def test_damage(self):
        for name in ("model.safetensors", "tokenizer.json", "config.json", "modules.json"):
            self.sweep(name, lambda data, place: damaged(data, place, 0x11), 60)


class Paths(BadInput):
    def setUp(self):
        super().setUp()
        self.write_files({"dir/" + name: data for name, data in tiny_bert.directory().items()})
        self.write_files({"model.onnx": onnx_file.linear(), "x.npy": X})
        self.dir = self.path("dir")

    def test_models_that_are_none(self):
        os.makedirs(self.path("empty"))
        os.symlink("loop", self.path("loop"))
        for name, model, pattern in [
                ("an empty folder", self.path("empty"), "empty/config.json: expected"),
                ("an empty text", "", 'model "": expected a file'),
                ("a path below a file", self.path("x.npy", "model"), "x.npy/model"),
                ("a path that is too long", "x" * 5000, "expected a file"),
                ("a name of 300 bytes", self.path("y" * 300), "expected a file"),
                ("a link to itself", self.path("loop"), "loop"),
                ("a device", "/dev/null", "/dev/null: expected"),
                ("an array", self.path("x.npy"), "x.npy"),
                ("a name with a line break", self.path("a\nb"), r"a\\x0ab"),
                ("a name that is not UTF-8", os.fsencode(self.folder) + b"/\xff\xfe", r"\\xff"),
        ]:
            with self.subTest(name):
                for command in (["inspect"], ["embed", "-m"], ["tokenize", "-m"]):
                    if not model and command[0] == "tokenize":
                        continue  # the same as no -m, which is a wrong usage there
                    texts = [] if command == ["inspect"] else ["hello"]
                    self.refused(pattern, *command, model, *texts)

    def test_a_folder_in_a_files_place(self):
        for name in ("config.json", "tokenizer.json", "model.safetensors", "modules.json"):
            with self.subTest(name):
                os.remove(self.path("dir", name))
                os.makedirs(self.path("dir", name))
                self.refused(name + ": expected", "embed", "-m", self.dir, "hello")
                os.rmdir(self.path("dir", name))
                self.write("dir/" + name, tiny_bert.directory()[name])

    def test_files_that_may_not_be_read(self):
        os.chmod(self.folder, 0o755)
        if not runs(as_nobody):
            self.skipTest("another user cannot run the program here")
        for name in ("config.json", "tokenizer.json", "model.safetensors"):
            with self.subTest(name):
                os.chmod(self.path("dir", name), 0)
                self.refused(name + ": .*[Pp]ermission", "embed", "-m", self.dir, "hello", preparation=as_nobody)
                os.chmod(self.path("dir", name), 0o644)
        os.chmod(self.path("x.npy"), 0)
        self.refused("x.npy: .*[Pp]ermission", "run", self.path("model.onnx"), "--input", "x=" + self.path("x.npy"),
                     preparation=as_nobody)

    def test_outputs_that_cannot_be_written(self):
        x = "x=" + self.path("x.npy")
        self.refused("none/out.npy: expected to write", "embed", "-m", self.dir, "--npy", self.path("none", "out.npy"),
                     "hello")
        self.refused("dir: expected to write", "embed", "-m", self.dir, "--npy", self.dir, "hello")
        self.refused("x.npy: expected a folder", "run", self.path("model.onnx"), "--input", x, "--output-dir",
                     self.path("x.npy"))
        self.refused('expected .*"x"', "run", self.path("model.onnx"), "--output-dir", self.path("out"))
        self.refused("none.onnx", "run", self.path("none.onnx"), "--input", x, "--output-dir", self.path("out"))

    def test_a_failure_leaves_the_old_file(self):
        out = self.write("out.npy", b"what was there")
        self.refused("UTF-8", "embed", "-m", self.dir, "--npy", out, text=b"hello\n\xff\xff\n")
        with open(out, "rb") as file:
            self.assertEqual(file.read(), b"what was there")


class Texts(BadInput):
    def setUp(self):
        super().setUp()
        self.write_files(tiny_bert.directory())

    def test_texts(self):
        for name, arguments, text, pattern in [
                ("an argument that is not UTF-8", ["embed"], [b"caf\xe9"], "expected UTF-8, found .* at byte 3"),
                ("a second argument", ["embed"], ["hello", b"\xff"], r"text 1: .*expected UTF-8, found .* at byte 0"),
                ("a surrogate", ["tokenize"], [b"a\xed\xa0\x80"], "expected UTF-8, found .* at byte 1"),
                ("an overlong slash", ["tokenize"], [b"\xc0\xaf"], "expected UTF-8, found .* at byte 0"),
                ("a code point past the last", ["tokenize"], [b"\xf4\x90\x80\x80"], "expected UTF-8"),
                ("a label", ["classify", "--labels", b"good,b\xffd"], ["hello"], "UTF-8"),
                ("a threshold that is no number", ["classify", "--labels", "a,b", "--threshold", "nan"], ["hello"],
                 "threshold: expected a number, found nan"),
                ("a margin without bounds", ["classify", "--labels", "a,b", "--margin", "inf"], ["hello"],
                 "margin: expected a number, found inf"),
                ("a temperature below 0", ["classify", "--labels", "a,b", "--temperature", "-1"], ["hello"],
                 "temperature: expected a number above 0, found -1"),
                ("ids that are none", ["detokenize"], ["seven"], 'expected an id .*"seven"'),
                ("ids below 0", ["detokenize"], ["-1"], "expected|argument"),
                ("ids past 32 bits", ["detokenize"], ["4294967296"], "expected an id"),
                ("a length that is absurd", ["tokenize", "--pad-to", "2000000000"], ["hello"], "padding: expected at most"),
                ("a length past 32 bits", ["tokenize", "--pad-to", "4294967297"], ["hello"], "--pad-to|padding"),
                ("a limit past 32 bits", ["tokenize", "--max-length", "4294967298"], ["hello"], "--max-length"),
                ("no room for the special tokens", ["tokenize", "--max-length", "1"], ["hello"], "at least 2 tokens"),
        ]:
            with self.subTest(name):
                command = [*arguments, "-m", self.folder, "--", *text]
                before = self.files()
                result = self.start(*command)
                self.assertIn(result.returncode, (1, 2))
                self.check_refusal(result, pattern, result.returncode)
                self.assertEqual(self.files(), before)

    def test_vocabularies(self):
        ranks = b"".join(base64.b64encode(bytes([b])) + b" %d\n" % b for b in range(256))
        vocab = b'{"a": 0, "b": 1, "ab": 2}'
        cases = [
            ("a merge of no token", {"vocab.json": vocab, "merges.txt": b"a c\n"}, "vocab.json", "", 'merge 0: .*"c"'),
            ("a merge of three", {"vocab.json": vocab, "merges.txt": b"a b\na b c\n"}, "vocab.json", "",
             "merges.txt: line 2"),
            ("no merges", {"vocab.json": vocab, "merges.txt": None}, "vocab.json", "", "merges.txt"),
            ("ids that are texts", {"vocab.json": b'{"a": "0"}', "merges.txt": b"a b\n"}, "vocab.json", "",
             r"vocab.json: \$\.a: expected an integer"),
            ("an id twice", {"vocab.json": b'{"a": 0, "b": 0}', "merges.txt": b"a b\n"}, "vocab.json", "",
             "one token an id"),
            ("wrong base64", {"x.tiktoken": ranks + b"!!!! 256\n"}, "x.tiktoken", "cl100k_base", "x.tiktoken: line 257"),
            ("no rank", {"x.tiktoken": ranks + b"YWI=\n"}, "x.tiktoken", "cl100k_base", "x.tiktoken: line 257"),
            ("a byte without a token", {"x.tiktoken": ranks[:100]}, "x.tiktoken", "cl100k_base", "x.tiktoken: "),
            ("an unknown encoding", {"x.tiktoken": ranks}, "x.tiktoken", "", "x.tiktoken: .*encoding"),
            ("a .model that is cut", {"x.model": b"\x0a\x20\x0a\x05<unk>"}, "x.model", "", "x.model: byte 1: expected a length"),
            ("a score that is none", {"x.model": b"\x0a\x08\x0a\x01a\x15\x00\x00\xc0\x7f"}, "x.model", "",
             "x.model: byte .*score"),
            ("an empty .model", {"x.model": b""}, "x.model", "", "x.model: expected pieces"),
            ("special tokens missing", {"x.txt": b"[UNK]\na\n"}, "x.txt", "", r"x.txt: .*\[SEP\]"),
            ("an unknown name", {"x.txt": b"a\n"}, "x.txt", "no-such", "no-such"),
        ]
        for name, files, file, like, pattern in cases:
            with self.subTest(name):
                for path, content in files.items():
                    if content is not None:
                        self.write(path, content)
                    elif os.path.exists(self.path(path)):
                        os.remove(self.path(path))
                arguments = ["--vocab", self.path(file)] + (["--like", like] if like else [])
                self.refused(pattern, "tokenize", *arguments, "a b")

    def test_lines(self):
        self.refused("expected UTF-8, found .* at byte 2", "tokenize", "-m", self.folder, text=b"ab\xff\n")
        self.refused("standard input: expected lines of at most", "tokenize", "-m", self.folder,
                     text=b"a" * (3 << 27))
        self.refused("text<TAB>pair", "tokenize", "-m", self.folder, "--pair", text=b"no tab\n")

    def test_labels(self):
        for content, pattern in [(b"\xff\xfe", "labels.tsv:1: expected UTF-8"), (b"", "labels.tsv: expected labels"),
                                 (b"a\x00b\n", "labels.tsv:1: .*NUL"), (b"\tonly\n", "labels.tsv:1: expected label")]:
            with self.subTest(content):
                self.refused(pattern, "classify", "-m", self.folder, "--labels-file", self.write("labels.tsv", content),
                             "hello")
        self.refused("labels.tsv.*expected a file", "classify", "-m", self.folder, "--labels-file",
                     self.path("no", "labels.tsv"), "hello")


if __name__ == "__main__":
    if sys.platform == "win32":
        print("skipped: there are no limits and no users to change here")
        sys.exit(77)
    program.main()
