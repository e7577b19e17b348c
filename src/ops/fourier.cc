#include "ops/fourier.h"

#include <cmath>
#include <utility>

namespace inlay::ops {
namespace {

constexpr double kPi = 3.14159265358979323846;

Complex turn(double angle) { return {std::cos(angle), std::sin(angle)}; }
Complex conjugate(Complex a) { return {a.re, -a.im}; }

bool is_power_of_two(int64_t n) { return (n & (n - 1)) == 0; }

int64_t power_at_least(int64_t n) {
  int64_t power = 1;
  while (power < n) power *= 2;
  return power;
}

}  // namespace

Fourier::Fourier(int64_t length, bool inverse)
    : length_(length),
      padded_(is_power_of_two(length) ? length : power_at_least(2 * length - 1)),
      inverse_(inverse),
      roots_(static_cast<size_t>(padded_ / 2)) {
  for (size_t k = 0; k < roots_.size(); ++k)
    roots_[k] = turn(-2 * kPi * static_cast<double>(k) / static_cast<double>(padded_));
  if (padded_ == length_) return;
  chirp_.resize(static_cast<size_t>(length_));
  filter_.resize(static_cast<size_t>(padded_));
  int64_t square = 0;  // k² modulo 2 · length, where the angle starts anew
  for (int64_t k = 0; k < length_; ++k) {
    const auto at = static_cast<size_t>(k);
    chirp_[at] = turn(-kPi * static_cast<double>(square) / static_cast<double>(length_));
    filter_[at] = conjugate(chirp_[at]);
    if (k > 0) filter_[static_cast<size_t>(padded_ - k)] = filter_[at];
    square = (square + 2 * k + 1) % (2 * length_);
  }
  run_halves(filter_.data());
}

void Fourier::run(Complex* signal, Complex* work) const {
  // An inverse is the transform with real and imaginary parts exchanged, before and after.
  if (inverse_)
    for (int64_t i = 0; i < length_; ++i) std::swap(signal[i].re, signal[i].im);
  if (padded_ == length_)
    run_halves(signal);
  else
    run_chirp(signal, work);
  if (!inverse_) return;
  const double scale = 1 / static_cast<double>(length_);
  for (int64_t i = 0; i < length_; ++i) signal[i] = {signal[i].im * scale, signal[i].re * scale};
}

void Fourier::run_halves(Complex* x) const {
  const int64_t n = padded_;
  for (int64_t i = 1, j = 0; i < n; ++i) {  // bits in reverse order
    int64_t bit = n / 2;
    for (; j & bit; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (int64_t size = 2; size <= n; size *= 2)
    for (int64_t begin = 0; begin < n; begin += size)
      for (int64_t k = 0; k < size / 2; ++k) {
        const Complex even = x[begin + k];
        const Complex odd = x[begin + k + size / 2] * roots_[static_cast<size_t>(k * (n / size))];
        x[begin + k] = even + odd;
        x[begin + k + size / 2] = even - odd;
      }
}

void Fourier::run_chirp(Complex* x, Complex* padded) const {
  for (int64_t k = 0; k < padded_; ++k)
    padded[k] = k < length_ ? x[k] * chirp_[static_cast<size_t>(k)] : Complex{};
  run_halves(padded);
  for (int64_t k = 0; k < padded_; ++k)
    padded[k] = conjugate(padded[k] * filter_[static_cast<size_t>(k)]);
  run_halves(padded);  // of the conjugate: the conjugate of the inverse, times the length
  const double scale = 1 / static_cast<double>(padded_);
  for (int64_t k = 0; k < length_; ++k) {
    const Complex y = conjugate(padded[k]) * chirp_[static_cast<size_t>(k)];
    x[k] = {y.re * scale, y.im * scale};
  }
}

}  // namespace inlay::ops
