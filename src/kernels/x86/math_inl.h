// exp, log, tanh, erf and what is made of them. Included after a vec_*.h.
//
// V is Vec, or Several: a function's operations wait for each other, so that the arithmetic units stay
// busy only when several vectors go through it side by side.
//
// Coefficients: own minimax fits (weighted least squares, reweighted until the error is level), in f32.
// They are written so that no branch is taken; special values come out of clamps, and a clamp has its
// constant first, because min and max give their second operand when one is NaN.
#pragma once

namespace inlay::kernels {
namespace {

struct Several {
  static constexpr int kCount = Vec::kWidth == 16 ? 4 : 2;
  static constexpr int kWidth = kCount * Vec::kWidth;
  struct F {
    Vec::F v[kCount];
  };
  struct Mask {
    Vec::Mask v[kCount];
  };

#define INLAY_SEVERAL(result, expression)                            \
  result y;                                                          \
  INLAY_UNROLL for (int i = 0; i < kCount; ++i) y.v[i] = expression; \
  return y
  INLAY_INLINE F zero() { INLAY_SEVERAL(F, Vec::zero()); }
  INLAY_INLINE F set(float x) { INLAY_SEVERAL(F, Vec::set(x)); }
  INLAY_INLINE F load(const float* p) { INLAY_SEVERAL(F, Vec::load(p + i * Vec::kWidth)); }
  INLAY_INLINE F add(F a, F b) { INLAY_SEVERAL(F, Vec::add(a.v[i], b.v[i])); }
  INLAY_INLINE F sub(F a, F b) { INLAY_SEVERAL(F, Vec::sub(a.v[i], b.v[i])); }
  INLAY_INLINE F mul(F a, F b) { INLAY_SEVERAL(F, Vec::mul(a.v[i], b.v[i])); }
  INLAY_INLINE F div(F a, F b) { INLAY_SEVERAL(F, Vec::div(a.v[i], b.v[i])); }
  INLAY_INLINE F sqrt(F a) { INLAY_SEVERAL(F, Vec::sqrt(a.v[i])); }
  INLAY_INLINE F fma(F a, F b, F c) { INLAY_SEVERAL(F, Vec::fma(a.v[i], b.v[i], c.v[i])); }
  INLAY_INLINE F fnma(F a, F b, F c) { INLAY_SEVERAL(F, Vec::fnma(a.v[i], b.v[i], c.v[i])); }
  INLAY_INLINE F min(F a, F b) { INLAY_SEVERAL(F, Vec::min(a.v[i], b.v[i])); }
  INLAY_INLINE F max(F a, F b) { INLAY_SEVERAL(F, Vec::max(a.v[i], b.v[i])); }
  INLAY_INLINE F abs(F a) { INLAY_SEVERAL(F, Vec::abs(a.v[i])); }
  INLAY_INLINE F sign(F a) { INLAY_SEVERAL(F, Vec::sign(a.v[i])); }
  INLAY_INLINE F bit_or(F a, F b) { INLAY_SEVERAL(F, Vec::bit_or(a.v[i], b.v[i])); }
  INLAY_INLINE F bit_xor(F a, F b) { INLAY_SEVERAL(F, Vec::bit_xor(a.v[i], b.v[i])); }
  INLAY_INLINE Mask less(F a, F b) { INLAY_SEVERAL(Mask, Vec::less(a.v[i], b.v[i])); }
  INLAY_INLINE F select(Mask m, F a, F b) { INLAY_SEVERAL(F, Vec::select(m.v[i], a.v[i], b.v[i])); }
  INLAY_INLINE F shift_to_exponent(F a) { INLAY_SEVERAL(F, Vec::shift_to_exponent(a.v[i])); }
  INLAY_INLINE F nearest(F a) { INLAY_SEVERAL(F, Vec::nearest(a.v[i])); }
  INLAY_INLINE F floor(F a) { INLAY_SEVERAL(F, Vec::floor(a.v[i])); }
  INLAY_INLINE F ceil(F a) { INLAY_SEVERAL(F, Vec::ceil(a.v[i])); }
  INLAY_INLINE Mask odd(F a) { INLAY_SEVERAL(Mask, Vec::odd(a.v[i])); }
  INLAY_INLINE F second_bit(F a) { INLAY_SEVERAL(F, Vec::second_bit(a.v[i])); }
  INLAY_INLINE F split(F x, F* e) { INLAY_SEVERAL(F, Vec::split(x.v[i], &e->v[i])); }
#undef INLAY_SEVERAL
  INLAY_INLINE Vec::F sum(F x) {
    if (kCount == 2) return Vec::add(x.v[0], x.v[1]);
    return Vec::add(Vec::add(x.v[0], x.v[1]), Vec::add(x.v[kCount - 2], x.v[kCount - 1]));
  }
  INLAY_INLINE void store(float* p, F x) {
    INLAY_UNROLL for (int i = 0; i < kCount; ++i) Vec::store(p + i * Vec::kWidth, x.v[i]);
  }
};

constexpr float kLog2E = 1.44269504088896340736f;
// ln 2 in two parts; the first has its last bits zero, so that n * kLn2High is exact for |n| < 2^9.
constexpr float kLn2High = 0.693145751953125f;
constexpr float kLn2Low = 1.42860677e-6f;
// Adding it rounds to an integer, whose low bits plus 127 then are the sum's low bits.
constexpr float kRoundMagic = 12582912.0f + 127.0f;
// exp() of this and less is 0: it makes the exponent field 0.
constexpr float kExpLowest = -87.9f;

template <class V, int N>
INLAY_INLINE typename V::F polynomial(typename V::F x, const float (&c)[N]) {  // c[0] + c[1] x + …
  typename V::F y = V::set(c[N - 1]);
  for (int i = N - 2; i >= 0; --i) y = V::fma(y, x, V::set(c[i]));
  return y;
}

// n = round(x / ln 2) in float, and 2^n; requires n in [-127, 128], where 2^-127 counts as 0.
template <class V>
INLAY_INLINE typename V::F power_of_two(typename V::F x, typename V::F* n) {
  const auto shifted = V::fma(x, V::set(kLog2E), V::set(kRoundMagic));
  *n = V::sub(shifted, V::set(kRoundMagic));
  return V::shift_to_exponent(shifted);
}

template <class V>
INLAY_INLINE typename V::F reduce(typename V::F x, typename V::F n) {
  return V::fnma(n, V::set(kLn2Low), V::fnma(n, V::set(kLn2High), x));
}

// exp(r) - 1 for |r| <= ln 2 / 2, relative error 3e-9 before rounding.
template <class V>
INLAY_INLINE typename V::F expm1_reduced(typename V::F r) {
  static constexpr float kC[] = {0.49999994f, 0.16666520f, 0.041668404f, 0.0083688982f,
                                 0.0013814223f};
  return V::fma(V::mul(r, r), polynomial<V>(r, kC), r);
}

// exp(x) for x <= 0 or NaN; relative error 3e-7. What softmax needs, in ten operations.
template <class V>
INLAY_INLINE typename V::F exp_nonpositive(typename V::F x) {
  static constexpr float kC[] = {0.49999225f, 0.16667119f, 0.041891284f, 0.0083124004f};
  x = V::max(V::set(kExpLowest), x);
  typename V::F n;
  const auto scale = power_of_two<V>(x, &n);
  const auto r = V::fnma(n, V::set(0.69314718f), x);
  const auto square = V::mul(r, r);
  const auto low = V::fma(r, V::set(kC[1]), V::set(kC[0]));
  const auto high = V::fma(r, V::set(kC[3]), V::set(kC[2]));
  const auto y = V::fma(square, V::fma(square, high, low), r);
  return V::fma(scale, y, scale);
}

// exp(x), infinite from 88.38 on instead of from 88.73 on.
template <class V>
INLAY_INLINE typename V::F exp_below_88(typename V::F x) {
  x = V::min(V::set(88.5f), V::max(V::set(kExpLowest), x));
  typename V::F n;
  const auto scale = power_of_two<V>(x, &n);
  return V::mul(scale, V::add(V::set(1.0f), expm1_reduced<V>(reduce<V>(x, n))));
}

struct Exp {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    // Large results take a factor of 4 at the end, so that all up to the largest float are reached.
    const auto large = V::less(V::set(80.0f), x);
    x = V::min(V::set(89.5f), V::max(V::set(kExpLowest), x));
    const auto shifted = V::fma(x, V::set(kLog2E), V::set(kRoundMagic));
    const auto n = V::sub(shifted, V::set(kRoundMagic));
    const auto lowered = V::sub(shifted, V::set(2.0f));
    const auto scale = V::shift_to_exponent(V::select(large, lowered, shifted));
    const auto y = V::fma(scale, expm1_reduced<V>(reduce<V>(x, n)), scale);
    return V::mul(y, V::select(large, V::set(4.0f), V::set(1.0f)));
  }
};

struct Sigmoid {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    const auto one = V::set(1.0f);
    return V::div(one, V::add(one, exp_below_88<V>(V::sub(V::zero(), x))));
  }
};

