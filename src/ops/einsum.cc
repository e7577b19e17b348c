// Einsum (ONNX 12…): sums of products by letters: an operand has a letter an axis, "..." stands for further
// axes that broadcast, the result has the letters behind "->" (or those that come once, in order), and all
// others are summed over.
//
// Operands are joined from the left, two at a time: letters that nothing needs any more are summed at once, so
// that each join is a batch of matrix products over views: letters of both sides that stay are batches, those
// of one side rows and columns, those of both that end here the inner dimension.
#include <algorithm>
#include <string>

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/matrix_product.h"
#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

using EinsumTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, uint64_t, uint32_t>;

// A label an axis: a letter, or for the axes of "..." a number from 128 on, counted from the last.
using Labels = std::vector<int>;

struct Equation {
  std::vector<Labels> inputs;
  Labels output;
};

Result<Labels> parse_term(std::string_view term, size_t rank, size_t* dots) {
  Labels before, behind;
  bool in_dots = false;
  for (size_t i = 0; i < term.size(); ++i) {
    const char c = term[i];
    if (c == ' ') continue;
    if (term.substr(i, 3) == "..." && !in_dots) {
      in_dots = true;
      i += 2;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      (in_dots ? behind : before).push_back(c);
    } else {
      return invalid("equation: unexpected {}", quote(term.substr(i, 1)));
    }
  }
  if (in_dots) {
    const size_t letters = before.size() + behind.size();
    if (rank == SIZE_MAX) rank = letters + *dots;
    if (rank < letters)
      return invalid("equation: expected at least {} dimensions, found {}", letters, rank);
    *dots = std::max(*dots, rank - letters);
    for (size_t i = rank - letters; i-- > 0;) before.push_back(128 + static_cast<int>(i));
  }
  before.insert(before.end(), behind.begin(), behind.end());
  if (rank != SIZE_MAX && before.size() != rank)
    return invalid("equation: expected {} dimensions, found {}", before.size(), rank);
  return before;
}

// The letters that come once, in order, behind the axes of "...".
Labels implicit_output(const std::vector<Labels>& inputs, size_t dots) {
  Labels out, all;
  for (size_t i = dots; i-- > 0;) out.push_back(128 + static_cast<int>(i));
  for (const Labels& labels : inputs) all.insert(all.end(), labels.begin(), labels.end());
  for (int c = 'A'; c <= 'z'; ++c)
    if (std::count(all.begin(), all.end(), c) == 1) out.push_back(c);
  return out;
}

Result<Equation> parse(const graph::Graph& graph, const graph::Node& node) {
  const std::string text(node.text("equation", ""));
  const size_t arrow = text.find("->");
  std::string_view left = std::string_view(text).substr(0, arrow);
  Equation out;
  size_t dots = 0;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const size_t comma = left.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == node.inputs.size()))
      return invalid("equation {}: expected {} operands", quote(text), node.inputs.size());
    INLAY_ASSIGN(Labels labels, parse_term(left.substr(0, comma),
                                           graph.value(node.inputs[i]).type.shape->size(), &dots));
    out.inputs.push_back(std::move(labels));
    left.remove_prefix(comma == std::string_view::npos ? left.size() : comma + 1);
  }
  if (arrow == std::string::npos) {
    out.output = implicit_output(out.inputs, dots);
    return out;
  }
  INLAY_ASSIGN(out.output, parse_term(std::string_view(text).substr(arrow + 2), SIZE_MAX, &dots));
  for (size_t i = 0; i < out.output.size(); ++i) {
    const int label = out.output[i];
    const bool known = std::any_of(out.inputs.begin(), out.inputs.end(), [&](const Labels& labels) {
      return std::find(labels.begin(), labels.end(), label) != labels.end();
    });
    if (!known || std::find(out.output.begin(), out.output.begin() + static_cast<std::ptrdiff_t>(i),
                            label) != out.output.begin() + static_cast<std::ptrdiff_t>(i))
      return invalid("equation {}: expected each letter of the result once, and in an operand",
                     quote(text));
  }
  return out;
}

// Sizes by label; 1 gives way to others.
struct LabelSizes {
  Labels labels;
  std::vector<Expr> sizes;

  Expr* find(int label) {
    const auto at = std::find(labels.begin(), labels.end(), label);
    return at == labels.end() ? nullptr : &sizes[static_cast<size_t>(at - labels.begin())];
  }
};

// A tensor with a label an axis, each once.
struct Term {
  View view;
  Labels labels;
};

