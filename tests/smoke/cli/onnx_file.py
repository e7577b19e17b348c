"""ONNX files without the onnx package: just enough of the wire format for tiny models (onnx.proto)."""
import struct

FLOAT, INT64, INT4 = 1, 7, 22


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def tensor(name, shape, values):
    """A float32 initializer."""
    dims = b"".join(number(1, size) for size in shape)
    return dims + number(2, FLOAT) + data(8, name) + data(9, struct.pack(f"<{len(values)}f", *values))


def bytes_tensor(name, dtype, shape, values):
    """An initializer of any type, as its bytes."""
    return b"".join(number(1, size) for size in shape) + number(2, dtype) + data(8, name) + data(9, values)


def value(name, dtype, shape):
    """An input or output; a size that is a string is symbolic."""
    dims = b"".join(data(1, data(2, size) if isinstance(size, str) else number(1, size)) for size in shape)
    return data(1, name) + data(2, data(1, number(1, dtype) + data(2, dims)))


def node(op, inputs, outputs):
    return b"".join(data(1, name) for name in inputs) + b"".join(data(2, name) for name in outputs) + data(4, op)


def model(nodes, inputs, outputs, initializers=(), opset=17):
    graph = b"".join(data(1, item) for item in nodes) + data(2, "tiny")
    graph += b"".join(data(5, item) for item in initializers)
    graph += b"".join(data(11, item) for item in inputs) + b"".join(data(12, item) for item in outputs)
    return number(1, 8) + data(2, "inlay tests") + data(7, graph) + data(8, number(2, opset))


def linear():
    """out/y[batch, 2] = x[batch, 3] · w + b."""
    return model(
        [node("MatMul", ["x", "w"], ["xw"]), node("Add", ["xw", "b"], ["out/y"])],
        [value("x", FLOAT, ["batch", 3])], [value("out/y", FLOAT, ["batch", 2])],
        [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6]), tensor("b", [2], [0.5, -0.5])])


def narrow():
    """y[n] is x[n] as int4."""
    return model(
        [node("CastLike", ["x", "like"], ["y"])], [value("x", FLOAT, ["n"])], [value("y", INT4, ["n"])],
        [bytes_tensor("like", INT4, [1], b"\0")], opset=21)
