// What GEMMs apply, in double: what the oracle's and the tests compare with.
#pragma once

#include "kernels/activation.h"

namespace inlay::kernels {

double activation_ref(Activation activation, double x);

}  // namespace inlay::kernels