struct Silu {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    x = V::max(V::set(-104.0f), x);
    const auto e = exp_below_88<V>(V::sub(V::zero(), x));
    return V::div(x, V::add(V::set(1.0f), e));
  }
};

struct GeluTanh {  // x/2 (1 + tanh u) = x / (1 + exp(-2u))
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    x = V::max(V::set(-30.0f), x);
    const auto inner = V::fma(V::mul(x, x), V::set(-0.071354816f), V::set(-1.5957691f));
    const auto e = exp_below_88<V>(V::mul(x, inner));
    return V::div(x, V::add(V::set(1.0f), e));
  }
};

struct Tanh {  // (exp(2|x|) - 1) / (exp(2|x|) + 1), with the sign of x
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    const auto limited = V::min(V::set(9.1f), V::abs(x));
    const auto twice = V::add(limited, limited);
    typename V::F n;
    const auto scale = power_of_two<V>(twice, &n);
    const auto minus_one = V::sub(scale, V::set(1.0f));
    const auto y = V::fma(scale, expm1_reduced<V>(reduce<V>(twice, n)), minus_one);
    return V::bit_or(V::div(y, V::add(y, V::set(2.0f))), V::sign(x));
  }
};

// erf(z) for |z| <= 3.95, where it reaches 1 in f32: z P(z^2) / Q(z^2), relative error 2.1e-8 before
// rounding. All coefficients are positive, so no digits cancel.
template <class V>
INLAY_INLINE typename V::F erf_limited(typename V::F z) {
  static constexpr float kP[] = {1.1283791f,    0.19154974f,    0.052875365f,
                                 0.0038081362f, 0.00028468706f, 2.0259108e-6f};
  static constexpr float kQ[] = {1.0f,         0.50308921f,   0.11455938f,
                                 0.015055038f, 0.0011707195f, 3.7831796e-5f};
  const auto s = V::mul(z, z);
  return V::div(V::mul(z, polynomial<V>(s, kP)), polynomial<V>(s, kQ));
}

