// What a value of a padded graph is in the ragged one.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "graph/graph.h"

namespace inlay::rewrite {

// The same for all texts.
struct Common {
  graph::ValueId value;
};

// [batch or 1, length, ...], or [length, ...] when `length_axis` is 0: a row a token, [tokens, ...].
struct TokenRows {
  graph::ValueId value;
  int length_axis = 1;
  graph::TensorRef at_padding = nullptr;  // the element that all padded places hold, where known
  bool places = false;                    // 0, 1, …: where each token stands in its text
};

// [batch, ...] without the length: a row a text, [rows, ...].
struct TextRows {
  graph::ValueId value;
  bool lengths = false;  // how many tokens each text has
};

// A function of the mask alone, one number for tokens and one for padding. The ragged graph has no
// such value: there is no padding there.
struct MaskForm {
  graph::TensorRef at_tokens, at_padding;  // of one element
  int from_end = 1;  // the place of the length among the axes: 1 the last one; 0: everywhere equal
};

// A function of how far a key stands behind its query: [..., length, length, ...] with queries at
// `axis`. The ragged value has one axis of distances, 1 - longest … longest - 1, in place of the two.
struct Distances {
  graph::ValueId value;
  size_t axis;
  std::optional<MaskForm> mask;  // what is added to it for keys
};

// Elements that are sizes, known as expressions. The ragged graph has sizes of its own.
struct Sizes {};

// No proof.
struct Refused {
  std::string why;
};

// The element of a tensor with one; NaN for null and for others.
double number_of(const graph::TensorRef& tensor);

using RaggedForm = std::variant<Refused, Common, TokenRows, TextRows, MaskForm, Distances, Sizes>;

}  // namespace inlay::rewrite
