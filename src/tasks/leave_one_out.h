// What a fit would have said of each of its examples had it not seen it, without fitting again.
//
// Leaving out example i changes the minimum by about one step of Newton's method, which moves the logits of i
// along its own residual u = p - y (p: its probabilities, y: its label as a one-hot vector):
//
//   z_i + h w u / (1 - h w s)     s = u' (diag p - p p') u / u'u, the loss's curvature along u
//                                 h = x_i' (sum_j w_j s_j x_j x_j' + I / c)^-1 x_i
//
// The Hessian is exact for two classes; for more, each example's curvature is taken along its own residual
// (Beirami et al. 2017 and Rad and Maleki 2020 take the whole one, whose inverse is classes^3 as dear). The matrix is
// of examples or dimensions, whichever are fewer. Thread-safe.
#pragma once

#include <span>
#include <vector>

#include "tasks/logistic_regression.h"

namespace inlay::tasks {

// Logits [classes, examples] of each example left out. Fails with kOutOfMemory.
Result<std::vector<float>> leave_one_out_logits(const LogisticProblem& problem,
                                                const LogisticFit& fit);

// The temperature T > 0 for which softmax(logits / T) fits the labels best: the most likely one, where log T
// is held near log(usual) as if by four further examples. logits are [classes, examples].
float calibrate_temperature(std::span<const float> logits, std::span<const int32_t> labels,
                            float usual);

}  // namespace inlay::tasks
