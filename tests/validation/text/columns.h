// A column as a vector, which can be compared and printed.
#pragma once

#include <span>
#include <type_traits>
#include <vector>

namespace inlay::text {

template <class T>
std::vector<std::remove_const_t<T>> list(std::span<T> column) {
  return {column.begin(), column.end()};
}

}  // namespace inlay::text
