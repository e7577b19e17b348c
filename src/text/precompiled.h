// The normalizer Precompiled.
#pragma once

#include "text/charsmap.h"
#include "text/component.h"

namespace inlay::text {

std::unique_ptr<Normalizer> make_precompiled(Charsmap map);

}  // namespace inlay::text
