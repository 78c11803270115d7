// Kernels that are written once over vectors of floats and compiled once for each instruction set.
//
// One generic source (the headers beside VectorKernels.c) is included by one file per instruction set; each of these
// files defines a table of functions, and the program chooses one table when it starts. No function here allocates.
#ifndef CVECTORKERNELS_H
#define CVECTORKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A two-dimensional convolution over channels-last images, [H, W, C] to [outputHeight, outputWidth, O].
/// Weights are [kernelHeight, kernelWidth, groupChannels, O]: the outputs of a group depend only on its channels.
typedef struct ConvolutionGeometry {
    ptrdiff_t inputHeight, inputWidth, inputChannels;
    ptrdiff_t outputHeight, outputWidth, outputChannels;
    ptrdiff_t kernelHeight, kernelWidth;
    ptrdiff_t strideHeight, strideWidth, dilationHeight, dilationWidth, paddingTop, paddingLeft;
    /// The number of channels of a group, and the first channel.
    ptrdiff_t groupChannels, firstChannel;
} ConvolutionGeometry;

/// The largest block of outputs that the direct kernels compute together, and the floats that they may read beyond a
/// padded image.
enum { directBlockRows = 2, directBlockColumns = 4, directSlack = 2 };

/// The number of rows (or columns) of Winograd tiles of an image with `count` rows of outputs: tiles of 4 rows for each
/// of the interleaved images into which dilation divides it.
static inline ptrdiff_t winogradTiles(ptrdiff_t count, ptrdiff_t dilation) {
    return dilation * (((count + dilation - 1) / dilation + 3) / 4);
}

/// Some tiles of a Winograd convolution, and some channels of them.
///
/// Tiles count row by row through the images of a batch. Transformed, their layout is [36
/// positions, at stride 2 81][tileCount][channelCount].
typedef struct WinogradChunk {
    ptrdiff_t firstTile, tileCount;
    ptrdiff_t firstChannel, channelCount;
    /// The first of the at most 3x3 taps of the kernel that are computed: 0, 3, 6 ...
    ptrdiff_t firstTapRow, firstTapColumn;
    /// Floats from one position to the next.
    ptrdiff_t positionStride;
} WinogradChunk;

/// A block of a convolution's weights for at most 3x3 taps, [tapRows, tapColumns][rows][columns]; transformed,
/// [36][rows][columns].
typedef struct WeightBlock {
    ptrdiff_t rows, columns, tapRows, tapColumns;
    /// Whether they are for stride 2.
    bool isStrided;
    /// Floats from one row to the next, from one row of taps to the next, and from one tap to the next.
    ptrdiff_t rowStride, tapRowStride, tapStride;
    /// Floats from one of the 36 positions to the next.
    ptrdiff_t positionStride;
} WeightBlock;

/// The largest number of rows of a block whose weight gradients are computed together.
enum { winogradZeroBlock = 64 };

/// The sources of the gradient of a block of weights.
typedef struct WeightGradientSource {
    const ConvolutionGeometry *geometry;
    ptrdiff_t batch;
    const float *input;
    /// The channels of the block's first row and first column.
    ptrdiff_t firstInputChannel, firstOutputChannel;
    /// The block's first tap.
    ptrdiff_t firstTapRow, firstTapColumn;
    const float *outputGradient;
    /// The output whose ReLU masks the gradient; null without ReLU, or if it was pooled.
    const float *_Nullable output;
    /// The positions saved by pooling; null without pooling.
    const uint8_t *_Nullable positions;
} WeightGradientSource;

/// The value for «no gradient passes» among the positions 0...3 saved by max pooling.
enum { poolPositionNone = 4 };

/// Pooling windows over channels-last images.
///
/// The padding is the same on both sides; it never is the maximum.
typedef struct PoolingGeometry {
    ptrdiff_t inputHeight, inputWidth, channels;
    ptrdiff_t outputHeight, outputWidth;
    ptrdiff_t kernelHeight, kernelWidth, strideHeight, strideWidth, paddingTop, paddingLeft;
    /// Whether a mean includes the padding, which is 0.
    bool countsPadding;
} PoolingGeometry;

