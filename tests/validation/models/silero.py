"""Silero VAD v6, a frame at a time with its state, against onnxruntime.

A made signal of tones, noise and silence; the state goes from frame to frame in each engine by itself, so that
what differs may add up.
"""
import argparse
import pathlib
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from common.inlay import Inlay  # noqa: E402

MODEL = ROOT / "build" / "speech-models" / "silero_vad_v6.onnx"
FRAMES, SAMPLES, BEFORE = 200, 512, 64
TOLERANCE = 1e-4


def frames():
    """[FRAMES, BEFORE + SAMPLES]: each with the end of the one before it."""
    random = np.random.default_rng(11)
    time = np.arange(FRAMES * SAMPLES) / 16000
    voice = sum(np.sin(2 * np.pi * 140 * harmonic * time) / harmonic for harmonic in range(1, 12))
    loud = np.clip(np.sin(2 * np.pi * 0.7 * time), 0, 1)
    signal = 0.1 * loud * voice + 0.01 * (time > 3) * random.standard_normal(time.shape)
    padded = np.concatenate([np.zeros(BEFORE), signal]).astype(np.float32)
    return [padded[i * SAMPLES:i * SAMPLES + BEFORE + SAMPLES][None] for i in range(FRAMES)]


def listen(run):
    """What run(feed) → (probability, h, c) says of all frames."""
    h, c = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
    said = []
    for frame in frames():
        probability, h, c = run({"input": frame, "h": h, "c": c})
        said.append(np.concatenate([np.ravel(probability), np.ravel(h), np.ravel(c)]))
    return np.stack(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    if not MODEL.is_file():
        print(f"skipped: missing model {MODEL.name}")
        return 77
    import onnxruntime
    theirs = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    expected = listen(lambda feed: theirs.run(None, feed))
    assert np.ptp(expected[:, 0]) > 0.01, "expected a signal that the model tells from silence"
    for threads in (1, 2):
        ours = Inlay(options.build).session(MODEL, threads)
        off = float(np.abs(listen(ours.run) - expected).max())
        print(f"{threads} threads: largest difference {off:.2g} over {FRAMES} frames")
        if not off <= TOLERANCE:
            print(f"expected at most {TOLERANCE:g}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
