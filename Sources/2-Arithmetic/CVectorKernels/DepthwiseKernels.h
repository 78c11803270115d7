// Depthwise convolution: each channel has its own filter, [kernelHeight, kernelWidth, C]; a vector of channels is
// computed at a time. The terms of a channel's sum and their order depend neither on the width of the vectors nor on
// other channels.

enum {
    /// The number of output columns for which weights are loaded once.
    depthwiseColumns = 4
};

/// Kernel columns, or output columns, that are inside the image: first and last (exclusive).
typedef struct Interval {
    ptrdiff_t first, last;
} Interval;

/// The i in 0..<count for which start + i · step is in 0..<extent.
ALWAYS_INLINE Interval stepsInside(ptrdiff_t start, ptrdiff_t step, ptrdiff_t count, ptrdiff_t extent) {
    const ptrdiff_t first = start < 0 ? (-start + step - 1) / step : 0;
    const ptrdiff_t last = start >= extent ? 0 : (extent - 1 - start) / step + 1;
    return (Interval){first, last < count ? last : count};
}

/// Whether there are `depthwiseColumns` outputs from column `x` on whose whole windows are inside the image.
ALWAYS_INLINE bool isDepthwiseBlock(const ConvolutionGeometry *g, ptrdiff_t x) {
    const ptrdiff_t left = x * g->strideWidth - g->paddingLeft;
    const ptrdiff_t right = left + (depthwiseColumns - 1) * g->strideWidth + (g->kernelWidth - 1) * g->dilationWidth;
    return x + depthwiseColumns <= g->outputWidth && left >= 0 && right < g->inputWidth;
}

/// The sums of `columns` adjacent outputs, for which the kernel columns `kx` are inside the image.
ALWAYS_INLINE void depthwiseSums(const ConvolutionGeometry *g, const float *input, ptrdiff_t rowStart, Interval ky,
                                 ptrdiff_t left, Interval kx, const float *weights, ptrdiff_t lanes, int columns,
                                 Vector *sums) {
    const ptrdiff_t channels = g->inputChannels;
    UNROLL for (int i = 0; i < columns; i++) { sums[i] = 0; }
    for (ptrdiff_t tapRow = ky.first; tapRow < ky.last; tapRow++) {
        const float *row = input + (rowStart + tapRow * g->dilationHeight) * g->inputWidth * channels;
        for (ptrdiff_t tap = kx.first; tap < kx.last; tap++) {
            const Vector weight = load(weights + (tapRow * g->kernelWidth + tap) * channels, lanes);
            const float *pixel = row + (left + tap * g->dilationWidth) * channels;
            UNROLL for (int i = 0; i < columns; i++) {
                sums[i] = multiplyAdd(load(pixel + i * g->strideWidth * channels, lanes), weight, sums[i]);
            }
        }
    }
}

static void depthwiseOutput(const ConvolutionGeometry *g, const float *input, const float *weights, ptrdiff_t firstRow,
                            ptrdiff_t rowCount, float *output) {
    const ptrdiff_t channels = g->inputChannels;
    for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
        const ptrdiff_t top = row % g->outputHeight * g->strideHeight - g->paddingTop;
        const ptrdiff_t rowStart = row / g->outputHeight * g->inputHeight + top;
        const Interval ky = stepsInside(top, g->dilationHeight, g->kernelHeight, g->inputHeight);
        for (ptrdiff_t x = 0; x < g->outputWidth;) {
            const ptrdiff_t left = x * g->strideWidth - g->paddingLeft;
            const bool isBlock = isDepthwiseBlock(g, x);
            const Interval kx = isBlock ? (Interval){0, g->kernelWidth}
                                        : stepsInside(left, g->dilationWidth, g->kernelWidth, g->inputWidth);
            FOR_EACH_VECTOR(c, lanes, channels, {
                Vector sums[depthwiseColumns];
                if (isBlock) {
                    depthwiseSums(g, input + c, rowStart, ky, left, kx, weights + c, lanes, depthwiseColumns, sums);
                    UNROLL for (int i = 0; i < depthwiseColumns; i++) {
                        store(output + i * channels + c, sums[i], lanes);
                    }
                } else {
                    depthwiseSums(g, input + c, rowStart, ky, left, kx, weights + c, lanes, 1, sums);
                    store(output + c, sums[0], lanes);
                }
            });
            const ptrdiff_t columns = isBlock ? depthwiseColumns : 1;
            output += columns * channels;
            x += columns;
        }
    }
}

