// The entries of all families, each defined in the file of its instruction set.
#pragma once

#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/convert.h"
#include "kernels/depthwise.h"
#include "kernels/dot.h"
#include "kernels/elementwise.h"
#include "kernels/embedding.h"
#include "kernels/gates.h"
#include "kernels/gemm.h"
#include "kernels/integer_gemm.h"
#include "kernels/layer_norm.h"
#include "kernels/patches.h"
#include "kernels/pooling.h"
#include "kernels/quantize.h"
#include "kernels/reduction.h"
#include "kernels/softmax.h"
#include "kernels/transpose.h"
#include "kernels/window_rows.h"
#include "kernels/winograd.h"

namespace inlay::kernels {

extern const ActivationKernel kActivationRef;
extern const AttentionKernel kAttentionRef;
extern const ConvertKernel kConvertRef;
extern const DepthwiseKernel kDepthwiseRef;
extern const DotKernel kDotRef;
extern const ElementwiseKernel kElementwiseRef;
extern const EmbeddingKernel kEmbeddingRef;
extern const GatesKernel kGatesRef;
extern const GemmKernel kGemmRef;
extern const IntegerGemmKernel kIntegerGemmRef;
extern const LayerNormKernel kLayerNormRef;
extern const PatchesKernel kPatchesRef;
extern const PoolingKernel kPoolingRef;
extern const QuantizeKernel kQuantizeRef;
extern const ReductionKernel kReductionRef;
extern const SoftmaxKernel kSoftmaxRef;
extern const TransposeKernel kTransposeRef;
extern const WindowRowsKernel kWindowRowsRef;
extern const WinogradKernel kWinogradRef;

#if INLAY_KERNELS_X86
extern const ActivationKernel kActivationAvx2, kActivationAvx512;
extern const AttentionKernel kAttentionAvx2, kAttentionAvx512;
extern const ConvertKernel kConvertAvx2, kConvertAvx512;
extern const DepthwiseKernel kDepthwiseAvx2, kDepthwiseAvx512;
extern const DotKernel kDotAvx2, kDotAvx512;
extern const ElementwiseKernel kElementwiseAvx2, kElementwiseAvx512;
extern const EmbeddingKernel kEmbeddingAvx2, kEmbeddingAvx512;
extern const GatesKernel kGatesAvx2, kGatesAvx512;
extern const GemmKernel kGemmAvx2, kGemmAvx512;
extern const IntegerGemmKernel kIntegerGemmAvx2, kIntegerGemmAvx512, kIntegerGemmVnni;
extern const LayerNormKernel kLayerNormAvx2, kLayerNormAvx512;
extern const PatchesKernel kPatchesAvx2, kPatchesAvx512;
extern const PoolingKernel kPoolingAvx2, kPoolingAvx512;
extern const QuantizeKernel kQuantizeAvx2, kQuantizeAvx512;
extern const ReductionKernel kReductionAvx2, kReductionAvx512;
extern const SoftmaxKernel kSoftmaxAvx2, kSoftmaxAvx512;
extern const TransposeKernel kTransposeAvx2, kTransposeAvx512;
extern const WindowRowsKernel kWindowRowsAvx2, kWindowRowsAvx512;
extern const WinogradKernel kWinogradAvx2, kWinogradAvx512;
#endif

}  // namespace inlay::kernels
