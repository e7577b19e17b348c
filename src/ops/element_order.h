// An order of elements that holds for NaNs as well, for sorting.
#pragma once

namespace inlay::ops {

// NaNs are equal and greater than all numbers.
template <class T>
bool is_less(T x, T y) {
  return x < y || (x == x && y != y);
}

}  // namespace inlay::ops
