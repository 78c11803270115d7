// Convolution without a matrix, for images with few channels: a patch is a few short stretches of floats, read in
// place.
//
// The image comes with its padding around it, `rowStride` floats per row, and with extra space, so that no kernel has
// to check where it ends. Two output rows and `blockColumns` output columns are computed together in registers, and
// outputs outside of the image aren't stored.

enum {
    blockRows = directBlockRows,
    /// As many as leave registers for the weights: there are 32 with AVX-512 and NEON, 16 with AVX2.
    blockColumns = LANES == 8 ? 2 : directBlockColumns,
    /// Floats of a patch whose weight gradients are summed together.
    patchBlock = LANES == 8 ? 6 : 9,
    smallPatchBlock = directSlack + 1,
};

static void padImage(const ConvolutionGeometry *g, const float *image, ptrdiff_t rows, ptrdiff_t rowStride,
                     float *padded) {
    const ptrdiff_t imageRow = g->inputWidth * g->inputChannels, padding = g->paddingLeft * g->inputChannels;
    // The windows of the outputs may end before the image does, or even before it starts.
    const ptrdiff_t left = padding < rowStride ? padding : rowStride;
    const ptrdiff_t count = imageRow < rowStride - left ? imageRow : rowStride - left;
    for (ptrdiff_t y = -g->paddingTop; y < rows - g->paddingTop; y++, padded += rowStride) {
        if (y < 0 || y >= g->inputHeight) {
            clearFloats(padded, rowStride);
            continue;
        }
        clearFloats(padded, left);
        copyFloats(padded + left, image + y * imageRow, count);
        clearFloats(padded + left + count, rowStride - left - count);
    }
}

/// The sums of a block of outputs for `vectors` vectors of channels, without bias.
ALWAYS_INLINE void directSums(const ConvolutionGeometry *g, const float *corner, ptrdiff_t rowStride,
                              const float *weights, int vectors, ptrdiff_t lanes, Vector *sums) {
    const ptrdiff_t step = g->strideWidth * g->inputChannels, kernelRow = g->kernelWidth * g->inputChannels;
    UNROLL for (int i = 0; i < blockRows * blockColumns * vectors; i++) { sums[i] = 0; }
    for (ptrdiff_t ky = 0; ky < g->kernelHeight; ky++, corner += rowStride) {
        for (ptrdiff_t k = 0; k < kernelRow; k++, weights += g->outputChannels) {
            const Vector first = load(weights, lanes);
            const Vector second = vectors == 2 ? load(weights + LANES, lanes) : (Vector)0;
            UNROLL for (int i = 0; i < blockRows * blockColumns; i++) {
                const float value =
                    corner[i / blockColumns * g->strideHeight * rowStride + i % blockColumns * step + k];
                sums[i * vectors] = multiplyAdd(value, first, sums[i * vectors]);
                if (vectors == 2) { sums[i * vectors + 1] = multiplyAdd(value, second, sums[i * vectors + 1]); }
            }
        }
    }
}

/// The destination of a block of outputs.
typedef struct DirectOutput {
    const float *bias;
    bool appliesReLU;
    float *output;
    uint8_t *positions;
} DirectOutput;

/// Finishes one vector of channels (at `c`) of the block at output row `y` and column `x`.
ALWAYS_INLINE void directFinish(const ConvolutionGeometry *g, DirectOutput to, ptrdiff_t y, ptrdiff_t x, ptrdiff_t c,
                                const Vector *sums, int vectors, ptrdiff_t lanes) {
    const ptrdiff_t channels = g->outputChannels;
    const Vector bias = to.bias ? load(to.bias + c, lanes) : (Vector)0;
    if (to.positions) {
        const ptrdiff_t row = (y / 2 * (g->outputWidth / 2)) * channels + c;
        UNROLL for (int i = 0; i < blockColumns; i += 2) {
            const Vector *top = sums + i * vectors, *bottom = top + blockColumns * vectors;
            const ptrdiff_t at = row + (x + i) / 2 * channels;
            if (x + i < g->outputWidth) {
                poolWindow(top[0], top[vectors], bottom[0], bottom[vectors], bias, to.output + at, to.positions + at,
                           lanes);
            }
        }
    } else {
        UNROLL for (int i = 0; i < blockRows * blockColumns; i++) {
            const ptrdiff_t row = y + i / blockColumns, column = x + i % blockColumns;
            const Vector value = sums[i * vectors] + bias;
            if (row < g->outputHeight && column < g->outputWidth) {
                store(to.output + (row * g->outputWidth + column) * channels + c, to.appliesReLU ? relu(value) : value,
                      lanes);
            }
        }
    }
}

ALWAYS_INLINE void directChannels(const ConvolutionGeometry *g, const float *padded, ptrdiff_t rowStride,
                                  const float *weights, DirectOutput to, ptrdiff_t c, int vectors, ptrdiff_t lanes) {
    for (ptrdiff_t y = 0; y < g->outputHeight; y += blockRows) {
        for (ptrdiff_t x = 0; x < g->outputWidth; x += blockColumns) {
            Vector sums[blockRows * blockColumns * 2];
            const float *corner = padded + y * g->strideHeight * rowStride + x * g->strideWidth * g->inputChannels;
            directSums(g, corner, rowStride, weights + c, vectors, lanes, sums);
            for (int v = 0; v < vectors; v++) { directFinish(g, to, y, x, c + v * LANES, sums + v, vectors, lanes); }
        }
    }
}

