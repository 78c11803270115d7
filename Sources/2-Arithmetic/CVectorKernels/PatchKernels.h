// The general algorithm: patches of the input as rows of a matrix, for any kernel, stride, dilation and padding.

ALWAYS_INLINE void copyFloats(float *to, const float *from, ptrdiff_t count) {
    FOR_EACH_VECTOR(i, lanes, count, { store(to + i, load(from + i, lanes), lanes); });
}

ALWAYS_INLINE void clearFloats(float *to, ptrdiff_t count) {
    FOR_EACH_VECTOR(i, lanes, count, { store(to + i, (Vector)0, lanes); });
}

ALWAYS_INLINE void addFloats(float *to, const float *from, ptrdiff_t count) {
    FOR_EACH_VECTOR(i, lanes, count, { store(to + i, load(to + i, lanes) + load(from + i, lanes), lanes); });
}

/// Runs a statement for each part of the patches of some output rows: `part` is its position in the patches,
/// `floatCount` its length.
///
/// If it is inside the image, `isInside` is true and `place` is its position in the batch. A part is the inside or
/// outside stretch of a row of the kernel; with dilation or groups, whose floats aren't adjacent in the image, it is
/// one column of the kernel.
#define FOR_EACH_PATCH_PART(g, firstRow, rowCount, part, floatCount, isInside, place, ...)                            \
    do {                                                                                                              \
        const ptrdiff_t channels = (g)->groupChannels;                                                                \
        const bool isTogether = (g)->dilationWidth == 1 && channels == (g)->inputChannels;                            \
        ptrdiff_t part = 0;                                                                                           \
        for (ptrdiff_t row = (firstRow); row < (firstRow) + (rowCount); row++) {                                      \
            const ptrdiff_t imageStart = row / (g)->outputHeight * (g)->inputHeight;                                  \
            const ptrdiff_t top = row % (g)->outputHeight * (g)->strideHeight - (g)->paddingTop;                      \
            for (ptrdiff_t x = 0; x < (g)->outputWidth; x++) {                                                        \
                const ptrdiff_t left = x * (g)->strideWidth - (g)->paddingLeft;                                       \
                for (ptrdiff_t ky = 0; ky < (g)->kernelHeight; ky++) {                                                \
                    const ptrdiff_t y = top + ky * (g)->dilationHeight;                                               \
                    const bool isRowInside = y >= 0 && y < (g)->inputHeight;                                          \
                    const ptrdiff_t rowStart = (imageStart + y) * (g)->inputWidth;                                    \
                    ptrdiff_t kx = 0;                                                                                 \
                    while (kx < (g)->kernelWidth) {                                                                   \
                        const ptrdiff_t column = left + kx * (g)->dilationWidth;                                      \
                        const bool isInside = isRowInside && column >= 0 && column < (g)->inputWidth;                 \
                        ptrdiff_t count = 1;                                                                          \
                        if (isTogether) {                                                                             \
                            const ptrdiff_t rest = (g)->kernelWidth - kx;                                             \
                            const ptrdiff_t edge = isInside ? (g)->inputWidth - column : column < 0 ? -column : rest; \
                            count = isRowInside && edge < rest ? edge : rest;                                         \
                        }                                                                                             \
                        const ptrdiff_t floatCount = count * channels;                                                \
                        const ptrdiff_t place = (rowStart + column) * (g)->inputChannels + (g)->firstChannel;         \
                        __VA_ARGS__                                                                                   \
                        part += floatCount;                                                                           \
                        kx += count;                                                                                  \
                    }                                                                                                 \
                }                                                                                                     \
            }                                                                                                         \
        }                                                                                                             \
    } while (0)

static void gatherPatches(const ConvolutionGeometry *g, const float *input, ptrdiff_t firstRow, ptrdiff_t rowCount,
                          float *patches) {
    FOR_EACH_PATCH_PART(g, firstRow, rowCount, part, floatCount, isInside, place, {
        if (isInside) {
            copyFloats(patches + part, input + place, floatCount);
        } else {
            clearFloats(patches + part, floatCount);
        }
    });
}

/// Clears the images whose first row is among some output rows.
ALWAYS_INLINE void clearNewImages(const ConvolutionGeometry *g, ptrdiff_t firstRow, ptrdiff_t rowCount, float *images) {
    const ptrdiff_t imageCount = g->inputHeight * g->inputWidth * g->inputChannels;
    for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
        if (row % g->outputHeight == 0) { clearFloats(images + row / g->outputHeight * imageCount, imageCount); }
    }
}

static void scatterPatches(const ConvolutionGeometry *g, const float *patches, ptrdiff_t firstRow, ptrdiff_t rowCount,
                           float *inputGradient) {
    if (g->firstChannel == 0) { clearNewImages(g, firstRow, rowCount, inputGradient); }
    FOR_EACH_PATCH_PART(g, firstRow, rowCount, part, floatCount, isInside, place, {
        if (isInside) { addFloats(inputGradient + place, patches + part, floatCount); }
    });
}

static void transpose(ptrdiff_t rows, ptrdiff_t columns, const float *values, ptrdiff_t stride, float *result,
                      ptrdiff_t resultStride) {
    // Blocks of one cache line in each direction, so that every line is used completely while it is in cache.
    enum { block = 16 };
    for (ptrdiff_t firstRow = 0; firstRow < rows; firstRow += block) {
        const ptrdiff_t lastRow = firstRow + block < rows ? firstRow + block : rows;
        for (ptrdiff_t column = 0; column < columns; column++) {
            for (ptrdiff_t row = firstRow; row < lastRow; row++) {
                result[column * resultStride + row] = values[row * stride + column];
            }
        }
    }
}