/// Activations that are computed float by float.
///
/// Some have a parameter.
typedef enum ActivationKind {
    /// x.
    activationIdentity,
    /// max(0, x).
    activationReLU,
    /// x; below 0 the parameter · x.
    activationLeakyReLU,
    /// x; below 0 the parameter · (e^x - 1).
    activationELU,
    activationSigmoid,
    activationTanh,
    /// x · sigmoid(x).
    activationSiLU,
    /// x · the cumulative distribution function of the standard normal distribution at x.
    activationGELU,
    /// The approximation of GELU with tanh.
    activationTanhGELU,
} ActivationKind;

/// Batch normalization of each channel, (x - mean) · inverseStandardDeviation · weight + bias, then an activation.
typedef struct Normalization {
    ptrdiff_t channels;
    const float *weight, *bias, *mean, *inverseStandardDeviation;
    ActivationKind activation;
    float activationParameter;
} Normalization;

/// Normalization of each group of channels over all pixels of a sample: (x - mean) · inverseStandardDeviation · weight + bias.
///
/// Weights and biases are [channels], or [pixels][channels] if `isPerPixel`.
typedef struct GroupNormalization {
    ptrdiff_t pixels, channels, groups;
    float epsilon;
    const float *weight, *bias;
    bool isPerPixel;
} GroupNormalization;

/// Normalization over neighbouring channels: x / (k + alpha / size · the sum of `size` squares)^beta.
typedef struct NeighbourNormalization {
    ptrdiff_t channels, size;
    float alpha, beta, k;
} NeighbourNormalization;

/// The parameters of one step of stochastic gradient descent.
typedef struct SGDStep {
    float learningRate;
    /// The factor of the gradient, for clipping.
    float gradientScale;
    /// The velocity's decay.
    float momentum;
    /// L2 regularization, added to the gradient.
    float weightDecay;
    /// Whether to use Nesterov momentum.
    bool isNesterov;
} SGDStep;

/// The parameters of one step of Adam or AdamW, the t-th from 1.
typedef struct AdamStep {
    /// The learning rate divided by the first moment's bias correction, α / (1 - β₁ᵗ).
    float correctedLearningRate;
    /// The factor of the gradient, for clipping.
    float gradientScale;
    /// The decay of the first and of the second moment.
    float beta1, beta2;
    /// Added to the root of the second moment.
    float epsilon;
    /// The root of the second moment's bias correction, √(1 - β₂ᵗ).
    float secondMomentCorrection;
    /// L2 regularization, added to the gradient: Adam's.
    float weightDecay;
    /// The factor of the parameters before the step, 1 - α · λ: AdamW's.
    float parameterScale;
} AdamStep;

