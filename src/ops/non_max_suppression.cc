// NonMaxSuppression (ONNX 10…): for each batch and class the boxes of the highest scores, without those that overlap a
// better one too much; rows (batch, class, box).
#include <algorithm>
#include <array>

#include "ops/op.h"

namespace inlay::ops {
namespace {

struct NmsParams {
  bool center_point;
};

struct Box {
  float y1, x1, y2, x2, area;
};

Box with_area(float y1, float x1, float y2, float x2) {
  return {y1, x1, y2, x2, (y2 - y1) * (x2 - x1)};
}
Box box_at(const float* p, bool center_point) {
  if (center_point)
    return with_area(p[1] - p[3] / 2, p[0] - p[2] / 2, p[1] + p[3] / 2, p[0] + p[2] / 2);
  return with_area(std::min(p[0], p[2]), std::min(p[1], p[3]), std::max(p[0], p[2]),
                   std::max(p[1], p[3]));
}

// Boxes that were chosen, number by number, so that one is held against several at once.
class Chosen {
 public:
  void add(const Box& box) {
    if (count_ % kGroup == 0) groups_.emplace_back();
    Group& group = groups_.back();
    const size_t at = count_++ % kGroup;
    group.y1[at] = box.y1;
    group.x1[at] = box.x1;
    group.y2[at] = box.y2;
    group.x2[at] = box.x2;
    group.area[at] = box.area;
  }
  // Whether one of them overlaps `box` by more than `threshold` of both together.
  bool hides(const Box& box, float threshold) const {
    for (const Group& group : groups_) {
      uint32_t hits = 0;
      for (size_t i = 0; i < kGroup; ++i) hits |= group.overlap(i, box, threshold);
      if (hits) return true;
    }
    return false;
  }

 private:
  static constexpr size_t kGroup = 16;
  struct Group {
    float y1[kGroup] = {}, x1[kGroup] = {}, y2[kGroup] = {}, x2[kGroup] = {};
    float area[kGroup] = {};  // what has none overlaps nothing

    // Without branches.
    uint32_t overlap(size_t i, const Box& box, float threshold) const {
      const float height = least(y2[i], box.y2) - most(y1[i], box.y1);
      const float width = least(x2[i], box.x2) - most(x1[i], box.x1);
      const float common = height * width, whole = area[i] + box.area - common;
      return uint32_t{height > 0} & uint32_t{width > 0} & uint32_t{area[i] > 0} &
             uint32_t{box.area > 0} & uint32_t{whole > 0} & uint32_t{common / whole > threshold};
    }
    static float least(float a, float b) { return b < a ? b : a; }
    static float most(float a, float b) { return a < b ? b : a; }
  };

  std::vector<Group> groups_;
  size_t count_ = 0;
};

struct Limits {
  int64_t most;
  float iou, score;
  bool has_score;
};

// The boxes of one batch and class, best first.
std::vector<int64_t> select(const std::vector<Box>& boxes, const float* scores,
                            const Limits& limits, const RunServices& run) {
  // A heap: most boxes are never asked for.
  struct Candidate {
    float score;
    int64_t index;
    bool operator<(const Candidate& other) const {
      return score < other.score || (score == other.score && index > other.index);
    }
  };
  std::vector<Candidate> heap;
  std::vector<int64_t> chosen;
  Chosen better;
  for (int64_t i = 0; i < static_cast<int64_t>(boxes.size()); ++i)
    if (!limits.has_score || scores[i] > limits.score) heap.push_back({scores[i], i});
  std::make_heap(heap.begin(), heap.end());
  while (!heap.empty() && static_cast<int64_t>(chosen.size()) < limits.most && !run.cancelled()) {
    std::pop_heap(heap.begin(), heap.end());
    const int64_t i = heap.back().index;
    heap.pop_back();
    const Box& box = boxes[static_cast<size_t>(i)];
    if (better.hides(box, limits.iou)) continue;
    chosen.push_back(i);
    better.add(box);
  }
  return chosen;
}

// Operands: boxes, scores, most boxes, IoU threshold, score threshold. Sizes: batches, classes, boxes. One
// data-sized output.
Status run_nms(const StepCall& call) {
  const int64_t batches = call.sizes[0], classes = call.sizes[1], count = call.sizes[2];
  const Limits limits{call.data[2] ? *call.at<const int64_t>(2) : 0,
                      call.data[3] ? *call.at<const float>(3) : 0.0f,
                      call.data[4] ? *call.at<const float>(4) : 0.0f, call.data[4] != nullptr};
  std::vector<std::array<int64_t, 3>> rows;
  for (int64_t batch = 0; batch < batches; ++batch) {
    std::vector<Box> boxes;
    for (int64_t i = 0; i < count; ++i)
      boxes.push_back(box_at(call.at<const float>(0) + (batch * count + i) * 4,
                             call.as<NmsParams>().center_point));
    for (int64_t c = 0; c < classes; ++c)
      for (int64_t i :
           select(boxes, call.at<const float>(1) + (batch * classes + c) * count, limits, call.run))
        rows.push_back({batch, c, i});
  }
  const int64_t shape[] = {static_cast<int64_t>(rows.size()), 3};
  INLAY_ASSIGN(std::byte* const memory, call.run.allocate(0, shape));
  auto* out = reinterpret_cast<int64_t*>(memory);
  for (const auto& row : rows) out = std::copy(row.begin(), row.end(), out);
  return Status();
}

}  // namespace

Status infer_non_max_suppression(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 5));
  INLAY_ASSIGN(const Shape boxes, in.shape(0));
  INLAY_ASSIGN(const Shape scores, in.shape(1));
  if (boxes.size() != 3 || scores.size() != 3)
    return in.error("expected inputs 0 and 1 of 3 dimensions, found {} and {}", boxes.size(),
                    scores.size());
  INLAY_TRY(in.expect_equal(boxes[0], scores[0], "batch"));
  INLAY_TRY(in.expect_equal(boxes[1], scores[2], "boxes"));
  INLAY_TRY(in.expect_equal(boxes[2], in.constant(4), "numbers of a box"));
  for (size_t i = 0; i < in.input_count(); ++i) {
    if (!in.has(i)) continue;
    INLAY_TRY(in.expect_dtype(i, {i == 2 ? DType::kInt64 : DType::kFloat32}));
    if (i < 2) continue;
    INLAY_ASSIGN(const Shape limit, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(limit), in.constant(1), "elements of a limit"));
  }
  in.set_output(0, DType::kInt64, {in.data_size("selected"), in.constant(3)});
  return Status();
}

Status lower_non_max_suppression(Lowering& low) {
  const Shape &boxes = low.input_shape(0), &scores = low.input_shape(1);
  std::vector<Operand> operands;
  for (size_t i = 0; i < 5; ++i) operands.push_back(low.dense(i));
  low.data_sized_output(0);
  low.step(
      {run_nms,
       std::move(operands),
       {boxes[0], scores[1], boxes[1]},
       std::make_shared<NmsParams>(NmsParams{low.node().integer("center_point_box", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
