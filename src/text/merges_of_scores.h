// The merges of a vocabulary that keeps none: which tokens are made of two others, and in which
// order.
//
// SentencePiece's BPE and tiktoken merge any two neighbours whose texts together are a token, the
// token with the best score (or lowest rank) first. Every such cut of a token is a merge of that
// score. The order of equal ones is Hugging Face's. Cost: a look-up for each cut of each token.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/bpe.h"
#include "text/unigram.h"

namespace inlay::text {

// Pieces in the order of their ids; the highest score is merged first. The pairs are views into
// the pieces' texts.
std::vector<Bpe::MergePair> merges_of_scores(std::span<const UnigramPiece> pieces);

// Tokens (UTF-8) of which the lowest rank, their place, is merged first; those that are no token of
// their own are "".
std::vector<Bpe::MergePair> merges_of_ranks(std::span<const std::string_view> tokens);

}  // namespace inlay::text