template <class V>
INLAY_INLINE typename V::F clamp(typename V::F x, float limit) {
  return V::min(V::set(limit), V::max(V::set(-limit), x));
}

struct Erf {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return clamp<V>(erf_limited<V>(clamp<V>(x, 3.95f)), 1.0f);
  }
};

struct GeluErf {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    x = V::max(V::set(-5.597f), x);  // where erf_limited is -1 to the bit, so that the result is 0
    const auto z = V::min(V::set(3.95f), V::mul(x, V::set(0.70710678f)));
    const auto half = V::mul(x, V::set(0.5f));
    return V::fma(half, erf_limited<V>(z), half);
  }
};

// log(1 + f) + e log 2 for 1 + f in [sqrt(1/2), sqrt 2] and an integer e.
template <class V>
INLAY_INLINE typename V::F log1p_reduced(typename V::F f, typename V::F e) {
  static constexpr float kC[] = {0.33333331f, -0.25000823f, 0.20001236f, -0.16623302f,
                                 0.14201504f, -0.13160500f, 0.12763661f, -0.076363236f};
  const auto tail = V::fma(f, polynomial<V>(f, kC), V::set(-0.5f));
  const auto y = V::fma(V::mul(f, f), tail, V::mul(e, V::set(kLn2Low)));
  return V::fma(e, V::set(kLn2High), V::add(f, y));
}

struct Log {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    const auto subnormal = V::less(x, V::set(1.17549435e-38f));
    const auto normal = V::select(subnormal, V::mul(x, V::set(0x1p25f)), x);
    typename V::F e;
    const auto f = V::sub(V::split(normal, &e), V::set(1.0f));
    e = V::select(subnormal, V::sub(e, V::set(25.0f)), e);
    typename V::F y = log1p_reduced<V>(f, e);
    y = V::select(V::less(x, V::set(__builtin_inff())), y, x);  // +inf and NaN stay
    y = V::select(V::less(V::zero(), x), y, V::add(x, V::set(-__builtin_inff())));
    return V::select(V::less(x, V::zero()), V::set(__builtin_nanf("")), y);
  }
};

// exp(x) - 1 for x <= 0 or NaN, to 2 ULP.
template <class V>
INLAY_INLINE typename V::F expm1_nonpositive(typename V::F x) {
  x = V::max(V::set(kExpLowest), x);
  typename V::F n;
  const auto scale = power_of_two<V>(x, &n);
  return V::fma(scale, expm1_reduced<V>(reduce<V>(x, n)), V::sub(scale, V::set(1.0f)));
}

