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
            const ptrdiff_t right =
                left + (depthwiseColumns - 1) * g->strideWidth + (g->kernelWidth - 1) * g->dilationWidth;
            const bool isBlock = x + depthwiseColumns <= g->outputWidth && left >= 0 && right < g->inputWidth;
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

static void depthwiseWeightGradient(const ConvolutionGeometry *g, const float *input, const float *gradient,
                                    ptrdiff_t firstRow, ptrdiff_t rowCount, float *weightGradient) {
    const ptrdiff_t channels = g->inputChannels, step = g->strideWidth * channels;
    FOR_EACH_VECTOR(c, lanes, channels, {
        for (ptrdiff_t tapRow = 0; tapRow < g->kernelHeight; tapRow++) {
            for (ptrdiff_t tap = 0; tap < g->kernelWidth; tap++) {
                const ptrdiff_t left = tap * g->dilationWidth - g->paddingLeft;
                const Interval columns = stepsInside(left, g->strideWidth, g->outputWidth, g->inputWidth);
                // Four sums, so that an addition doesn't have to wait for the previous one.
                Vector sums[4] = {0, 0, 0, 0};
                for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
                    const ptrdiff_t y =
                        row % g->outputHeight * g->strideHeight - g->paddingTop + tapRow * g->dilationHeight;
                    if (y < 0 || y >= g->inputHeight) { continue; }
                    const ptrdiff_t rowStart = (row / g->outputHeight * g->inputHeight + y) * g->inputWidth;
                    const float *values = input + (rowStart + left) * channels + c;
                    const float *gradients = gradient + (row - firstRow) * g->outputWidth * channels + c;
                    ptrdiff_t x = columns.first;
                    for (; x + 4 <= columns.last; x += 4) {
                        UNROLL for (int i = 0; i < 4; i++) {
                            const Vector value = load(values + (x + i) * step, lanes);
                            sums[i] = multiplyAdd(value, load(gradients + (x + i) * channels, lanes), sums[i]);
                        }
                    }
                    for (; x < columns.last; x++) {
                        sums[0] =
                            multiplyAdd(load(values + x * step, lanes), load(gradients + x * channels, lanes), sums[0]);
                    }
                }
                float *sum = weightGradient + (tapRow * g->kernelWidth + tap) * channels + c;
                store(sum, load(sum, lanes) + ((sums[0] + sums[1]) + (sums[2] + sums[3])), lanes);
            }
        }
    });
}
