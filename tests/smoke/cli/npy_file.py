"""Files of numpy.save and numpy.savez without NumPy."""
import ast
import io
import struct
import zipfile

CODES = {"<f4": "f", "<f8": "d", "<f2": "e", "<i4": "i", "<i8": "q", "|b1": "?", "|u1": "B", ">f4": "f", "|i1": "b"}


def save(values, shape, descr="<f4", version=1, order=False):
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {tuple(shape)}, }}"
    length = struct.pack("<H" if version == 1 else "<I", len(text) + 1)
    head = b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + b"\n"
    endian = ">" if descr[0] == ">" else "<"
    return head + struct.pack(f"{endian}{len(values)}{CODES[descr]}", *values)


def load(data):
    """(descr, shape, values)"""
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    end = 10 + struct.unpack("<H", data[8:10])[0]
    assert end % 64 == 0 and data[end - 1:end] == b"\n"
    header = ast.literal_eval(data[10:end].decode())
    assert header["fortran_order"] is False
    code = CODES[header["descr"]]
    values = struct.unpack(f"<{(len(data) - end) // struct.calcsize(code)}{code}", data[end:])
    return header["descr"], header["shape"], values


def savez(arrays, compressed):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, data in arrays.items():
            with archive.open(name + ".npy", "w", force_zip64=True) as entry:
                entry.write(data)
    return out.getvalue()