// With e = exp(-|x|) in [0, 1], 1 + e is 2 (1 + (e - 1) / 2) where it is above sqrt 2.
struct Softplus {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    const auto one = V::set(1.0f);
    const auto limited = V::max(V::set(kExpLowest), V::sub(V::zero(), V::abs(x)));
    typename V::F n;
    const auto scale = power_of_two<V>(limited, &n);
    const auto e = V::fma(scale, expm1_reduced<V>(reduce<V>(limited, n)), scale);
    const auto large = V::less(V::set(0.41421354f), e);
    const auto f = V::select(large, V::mul(V::sub(e, one), V::set(0.5f)), e);
    const auto y = log1p_reduced<V>(f, V::select(large, one, V::zero()));
    return V::add(V::max(V::zero(), x), y);
  }
};

// tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2).
struct Mish {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    x = V::max(V::set(-104.0f), x);
    const auto e = exp_below_88<V>(V::min(V::set(20.0f), x));
    const auto n = V::mul(e, V::add(e, V::set(2.0f)));
    return V::mul(x, V::div(n, V::add(n, V::set(2.0f))));
  }
};

struct Softsign {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::div(x, V::add(V::set(1.0f), V::abs(x)));
  }
};

template <class V>
INLAY_INLINE typename V::F from_0_to_1(typename V::F x) {
  return V::min(V::set(1.0f), V::max(V::zero(), x));
}

struct HardSwish {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::mul(x, from_0_to_1<V>(V::fma(x, V::set(1.0f / 6), V::set(0.5f))));
  }
};

// x = q pi/2 + r with |r| <= pi/4 gives ± sin r or ± cos r, by the last two bits of q + kQuarters.
template <int kQuarters>
struct Wave {
  // For larger |x| the three parts of pi/2 are too few.
  static constexpr float kLargest = 65536;
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    static constexpr float kSin[] = {-0.16666655f, 0.008332176f, -0.00019516976f};
    static constexpr float kCos[] = {0.041666646f, -0.0013887364f, 2.443809e-05f};
    constexpr float kMagic = 12582912.0f;
    const auto shifted = V::fma(x, V::set(0.63661977f), V::set(kMagic));
    const auto q = V::sub(shifted, V::set(kMagic));
    auto r = V::fnma(q, V::set(1.5707964f), x);
    r = V::fnma(q, V::set(-4.371139e-08f), r);
    r = V::fnma(q, V::set(-1.7151245e-15f), r);
    const auto z = V::mul(r, r);
    const auto sine = V::fma(V::mul(r, z), polynomial<V>(z, kSin), r);
    const auto tail = V::fma(z, polynomial<V>(z, kCos), V::set(-0.5f));
    const auto cosine = V::fma(z, tail, V::set(1.0f));
    const auto place = kQuarters == 0 ? shifted : V::add(shifted, V::set(kQuarters));
    return V::bit_xor(V::select(V::odd(place), cosine, sine), V::second_bit(place));
  }
};

struct Floor {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::floor(x);
  }
};
struct Ceil {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::ceil(x);
  }
};
struct Round {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::nearest(x);
  }
};

// With parameters a, b and c; see Parametric.
struct Elu {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x, const float* p) {
    // The constant comes first, so that NaN stays.
    const auto below = expm1_nonpositive<V>(V::mul(V::min(V::zero(), x), V::set(p[2])));
    return V::select(V::less(x, V::zero()), V::mul(V::set(p[1]), below), V::mul(V::set(p[0]), x));
  }
};
struct LeakyRelu {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x, const float* p) {
    return V::select(V::less(x, V::zero()), V::mul(V::set(p[0]), x), x);
  }
};
struct HardSigmoid {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x, const float* p) {
    return from_0_to_1<V>(V::fma(V::set(p[0]), x, V::set(p[1])));
  }
};
struct ThresholdedRelu {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x, const float* p) {
    return V::select(V::less(V::set(p[0]), x), x, V::zero());
  }
};
struct Clip {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x, const float* p) {
    return V::min(V::set(p[1]), V::max(V::set(p[0]), x));
  }
};
struct Swish {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x, const float* p) {
    const auto one = V::set(1.0f);
    const auto share = V::div(one, V::add(one, exp_below_88<V>(V::mul(V::set(-p[0]), x))));
    // Infinity times 0 would be NaN.
    return V::select(V::less(share, V::set(1e-38f)), V::zero(), V::mul(x, share));
  }
};

struct Relu {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::max(V::zero(), x);
  }
};
struct Sqrt {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::sqrt(x);
  }
};
struct Reciprocal {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::div(V::set(1.0f), x);
  }
};
struct Negate {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::bit_xor(x, V::set(-0.0f));
  }
};
struct Abs {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return V::abs(x);
  }
};
struct Identity {
  template <class V>
  INLAY_INLINE typename V::F apply(typename V::F x) {
    return x;
  }
};

}  // namespace
}  // namespace inlay::kernels
