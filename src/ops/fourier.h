// Discrete Fourier transforms of any length, in double: what DFT and STFT share.
//
//   Fourier fourier(length, inverse);
//   fourier.run(signal, work);          // Complex[length] in place; Complex[fourier.work()] to work with
//
// Powers of two go by halves; other lengths become a convolution over such a power (Bluestein, 1970).
// Immutable after construction, so that many threads may run one.
#pragma once

#include <cstdint>
#include <vector>

namespace inlay::ops {

struct Complex {
  double re = 0, im = 0;
};
inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

class Fourier {
 public:
  // 1 <= length. An inverse transform divides by it.
  Fourier(int64_t length, bool inverse);
  int64_t work() const { return padded_ == length_ ? 0 : padded_; }
  void run(Complex* signal, Complex* work) const;

 private:
  void run_halves(Complex* x) const;  // [padded]
  void run_chirp(Complex* signal, Complex* padded) const;

  int64_t length_, padded_;  // the latter a power of two
  bool inverse_;
  std::vector<Complex> roots_;   // exp(-2πi k / padded)
  std::vector<Complex> chirp_;   // exp(-πi k² / length), where the length is no power of two
  std::vector<Complex> filter_;  // the transform of its conjugate, wrapped around
};

}  // namespace inlay::ops