ALWAYS_INLINE void directImage(const ConvolutionGeometry *g, const float *padded, ptrdiff_t rowStride,
                               const float *weights, DirectOutput to) {
    ptrdiff_t c = 0;
    for (; c + 2 * LANES <= g->outputChannels; c += 2 * LANES) {
        directChannels(g, padded, rowStride, weights, to, c, 2, LANES);
    }
    for (; c + LANES <= g->outputChannels; c += LANES) {
        directChannels(g, padded, rowStride, weights, to, c, 1, LANES);
    }
    if (c < g->outputChannels) { directChannels(g, padded, rowStride, weights, to, c, 1, g->outputChannels - c); }
}

static void directOutput(const ConvolutionGeometry *g, const float *padded, ptrdiff_t rowStride, const float *weights,
                         const float *bias, bool appliesReLU, float *output) {
    directImage(g, padded, rowStride, weights, (DirectOutput){bias, appliesReLU, output, NULL});
}

static void directOutputPool(const ConvolutionGeometry *g, const float *padded, ptrdiff_t rowStride,
                             const float *weights, const float *bias, float *pooled, uint8_t *positions) {
    directImage(g, padded, rowStride, weights, (DirectOutput){bias, true, pooled, positions});
}

/// Adds the contribution of one output row to the gradients of `count` weights of one kernel row, for some channels;
/// those from `valid` on are computed but not stored.
ALWAYS_INLINE void directGradientBlock(const ConvolutionGeometry *g, const float *patches, const float *gradient,
                                       int count, ptrdiff_t valid, int vectors, ptrdiff_t lanes, float *result) {
    const ptrdiff_t step = g->strideWidth * g->inputChannels, channels = g->outputChannels;
    Vector sums[patchBlock * 2];
    UNROLL for (int k = 0; k < count * vectors; k++) {
        const bool isKept = k / vectors < valid;
        sums[k] = isKept ? load(result + k / vectors * channels + k % vectors * LANES, lanes) : (Vector)0;
    }
    for (ptrdiff_t x = 0; x < g->outputWidth; x++, patches += step, gradient += channels) {
        const Vector first = load(gradient, lanes);
        const Vector second = vectors == 2 ? load(gradient + LANES, lanes) : (Vector)0;
        UNROLL for (int k = 0; k < count; k++) {
            sums[k * vectors] = multiplyAdd(patches[k], first, sums[k * vectors]);
            if (vectors == 2) { sums[k * vectors + 1] = multiplyAdd(patches[k], second, sums[k * vectors + 1]); }
        }
    }
    UNROLL for (int k = 0; k < count * vectors; k++) {
        if (k / vectors < valid) { store(result + k / vectors * channels + k % vectors * LANES, sums[k], lanes); }
    }
}

ALWAYS_INLINE void directGradientChannels(const ConvolutionGeometry *g, const float *patches, ptrdiff_t rowStride,
                                          const float *gradient, int vectors, ptrdiff_t lanes, float *result) {
    const ptrdiff_t kernelRow = g->kernelWidth * g->inputChannels, channels = g->outputChannels;
    for (ptrdiff_t ky = 0; ky < g->kernelHeight; ky++, patches += rowStride, result += kernelRow * channels) {
        ptrdiff_t k = 0;
        for (; k + patchBlock <= kernelRow; k += patchBlock) {
            directGradientBlock(g, patches + k, gradient, patchBlock, patchBlock, vectors, lanes,
                                result + k * channels);
        }
        for (; k < kernelRow; k += smallPatchBlock) {
            directGradientBlock(g, patches + k, gradient, smallPatchBlock, kernelRow - k, vectors, lanes,
                                result + k * channels);
        }
    }
}

static void directWeightGradient(const ConvolutionGeometry *g, const float *padded, ptrdiff_t rowStride,
                                 ptrdiff_t firstRow, ptrdiff_t rowCount, const float *gradient, float *weightGradient) {
    const ptrdiff_t channels = g->outputChannels;
    for (ptrdiff_t row = 0; row < rowCount; row++, gradient += g->outputWidth * channels) {
        const float *patches = padded + (firstRow + row) * g->strideHeight * rowStride;
        ptrdiff_t c = 0;
        for (; c + 2 * LANES <= channels; c += 2 * LANES) {
            directGradientChannels(g, patches, rowStride, gradient + c, 2, LANES, weightGradient + c);
        }
        for (; c + LANES <= channels; c += LANES) {
            directGradientChannels(g, patches, rowStride, gradient + c, 1, LANES, weightGradient + c);
        }
        if (c < channels) {
            directGradientChannels(g, patches, rowStride, gradient + c, 1, channels - c, weightGradient + c);
        }
    }
}
