// exp, log, tanh, erf and what is made of them, over one Vec. Included after a vec_*.h.
//
// Coefficients: own minimax fits (weighted least squares, reweighted until the error is level), in f32.
// They are written so that no branch is taken; special values come out of clamps, and a clamp has its
// constant first, because min and max give their second operand when one is NaN.
#pragma once

namespace inlay::kernels {
namespace {

constexpr float kLog2E = 1.44269504088896340736f;
// ln 2 in two parts; the first has its last bits zero, so that n * kLn2High is exact for |n| < 2^9.
constexpr float kLn2High = 0.693145751953125f;
constexpr float kLn2Low = 1.42860677e-6f;
// Adding it rounds to an integer, whose low bits plus 127 then are the sum's low bits.
constexpr float kRoundMagic = 12582912.0f + 127.0f;
// exp() of this and less is 0: it makes the exponent field 0.
constexpr float kExpLowest = -87.9f;

template <int N>
INLAY_INLINE Vec::F polynomial(Vec::F x, const float (&c)[N]) {  // c[0] + c[1] x + …
  Vec::F y = Vec::set(c[N - 1]);
  for (int i = N - 2; i >= 0; --i) y = Vec::fma(y, x, Vec::set(c[i]));
  return y;
}

// n = round(x / ln 2) in float, and 2^n; requires n in [-127, 128], where 2^-127 counts as 0.
INLAY_INLINE Vec::F power_of_two(Vec::F x, Vec::F* n) {
  const Vec::F shifted = Vec::fma(x, Vec::set(kLog2E), Vec::set(kRoundMagic));
  *n = Vec::sub(shifted, Vec::set(kRoundMagic));
  return Vec::shift_to_exponent(shifted);
}

INLAY_INLINE Vec::F reduce(Vec::F x, Vec::F n) {
  return Vec::fnma(n, Vec::set(kLn2Low), Vec::fnma(n, Vec::set(kLn2High), x));
}

// exp(r) - 1 for |r| <= ln 2 / 2, relative error 3e-9 before rounding.
INLAY_INLINE Vec::F expm1_reduced(Vec::F r) {
  static constexpr float kC[] = {0.49999994f, 0.16666520f, 0.041668404f, 0.0083688982f,
                                 0.0013814223f};
  return Vec::fma(Vec::mul(r, r), polynomial(r, kC), r);
}

// exp(x) for x <= 0 or NaN; relative error 3e-7. What softmax needs, in ten operations.
INLAY_INLINE Vec::F exp_nonpositive(Vec::F x) {
  static constexpr float kC[] = {0.49999225f, 0.16667119f, 0.041891284f, 0.0083124004f};
  x = Vec::max(Vec::set(kExpLowest), x);
  Vec::F n;
  const Vec::F scale = power_of_two(x, &n);
  const Vec::F r = Vec::fnma(n, Vec::set(0.69314718f), x);
  const Vec::F y = Vec::fma(Vec::mul(r, r), polynomial(r, kC), r);
  return Vec::fma(scale, y, scale);
}

// exp(x), infinite from 88.38 on instead of from 88.73 on.
INLAY_INLINE Vec::F exp_below_88(Vec::F x) {
  x = Vec::min(Vec::set(88.5f), Vec::max(Vec::set(kExpLowest), x));
  Vec::F n;
  const Vec::F scale = power_of_two(x, &n);
  return Vec::mul(scale, Vec::add(Vec::set(1.0f), expm1_reduced(reduce(x, n))));
}

struct Exp {
  INLAY_INLINE Vec::F apply(Vec::F x) {
    // Large results take a factor of 4 at the end, so that all up to the largest float are reached.
    const auto large = Vec::less(Vec::set(80.0f), x);
    x = Vec::min(Vec::set(89.5f), Vec::max(Vec::set(kExpLowest), x));
    const Vec::F shifted = Vec::fma(x, Vec::set(kLog2E), Vec::set(kRoundMagic));
    const Vec::F n = Vec::sub(shifted, Vec::set(kRoundMagic));
    const Vec::F lowered = Vec::sub(shifted, Vec::set(2.0f));
    const Vec::F scale = Vec::shift_to_exponent(Vec::select(large, lowered, shifted));
    const Vec::F y = Vec::fma(scale, expm1_reduced(reduce(x, n)), scale);
    return Vec::mul(y, Vec::select(large, Vec::set(4.0f), Vec::set(1.0f)));
  }
};

struct Sigmoid {
  INLAY_INLINE Vec::F apply(Vec::F x) {
    const Vec::F one = Vec::set(1.0f);
    return Vec::div(one, Vec::add(one, exp_below_88(Vec::sub(Vec::zero(), x))));
  }
};

struct Silu {
  INLAY_INLINE Vec::F apply(Vec::F x) {
    x = Vec::max(Vec::set(-104.0f), x);
    const Vec::F e = exp_below_88(Vec::sub(Vec::zero(), x));
    return Vec::div(x, Vec::add(Vec::set(1.0f), e));
  }
};

struct GeluTanh {  // x/2 (1 + tanh u) = x / (1 + exp(-2u))
  INLAY_INLINE Vec::F apply(Vec::F x) {
    x = Vec::max(Vec::set(-30.0f), x);
    const Vec::F inner = Vec::fma(Vec::mul(x, x), Vec::set(-0.071354816f), Vec::set(-1.5957691f));
    const Vec::F e = exp_below_88(Vec::mul(x, inner));
    return Vec::div(x, Vec::add(Vec::set(1.0f), e));
  }
};

struct Tanh {  // (exp(2|x|) - 1) / (exp(2|x|) + 1), with the sign of x
  INLAY_INLINE Vec::F apply(Vec::F x) {
    const Vec::F limited = Vec::min(Vec::set(9.1f), Vec::abs(x));
    const Vec::F twice = Vec::add(limited, limited);
    Vec::F n;
    const Vec::F scale = power_of_two(twice, &n);
    const Vec::F minus_one = Vec::sub(scale, Vec::set(1.0f));
    const Vec::F y = Vec::fma(scale, expm1_reduced(reduce(twice, n)), minus_one);
    return Vec::bit_or(Vec::div(y, Vec::add(y, Vec::set(2.0f))), Vec::sign(x));
  }
};

// erf(z) for |z| <= 3.95, where it reaches 1 in f32: z P(z^2) / Q(z^2), relative error 2.1e-8 before
// rounding. All coefficients are positive, so no digits cancel.
INLAY_INLINE Vec::F erf_limited(Vec::F z) {
  static constexpr float kP[] = {1.1283791f,    0.19154974f,    0.052875365f,
                                 0.0038081362f, 0.00028468706f, 2.0259108e-6f};
  static constexpr float kQ[] = {1.0f,         0.50308921f,   0.11455938f,
                                 0.015055038f, 0.0011707195f, 3.7831796e-5f};
  const Vec::F s = Vec::mul(z, z);
  return Vec::div(Vec::mul(z, polynomial(s, kP)), polynomial(s, kQ));
}

INLAY_INLINE Vec::F clamp(Vec::F x, float limit) {
  return Vec::min(Vec::set(limit), Vec::max(Vec::set(-limit), x));
}

struct Erf {
  INLAY_INLINE Vec::F apply(Vec::F x) { return clamp(erf_limited(clamp(x, 3.95f)), 1.0f); }
};

struct GeluErf {
  INLAY_INLINE Vec::F apply(Vec::F x) {
    x = Vec::max(Vec::set(-12.0f), x);
    const Vec::F e = erf_limited(clamp(Vec::mul(x, Vec::set(0.70710678f)), 3.95f));
    const Vec::F half = Vec::mul(x, Vec::set(0.5f));
    return Vec::fma(half, clamp(e, 1.0f), half);
  }
};

struct Log {
  INLAY_INLINE Vec::F apply(Vec::F x) {
    static constexpr float kC[] = {0.33333331f, -0.25000823f, 0.20001236f, -0.16623302f,
                                   0.14201504f, -0.13160500f, 0.12763661f, -0.076363236f};
    const auto subnormal = Vec::less(x, Vec::set(1.17549435e-38f));
    const Vec::F normal = Vec::select(subnormal, Vec::mul(x, Vec::set(0x1p25f)), x);
    Vec::F e;
    const Vec::F f = Vec::sub(Vec::split(normal, &e), Vec::set(1.0f));
    e = Vec::select(subnormal, Vec::sub(e, Vec::set(25.0f)), e);
    const Vec::F tail = Vec::fma(f, polynomial(f, kC), Vec::set(-0.5f));
    Vec::F y = Vec::fma(Vec::mul(f, f), tail, Vec::mul(e, Vec::set(kLn2Low)));
    y = Vec::fma(e, Vec::set(kLn2High), Vec::add(f, y));
    y = Vec::select(Vec::less(x, Vec::set(__builtin_inff())), y, x);  // +inf and NaN stay
    y = Vec::select(Vec::less(Vec::zero(), x), y, Vec::add(x, Vec::set(-__builtin_inff())));
    return Vec::select(Vec::less(x, Vec::zero()), Vec::set(__builtin_nanf("")), y);
  }
};

struct Relu {
  INLAY_INLINE Vec::F apply(Vec::F x) { return Vec::max(Vec::zero(), x); }
};
struct Sqrt {
  INLAY_INLINE Vec::F apply(Vec::F x) { return Vec::sqrt(x); }
};
struct Reciprocal {
  INLAY_INLINE Vec::F apply(Vec::F x) { return Vec::div(Vec::set(1.0f), x); }
};
struct Negate {
  INLAY_INLINE Vec::F apply(Vec::F x) { return Vec::bit_xor(x, Vec::set(-0.0f)); }
};
struct Abs {
  INLAY_INLINE Vec::F apply(Vec::F x) { return Vec::abs(x); }
};
struct Identity {
  INLAY_INLINE Vec::F apply(Vec::F x) { return x; }
};

}  // namespace
}  // namespace inlay::kernels
