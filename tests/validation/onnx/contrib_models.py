"""Small graphs of one operator of the domain com.microsoft, or of one that onnxruntime adds to ai.onnx.

Each is a Case: what onnxruntime computes for it is the expectation. Where its CPU has no kernel for a form
(`like`), that of a form that means the same is.
"""
import dataclasses

import numpy as np
import onnx
from onnx import helper, numpy_helper

MICROSOFT = "com.microsoft"
# com.microsoft, or "" for operators that are no standard ones there.
DOMAINS = {"SimplifiedLayerNormalization": "", "LayerNormalization": ""}
BATCH, LENGTH, HEADS, HEAD_DIM = 2, 5, 2, 4
WIDTH = HEADS * HEAD_DIM


@dataclasses.dataclass
class Case:
    name: str
    op: str
    # [(name, dims, array)]; None where an input is left out. Dims are words, "B S 8": names stay symbols in the
    # second of the two models of a case; "" is a constant of the model.
    inputs: list
    outputs: list
    attributes: dict = dataclasses.field(default_factory=dict)
    like: "Case" = None
    opset: int = 17

    @property
    def symbolic(self):
        return any(i and any(not word.isdigit() for word in i[1].split()) for i in self.inputs)


def random(seed):
    return np.random.default_rng(seed)


def floats(shape, seed):
    return (random(seed).standard_normal(shape) * 0.5).astype(np.float32)


def model(case, symbolic=False):
    values, constants = [], []
    for entry in case.inputs:
        if entry is None:
            continue
        name, dims, array = entry
        if dims == "":
            constants.append(numpy_helper.from_array(array, name))
            continue
        words = dims.split()
        shape = [word if symbolic and not word.isdigit() else size
                 for word, size in zip(words, array.shape, strict=True)]
        values.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), shape))
    node = helper.make_node(case.op, [e[0] if e else "" for e in case.inputs], case.outputs, name=case.op,
                            domain=DOMAINS.get(case.op, MICROSOFT), **case.attributes)
    outputs = [helper.make_empty_tensor_value_info(name) for name in case.outputs if name]
    graph = helper.make_graph([node], case.name, values, outputs, constants)
    return helper.make_model(graph, ir_version=8, producer_name="contrib_models", opset_imports=[
        helper.make_opsetid("", case.opset), helper.make_opsetid(MICROSOFT, 1)])


def feeds(case):
    return {name: array for name, dims, array in filter(None, case.inputs) if dims != ""}


def expectation(case):
    """The outputs that onnxruntime computes, without its optimizer."""
    import onnxruntime

    if case.like:
        return expectation(case.like)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model(case).SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    return session.run(None, feeds(case))


def activations():
    x = ("x", "B S 8", floats((BATCH, LENGTH, WIDTH), 1) * 4)
    bias = ("bias", "", floats(WIDTH, 2))
    weights = ("w", "", floats((WIDTH, 3), 3))
    yield Case("gelu", "Gelu", [x], ["y"])
    yield Case("bias_gelu", "BiasGelu", [x, bias], ["y"])
    yield Case("fast_gelu", "FastGelu", [x], ["y"])
    yield Case("fast_gelu_bias", "FastGelu", [x, bias], ["y"])
    yield Case("quick_gelu", "QuickGelu", [x], ["y"])
    yield Case("quick_gelu_alpha", "QuickGelu", [x], ["y"], {"alpha": 0.75})
    product = ("x", "B S 3", x[2] @ weights[2])
    yield Case("gemm_fast_gelu", "GemmFastGelu", [x, weights], ["y"],
               like=Case("", "FastGelu", [product], ["y"]))
    narrow = ("bias", "", floats(3, 4))
    yield Case("gemm_fast_gelu_bias", "GemmFastGelu", [x, weights, narrow], ["y"],
               like=Case("", "FastGelu", [product, narrow], ["y"]))


