// What the operators of ai.onnx.ml read of their nodes' attributes: lists, in one line of error where they do not
// agree, and labels of classes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace inlay::ops::ml {

// A list, null where the attribute is absent, is empty or holds something else.
const std::vector<float>* floats(const graph::Node& node, std::string_view key);
const std::vector<int64_t>* integers(const graph::Node& node, std::string_view key);
const std::vector<std::string>* strings(const graph::Node& node, std::string_view key);
// Its length; 0 where there is none.
int64_t length_of(const graph::Node& node, std::string_view key);

// Numbers of list `key` or of the tensor `key`_as_tensor; none where both are absent.
struct Reals {
  std::vector<double> values;
  bool wide = false;  // a tensor of float64
};
Result<Reals> reals(const graph::Node& node, std::string_view key);

// Fails unless list `key` has `count` elements, or none where it may be absent.
Status expect_length(std::string_view key, int64_t found, int64_t count, bool may_be_absent);

// Labels of classes: integers, or strings, which are numbered.
struct ClassLabels {
  const std::vector<int64_t>* integers = nullptr;
  const std::vector<std::string>* strings = nullptr;

  int64_t count() const {
    return static_cast<int64_t>(integers ? integers->size() : strings ? strings->size() : 0);
  }
  // What output 0 says of class `i`. Strings are said by their number: who has strings maps them
  // (objects/class_labels.h).
  int64_t label(int64_t i) const { return integers ? (*integers)[static_cast<size_t>(i)] : i; }
};
// From "classlabels_ints" or "classlabels_int64s", and "classlabels_strings".
Result<ClassLabels> class_labels(const graph::Node& node);

}  // namespace inlay::ops::ml
