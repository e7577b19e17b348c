"""Transforms and windows of signals."""
import numpy as np

from .case import Case, array, choices, integers


def dft(rng):
    for length in (1, 2, 5, 8, 12, 17):
        for options in choices(parts=[1, 2], inverse=[0, 1], onesided=[0, 1], given=[0, 1], dtype=[np.float32, np.float64]):
            if options["inverse"] and (options["parts"] == 1 or options["onesided"]):
                continue
            if options["onesided"] and options["parts"] == 2:
                continue
            x = array(rng, options["dtype"], (2, length, 3, options["parts"]))
            attributes = dict(inverse=options["inverse"], onesided=options["onesided"])
            given = [np.array(int(rng.integers(1, 20)), np.int64)] if options["given"] else []
            yield Case("DFT", 17, [x, *given], attributes | dict(axis=1), (1,), absolute=1e-4)
            yield Case("DFT", 20, [x, given[0] if given else None, np.array(-3, np.int64)], attributes, (1, 2), absolute=1e-4)


def stft(rng):
    for length, frame, step in ((16, 8, 4), (17, 5, 3), (20, 20, 1), (33, 12, 7)):
        for options in choices(parts=[1, 2], onesided=[0, 1], window=[0, 1], dtype=[np.float32, np.float64], constants=[(), (1, 3)]):
            if options["parts"] == 2 and options["onesided"]:
                continue
            inputs = [array(rng, options["dtype"], (2, length, options["parts"])), np.array(step, np.int64),
                      array(rng, options["dtype"], (frame,), 0, 1) if options["window"] else None, np.array(frame, np.int64)]
            yield Case("STFT", 17, inputs, dict(onesided=options["onesided"]), options["constants"], absolute=1e-4)


def window(op, rng):
    for size in (2, 3, 5, 8, 17, 100, 129, 400):
        for options in choices(periodic=[0, 1], output_datatype=[1, 11], constants=[(), (0,)]):
            yield Case(op, 17, [np.array(size, np.int64)], dict(periodic=options["periodic"],
                                                               output_datatype=options["output_datatype"]), options["constants"],
                       absolute=1e-5)


def mel_weight_matrix(rng):
    for bins in (1, 8, 40):
        for length in (16, 257, 512):
            for low, high in ((0, 8000), (100, 3000), (20, 4000)):
                for constants in ((), (0, 1, 2, 3, 4)):
                    inputs = [np.array(bins, np.int64), np.array(length, np.int64), np.array(16000, np.int64),
                              np.array(low, np.float32), np.array(high, np.float32)]
                    yield Case("MelWeightMatrix", 17, inputs, {}, constants, absolute=1e-5)


GENERATORS = {"DFT": dft, "STFT": stft, "MelWeightMatrix": mel_weight_matrix,
              **{op: lambda rng, op=op: window(op, rng) for op in ("HannWindow", "HammingWindow", "BlackmanWindow")}}