def normalizations():
    x = ("x", "B S 8", floats((BATCH, LENGTH, WIDTH), 11))
    skip = ("skip", "B S 8", floats((BATCH, LENGTH, WIDTH), 12))
    gamma, beta, bias = (("gamma", "", floats(WIDTH, 13)), ("beta", "", floats(WIDTH, 14)),
                         ("bias", "", floats(WIDTH, 15)))
    op = "SkipLayerNormalization"
    yield Case("skip", op, [x, skip, gamma, beta], ["y"])
    yield Case("skip_without_beta", op, [x, skip, gamma], ["y"])
    yield Case("skip_bias", op, [x, skip, gamma, beta, bias], ["y"], {"epsilon": 0.01})
    yield Case("skip_bias_without_beta", op, [x, skip, gamma, None, bias], ["y"])
    yield Case("skip_sum", op, [x, skip, gamma, beta, bias], ["y", "", "", "sum"])
    yield Case("skip_of_all_rows", op, [x, ("skip", "1 S 8", skip[2][:1]), gamma, beta], ["y", "", "", "sum"])
    yield Case("skip_without_batch", op, [x, ("skip", "S 8", skip[2][0]), gamma, beta], ["y"])
    like = Case("", "LayerNormalization", [("x", "B S 8", x[2] + skip[2]), gamma, beta], ["y", "mean", "inverse"],
                {"epsilon": 1e-12})
    yield Case("skip_statistics", op, [x, skip, gamma, beta], ["y", "mean", "inverse"], like=like)
    op = "SkipSimplifiedLayerNormalization"
    yield Case("skip_simplified", op, [x, skip, gamma], ["y"])
    yield Case("skip_simplified_bias", op, [x, skip, gamma, bias], ["y", "", "", "sum"], {"epsilon": 0.01})
    op = "SimplifiedLayerNormalization"
    yield Case("simplified", op, [x, gamma], ["y"])
    yield Case("simplified_inverse", op, [x, gamma], ["y", "inverse"], {"axis": -1, "epsilon": 0.01})
    yield Case("layer_normalization_opset_12", "LayerNormalization", [x, gamma, beta], ["y"], {"axis": 2}, opset=12)


def embeddings():
    ids = ("ids", "B S", random(21).integers(0, 7, (BATCH, LENGTH)).astype(np.int32))
    segments = ("types", "B S", random(22).integers(0, 2, (BATCH, LENGTH)).astype(np.int32))
    tables = [("words", "", floats((7, WIDTH), 23)), ("positions", "", floats((9, WIDTH), 24)),
              ("segments", "", floats((2, WIDTH), 25))]
    norm = [("gamma", "", floats(WIDTH, 26)), ("beta", "", floats(WIDTH, 27))]
    mask = ("mask", "B S", np.array([[1, 1, 1, 0, 0], [1, 0, 1, 2, 1]], np.int32))
    places = ("places", "B S", random(28).integers(0, 9, (BATCH, LENGTH)).astype(np.int32))
    op = "EmbedLayerNormalization"
    without = [ids, None, *tables[:2], None, *norm]
    yield Case("embed", op, [ids, segments, *tables, *norm], ["y", "mask_index"], {"epsilon": 0.001})
    yield Case("embed_mask", op, [ids, segments, *tables, *norm, mask], ["y", "mask_index"])
    yield Case("embed_places", op, [ids, segments, *tables, *norm, None, places], ["y", "mask_index"])
    yield Case("embed_places_of_all_rows", op,
               [ids, segments, *tables, *norm, None, ("places", "1 S", places[2][:1])], ["y", "mask_index"])
    yield Case("embed_without_segments", op, without, ["y", "mask_index"])
    yield Case("embed_sum", op, [*without, mask, places], ["y", "mask_index", "sum"])


