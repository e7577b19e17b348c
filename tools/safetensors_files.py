"""Reads and writes safetensors files with NumPy alone. bfloat16 is read as float32."""
import json
import struct

import numpy as np

_DTYPES = {
    "F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32,
    "U8": np.uint8, "BOOL": np.bool_,
}


def to_bfloat16(array):
    """The bits of float32 values rounded to bfloat16, ties to even."""
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def from_bfloat16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def read(path):
    """{name: array} of a file."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    out = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        narrow = entry["dtype"] == "BF16"
        array = np.frombuffer(raw[begin:end], np.uint16 if narrow else _DTYPES[entry["dtype"]])
        out[name] = (from_bfloat16(array) if narrow else array).reshape(entry["shape"])
    return out


def write(path, tensors, dtype="F32"):
    """Writes float arrays as F32, F16 or BF16. Data begins at a multiple of 8, as the format asks."""
    header, blobs, offset = {}, [], 0
    for name, array in tensors.items():
        stored = to_bfloat16(array) if dtype == "BF16" else np.ascontiguousarray(array, _DTYPES[dtype])
        blob = stored.tobytes()
        header[name] = {
            "dtype": dtype, "shape": list(array.shape), "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def rounded(array, dtype):
    """What is left of float32 values once they were stored."""
    if dtype == "BF16":
        return from_bfloat16(to_bfloat16(array)).reshape(array.shape)
    return np.asarray(array, _DTYPES[dtype]).astype(np.float32)
