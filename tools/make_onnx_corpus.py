#!/usr/bin/env python3
"""Writes tests/fuzz/corpus/onnx/: small models of every kind that the importer reads, and broken ones.

    tools/make_onnx_corpus.py tests/fuzz/corpus/onnx

Made with onnx 1.22.0. The same bytes each time.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import make_onnx_bert

TINY = {
    "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 4,
    "vocab_size": 3, "type_vocab_size": 2, "max_position_embeddings": 4, "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}


def model(nodes, inputs, outputs, initializers=(), opset=17, functions=()):
    def info(name, shape=None, dtype=TensorProto.FLOAT):
        return helper.make_tensor_value_info(name, dtype, shape)

    graph = helper.make_graph(
        nodes, "graph", [info(*i) for i in inputs], [info(o) for o in outputs], list(initializers)
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9, functions=list(functions)
    )


def subgraph(name, nodes, outputs, inputs=()):
    info = [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs]
    return helper.make_graph(nodes, name, list(inputs), info)


def typed_constants():
    tensors = [
        helper.make_tensor("f", TensorProto.FLOAT, [2], [1.5, -2]),
        helper.make_tensor("d", TensorProto.DOUBLE, [1], [1e300]),
        helper.make_tensor("h", TensorProto.FLOAT16, [2], [1.0, 0.1]),
        helper.make_tensor("b", TensorProto.BOOL, [2], [1, 0]),
        helper.make_tensor("u", TensorProto.UINT64, [1], [2**63]),
        helper.make_tensor("s", TensorProto.STRING, [2], ["one", "two"]),
        numpy_helper.from_array(np.arange(6, dtype=np.int8).reshape(2, 3), "raw"),
    ]
    return model([helper.make_node("Relu", ["f"], ["y"])], [], ["y"], tensors)


def constant_nodes():
    nodes = [
        helper.make_node("Constant", [], ["a"], value_ints=[1, 2]),
        helper.make_node("Constant", [], ["b"], value_float=2.0),
        helper.make_node("Constant", [], ["c"], value_string="text"),
        helper.make_node("Reshape", ["x", "a"], ["r"]),
        helper.make_node("Mul", ["r", "b"], ["y"]),
    ]
    return model(nodes, [("x", [2])], ["y"])


def branches():
    then = subgraph("then", [helper.make_node("Relu", ["x"], ["t"])], ["t"])
    other = subgraph("else", [helper.make_node("Mul", ["x", "w"], ["e"])], ["e"])
    node = helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=other)
    weight = numpy_helper.from_array(np.float32([1, 2]), "w")
    return model([node], [("x", ["n", 2]), ("c", [], TensorProto.BOOL)], ["y"], [weight])


def loop():
    scalar = [
        helper.make_tensor_value_info("i", TensorProto.INT64, []),
        helper.make_tensor_value_info("go_in", TensorProto.BOOL, []),
        helper.make_tensor_value_info("v_in", TensorProto.FLOAT, ["n"]),
    ]
    body = subgraph(
        "body",
        [helper.make_node("Identity", ["go_in"], ["go"]), helper.make_node("Add", ["v_in", "x"], ["v"]),
         helper.make_node("Identity", ["v"], ["scan"])],
        ["go", "v", "scan"], scalar,
    )
    node = helper.make_node("Loop", ["count", "", "x"], ["last", "all"], body=body)
    return model([node], [("x", ["n"]), ("count", [], TensorProto.INT64)], ["last", "all"])


def sizes_by_input():
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["r"]),
        helper.make_node("Slice", ["r", "starts", "starts"], ["y"]),
    ]
    inputs = [("x", ["a", "b"]), ("shape", [2], TensorProto.INT64), ("starts", [1], TensorProto.INT64)]
    return model(nodes, inputs, ["y"])


def external():
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return model([helper.make_node("Relu", ["w"], ["y"])], [], ["y"], [tensor])


def dense_shapes():
    nodes = [
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Gather", ["s", "zero"], ["n"], axis=0),
        helper.make_node("Range", ["zero", "n", "one"], ["r"]),
        helper.make_node("Unsqueeze", ["r", "axes"], ["u"]),
        helper.make_node("Equal", ["r", "u"], ["same"]),
        helper.make_node("Where", ["same", "x", "big"], ["y"]),
    ]
    constants = [numpy_helper.from_array(np.int64(0), "zero"), numpy_helper.from_array(np.int64(1), "one"),
                 numpy_helper.from_array(np.int64([1]), "axes"), numpy_helper.from_array(np.float32(9), "big")]
    return model(nodes, [("x", ["n", "n"])], ["y"], constants)


def functions():
    """A function with an attribute, a default, a subgraph and a call of another one with sets of its own."""
    reference = helper.make_node("Elu", ["v"], ["t"])
    reference.attribute.append(onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT))
    then = subgraph("then", [reference], ["t"])
    other = subgraph("else", [helper.make_node("inner", ["v"], ["e"], domain="pkg")], ["e"])
    branch = helper.make_node("If", ["c"], ["w"], then_branch=then, else_branch=other)
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("pkg", 1)]
    outer = helper.make_function("pkg", "outer", ["v", "c"], ["w", "v"], [branch], sets, ["slope"])
    reduce = helper.make_node("ReduceSum", ["v"], ["s"], axes=[0], keepdims=1)
    power = helper.make_node("Constant", [], ["p"])
    power.attribute.append(onnx.AttributeProto(name="value_float", ref_attr_name="power", type=onnx.AttributeProto.FLOAT))
    inner = helper.make_function(
        "pkg", "inner", ["v", "unused"], ["w"], [reduce, power, helper.make_node("Pow", ["s", "p"], ["w"])],
        [helper.make_opsetid("", 11)], attribute_protos=[helper.make_attribute("power", 2.0)])
    calls = [helper.make_node("outer", ["x", "c"], ["a", "b"], domain="pkg", slope=0.5),
             helper.make_node("inner", ["b"], ["y"], domain="pkg")]
    made = model(calls, [("x", ["n", 2]), ("c", [], TensorProto.BOOL)], ["a", "y"], functions=[outer, inner])
    made.opset_import.append(helper.make_opsetid("pkg", 1))
    return made


def recursion():
    """Two functions that call each other."""
    sets = [helper.make_opsetid("pkg", 1)]
    bodies = {name: helper.make_node(other, ["v"], ["w"], domain="pkg") for name, other in (("f", "g"), ("g", "f"))}
    made = [helper.make_function("pkg", name, ["v"], ["w"], [node], sets) for name, node in bodies.items()]
    return model([helper.make_node("f", ["x"], ["y"], domain="pkg")], [("x", [2])], ["y"], functions=made)


def sparse():
    def values(name, dtype, elements):
        return helper.make_tensor(name, dtype, [len(elements)], elements)

    pairs = helper.make_sparse_tensor(
        values("pairs", TensorProto.FLOAT, [1.5, -2]), helper.make_tensor("", TensorProto.INT64, [2, 2], [0, 1, 2, 0]), [3, 2])
    flat = helper.make_sparse_tensor(
        values("flat", TensorProto.FLOAT, [3.0]), helper.make_tensor("", TensorProto.INT64, [1], [3]), [2, 2])
    nodes = [helper.make_node("Constant", [], ["c"], sparse_value=flat), helper.make_node("MatMul", ["pairs", "c"], ["p"]),
             helper.make_node("Add", ["x", "p"], ["y"])]
    made = model(nodes, [("x", [3, 2])], ["y"])
    made.graph.sparse_initializer.append(pairs)
    return made


def old_opset():
    """Operator set 6: broadcasting by an axis, and attributes that are inputs since."""
    nodes = [
        helper.make_node("Add", ["x", "b"], ["a"], broadcast=1, axis=0),
        helper.make_node("Pad", ["a"], ["p"], pads=[0, 1, 0, 1], value=2.0),
        helper.make_node("PRelu", ["p", "s"], ["y"]),
    ]
    constants = [numpy_helper.from_array(np.float32(array), name) for name, array in (("b", [1, 2]), ("s", [0.5]))]
    return model(nodes, [("x", [2, 3])], ["y"], constants, opset=6)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "typed_constants": typed_constants(), "constant_nodes": constant_nodes(), "branches": branches(),
        "loop": loop(), "sizes_by_input": sizes_by_input(), "external": external(),
        "dense_shapes": dense_shapes(), "functions": functions(), "recursion": recursion(), "sparse": sparse(),
        "old_opset": old_opset(),
    }
    for spelling in ("old", "new", "sdpa"):
        made[f"bert_{spelling}"] = make_onnx_bert.Bert(TINY, make_onnx_bert.random_weights(TINY), spelling).model()
    for name, proto in made.items():
        (folder / f"{name}.onnx").write_bytes(proto.SerializeToString(deterministic=True))
    cut = made["branches"].SerializeToString(deterministic=True)
    (folder / "cut.onnx").write_bytes(cut[: len(cut) // 2])
    (folder / "empty.onnx").write_bytes(b"")


if __name__ == "__main__":
    main()