def attention_masks(query, key):
    """{name: (dims, array)} of the masks that onnxruntime's CPU has kernels for."""
    r = random(31)
    return {
        "lengths": ("B", np.array([3, key], np.int32)),
        "ends_and_begins": ("4", np.array([key, 3, 1, 0], np.int32)),
        "keys": ("B T", np.array([[1] * 3 + [0] * (key - 3), [0, 1] + [1] * (key - 2)], np.int32)),
        "nothing": ("B 1", np.zeros((BATCH, 1), np.int32)),
        "queries": ("B S T", r.integers(0, 2, (BATCH, query, key)).astype(np.int32)),
    }


def attentions():
    op = "Attention"
    x = ("x", "B S 6", floats((BATCH, LENGTH, 6), 41))
    weights, bias = ("w", "", floats((6, 3 * WIDTH), 42)), ("bias", "", floats(3 * WIDTH, 43))
    heads = {"num_heads": HEADS}
    yield Case("attention", op, [x, weights, bias], ["y"], heads)
    # onnxruntime 1.31.1 reads a bias that is not there.
    zeros = ("bias", "", np.zeros(3 * WIDTH, np.float32))
    yield Case("attention_without_bias", op, [x, weights], ["y"], heads,
               like=Case("", op, [x, weights, zeros], ["y"], heads))
    yield Case("attention_scale", op, [x, weights, bias], ["y"], {**heads, "scale": 0.9})
    yield Case("attention_causal", op, [x, weights, bias], ["y"], {**heads, "unidirectional": 1})
    for name, (dims, array) in attention_masks(LENGTH, LENGTH).items():
        mask = ("mask", dims.replace("T", "S"), array)
        rows = x if dims.startswith("B") else ("x", "2 S 6", x[2])
        yield Case(f"attention_{name}", op, [rows, weights, bias, mask], ["y"], heads)
        yield Case(f"attention_{name}_filter", op, [rows, weights, bias, mask], ["y"],
                   {**heads, "mask_filter_value": -1.5})
    mask = ("mask", "B S", attention_masks(LENGTH, LENGTH)["keys"][1])
    yield Case("attention_keys_causal", op, [x, weights, bias, mask], ["y"], {**heads, "unidirectional": 1})
    wide = random(44).integers(0, 2, (BATCH, 1, 8, 8)).astype(np.int32)
    like = Case("", op, [x, weights, bias, ("mask", "B S S", wide[:, 0, :LENGTH, :LENGTH])], ["y"], heads)
    yield Case("attention_window", op, [x, weights, bias, ("mask", "B 1 8 8", wide)], ["y"], heads, like=like)
    added = ("added", "B 2 S S", floats((BATCH, HEADS, LENGTH, LENGTH), 45))
    yield Case("attention_added", op, [x, weights, bias, None, None, added], ["y"], heads)
    yield Case("attention_keys_added", op, [x, weights, bias, mask, None, added], ["y"], heads)
    narrow = [("w", "", floats((6, 2 * WIDTH + 4), 46)), ("bias", "", floats(2 * WIDTH + 4, 47))]
    yield Case("attention_sizes", op, [x, *narrow, mask], ["y"], {**heads, "qkv_hidden_sizes": [WIDTH, WIDTH, 4]})
    past = ("past", "2 B 2 P 4", floats((2, BATCH, HEADS, 3, HEAD_DIM), 48))
    all_keys = ("mask", "B T", np.array([[1] * 8, [0] * 2 + [1] * 6], np.int32))
    yield Case("attention_present", op, [x, weights, bias], ["y", "present"], {**heads, "unidirectional": 1})
    yield Case("attention_past", op, [x, weights, bias, None, past], ["y", "present"], {**heads, "unidirectional": 1})
    # The keys of a mask and those of the past and the input are two sizes to a graph with names.
    yield Case("attention_past_keys", op, [x, weights, bias, all_keys, past], ["y", "present"],
               {**heads, "unidirectional": 1})


