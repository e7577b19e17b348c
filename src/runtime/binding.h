// A segment of a plan with its sizes filled in: offsets, sizes of steps, the slab's layout.
//
// A binding depends on nothing but the values of the segment's symbols, so a small cache of recent ones
// serves all runs; making a new one takes microseconds, because no graph is walked: one flat program is
// evaluated and one list of blocks is laid out.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "runtime/plan.h"

namespace inlay::runtime {

struct SegmentBinding {
  std::vector<int64_t> symbols;       // values of program.symbols(), the key
  std::vector<int64_t> slots;         // every expression of the segment
  std::vector<int64_t> sizes;         // slots in the order of size_slots
  std::vector<int64_t> slab_offsets;  // an entry a slab block of the segment
  int64_t slab_bytes = 0;
};

// Evaluates and lays out. symbol_values is indexed by SymbolId. Fails when a check does not hold, a size is
// negative or overflows; the message names the node.
Result<std::shared_ptr<const SegmentBinding>> bind_segment(const Plan& plan, size_t segment,
                                                           std::span<const int64_t> symbol_values);

// The four most recent bindings of a segment. Thread-safe.
class BindingCache {
 public:
  Result<std::shared_ptr<const SegmentBinding>> get(const Plan& plan, size_t segment,
                                                    std::span<const int64_t> symbol_values);

 private:
  std::shared_ptr<const SegmentBinding> find(const graph::ExprProgram& program,
                                             std::span<const int64_t> symbol_values);
  std::mutex mutex_;
  std::array<std::shared_ptr<const SegmentBinding>, 4> recent_;
  size_t next_ = 0;
};

// Offsets for blocks whose lives [first, last] are given in the order of `first`, so that blocks alive
// together do not overlap; returns the total. Sizes are rounded up to 64 bytes.
int64_t lay_out(std::span<const int64_t> bytes, std::span<const int32_t> first,
                std::span<const int32_t> last, std::span<int64_t> offsets);

}  // namespace inlay::runtime