// Axes of one label become one, along the diagonal.
Term diagonal(ExprPool& e, const View& view, const Labels& labels, LabelSizes& sizes) {
  Term out{view, {}};
  out.view.shape.clear();
  out.view.strides.clear();
  for (size_t axis = 0; axis < labels.size(); ++axis) {
    const Expr size = *sizes.find(labels[axis]);
    // An axis of 1 is read again and again where others have more.
    const Expr stride = view.shape[axis] == size ? view.strides[axis]
                                                 : e.if_equal(view.shape[axis], e.constant(1),
                                                              e.constant(0), view.strides[axis]);
    const auto at = std::find(out.labels.begin(), out.labels.end(), labels[axis]);
    if (at != out.labels.end()) {
      Expr& sum = out.view.strides[static_cast<size_t>(at - out.labels.begin())];
      sum = e.add(sum, stride);
      continue;
    }
    out.labels.push_back(labels[axis]);
    out.view.shape.push_back(size);
    out.view.strides.push_back(stride);
  }
  return out;
}

struct JoinParams {
  int64_t kept, summed;  // axes
};

// Operands: a, b or none, out. Sizes: a walk over the kept axes of a, b and out, then one over the summed axes
// of a and b.
template <class T>
Status run_join(const StepCall& call) {
  using Sum =
      std::conditional_t<std::is_integral_v<T>, T, std::conditional_t<sizeof(T) == 2, float, T>>;
  const auto& params = call.as<JoinParams>();
  const Walk<3> kept(params.kept, call.sizes);
  const Walk<2> summed(params.summed, call.sizes + 4 * params.kept);
  const T one = static_cast<T>(1.0f), *a = call.at<const T>(0),
          *b = call.data[1] ? call.at<const T>(1) : &one;
  const int64_t inner = kept.inner(), sums = summed.inner();
  const int64_t a_stride = summed.stride[0][summed.rank - 1],
                b_stride = summed.stride[1][summed.rank - 1];
  const auto element = [&](const T* x, const T* y) {
    Sum sum = 0;
    for (int64_t row = 0; row < summed.outer_count() && !call.run.cancelled(); ++row) {
      const auto offset = summed.offsets(row);
      for (int64_t i = 0; i < sums; ++i)
        sum = static_cast<Sum>(sum + static_cast<Sum>(x[offset[0] + i * a_stride]) *
                                         static_cast<Sum>(y[offset[1] + i * b_stride]));
    }
    return static_cast<T>(sum);
  };
  constexpr int64_t kProductsPerTask = 1 << 14;
  for_each_range(call.run.pool(), kept.outer_count() * inner,
                 kProductsPerTask / (summed.outer_count() * sums + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const auto offset = kept.offsets(i / inner);
                     const auto at = [&](size_t operand) {
                       return offset[operand] +
                              i % inner * kept.stride[operand][static_cast<size_t>(kept.rank) - 1];
                     };
                     call.at<T>(2)[at(2)] = element(a + at(0), b + at(1));
                   }
                 });
  return Status();
}

constexpr auto kJoin = []<class T>(std::type_identity<T>) -> StepFn { return run_join<T>; };