def multi_head_attentions():
    op, keys = "MultiHeadAttention", 7
    heads = {"num_heads": HEADS}
    query = ("query", "B S 8", floats((BATCH, LENGTH, WIDTH), 51))
    key, value = ("key", "B T 8", floats((BATCH, keys, WIDTH), 52)), ("value", "B T 8", floats((BATCH, keys, WIDTH), 53))
    bias = ("bias", "", floats(3 * WIDTH, 54))
    separate = [query, key, value]
    yield Case("heads", op, separate, ["y"], heads)
    yield Case("heads_bias", op, [*separate, bias], ["y"], {**heads, "scale": 0.3})
    yield Case("heads_narrow_values", op, [query, key, ("value", "B T 4", value[2][..., :4])], ["y"], heads)
    for name in ("lengths", "keys", "queries"):
        dims, array = attention_masks(LENGTH, keys)[name]
        mask = ("mask", dims, array)
        yield Case(f"heads_{name}", op, [*separate, bias, mask], ["y"], heads)
        yield Case(f"heads_{name}_filter", op, [*separate, None, mask], ["y"], {**heads, "mask_filter_value": -1.5})
    packed_rows = np.array([3, keys, 0, 3, 8, 0, 3, 10], np.int32)
    like = Case("", op, [*separate, None, ("mask", "B", packed_rows[:2])], ["y"], heads)
    two_rows = [(name, dims.replace("B", "2"), array) for name, dims, array in separate]
    yield Case("heads_packed_rows", op, [*two_rows, None, ("mask", "8", packed_rows)], ["y"], heads, like=like)
    added = ("added", "B 2 S T", floats((BATCH, HEADS, LENGTH, keys), 55))
    shared = ("added", "1 2 S T", added[2][:1])
    mask = ("mask", "B T", attention_masks(LENGTH, keys)["keys"][1])
    yield Case("heads_added", op, [*separate, bias, None, added], ["y"], heads)
    yield Case("heads_added_to_all_rows", op, [*separate, None, mask, shared], ["y"], heads)
    same = [query, ("key", "B S 8", key[2][:, :LENGTH]), ("value", "B S 8", value[2][:, :LENGTH])]
    yield Case("heads_causal", op, [*same, bias], ["y"], {**heads, "unidirectional": 1})
    yield Case("heads_causal_keys", op, [*same, bias, ("mask", "B S", mask[2][:, :LENGTH])], ["y"],
               {**heads, "unidirectional": 1})

    def split(array):
        return array.reshape(BATCH, -1, HEADS, HEAD_DIM)

    def first(array):
        return np.ascontiguousarray(split(array).transpose(0, 2, 1, 3))

    yield Case("heads_made_before", op,
               [query, ("key", "B 2 T 4", first(key[2])), ("value", "B 2 T 4", first(value[2]))], ["y"], heads)
    packed = np.stack([split(key[2]), split(value[2])], axis=3)
    yield Case("heads_packed_keys", op, [query, ("key", "B T 2 2 4", packed)], ["y"], heads,
               like=Case("", op, separate, ["y"], heads))
    packed = np.stack([split(array) for _, _, array in same], axis=3)
    yield Case("heads_packed", op, [("query", "B S 2 3 4", packed)], ["y"], heads,
               like=Case("", op, same, ["y"], heads))
    yield Case("heads_packed_bias", op, [("query", "B S 2 3 4", packed), None, None, bias], ["y"], heads,
               like=Case("", op, [*same, bias], ["y"], heads))
    past = [("past_key", "B 2 P 4", floats((BATCH, HEADS, 3, HEAD_DIM), 56)),
            ("past_value", "B 2 P 4", floats((BATCH, HEADS, 3, HEAD_DIM), 57))]
    yield Case("heads_present", op, same, ["y", "present_key", "present_value"], heads)
    yield Case("heads_past", op, [*same, bias, None, None, *past], ["y", "present_key", "present_value"], heads)


