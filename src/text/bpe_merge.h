// The merging of byte-pair encoding, by two ways with one result.
#pragma once

#include <vector>

#include "text/bpe.h"

namespace inlay::text {

// Looks for the best pair anew after each merge: best for short words.
void merge_by_scan(const MergeTable& merges, std::vector<Symbol>& symbols);
// Keeps pairs in a heap: n log n for any word.
void merge_by_queue(const MergeTable& merges, std::vector<Symbol>& symbols);

}  // namespace inlay::text
