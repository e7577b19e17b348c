"""RNN, GRU and LSTM."""
import numpy as np

from .case import Case, array

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
ACTIVATIONS = {"RNN": [["Relu"], ["Sigmoid"]], "GRU": [["HardSigmoid", "Softsign"], ["Sigmoid", "ScaledTanh"]],
               "LSTM": [["HardSigmoid", "Tanh", "Relu"], ["Sigmoid", "Elu", "Softplus"]]}
PARAMETERS = {"HardSigmoid": ([0.2], [0.5]), "ScaledTanh": ([1.7], [0.6]), "Elu": ([0.5], [])}


def parameters_of(names):
    out = {}
    for index, key in enumerate(("activation_alpha", "activation_beta")):
        values = [v for name in names if name in PARAMETERS for v in PARAMETERS[name][index]]
        if values:
            out[key] = values
    return out


def recurrent(op, rng):
    gates, outputs = GATES[op], (True, True, True) if op == "LSTM" else (True, True)
    for direction, d in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
        for length, batch, size, hidden in ((1, 1, 3, 4), (5, 2, 3, 7), (7, 3, 1, 1), (4, 9, 20, 33)):
            def draw(*shape):
                return array(rng, np.float32, shape, -1, 1)
            x, w, r = draw(length, batch, size), draw(d, gates * hidden, size), draw(d, gates * hidden, hidden)
            b, h0, c0 = draw(d, 2 * gates * hidden), draw(d, batch, hidden), draw(d, batch, hidden)
            p = draw(d, 3 * hidden)
            lengths = rng.integers(1, length + 1, batch).astype(np.int32)
            states = [h0, c0, p] if op == "LSTM" else [h0]
            base = dict(hidden_size=hidden, direction=direction)
            variants = [([], {}), ([b], {}), ([None, lengths], {}), ([b, lengths, *states], {}),
                        ([b, None, *states[:1]], {}), ([b], dict(clip=0.5))]
            for names in ACTIVATIONS[op]:
                variants.append(([b], dict(activations=names * d) | {k: v * d for k, v in parameters_of(names).items()}))
            if op == "GRU":
                variants += [([b], dict(linear_before_reset=1)), ([b, lengths, h0], dict(linear_before_reset=1)),
                             ([], dict(linear_before_reset=1))]
            if op == "LSTM":
                variants += [([b, None, None, None, p], dict(input_forget=1)), ([b, None, None, c0], {})]
            for further, attributes in variants:
                version = int(rng.choice([7, 14]))
                yield Case(op, version, [x, w, r, *further], base | attributes, (1, 2), outputs, absolute=1e-5)


GENERATORS = {op: lambda rng, op=op: recurrent(op, rng) for op in GATES}
