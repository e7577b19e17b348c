"""unpack_onnx_cases.py WHEEL FOLDER: ONNX's backend cases out of a wheel of onnx, and nothing else of it."""
import pathlib
import sys
import zipfile

INSIDE = "onnx/backend/test/data/"


def unpack(wheel, folder):
    """How many files there were; data.json of real models, which are to be downloaded, are left out."""
    count = 0
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = pathlib.PurePosixPath(entry.filename)
            if not entry.filename.startswith(INSIDE) or entry.is_dir() or ".." in path.parts:
                continue
            if path.suffix not in (".onnx", ".pb"):
                continue
            target = folder / path.relative_to(INSIDE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            count += 1
    return count


def main():
    wheel, folder = map(pathlib.Path, sys.argv[1:])
    count = unpack(wheel, folder)
    print(f"{wheel.name}: {count} files")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
