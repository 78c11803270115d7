// Weights whose gradient is exactly 0, because in every product one factor is 0.
//
// Winograd's sums mix all positions of a tile, so such a weight gets a rounding error instead. It is small, but not
// harmless for an optimizer that divides by the gradient's own size, as Adam does. A gradient that is tiny compared to
// the sums it came from is a suspect: its products are computed up to the first that isn't 0. In dense data a few
// gradients in a hundred thousand are suspects, and each is cleared after a few positions.

enum { zeroBlock = winogradZeroBlock, kernelPositions = 9 };

/// Gradients of a block of input by output channels that may be 0: a bit for each output channel.
typedef struct Suspects {
    uint64_t columns[kernelPositions][zeroBlock];
    /// The rows of the block that have a suspect.
    uint64_t rows[kernelPositions];
} Suspects;

/// A gradient is a suspect if it is smaller than this fraction of the largest of the 36 sums it came from; the sums'
/// rounding errors are a thousand times smaller.
static const float suspectShare = 1.0f / 4096;

/// Whether a block of weights has the tap `p` of nine, and where.
ALWAYS_INLINE bool isTap(WeightBlock block, int p) { return p / 3 < block.tapRows && p % 3 < block.tapColumns; }
ALWAYS_INLINE ptrdiff_t tapOffset(WeightBlock block, int p) {
    return p / 3 * block.tapRowStride + p % 3 * block.tapStride;
}

typedef bool Flags __attribute__((ext_vector_type(LANES)));

/// A bit for each lane.
ALWAYS_INLINE uint64_t maskBits(Mask mask) {
    const Flags flags = __builtin_convertvector(mask, Flags);
    uint16_t bits = 0;
    memcpy(&bits, &flags, sizeof flags);
    return bits & ((1u << LANES) - 1);
}

/// Which of up to 64 floats are not 0.
ALWAYS_INLINE uint64_t nonzeroBits(const float *values, ptrdiff_t count) {
    uint64_t bits = 0;
    FOR_EACH_VECTOR(c, lanes, count, { bits |= maskBits(load(values + c, lanes) != 0) << c; });
    return bits;
}

/// Which of up to 64 output channels have a nonzero gradient at a position, after the backward pass of the epilogue.
static uint64_t gradientBits(const WeightGradientSource *from, ptrdiff_t image, ptrdiff_t y, ptrdiff_t x,
                             ptrdiff_t firstColumn, ptrdiff_t count) {
    const ConvolutionGeometry *g = from->geometry;
    const ptrdiff_t firstChannel = from->firstOutputChannel + firstColumn;
    if (!from->positions) {
        const ptrdiff_t at = ((image * g->outputHeight + y) * g->outputWidth + x) * g->outputChannels + firstChannel;
        uint64_t bits = nonzeroBits(from->outputGradient + at, count);
        if (!from->output) { return bits; }
        uint64_t positive = 0;
        FOR_EACH_VECTOR(c, lanes, count, { positive |= maskBits(load(from->output + at + c, lanes) > 0) << c; });
        return bits & positive;
    }
    const ptrdiff_t row = image * (g->outputHeight / 2) + y / 2;
    const ptrdiff_t at = (row * (g->outputWidth / 2) + x / 2) * g->outputChannels + firstChannel;
    const int32_t position = (int32_t)(y % 2 * 2 + x % 2);
    uint64_t winners = 0;
    FOR_EACH_VECTOR(c, lanes, count,
                    { winners |= maskBits(loadPosition(from->positions + at + c, lanes) == position) << c; });
    return nonzeroBits(from->outputGradient + at, count) & winners;
}

/// Clears the suspects that have a nonzero product at an output position; returns whether any are left.
ALWAYS_INLINE bool clearSuspects(const WeightGradientSource *from, ptrdiff_t image, ptrdiff_t y, ptrdiff_t x,
                                 ptrdiff_t rows, uint64_t gradients, Suspects *suspects) {
    const ConvolutionGeometry *g = from->geometry;
    uint64_t left = 0;
    for (int p = 0; p < kernelPositions; p++) {
        const ptrdiff_t iy = y * g->strideHeight + (from->firstTapRow + p / 3) * g->dilationHeight - g->paddingTop;
        const ptrdiff_t ix = x * g->strideWidth + (from->firstTapColumn + p % 3) * g->dilationWidth - g->paddingLeft;
        if (suspects->rows[p] && iy >= 0 && iy < g->inputHeight && ix >= 0 && ix < g->inputWidth) {
            const ptrdiff_t at = ((image * g->inputHeight + iy) * g->inputWidth + ix) * g->inputChannels;
            uint64_t inputs = nonzeroBits(from->input + at + from->firstInputChannel, rows) & suspects->rows[p];
            for (; inputs; inputs &= inputs - 1) {
                const int row = __builtin_ctzll(inputs);
                suspects->columns[p][row] &= ~gradients;
                if (!suspects->columns[p][row]) { suspects->rows[p] &= ~(1ull << row); }
            }
        }
        left |= suspects->rows[p];
    }
    return left;
}

/// Sets the suspects that are exactly 0, of `count` output channels from `firstColumn` on, to 0.
static void settleSuspects(const WeightGradientSource *from, WeightBlock block, ptrdiff_t firstColumn, ptrdiff_t count,
                           Suspects *suspects, float *weightGradient) {
    const ConvolutionGeometry *g = from->geometry;
    for (ptrdiff_t row = 0; row < from->batch * g->outputHeight; row++) {
        const ptrdiff_t image = row / g->outputHeight, y = row % g->outputHeight;
        uint64_t columns = 0;
        for (int p = 0; p < kernelPositions; p++) {
            for (ptrdiff_t i = 0; i < block.rows; i++) { columns |= suspects->columns[p][i]; }
        }
        for (ptrdiff_t x = 0; x < g->outputWidth; x++) {
            const uint64_t gradients = gradientBits(from, image, y, x, firstColumn, count) & columns;
            if (gradients && !clearSuspects(from, image, y, x, block.rows, gradients, suspects)) { return; }
        }
    }
    for (int p = 0; p < kernelPositions; p++) {
        for (uint64_t rows = suspects->rows[p]; rows; rows &= rows - 1) {
            const int row = __builtin_ctzll(rows);
            float *to = weightGradient + tapOffset(block, p) + row * block.rowStride + firstColumn;
            for (uint64_t columns = suspects->columns[p][row]; columns; columns &= columns - 1) {
                to[__builtin_ctzll(columns)] = 0;
            }
        }
    }
}
