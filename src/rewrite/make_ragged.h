// An encoder over padded texts, made into one over a ragged batch that has no padding.
//
//   padded   input_ids [batch, length], attention_mask [batch, length], … -> logits [batch, 2]
//   ragged   input_ids [tokens], row_offsets [rows + 1], …                -> logits [rows, 2]
//
// It is a proof by translation: each value of the padded graph is shown to be the same for all
// texts, or one row a token, or one row a text, or a function of the mask alone. What mixes tokens
// must be attention whose mask takes the weight of padded keys away, or a reduction that they add
// nothing to. Where the proof fails, the padded graph stays the only one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace inlay::rewrite {

struct RaggedModel {
  // Inputs of ids as the padded graph has them but int32 [tokens], then row_offsets int64 [rows + 1];
  // outputs [tokens, ...] or [rows, ...], by the names that they had.
  std::shared_ptr<graph::Graph> graph;
  std::vector<std::string> masks;  // inputs of the padded graph: 1 for a token, 0 for padding
  std::vector<std::string> token_outputs;  // [tokens, ...]; when there are none, nobody can tell
                                           // which graph was run
};

// `padded` with its types inferred, after rewrite(). Fails with kUnsupported where it cannot be
// proved, naming the node and why.
Result<RaggedModel> make_ragged(const graph::Graph& padded);

}  // namespace inlay::rewrite
