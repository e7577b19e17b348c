// The state of make_ragged(): both graphs, and what each value has become.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "rewrite/make_ragged.h"
#include "rewrite/ragged_form.h"

namespace inlay::rewrite {

using graph::DType;
using graph::Expr;
using graph::kNoValue;
using graph::Node;
using graph::Shape;
using graph::TensorRef;
using graph::ValueId;

class RaggedTranslator {
 public:
  explicit RaggedTranslator(const graph::Graph& padded);
  Result<RaggedModel> run();

  // ---- the padded graph -------------------------------------------------------------------------
  const graph::Graph& padded() const { return padded_; }
  graph::ExprPool& sizes() const { return *padded_.exprs; }
  const Shape& shape(ValueId padded) const { return *padded_.value(padded).type.shape; }
  DType dtype(ValueId padded) const { return padded_.value(padded).type.dtype; }
  bool is_batch(Expr e) const { return e == batch_; }
  // Also the length as far as a table goes, min(length, 512): a longer one fails in both graphs.
  bool is_length(Expr e) const;
  bool is_one(Expr e) const { return sizes().is(e, 1); }
  bool is_batch_or_one(Expr e) const { return is_batch(e) || is_one(e); }
  // No size of the shape depends on the batch or the length.
  bool is_fixed(const Shape& shape) const;
  bool has_masks() const { return !masks_.empty(); }
  // The fixed sizes from axis `begin` on; none when one of them is not fixed.
  std::optional<std::vector<int64_t>> fixed_sizes(const Shape& shape, size_t begin) const;
  // The one element of a constant as a tensor without axes; null for others.
  TensorRef scalar(ValueId padded) const;

  // ---- forms ------------------------------------------------------------------------------------
  const RaggedForm& form(ValueId padded) const { return forms_[static_cast<size_t>(padded)]; }
  template <class Form>
  const Form* form_as(ValueId padded) const {
    return padded == kNoValue ? nullptr : std::get_if<Form>(&form(padded));
  }
  // A Common that takes part in token rows of the padded rank `rank`; none when it varies along the
  // first two of their axes.
  std::optional<ValueId> common_for_tokens(ValueId padded, size_t rank);

  // ---- the ragged graph -------------------------------------------------------------------------
  ValueId row_offsets() const { return row_offsets_; }
  ValueId positions();     // of tokens in their texts, int64 [tokens]
  ValueId first_tokens();  // of texts, int64 [rows]
  ValueId lengths();       // of texts, int64 [rows]
  ValueId distances();     // 1 - n, …, n - 1 for a longest text of n tokens, int64 [2n - 1]
  ValueId constant(std::string_view name, TensorRef tensor);
  ValueId integers(std::string_view name, const std::vector<int64_t>& values);
  struct Op {
    std::string_view type;
    int version;
    std::string_view domain = "";
    std::map<std::string, graph::Attribute, std::less<>> attributes = {};
  };
  ValueId emit(Op op, std::vector<ValueId> inputs, std::string_view name);
  // A node as it is, over other inputs; its outputs get the names that they have.
  std::vector<ValueId> copy(const Node& node, std::vector<ValueId> inputs);
  // A value of rows over other sizes behind the first axis.
  ValueId reshape(ValueId rows, const std::vector<int64_t>& rest, std::string_view name);

 private:
  Status find_sizes();
  Status add_inputs();
  bool is_mask(ValueId input) const;
  RaggedForm initial_form(ValueId value);
  void translate(const Node& node);
  bool has_shapes(const Node& node) const;
  bool all_common(const Node& node) const;
  Status set_outputs(RaggedModel& model) const;

  const graph::Graph& padded_;
  std::shared_ptr<graph::Graph> ragged_;
  Expr batch_, length_;
  ValueId tokens_ = kNoValue;  // an input [tokens]
  ValueId row_offsets_ = kNoValue, positions_ = kNoValue, first_ = kNoValue, lengths_ = kNoValue;
  ValueId distances_ = kNoValue;
  std::vector<RaggedForm> forms_;  // by the padded values' ids
  std::vector<std::string> masks_;
};

// What becomes of the outputs of a node. A rule is asked only when no input is Refused and not all
// are Common.
using RaggedForms = std::vector<RaggedForm>;
using RaggedRule = RaggedForms (*)(RaggedTranslator&, const Node&);
// Null for an operator that no rule knows.
RaggedRule elementwise_rule(const Node& node);
RaggedRule layer_rule(const Node& node);
RaggedRule shape_rule(const Node& node);
RaggedRule reduction_rule(const Node& node);
// True for a Slice that gives back what it is given.
bool takes_everything(RaggedTranslator& t, const Node& node);
// What becomes of a node that makes or takes Distances; none for others.
std::optional<RaggedForm> distance_form(RaggedTranslator& t, const Node& node);

}  // namespace inlay::rewrite
