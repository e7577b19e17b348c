"""Makes a case of a difference small: whatever can go while the difference stays, goes."""


def shorter(items):
    """`items`, a list or a string, without a stretch: long stretches first, of few items every one."""
    size = len(items) // 2 or len(items)
    few = len(items) <= 30
    while size:
        for begin in range(0, len(items), 1 if few else size):
            yield items[:begin] + items[begin + size:]
        size = size - 1 if few else size // 2


def shrink(value, variants, holds, budget=2000):
    """The smallest value reached by replacing it with the first of variants(value) that holds, again and again."""
    progress = True
    while progress and budget > 0:
        progress = False
        for smaller in variants(value):
            budget -= 1
            if budget <= 0:
                break
            if holds(smaller):
                value, progress = smaller, True
                break
    return value


LISTS = {"normalizer": "normalizers", "pre_tokenizer": "pretokenizers", "post_processor": "processors", "decoder": "decoders"}


def simpler_component(part, component):
    """A component's simpler forms: none, a part of a sequence, or a shorter sequence."""
    if component is None:
        return
    yield None
    inner = component.get(LISTS[part])
    if component["type"] != "Sequence":
        return
    yield from inner
    for fewer in shorter(inner):
        yield {**component, LISTS[part]: fewer}
    for i, one in enumerate(inner):
        for simpler in simpler_component(part, one):
            if simpler is not None:
                yield {**component, LISTS[part]: [*inner[:i], simpler, *inner[i + 1:]]}


def simpler_vocabulary(model):
    if model["type"] == "Unigram":
        for fewer in shorter(model["vocab"][1:]):
            yield {**model, "vocab": model["vocab"][:1] + fewer}
    if model["type"] == "BPE":
        for fewer in shorter(model["merges"]):
            yield {**model, "merges": fewer}
    if model["type"] != "Unigram":
        for fewer in shorter(list(model["vocab"])):
            yield {**model, "vocab": {token: model["vocab"][token] for token in fewer}}


def simpler_descriptions(description):
    for part in LISTS:
        for simpler in simpler_component(part, description[part]):
            yield {**description, part: simpler}
    tokens = description["added_tokens"]
    for fewer in shorter(tokens):
        yield {**description, "added_tokens": fewer}
    for i, token in enumerate(tokens):
        for flag in ("single_word", "lstrip", "rstrip", "normalized", "special"):
            if token[flag]:
                yield {**description, "added_tokens": [*tokens[:i], {**token, flag: False}, *tokens[i + 1:]]}
    for flag in ("fuse_unk", "byte_fallback", "ignore_merges", "dropout"):
        if description["model"].get(flag) not in (None, False):
            yield {**description, "model": {**description["model"], flag: None if flag == "dropout" else False}}
    if len(description["model"]["vocab"]) < 600:
        for model in simpler_vocabulary(description["model"]):
            yield {**description, "model": model}


def simpler_requests(request):
    if request["op"] == "decode":
        for fewer in shorter(request["ids"]):
            yield {**request, "ids": fewer}
        return
    for name in ("pair", "truncation", "padding"):
        if request[name] is not None:
            yield {**request, name: None}
    if request["special"]:
        yield {**request, "special": False}
    for name in ("text", "pair"):
        for less in shorter(request[name] or ""):
            yield {**request, name: less}


def simpler_cases(case):
    description, request = case
    for simpler in simpler_requests(request):
        yield description, simpler
    for simpler in simpler_descriptions(description):
        yield simpler, request
