"""Attention, what positions do to it, and what recurrences put in its place."""
import numpy as np

from .case import Case, array, choices


def attention(rng):
    sizes = [(1, 2, 2, 3, 3, 4, 4), (2, 4, 2, 5, 7, 8, 6), (2, 3, 1, 1, 6, 5, 5), (1, 2, 2, 130, 40, 16, 16)]
    for batch, heads, kv_heads, q_length, k_length, size, v_size in sizes:
        for rank in (3, 4):
            for past in (0, 3):
                for mask_kind in (None, "float", "bool", "short"):
                    for causal in (0, 1):
                        if mask_kind == "bool" and causal or mask_kind == "short" and past:
                            continue
                        def draw(*shape, kind=np.float32):
                            return array(rng, kind, shape, -1, 1)
                        q, k = draw(batch, heads, q_length, size), draw(batch, kv_heads, k_length, size)
                        v = draw(batch, kv_heads, k_length, v_size)
                        attributes = dict(is_causal=causal) if causal else {}
                        if rank == 3:
                            q, k, v = (np.ascontiguousarray(x.transpose(0, 2, 1, 3)).reshape(batch, x.shape[2], -1)
                                       for x in (q, k, v))
                            attributes |= dict(q_num_heads=heads, kv_num_heads=kv_heads)
                        total = k_length + past
                        shape = [(q_length, total), (batch, 1, q_length, total), (1, heads, q_length, total)]
                        shape = shape[int(rng.integers(3))]
                        mask = None
                        if mask_kind == "bool":
                            mask = draw(*shape, kind=np.bool_)
                            mask[..., 0] = True
                        elif mask_kind == "float":
                            mask = draw(*shape)
                        elif mask_kind == "short" and k_length > 1:
                            mask = draw(*shape[:-1], k_length - 1)
                        inputs, outputs = [q, k, v, mask], (True,)
                        if past:
                            inputs += [draw(batch, kv_heads, past, size), draw(batch, kv_heads, past, v_size)]
                            outputs = (True, True, True)
                        while inputs[-1] is None:
                            inputs.pop()
                        yield Case("Attention", 23, inputs, attributes, (), outputs, absolute=1e-5)
                        extra = [dict(softcap=2.0), dict(scale=0.25)][int(rng.integers(2))]
                        yield Case("Attention", 23, inputs, attributes | extra, (), outputs, absolute=1e-5)


def rotary_embedding(rng):
    for batch, heads, length, size in ((1, 1, 1, 2), (2, 3, 5, 8), (2, 4, 33, 16)):
        for options in choices(interleaved=[0, 1], part=[0, 1], rank=[3, 4], positions=[0, 1], dtype=[np.float32, np.float16]):
            dtype, turned = options["dtype"], size // 2 if options["part"] and size > 2 else size
            x = array(rng, dtype, (batch, heads, length, size))
            attributes = dict(interleaved=options["interleaved"])
            if turned != size:
                attributes["rotary_embedding_dim"] = turned
            if options["rank"] == 3 or turned != size:
                attributes["num_heads"] = heads
            if options["rank"] == 3:
                x = x.reshape(batch, length, heads * size)
            rows = (50, turned // 2) if options["positions"] else (batch, length, turned // 2)
            inputs = [x, array(rng, dtype, rows, -1, 1), array(rng, dtype, rows, -1, 1)]
            if options["positions"]:
                inputs.append(rng.integers(0, 50, (batch, length)))
            yield Case("RotaryEmbedding", 23, inputs, attributes, absolute=1e-5)


def linear_attention(rng):
    for rule in ("linear", "gated", "delta", "gated_delta"):
        for batch, length, heads, kv_heads, k_size, v_size in ((1, 1, 1, 1, 2, 3), (2, 5, 4, 2, 4, 3), (1, 9, 3, 3, 8, 8), (2, 0, 2, 1, 3, 3)):
            for past in (False, True):
                for per_key in (False, True):
                    def draw(*shape, low=-1):
                        return array(rng, np.float32, shape, low, 1)
                    inputs = [draw(batch, length, heads * k_size), draw(batch, length, kv_heads * k_size),
                              draw(batch, length, kv_heads * v_size), draw(batch, kv_heads, k_size, v_size) if past else None,
                              -draw(batch, length, kv_heads * (k_size if per_key else 1), low=0) if "gated" in rule else None,
                              draw(batch, length, kv_heads if per_key else 1, low=0) if "delta" in rule else None]
                    while inputs[-1] is None:
                        inputs.pop()
                    yield Case("LinearAttention", 27, inputs, dict(update_rule=rule, q_num_heads=heads, kv_num_heads=kv_heads),
                               (), (True, True), absolute=1e-5)


def causal_conv(rng):
    for batch, channels, length, k in ((1, 1, 1, 1), (2, 3, 5, 4), (1, 4, 2, 4), (2, 33, 17, 3)):
        for options in choices(activation=["none", "silu", "swish"], bias=[False, True], past=[False, True], dtype=[np.float32, np.float64]):
            dtype = options["dtype"]
            inputs = [array(rng, dtype, (batch, channels, length)), array(rng, dtype, (channels, 1, k)),
                      array(rng, dtype, (channels,)) if options["bias"] else None,
                      array(rng, dtype, (batch, channels, k - 1)) if options["past"] else None]
            while inputs[-1] is None:
                inputs.pop()
            yield Case("CausalConvWithState", 27, inputs, dict(activation=options["activation"]), (), (True, True), absolute=1e-5)


GENERATORS = {"Attention": attention, "RotaryEmbedding": rotary_embedding, "LinearAttention": linear_attention,
              "CausalConvWithState": causal_conv}