def products():
    op = "FusedMatMul"
    a, b = floats((BATCH, 3, 4), 61), floats((BATCH, 4, 5), 62)
    turned_a, turned_b = (np.ascontiguousarray(m.transpose(0, 2, 1)) for m in (a, b))
    yield Case("product", op, [("a", "B 3 4", a), ("b", "B 4 5", b)], ["y"], {"alpha": 0.5})
    yield Case("product_left", op, [("a", "B 4 3", turned_a), ("b", "B 4 5", b)], ["y"], {"transA": 1})
    yield Case("product_right", op, [("a", "B 3 4", a), ("b", "B 5 4", turned_b)], ["y"], {"transB": 1, "alpha": 2.0})
    yield Case("product_both", op, [("a", "B 4 3", turned_a), ("b", "B 5 4", turned_b)], ["y"],
               {"transA": 1, "transB": 1})
    yield Case("product_weights", op, [("a", "B 3 4", a), ("b", "", floats((5, 4), 63))], ["y"], {"transB": 1})
    moved = [np.ascontiguousarray(np.moveaxis(m, 0, 1)) for m in (a, b)]
    yield Case("product_batch_left", op, [("a", "3 B 4", moved[0]), ("b", "B 4 5", b)], ["y"], {"transBatchA": 1})
    yield Case("product_batch_right", op, [("a", "B 3 4", a), ("b", "4 B 5", moved[1])], ["y"], {"transBatchB": 1})
    both = np.ascontiguousarray(np.moveaxis(turned_b, 0, 1))
    yield Case("product_batch_both", op, [("a", "B 3 4", a), ("b", "5 B 4", both)], ["y"],
               {"transB": 1, "transBatchB": 1})
    x, w, c = ("x", "B 4", floats((BATCH, 4), 64)), ("w", "", floats((4, 3), 65)), ("c", "", floats(3, 66))
    turned_w = ("w", "", np.ascontiguousarray(w[2].T))
    yield Case("gemm", "FusedGemm", [x, w, c], ["y"], {"activation": "Relu"})
    yield Case("gemm_turned", "FusedGemm", [x, turned_w, c], ["y"],
               {"activation": "Tanh", "transB": 1, "alpha": 0.5, "beta": 2.0})
    yield Case("gemm_without_c", "FusedGemm", [x, w], ["y"], {"activation": "Sigmoid"})
    yield Case("gemm_leaky", "FusedGemm", [x, w, c], ["y"], {"activation": "LeakyRelu", "activation_alpha": 0.3})
    yield Case("gemm_hard", "FusedGemm", [x, w, c], ["y"],
               {"activation": "HardSigmoid", "activation_alpha": 0.3, "activation_beta": 0.4})


def rotary():
    op = "RotaryEmbedding"
    x = floats((BATCH, LENGTH, WIDTH), 71)
    angles = floats((9, HEAD_DIM // 2), 72)
    tables = [("cos", "", np.cos(angles)), ("sin", "", np.sin(angles))]
    half = [(name, "", array[:, :1].copy()) for name, _, array in tables]
    places = ("places", "B S", random(73).integers(0, 9, (BATCH, LENGTH)))
    offset = ("places", "1", np.array([3]))
    flat = ("x", "B S 8", x)
    heads = ("x", "B 2 S 4", np.ascontiguousarray(x.reshape(BATCH, LENGTH, HEADS, HEAD_DIM).transpose(0, 2, 1, 3)))
    for interleaved in (0, 1):
        name, attributes = f"rotary_{'neighbours' if interleaved else 'halves'}", {"interleaved": interleaved}
        yield Case(name, op, [flat, places, *tables], ["y"], attributes)
        yield Case(f"{name}_offset", op, [flat, offset, *tables], ["y"], attributes)
        yield Case(f"{name}_heads", op, [heads, places, *tables], ["y"], attributes)
        yield Case(f"{name}_heads_offset", op, [heads, offset, *tables], ["y"], attributes)
        yield Case(f"{name}_part", op, [flat, places, *half], ["y"],
                   {**attributes, "num_heads": HEADS, "rotary_embedding_dim": 2})


def cases():
    for family in (activations, normalizations, embeddings, attentions, multi_head_attentions, products, rotary):
        yield from family()