static void depthwiseInputGradient(const ConvolutionGeometry *g, const float *gradient, const float *weights,
                                   ptrdiff_t firstRow, ptrdiff_t rowCount, float *inputGradient) {
    const ptrdiff_t channels = g->inputChannels;
    clearNewImages(g, firstRow, rowCount, inputGradient);
    for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
        const ptrdiff_t top = row % g->outputHeight * g->strideHeight - g->paddingTop;
        const ptrdiff_t rowStart = row / g->outputHeight * g->inputHeight + top;
        const Interval ky = stepsInside(top, g->dilationHeight, g->kernelHeight, g->inputHeight);
        for (ptrdiff_t x = 0; x < g->outputWidth; x++, gradient += channels) {
            const ptrdiff_t left = x * g->strideWidth - g->paddingLeft;
            const Interval kx = stepsInside(left, g->dilationWidth, g->kernelWidth, g->inputWidth);
            for (ptrdiff_t tapRow = ky.first; tapRow < ky.last; tapRow++) {
                for (ptrdiff_t tap = kx.first; tap < kx.last; tap++) {
                    const float *weight = weights + (tapRow * g->kernelWidth + tap) * channels;
                    float *pixel = inputGradient + ((rowStart + tapRow * g->dilationHeight) * g->inputWidth + left +
                                                    tap * g->dilationWidth) *
                                                       channels;
                    FOR_EACH_VECTOR(c, lanes, channels, {
                        const Vector sum =
                            multiplyAdd(load(gradient + c, lanes), load(weight + c, lanes), load(pixel + c, lanes));
                        store(pixel + c, sum, lanes);
                    });
                }
            }
        }
    }
}

/// Adds input times gradient of `columns` adjacent outputs, for which the kernel columns `kx` are inside the image.
ALWAYS_INLINE void addDepthwiseProducts(const ConvolutionGeometry *g, const float *input, ptrdiff_t rowStart,
                                        Interval ky, ptrdiff_t left, Interval kx, const float *gradient,
                                        ptrdiff_t lanes, int columns, float *weightGradient) {
    const ptrdiff_t channels = g->inputChannels;
    Vector gradients[depthwiseColumns];
    UNROLL for (int i = 0; i < columns; i++) { gradients[i] = load(gradient + i * channels, lanes); }
    for (ptrdiff_t tapRow = ky.first; tapRow < ky.last; tapRow++) {
        const float *row = input + (rowStart + tapRow * g->dilationHeight) * g->inputWidth * channels;
        for (ptrdiff_t tap = kx.first; tap < kx.last; tap++) {
            const float *pixel = row + (left + tap * g->dilationWidth) * channels;
            float *sum = weightGradient + (tapRow * g->kernelWidth + tap) * channels;
            Vector product = 0;
            UNROLL for (int i = 0; i < columns; i++) {
                product = multiplyAdd(load(pixel + i * g->strideWidth * channels, lanes), gradients[i], product);
            }
            store(sum, load(sum, lanes) + product, lanes);
        }
    }
}

static void depthwiseWeightGradient(const ConvolutionGeometry *g, const float *input, const float *gradient,
                                    ptrdiff_t firstRow, ptrdiff_t rowCount, float *weightGradient) {
    const ptrdiff_t channels = g->inputChannels;
    for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
        const ptrdiff_t top = row % g->outputHeight * g->strideHeight - g->paddingTop;
        const ptrdiff_t rowStart = row / g->outputHeight * g->inputHeight + top;
        const Interval ky = stepsInside(top, g->dilationHeight, g->kernelHeight, g->inputHeight);
        for (ptrdiff_t x = 0; x < g->outputWidth;) {
            const ptrdiff_t left = x * g->strideWidth - g->paddingLeft;
            const bool isBlock = isDepthwiseBlock(g, x);
            const Interval kx = isBlock ? (Interval){0, g->kernelWidth}
                                        : stepsInside(left, g->dilationWidth, g->kernelWidth, g->inputWidth);
            // Channels in the inner loop, in the order of memory: the sums are in the first-level cache, images aren't.
            FOR_EACH_VECTOR(c, lanes, channels, {
                if (isBlock) {
                    addDepthwiseProducts(g, input + c, rowStart, ky, left, kx, gradient + c, lanes, depthwiseColumns,
                                         weightGradient + c);
                } else {
                    addDepthwiseProducts(g, input + c, rowStart, ky, left, kx, gradient + c, lanes, 1,
                                         weightGradient + c);
                }
            });
            const ptrdiff_t columns = isBlock ? depthwiseColumns : 1;
            gradient += columns * channels;
            x += columns;
        }
    }
}
