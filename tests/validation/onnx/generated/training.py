"""Losses and the steps of optimizers."""
import numpy as np

from .case import Case, array, choices


def loss(op, rng):
    for shape in ((3, 5), (2, 4, 3), (2, 3, 2, 4), (1, 1), (2, 3, 2, 1, 2)):
        for options in choices(reduction=["none", "sum", "mean"], weight=[False, True], ignore=[False, True],
                               index=[np.int64, np.int32]):
            target = rng.integers(0, shape[1], (shape[0], *shape[2:])).astype(options["index"])
            attributes = dict(reduction=options["reduction"])
            if options["ignore"] and target.size > 1:
                attributes["ignore_index"] = int(target.flat[0]) if shape[1] > 1 else -7
                if shape[1] > 1:
                    target.flat[-1] = (target.flat[0] + 1) % shape[1]
            inputs = [array(rng, np.float32, shape), target]
            if options["weight"]:
                inputs.append(array(rng, np.float32, (shape[1],), 0.1, 2))
            outputs = (True, bool(rng.integers(2))) if op == "SoftmaxCrossEntropyLoss" else (True,)
            yield Case(op, 13, inputs, attributes, (), outputs, absolute=1e-5)


def optimizer(op, states, attributes, rng):
    for count in (0, 1, 2, 7):
        for shape in ((), (3,), (2, 3), (0,)):
            for tensors in (2, 3, 1)[:2 if op == "Adam" else 3]:  # of one, onnx.reference makes a float64
                for extra in attributes:
                    def draw(low):
                        return [array(rng, np.float32, shape, low, 1) for _ in range(tensors)]
                    inputs = [np.array(0.1, np.float32), np.array(count, np.int64), *draw(-1), *draw(-1)]
                    for _ in range(states):
                        inputs += draw(0.1)
                    yield Case(op, 1, inputs, extra, (), (True,) * (tensors * (1 + states)), "ai.onnx.preview.training", absolute=1e-5)


ADAGRAD = [dict(norm_coefficient=n, epsilon=1e-5, decay_factor=0.1) for n in (0.0, 0.01)]
ADAM = [dict(norm_coefficient=n, norm_coefficient_post=n, alpha=0.9, beta=0.99, epsilon=1e-5) for n in (0.0, 0.01)]
MOMENTUM = [dict(norm_coefficient=0.01, alpha=0.9, beta=0.5, mode=mode) for mode in ("standard", "nesterov")]
GENERATORS = {
    **{op: lambda rng, op=op: loss(op, rng) for op in ("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")},
    "Adagrad": lambda rng: optimizer("Adagrad", 1, ADAGRAD, rng), "Adam": lambda rng: optimizer("Adam", 2, ADAM, rng),
    "Momentum": lambda rng: optimizer("Momentum", 1, MOMENTUM, rng),
}