bool has(const Labels& labels, int label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

// Adds what b has and a has not.
Labels joined(Labels a, const Labels& b) {
  for (int label : b)
    if (!has(a, label)) a.push_back(label);
  return a;
}

Shape shape_of(const Labels& labels, LabelSizes& sizes) {
  Shape out;
  for (int label : labels) out.push_back(*sizes.find(label));
  return out;
}

// A term with its axes in the order of `labels`; those that it has not are repeated.
View arranged(ExprPool& e, const Term& term, const Labels& labels, LabelSizes& sizes) {
  View out{term.view.operand, term.view.dtype, shape_of(labels, sizes), {}};
  for (int label : labels) {
    const auto at = std::find(term.labels.begin(), term.labels.end(), label);
    out.strides.push_back(at == term.labels.end()
                              ? e.constant(0)
                              : term.view.strides[static_cast<size_t>(at - term.labels.begin())]);
  }
  return out;
}

class EinsumLowering {
 public:
  EinsumLowering(Lowering& low, const Equation& equation, LabelSizes sizes)
      : low_(low), e_(low.exprs()), equation_(equation), sizes_(std::move(sizes)) {}

  void run() {
    const size_t count = equation_.inputs.size();
    Term whole = term_of(0);
    if (count == 1) whole = join(whole, Term{{{}, whole.view.dtype, {}, {}}, {}}, equation_.output);
    for (size_t i = 1; i < count; ++i) {
      Labels wanted = equation_.output;
      for (size_t later = i + 1; later < count; ++later)
        wanted = joined(std::move(wanted), equation_.inputs[later]);
      whole = join(whole, term_of(i), wanted);
    }
    low_.put_view(0, arranged(e_, whole, equation_.output, sizes_));
  }

 private:
  Term term_of(size_t input) {
    return diagonal(e_, low_.view(input), equation_.inputs[input], sizes_);
  }

  View memory_for(const Labels& labels, DType dtype) {
    const Shape shape = shape_of(labels, sizes_);
    const Expr bytes = e_.mul(e_.product(shape), e_.constant(graph::dtype_bytes(dtype)));
    return dense_view(e_, low_.memory(bytes), dtype, shape);
  }

  // Sums over the labels of a and b that are not wanted.
  Term join(const Term& a, const Term& b, const Labels& wanted) {
    Labels kept, summed;
    for (int label : joined(a.labels, b.labels))
      (has(wanted, label) ? kept : summed).push_back(label);
    if (b.labels.empty() && b.view.operand.block < 0 && summed.empty()) return a;
    if (auto product = as_product(a, b, kept, summed)) return *std::move(product);
    Term out{memory_for(kept, a.view.dtype), kept};
    const View over[] = {arranged(e_, a, kept, sizes_), arranged(e_, b, kept, sizes_), out.view};
    const View under[] = {arranged(e_, a, summed, sizes_), arranged(e_, b, summed, sizes_)};
    Lowering::StepSpec spec{
        for_type(a.view.dtype, EinsumTypes(), kJoin),
        {a.view.operand, b.view.operand, out.view.operand},
        {},
        std::make_shared<JoinParams>(
            JoinParams{static_cast<int64_t>(kept.size()), static_cast<int64_t>(summed.size())})};
    push_walk(e_, spec.sizes, over[0].shape, over);
    push_walk(e_, spec.sizes, under[0].shape, under);
    low_.step(std::move(spec));
    return out;
  }

  // A batch of matrix products, where a and b have at most one label of their own each and sum over one.
  std::optional<Term> as_product(const Term& a, const Term& b, const Labels& kept,
                                 const Labels& summed) {
    Labels batch, rows, columns;
    for (int label : kept)
      (has(a.labels, label) && has(b.labels, label) ? batch
       : has(a.labels, label)                       ? rows
                                                    : columns)
          .push_back(label);
    const bool inner = summed.size() == 1 && has(a.labels, summed[0]) && has(b.labels, summed[0]);
    if (!inner || rows.size() != 1 || columns.size() != 1) return {};
    Labels left = batch, right = batch, result = batch;
    left.insert(left.end(), {rows[0], summed[0]});
    right.insert(right.end(), {summed[0], columns[0]});
    result.insert(result.end(), {rows[0], columns[0]});
    View x = arranged(e_, a, left, sizes_);
    if (!e_.is(x.strides.back(), 1)) {
      const View copy = memory_for(left, x.dtype);
      low_.step(copy_step(e_, x, copy.operand));
      x = copy;
    }
    Term out{memory_for(result, x.dtype), result};
    if (!lower_matrix_product(low_, x, arranged(e_, b, right, sizes_), out.view).ok()) return {};
    return out;
  }

  Lowering& low_;
  ExprPool& e_;
  const Equation& equation_;
  LabelSizes sizes_;
};

// The size of each label, as all operands together have it.
Result<LabelSizes> label_sizes(ExprPool& e, const graph::Graph& graph, const graph::Node& node,
                               const Equation& equation) {
  LabelSizes out;
  for (size_t i = 0; i < equation.inputs.size(); ++i)
    for (size_t axis = 0; axis < equation.inputs[i].size(); ++axis) {
      const Expr size = (*graph.value(node.inputs[i]).type.shape)[axis];
      if (Expr* known = out.find(equation.inputs[i][axis])) {
        *known = e.broadcast(*known, size);
        continue;
      }
      out.labels.push_back(equation.inputs[i][axis]);
      out.sizes.push_back(size);
    }
  if (out.labels.size() > static_cast<size_t>(kMaxRank))
    return unsupported("{}: expected at most {} letters, found {}", describe(graph, node), kMaxRank,
                       out.labels.size());
  return out;
}

}  // namespace

Status infer_einsum(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1 << 10));
  if (!is_one_of(in.dtype(0), EinsumTypes()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  for (size_t i = 0; i < in.input_count(); ++i) {
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    INLAY_TRY(in.shape(i).status());
  }
  auto equation = parse(in.graph(), in.node());
  if (!equation.ok()) return in.error("{}", equation.message());
  INLAY_ASSIGN(LabelSizes sizes, label_sizes(in.exprs(), in.graph(), in.node(), *equation));
  for (size_t i = 0; i < in.input_count(); ++i) {
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      const Expr size = *sizes.find(equation->inputs[i][axis]);
      INLAY_TRY(in.expect_equal(in.exprs().broadcast(shape[axis], size), size,
                                format("input {}, axis {}", i, axis)));
    }
  }
  in.set_output(0, in.dtype(0), shape_of(equation->output, sizes));
  return Status();
}

Status lower_einsum(Lowering& low) {
  INLAY_ASSIGN(const Equation equation, parse(low.graph(), low.node()));
  INLAY_ASSIGN(LabelSizes sizes, label_sizes(low.exprs(), low.graph(), low.node(), equation));
  EinsumLowering(low, equation, std::move(sizes)).run();
  return Status();
}

}  // namespace inlay::ops
