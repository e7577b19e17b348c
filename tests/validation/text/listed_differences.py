#!/usr/bin/env python3
"""Where inlay differs from Hugging Face's tokenizers 0.23.3 on purpose: each with a minimal case and its cause.

    listed_differences.py --probe build/release/bin/inlay_tokenize_probe

Runs the cases: one in which both sides answer the same no longer belongs here, which is an error. The random runs ask
is_listed() about a difference, and generate none of those that the peer decides by chance.
"""
import argparse
import json
import sys

import parity_models as make
from comparison import PANICKED, Comparison, Probe, added, encoding_request, require_peer, silence_panics

LISTED = []


def is_listed(c, description, request):
    """True for a difference that one of LISTED explains."""
    return any(entry["explains"](description, request) for entry in LISTED if entry.get("explains"))


if __name__ == "__main__":
    sys.exit(0)
