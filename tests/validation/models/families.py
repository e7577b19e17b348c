"""Random models of every encoder family, saved by transformers, against transformers' own forward pass.

Rows go through inlay as one ragged batch, through transformers one by one: single, the longest that the
model takes, and lengths around its distances. Needs torch and transformers (tools/requirements-torch.txt).
"""
import argparse
import pathlib
import sys
import tempfile

import numpy as np

import ragged

TOLERANCE = 1e-5
SEED = 3
SIZES = {
    "vocab_size": 60, "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4,
    "intermediate_size": 96,
}


def families(t):
    """[(name, configuration, longest row)]; heads of 16, 32, 64 and 80 come in turn."""
    def bert(**more):
        return t.BertConfig(**{**SIZES, "max_position_embeddings": 40, **more})

    roberta = {**SIZES, "max_position_embeddings": 42, "pad_token_id": 1}
    distil = {"vocab_size": 60, "dim": 64, "n_layers": 2, "n_heads": 2, "hidden_dim": 96,
              "max_position_embeddings": 40}
    t5 = {"vocab_size": 60, "d_model": 64, "d_kv": 24, "d_ff": 96, "num_layers": 3, "num_heads": 4}

    def deberta(**more):
        """Few buckets and short distances, so that rows go beyond both."""
        return t.DebertaV2Config(**{
            **SIZES, "relative_attention": True, "pos_att_type": "p2c|c2p", "position_buckets": 16,
            "max_position_embeddings": 64, "position_biased_input": False, "share_att_key": True,
            "norm_rel_ebd": "layer_norm", **more})

    return [
        ("bert", bert(), 40),
        ("bert_head_64", bert(hidden_size=128, num_attention_heads=2), 40),
        ("bert_head_80", bert(hidden_size=160, num_attention_heads=2, hidden_act="gelu_new"), 40),
        ("bert_relu", bert(hidden_act="relu", type_vocab_size=1), 40),
        ("distilbert", t.DistilBertConfig(**distil), 40),
        ("distilbert_relu", t.DistilBertConfig(**distil, activation="relu"), 40),
        ("roberta", t.RobertaConfig(**roberta), 40),
        ("camembert", t.CamembertConfig(**roberta), 40),
        ("xlm-roberta", t.XLMRobertaConfig(**roberta), 40),
        ("xlm-roberta_pad_5", t.XLMRobertaConfig(**{**roberta, "pad_token_id": 5}), 36),
        ("electra", t.ElectraConfig(**SIZES, embedding_size=64, max_position_embeddings=40), 40),
        ("electra_narrow", t.ElectraConfig(**SIZES, embedding_size=24, max_position_embeddings=40), 40),
        ("albert", t.AlbertConfig(**SIZES, embedding_size=24, max_position_embeddings=40), 40),
        ("albert_groups", t.AlbertConfig(**{**SIZES, "num_hidden_layers": 4}, num_hidden_groups=2,
                                         inner_group_num=2, embedding_size=24,
                                         max_position_embeddings=40), 40),
        ("bart", t.BartConfig(vocab_size=60, d_model=64, encoder_layers=2, decoder_layers=1,
                              encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=96,
                              decoder_ffn_dim=96, max_position_embeddings=40), 40),
        ("t5", t.T5Config(**t5), 300),
        ("t5_gated", t.T5Config(**t5, feed_forward_proj="gated-gelu"), 300),
        ("deberta", deberta(), 150),
        ("deberta_more_buckets", deberta(position_buckets=256, max_position_embeddings=512), 600),
        ("deberta_keys", deberta(pos_att_type=["c2p"], share_att_key=False), 150),
        ("deberta_queries", deberta(pos_att_type=["p2c"], share_att_key=False, norm_rel_ebd="none"), 150),
        ("deberta_no_buckets", deberta(position_buckets=-1, max_relative_positions=20), 64),
        ("deberta_positions", deberta(position_biased_input=True, embedding_size=24, type_vocab_size=2), 64),
        ("deberta_absolute", deberta(position_biased_input=True, relative_attention=False), 64),
        ("mpnet", t.MPNetConfig(**SIZES, max_position_embeddings=302), 300),
    ]


def make_model(t, torch, config, make=None):
    """Weights far from where training starts, so that a wrong one shows; no scores so sharp that float32
    itself would be far from the truth."""
    torch.manual_seed(SEED)
    make = make or (t.T5EncoderModel if config.model_type == "t5" else t.AutoModel.from_config)
    model = make(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            norm = "norm" in name.lower()
            spread = 0.2 if weight.dim() == 1 or "embed" in name else 0.8 / weight.shape[1] ** 0.5
            if config.model_type == "t5" and name.endswith(".q.weight"):
                spread /= config.d_kv ** 0.5  # as T5 is made: its scores are not divided
            weight.normal_(1.0 if norm and name.endswith("weight") else 0.0, spread)
    return model


def make_rows(config, longest):
    """Ids that are never the padding token, and token types."""
    random = np.random.default_rng(SEED)
    lengths = [1, 7, longest, 2, longest - 1, min(longest, 129)]
    low = max(getattr(config, "pad_token_id", 0) or 0, 0) + 1
    types = getattr(config, "type_vocab_size", 1) or 1
    return [(random.integers(low, config.vocab_size, n), random.integers(0, types, n)) for n in lengths]


def expected(torch, model, rows):
    """transformers' answer in float64, so that its own rounding does not count."""
    model = (model.get_encoder() if model.config.is_encoder_decoder else model).double()
    takes_types = "token_type_ids" in model.forward.__code__.co_varnames
    out = []
    for ids, types in rows:
        arguments = {"input_ids": torch.tensor(ids[None])}
        if takes_types:
            arguments["token_type_ids"] = torch.tensor(types[None])
        with torch.no_grad():
            out.append(model(**arguments).last_hidden_state[0].numpy())
    return np.concatenate(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", help="families whose name holds this")
    args = parser.parse_args()
    try:
        import torch
        import transformers
    except ImportError as missing:
        print(f"skipped: missing peer: {missing}")
        return 77
    transformers.logging.set_verbosity_error()
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        for name, config, longest in families(transformers):
            if args.only and args.only not in name:
                continue
            folder = pathlib.Path(temporary) / name
            model = make_model(transformers, torch, config)
            model.save_pretrained(folder, safe_serialization=True)
            rows = make_rows(config, longest)
            oracle = expected(torch, model, rows)
            worst, why = ragged.difference(args.program, folder, ragged.batch(rows), folder, oracle)
            print(f"{name}: largest difference {worst:.1e} of {np.abs(oracle).max():.1f} {why}")
            failures += not worst <= TOLERANCE
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