/// The functions of one instruction set. «Rows» of a convolution count through the images of a batch: row r is row
/// r % outputHeight of image r / outputHeight.
typedef struct VectorKernels {
    /// The common name of the instruction set.
    const char *name;
    /// The number of floats in a vector.
    ptrdiff_t width;

    // Elementwise; a result may be stored in place of an operand.

    /// output[i] = max(0, input[i]).
    void (*relu)(ptrdiff_t count, const float *input, float *output);
    /// sum[i] = first[i] + second[i].
    void (*add)(ptrdiff_t count, const float *first, const float *second, float *sum);
    /// product[i] = first[i] · second[i].
    void (*multiply)(ptrdiff_t count, const float *first, const float *second, float *product);
    /// product[i] = factor · values[i].
    void (*scale)(ptrdiff_t count, float factor, const float *values, float *product);
    /// `share * first + (1 - share) * second`; the result may be either.
    void (*interpolate)(ptrdiff_t count, float share, const float *first, const float *second, float *result);
    /// The sum of squares.
    double (*squaredNorm)(ptrdiff_t count, const float *values);
    /// Whether no float is infinite or not a number.
    bool (*allFinite)(ptrdiff_t count, const float *values);

    // Pooling; a window's pixels, its taps, are counted row by row.

    /// The maximum of each window, of equal ones the first, and the number of its tap.
    void (*maxPool)(const PoolingGeometry *geometry, ptrdiff_t batch, const float *input, float *output,
                    uint16_t *taps);
    /// The adjoint of `maxPool`.
    void (*maxPoolGradient)(const PoolingGeometry *geometry, ptrdiff_t batch, const float *gradient,
                            const uint16_t *taps, float *inputGradient);
    /// The mean of each window.
    void (*averagePool)(const PoolingGeometry *geometry, ptrdiff_t batch, const float *input, float *output);
    /// The adjoint of `averagePool`.
    void (*averagePoolGradient)(const PoolingGeometry *geometry, ptrdiff_t batch, const float *gradient,
                                float *inputGradient);

    // Batch normalization of [rows][channels].

    /// Each channel's mean, its variance (the sum of squares divided by rows), and 1 / sqrt(variance + epsilon).
    void (*normalizationMoments)(ptrdiff_t rows, ptrdiff_t channels, const float *input, float epsilon, float *mean,
                                 float *variance, float *inverseStandardDeviation);
    /// Normalizes with given statistics.
    void (*normalize)(const Normalization *normalization, ptrdiff_t rows, const float *input, float *output);
    /// The gradients with respect to weight and bias.
    ///
    /// `gradient` is prepared for `normalizationInputGradient`: with some activations it is overwritten.
    void (*normalizationParameterGradients)(const Normalization *normalization, ptrdiff_t rows, const float *input,
                                            float *gradient, float *weightGradient, float *biasGradient);
    /// The gradient with respect to the input, given those with respect to weight and bias, and `gradient` as
    /// `normalizationParameterGradients` left it, in whose place it may be stored.
    void (*normalizationInputGradient)(const Normalization *normalization, ptrdiff_t rows, const float *input,
                                       const float *gradient, const float *weightGradient, const float *biasGradient,
                                       float *inputGradient);

    // Normalization within a sample.

    /// Normalizes, and saves the means and inverse standard deviations, [batch][groups].
    void (*normalizeGroups)(const GroupNormalization *normalization, ptrdiff_t batch, const float *input, float *output,
                            float *mean, float *inverseStandardDeviation);
    /// The adjoint of `normalizeGroups`: adds to the gradients of weights and biases.
    void (*normalizeGroupsGradient)(const GroupNormalization *normalization, ptrdiff_t batch, const float *input,
                                    const float *gradient, const float *mean, const float *inverseStandardDeviation,
                                    float *_Nullable inputGradient, float *weightGradient, float *biasGradient);
    /// Normalizes each pixel, and saves the bases of the powers, one per output.
    ///
    /// `row` has channels + 2 · size floats.
    void (*normalizeNeighbours)(const NeighbourNormalization *normalization, ptrdiff_t pixels, const float *input,
                                float *output, float *bases, float *row);
    /// The adjoint of `normalizeNeighbours`.
    void (*normalizeNeighboursGradient)(const NeighbourNormalization *normalization, ptrdiff_t pixels,
                                        const float *input, const float *gradient, const float *bases,
                                        float *inputGradient, float *row);

    /// result[i] = e^(values[i] - shift) within 2 units in the last place, where values[i] - shift is at most 88; their
    /// sum.
    float (*exponentials)(ptrdiff_t count, const float *values, float shift, float *result);

    /// output[i] = the activation of input[i].
    void (*activate)(ActivationKind kind, float parameter, ptrdiff_t count, const float *input, float *output);
    /// inputGradient[i] = gradient[i] times the activation's derivative at input[i]; may be the same memory as
    /// `gradient`.
    void (*activationGradient)(ActivationKind kind, float parameter, ptrdiff_t count, const float *input,
                               const float *gradient, float *inputGradient);

    /// One step of stochastic gradient descent with momentum.
    void (*stepSGD)(SGDStep step, ptrdiff_t count, const float *gradient, float *velocity, float *parameters);
    /// One step of Adam.
    void (*stepAdam)(AdamStep step, ptrdiff_t count, const float *gradient, float *firstMoment, float *secondMoment,
                     float *parameters);

    // Convolution.

    /// Writes the patches of a group for `rowCount` output rows: [rowCount · outputWidth, kernelHeight · kernelWidth ·
    /// groupChannels].
    void (*gatherPatches)(const ConvolutionGeometry *geometry, const float *input, ptrdiff_t firstRow,
                          ptrdiff_t rowCount, float *patches);
    /// The adjoint of `gatherPatches`: adds patches to the input gradient.
    ///
    /// Clears each image before its first row, with the first group.
    void (*scatterPatches)(const ConvolutionGeometry *geometry, const float *patches, ptrdiff_t firstRow,
                           ptrdiff_t rowCount, float *inputGradient);

    /// values[r][c] += bias[c], then max(0, ·) when `relu`. No bias when null.
    void (*addBias)(ptrdiff_t rows, ptrdiff_t channels, const float *_Nullable bias, bool relu, float *values);
    /// Adds the bias to `rowPairs` pairs of rows [width, channels], applies ReLU and takes the maximum of each 2x2
    /// window; `positions` gets its position (0...3, row by row), or `poolPositionNone` if the maximum wasn't positive.
    void (*addBiasPool)(ptrdiff_t rowPairs, ptrdiff_t width, ptrdiff_t channels, const float *_Nullable bias,
                        const float *values, float *pooled, uint8_t *positions);
    /// result[i] = output[i] > 0 ? gradient[i] : 0.
    void (*maskGradient)(ptrdiff_t count, const float *output, const float *gradient, float *result);
    /// The adjoint of `addBiasPool`: writes each gradient to the saved position, and zeros elsewhere.
    void (*unpoolGradient)(ptrdiff_t rowPairs, ptrdiff_t width, ptrdiff_t channels, const float *gradient,
                           const uint8_t *positions, float *result);
    /// sums[c] += sum over r of values[r][c].
    void (*addRows)(ptrdiff_t rows, ptrdiff_t channels, const float *values, float *sums);
    /// result[c][r] = values[r][c], with rows `stride` and `resultStride` floats apart.
    void (*transpose)(ptrdiff_t rows, ptrdiff_t columns, const float *values, ptrdiff_t stride, float *result,
                      ptrdiff_t resultStride);

    // Depthwise convolution: as many groups and outputs as channels.

    /// The outputs of `rowCount` output rows: [rowCount, outputWidth, C].
    ///
    /// Padding may be negative.
    void (*depthwiseOutput)(const ConvolutionGeometry *geometry, const float *input, const float *weights,
                            ptrdiff_t firstRow, ptrdiff_t rowCount, float *output);
    /// The adjoint of `depthwiseOutput`: adds to the input gradient.
    ///
    /// Clears each image before its first row.
    void (*depthwiseInputGradient)(const ConvolutionGeometry *geometry, const float *gradient, const float *weights,
                                   ptrdiff_t firstRow, ptrdiff_t rowCount, float *inputGradient);
    /// Adds the contribution of `rowCount` output rows, whose gradient is `gradient`, to the gradient of the weights.
    void (*depthwiseWeightGradient)(const ConvolutionGeometry *geometry, const float *input, const float *gradient,
                                    ptrdiff_t firstRow, ptrdiff_t rowCount, float *weightGradient);

    // Direct convolution of one image with few channels.

    /// Copies an image into zeros with `rows` rows of `rowStride` floats: its padding, and the floats that blocks of
    /// outputs read beyond it.
    void (*padImage)(const ConvolutionGeometry *geometry, const float *image, ptrdiff_t rows, ptrdiff_t rowStride,
                     float *padded);
    /// The outputs of an image, with bias and ReLU as in `addBias`.
    void (*directOutput)(const ConvolutionGeometry *geometry, const float *padded, ptrdiff_t rowStride,
                         const float *weights, const float *_Nullable bias, bool relu, float *output);
    /// The outputs of an image, with bias, ReLU and pooling as in `addBiasPool`.
    void (*directOutputPool)(const ConvolutionGeometry *geometry, const float *padded, ptrdiff_t rowStride,
                             const float *weights, const float *_Nullable bias, float *pooled, uint8_t *positions);
    /// Adds the contribution of some rows of an image, whose output gradient is `gradient`, to the weights' gradient.
    void (*directWeightGradient)(const ConvolutionGeometry *geometry, const float *padded, ptrdiff_t rowStride,
                                 ptrdiff_t firstRow, ptrdiff_t rowCount, const float *gradient, float *weightGradient);

    // Winograd F(4x4, 3x3) at stride 1 or 2, for at most 3x3 taps of the kernel at a time.

    /// V = B^T d B for the windows of the input under each tile, 6x6 or at stride 2 9x9.
    void (*winogradInput)(const ConvolutionGeometry *geometry, WinogradChunk chunk, const float *input,
                          float *transformed);
    /// Adds B dV B^T onto the input gradient.
    ///
    /// Clears each image before its first tile, with the first taps.
    void (*winogradInputGradient)(const ConvolutionGeometry *geometry, WinogradChunk chunk, const float *transformed,
                                  float *inputGradient);
    /// Y = A^T M A, then bias and ReLU as in `addBias`.
    void (*winogradOutput)(const ConvolutionGeometry *geometry, WinogradChunk chunk, const float *sums,
                           const float *_Nullable bias, bool relu, float *output);
    /// Y = A^T M A, then bias, ReLU and pooling as in `addBiasPool`.
    void (*winogradOutputPool)(const ConvolutionGeometry *geometry, WinogradChunk chunk, const float *sums,
                               const float *_Nullable bias, float *pooled, uint8_t *positions);
    /// dM = A dY A^T, where dY is `gradient`, masked as in `maskGradient` unless `output` is null. Adds the sums of dY
    /// to the bias's gradient.
    void (*winogradOutputGradient)(const ConvolutionGeometry *geometry, WinogradChunk chunk,
                                   const float *_Nullable output, const float *gradient, float *transformed,
                                   float *_Nullable biasGradient);
    /// dM = A dY A^T, where dY is what `unpoolGradient` gives; with the bias's gradient as above.
    void (*winogradUnpoolGradient)(const ConvolutionGeometry *geometry, WinogradChunk chunk, const float *gradient,
                                   const uint8_t *positions, float *transformed, float *_Nullable biasGradient);
    /// U = G g G^T.
    void (*winogradWeights)(WeightBlock block, const float *weights, float *transformed);
    /// dg = G^T dU G for a block of at most `winogradZeroBlock` rows; exactly 0 if all products of a weight are 0.
    void (*winogradWeightGradient)(WeightBlock block, const WeightGradientSource *source, const float *transformed,
                                   float *weightGradient);
} VectorKernels;

/// The table of the best instruction set of this processor, unless the variable SWIFT_DP_VECTOR names another
/// («avx512», «avx2», «generic»).
///
/// Null if the processor has none of the instruction sets that the program is built for.
const VectorKernels *_Nullable vectorKernels(void);

/// The table of an instruction set by its name in SWIFT_DP_VECTOR; null if this processor or build lacks it.
const VectorKernels *_Nullable vectorKernelsNamed(const char *name);

/// OpenBLAS's name of the best of its kernel sets that this processor can run; null if there is no choice.
const char *_Nullable bestOpenBLASCoreType(void);

#pragma clang assume_nonnull end

#endif
