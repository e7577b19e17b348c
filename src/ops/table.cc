#include "ops/op.h"
#include "ops/op_lookup.h"

namespace inlay::ops {

// Each operator's file defines the two functions that X names, or the one that E does; the line in
// the table below is all else that it needs.
// clang-format off
#define INLAY_OPS(X, E) \
  X("", "Abs", 1, abs) \
  X("", "Acos", 7, acos) \
  X("", "Acosh", 9, acosh) \
  E("", "Add", 1, limited_broadcasting) \
  X("", "Add", 7, add) \
  X("", "AffineGrid", 20, affine_grid) \
  E("", "And", 1, limited_broadcasting) \
  X("", "And", 7, and) \
  X("", "ArgMax", 1, arg_max) \
  X("", "ArgMin", 1, arg_min) \
  X("", "Asin", 7, asin) \
  X("", "Asinh", 9, asinh) \
  X("", "Atan", 7, atan) \
  X("", "Atanh", 9, atanh) \
  X("", "Attention", 23, onnx_attention) \
  X("", "AveragePool", 1, average_pool) \
  E("", "BatchNormalization", 1, batch_normalization_1) \
  E("", "BatchNormalization", 7, batch_normalization_7) \
  X("", "BatchNormalization", 9, batch_normalization) \
  X("", "Bernoulli", 15, bernoulli) \
  X("", "BitCast", 26, bit_cast) \
  X("", "BitShift", 11, bit_shift) \
  X("", "BitwiseAnd", 18, bitwise_and) \
  X("", "BitwiseNot", 18, bitwise_not) \
  X("", "BitwiseOr", 18, bitwise_or) \
  X("", "BitwiseXor", 18, bitwise_xor) \
  X("", "BlackmanWindow", 17, blackman_window) \
  E("", "Cast", 1, cast_1) \
  X("", "Cast", 6, cast) \
  X("", "CastLike", 15, cast_like) \
  X("", "CausalConvWithState", 27, causal_conv_with_state) \
  X("", "Ceil", 1, ceil) \
  X("", "Celu", 12, celu) \
  X("", "CenterCropPad", 18, center_crop_pad) \
  X("", "Clip", 1, clip) \
  X("", "Col2Im", 18, col2_im) \
  X("", "Compress", 9, compress) \
  X("", "Concat", 1, concat) \
  X("", "ConstantOfShape", 9, constant_of_shape) \
  X("", "Conv", 1, conv) \
  X("", "ConvInteger", 10, conv_integer) \
  X("", "ConvTranspose", 1, conv_transpose) \
  X("", "Cos", 7, cos) \
  X("", "Cosh", 9, cosh) \
  X("", "CumProd", 26, cum_prod) \
  X("", "CumSum", 11, cum_sum) \
  X("", "DFT", 17, dft) \
  X("", "DeformConv", 19, deform_conv) \
  X("", "DepthToSpace", 1, depth_to_space) \
  X("", "DequantizeLinear", 10, dequantize_linear) \
  X("", "Det", 11, det) \
  E("", "Div", 1, limited_broadcasting) \
  X("", "Div", 7, div) \
  E("", "Dropout", 1, dropout_1) \
  X("", "Dropout", 7, dropout) \
  X("", "DynamicQuantizeLinear", 11, dynamic_quantize_linear) \
  X("", "Einsum", 12, einsum) \
  X("", "Elu", 1, elu) \
  E("", "Equal", 1, limited_broadcasting) \
  X("", "Equal", 7, equal) \
  X("", "Erf", 9, erf) \
  X("", "Exp", 1, exp) \
  X("", "Expand", 8, expand) \
  X("", "EyeLike", 9, eye_like) \
  X("", "Flatten", 1, flatten) \
  X("", "Floor", 1, floor) \
  X("", "GRU", 1, gru) \
  X("", "Gather", 1, gather) \
  X("", "GatherElements", 11, gather_elements) \
  X("", "GatherND", 11, gather_nd) \
  X("", "Gelu", 20, gelu) \
  X("", "Gemm", 1, gemm) \
  X("", "GlobalAveragePool", 1, global_average_pool) \
  X("", "GlobalLpPool", 1, global_lp_pool) \
  X("", "GlobalMaxPool", 1, global_max_pool) \
  E("", "Greater", 1, limited_broadcasting) \
  X("", "Greater", 7, greater) \
  X("", "GreaterOrEqual", 12, greater_or_equal) \
  X("", "GridSample", 16, grid_sample) \
  X("", "GroupNormalization", 18, group_normalization) \
  X("", "HammingWindow", 17, hamming_window) \
  X("", "HannWindow", 17, hann_window) \
  X("", "HardSigmoid", 1, hard_sigmoid) \
  X("", "HardSwish", 14, hard_swish) \
  X("", "Hardmax", 1, hardmax) \
  X("", "Identity", 1, identity) \
  X("", "If", 1, if) \
  X("", "InstanceNormalization", 1, instance_normalization) \
  X("", "IsInf", 10, is_inf) \
  X("", "IsNaN", 9, is_nan) \
  X("", "LRN", 1, lrn) \
  X("", "LSTM", 1, lstm) \
  X("", "LayerNormalization", 1, layer_normalization) \
  X("", "LayerNormalization", 17, layer_normalization) \
  X("", "LeakyRelu", 1, leaky_relu) \
  E("", "Less", 1, limited_broadcasting) \
  X("", "Less", 7, less) \
  X("", "LessOrEqual", 12, less_or_equal) \
  X("", "LinearAttention", 27, linear_attention) \
  X("", "Log", 1, log) \
  X("", "LogSoftmax", 1, log_softmax) \
  X("", "Loop", 1, loop) \
  X("", "LpNormalization", 1, lp_normalization) \
  X("", "LpPool", 1, lp_pool) \
  X("", "MatMul", 1, mat_mul) \
  X("", "MatMulInteger", 10, mat_mul_integer) \
  X("", "Max", 1, max) \
  X("", "MaxPool", 1, max_pool) \
  X("", "MaxRoiPool", 1, max_roi_pool) \
  X("", "MaxUnpool", 9, max_unpool) \
  X("", "Mean", 1, mean) \
  X("", "MeanVarianceNormalization", 9, mean_variance_normalization) \
  X("", "MelWeightMatrix", 17, mel_weight_matrix) \
  X("", "Min", 1, min) \
  X("", "Mish", 18, mish) \
  X("", "Mod", 10, mod) \
  E("", "Mul", 1, limited_broadcasting) \
  X("", "Mul", 7, mul) \
  X("", "Multinomial", 7, multinomial) \
  X("", "Neg", 1, neg) \
  X("", "NegativeLogLikelihoodLoss", 12, negative_log_likelihood_loss) \
  X("", "NonMaxSuppression", 10, non_max_suppression) \
  X("", "NonZero", 1, non_zero) \
  X("", "Not", 1, not) \
  X("", "OneHot", 9, one_hot) \
  E("", "Or", 1, limited_broadcasting) \
  X("", "Or", 7, or) \
  E("", "PRelu", 1, p_relu_1) \
  X("", "PRelu", 7, p_relu) \
  E("", "Pad", 1, pad_1) \
  E("", "Pad", 2, pad_2) \
  X("", "Pad", 11, pad) \
  E("", "Pow", 1, limited_broadcasting) \
  X("", "Pow", 7, pow) \
  X("", "QLinearConv", 10, q_linear_conv) \
  X("", "QLinearMatMul", 10, q_linear_mat_mul) \
  X("", "QuantizeLinear", 10, quantize_linear) \
  X("", "RMSNormalization", 23, rms_normalization) \
  X("", "RNN", 1, rnn) \
  X("", "RandomNormal", 1, random_normal) \
  X("", "RandomNormalLike", 1, random_normal_like) \
  X("", "RandomUniform", 1, random_uniform) \
  X("", "RandomUniformLike", 1, random_uniform_like) \
  X("", "Range", 11, range) \
  X("", "Reciprocal", 1, reciprocal) \
  X("", "ReduceL1", 1, reduce_l1) \
  X("", "ReduceL2", 1, reduce_l2) \
  X("", "ReduceLogSum", 1, reduce_log_sum) \
  X("", "ReduceLogSumExp", 1, reduce_log_sum_exp) \
  X("", "ReduceMax", 1, reduce_max) \
  X("", "ReduceMean", 1, reduce_mean) \
  X("", "ReduceMin", 1, reduce_min) \
  X("", "ReduceProd", 1, reduce_prod) \
  X("", "ReduceSum", 1, reduce_sum) \
  X("", "ReduceSumSquare", 1, reduce_sum_square) \
  X("", "Relu", 1, relu) \
  E("", "Reshape", 1, reshape_1) \
  X("", "Reshape", 5, reshape) \
  X("", "Resize", 10, resize) \
  X("", "ReverseSequence", 10, reverse_sequence) \
  X("", "RoiAlign", 10, roi_align) \
  X("", "RotaryEmbedding", 23, rotary_embedding) \
  X("", "Round", 11, round) \
  X("", "STFT", 17, stft) \
  X("", "Scatter", 9, scatter) \
  X("", "ScatterElements", 11, scatter_elements) \
  X("", "ScatterND", 11, scatter_nd) \
  E("", "Selu", 1, selu_1) \
  X("", "Selu", 6, selu) \
  X("", "Shape", 1, shape) \
  X("", "Shrink", 9, shrink) \
  X("", "Sigmoid", 1, sigmoid) \
  X("", "Sign", 9, sign) \
  E("", "SimplifiedLayerNormalization", 1, simplified_layer_normalization) \
  X("", "Sin", 7, sin) \
  X("", "Sinh", 9, sinh) \
  X("", "Size", 1, size) \
  X("", "Slice", 1, slice) \
  X("", "Softmax", 1, softmax) \
  X("", "SoftmaxCrossEntropyLoss", 12, softmax_cross_entropy_loss) \
  X("", "Softplus", 1, softplus) \
  X("", "Softsign", 1, softsign) \
  X("", "SpaceToDepth", 1, space_to_depth) \
  X("", "Split", 1, split) \
  X("", "Sqrt", 1, sqrt) \
  X("", "Squeeze", 1, squeeze) \
  E("", "Sub", 1, limited_broadcasting) \
  X("", "Sub", 7, sub) \
  X("", "Sum", 1, sum) \
  X("", "Swish", 24, swish) \
  X("", "Tan", 7, tan) \
  X("", "Tanh", 1, tanh) \
  X("", "TensorScatter", 24, tensor_scatter) \
  X("", "TfIdfVectorizer", 9, tf_idf_vectorizer) \
  X("", "ThresholdedRelu", 10, thresholded_relu) \
  E("", "Tile", 1, tile_1) \
  X("", "Tile", 6, tile) \
  E("", "TopK", 1, top_k_1) \
  X("", "TopK", 10, top_k) \
  X("", "Transpose", 1, transpose) \
  X("", "Trilu", 14, trilu) \
  X("", "Unique", 11, unique) \
  X("", "Unsqueeze", 1, unsqueeze) \
  E("", "Upsample", 1, upsample_1) \
  X("", "Upsample", 7, upsample) \
  X("", "Where", 9, where) \
  E("", "Xor", 1, limited_broadcasting) \
  X("", "Xor", 7, xor) \
  X("ai.onnx.ml", "ArrayFeatureExtractor", 1, array_feature_extractor) \
  X("ai.onnx.ml", "Binarizer", 1, binarizer) \
  X("ai.onnx.ml", "FeatureVectorizer", 1, feature_vectorizer) \
  X("ai.onnx.ml", "Imputer", 1, imputer) \
  X("ai.onnx.ml", "LabelEncoder", 1, label_encoder) \
  X("ai.onnx.ml", "LinearClassifier", 1, linear_classifier) \
  X("ai.onnx.ml", "LinearRegressor", 1, linear_regressor) \
  X("ai.onnx.ml", "Normalizer", 1, normalizer) \
  X("ai.onnx.ml", "OneHotEncoder", 1, one_hot_encoder) \
  X("ai.onnx.ml", "SVMClassifier", 1, svm_classifier) \
  X("ai.onnx.ml", "SVMRegressor", 1, svm_regressor) \
  X("ai.onnx.ml", "Scaler", 1, scaler) \
  X("ai.onnx.ml", "TreeEnsemble", 5, tree_ensemble) \
  X("ai.onnx.ml", "TreeEnsembleClassifier", 1, tree_ensemble_classifier) \
  X("ai.onnx.ml", "TreeEnsembleRegressor", 1, tree_ensemble_regressor) \
  X("ai.onnx.preview", "FlexAttention", 1, flex_attention) \
  X("ai.onnx.preview.training", "Adagrad", 1, adagrad) \
  X("ai.onnx.preview.training", "Adam", 1, adam) \
  E("ai.onnx.preview.training", "Gradient", 1, gradient) \
  X("ai.onnx.preview.training", "Momentum", 1, momentum) \
  E("com.microsoft", "Attention", 1, contrib_attention) \
  E("com.microsoft", "BiasGelu", 1, bias_gelu) \
  X("com.microsoft", "DynamicQuantizeMatMul", 1, dynamic_quantize_mat_mul) \
  E("com.microsoft", "EmbedLayerNormalization", 1, embed_layer_normalization) \
  E("com.microsoft", "FastGelu", 1, fast_gelu) \
  E("com.microsoft", "FusedGemm", 1, fused_gemm) \
  E("com.microsoft", "FusedMatMul", 1, fused_mat_mul) \
  E("com.microsoft", "Gelu", 1, gelu) \
  E("com.microsoft", "GemmFastGelu", 1, gemm_fast_gelu) \
  X("com.microsoft", "MatMulIntegerToFloat", 1, mat_mul_integer_to_float) \
  X("com.microsoft", "MatMulNBits", 1, mat_mul_n_bits) \
  E("com.microsoft", "MultiHeadAttention", 1, multi_head_attention) \
  X("com.microsoft", "QGemm", 1, q_gemm) \
  X("com.microsoft", "QLinearAdd", 1, q_linear_add) \
  X("com.microsoft", "QLinearLeakyRelu", 1, q_linear_leaky_relu) \
  X("com.microsoft", "QLinearMul", 1, q_linear_mul) \
  X("com.microsoft", "QLinearSigmoid", 1, q_linear_sigmoid) \
  E("com.microsoft", "QuickGelu", 1, quick_gelu) \
  E("com.microsoft", "RotaryEmbedding", 1, rotary_embedding) \
  E("com.microsoft", "SimplifiedLayerNormalization", 1, simplified_layer_normalization) \
  E("com.microsoft", "SkipLayerNormalization", 1, skip_layer_normalization) \
  E("com.microsoft", "SkipSimplifiedLayerNormalization", 1, skip_simplified_layer_normalization) \
  X("inlay", "Attention", 1, attention) \
  X("inlay", "ChannelAffine", 1, channel_affine) \
  X("inlay", "Conv", 1, conv) \
  X("inlay", "EmbedLayerNorm", 1, embed_layer_norm) \
  X("inlay", "IntegerLinear", 1, integer_linear) \
  X("inlay", "LayerNorm", 1, layer_norm) \
  X("inlay", "Linear", 1, linear) \
  X("inlay", "RaggedAttention", 1, ragged_attention) \
  X("inlay", "RaggedCumSum", 1, ragged_cum_sum) \
  X("inlay", "RaggedPositions", 1, ragged_positions) \
  X("inlay", "RaggedReduce", 1, ragged_reduce) \
  X("inlay", "RaggedRotary", 1, ragged_rotary) \
  X("inlay", "StateAppend", 1, state_append)
// clang-format on

#define INLAY_DECLARE(domain, name, since, id) \
  Status infer_##id(Inference&);               \
  Status lower_##id(Lowering&);
#define INLAY_DECLARE_EXPANSION(domain, name, since, id) Status expand_##id(Expansion&);
INLAY_OPS(INLAY_DECLARE, INLAY_DECLARE_EXPANSION)
#undef INLAY_DECLARE
#undef INLAY_DECLARE_EXPANSION

namespace {

#define INLAY_ROW(domain, name, since, id) {domain, name, since, infer_##id, lower_##id},
#define INLAY_EXPANSION_ROW(domain, name, since, id) \
  {domain, name, since, nullptr, nullptr, expand_##id},
constexpr OpDef kTable[] = {INLAY_OPS(INLAY_ROW, INLAY_EXPANSION_ROW)};
#undef INLAY_ROW
#undef INLAY_EXPANSION_ROW

static_assert(is_op_table(kTable), "keep the operators sorted by domain, name and version");

}  // namespace

std::span<const OpDef> table() { return kTable; }

const OpDef* find_op(std::string_view domain, std::string_view name, int version) {
  return find_entry(std::span<const OpDef>(kTable), domain, name, version);
}

}  // namespace inlay::ops
