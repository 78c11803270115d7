// The general path: patches of the input as rows of a matrix, for any kernel, stride and padding.

/// The part of a row of the kernel that lies inside the image: first and last (exclusive) column, and where the
/// first one's channels start in the image's row.
typedef struct Span {
    ptrdiff_t first, last, offset;
} Span;

ALWAYS_INLINE Span spanInsideRow(const ConvolutionGeometry *g, ptrdiff_t outputX) {
    const ptrdiff_t left = outputX * g->stride - g->paddingLeft;
    const ptrdiff_t first = left < 0 ? -left : 0;
    const ptrdiff_t room = g->inputWidth - left;
    const ptrdiff_t last = room < g->kernelWidth ? room : g->kernelWidth;
    return first < last ? (Span){first, last, (left + first) * g->inputChannels} : (Span){0, 0, 0};
}

ALWAYS_INLINE void copyFloats(float *to, const float *from, ptrdiff_t count) {
    FOR_EACH_VECTOR(i, lanes, count, { store(to + i, load(from + i, lanes), lanes); });
}

ALWAYS_INLINE void clearFloats(float *to, ptrdiff_t count) {
    FOR_EACH_VECTOR(i, lanes, count, { store(to + i, (Vector)0, lanes); });
}

ALWAYS_INLINE void addFloats(float *to, const float *from, ptrdiff_t count) {
    FOR_EACH_VECTOR(i, lanes, count, { store(to + i, load(to + i, lanes) + load(from + i, lanes), lanes); });
}

static void gatherPatches(const ConvolutionGeometry *g, const float *input, ptrdiff_t firstRow, ptrdiff_t rowCount,
                          float *patches) {
    const ptrdiff_t channels = g->inputChannels, inputRow = g->inputWidth * channels;
    const ptrdiff_t kernelRow = g->kernelWidth * channels;
    for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
        const float *image = input + row / g->outputHeight * g->inputHeight * inputRow;
        const ptrdiff_t top = row % g->outputHeight * g->stride - g->paddingTop;
        for (ptrdiff_t x = 0; x < g->outputWidth; x++) {
            const Span span = spanInsideRow(g, x);
            for (ptrdiff_t y = top; y < top + g->kernelHeight; y++, patches += kernelRow) {
                if (y < 0 || y >= g->inputHeight) {
                    clearFloats(patches, kernelRow);
                    continue;
                }
                clearFloats(patches, span.first * channels);
                copyFloats(patches + span.first * channels, image + y * inputRow + span.offset,
                           (span.last - span.first) * channels);
                clearFloats(patches + span.last * channels, kernelRow - span.last * channels);
            }
        }
    }
}

static void scatterPatches(const ConvolutionGeometry *g, const float *patches, ptrdiff_t firstRow, ptrdiff_t rowCount,
                           float *inputGradient) {
    const ptrdiff_t channels = g->inputChannels, inputRow = g->inputWidth * channels;
    const ptrdiff_t kernelRow = g->kernelWidth * channels;
    for (ptrdiff_t row = firstRow; row < firstRow + rowCount; row++) {
        float *image = inputGradient + row / g->outputHeight * g->inputHeight * inputRow;
        if (row % g->outputHeight == 0) { clearFloats(image, g->inputHeight * inputRow); }
        const ptrdiff_t top = row % g->outputHeight * g->stride - g->paddingTop;
        for (ptrdiff_t x = 0; x < g->outputWidth; x++) {
            const Span span = spanInsideRow(g, x);
            for (ptrdiff_t y = top; y < top + g->kernelHeight; y++, patches += kernelRow) {
                if (y < 0 || y >= g->inputHeight) { continue; }
                addFloats(image + y * inputRow + span.offset, patches + span.first * channels,
                          (span.last - span.first) * channels);
            }
        }
    }
}

static void transpose(ptrdiff_t rows, ptrdiff_t columns, const float *values, ptrdiff_t stride, float *result,
                      ptrdiff_t resultStride) {
    // Blocks of a cache line each way, so that every line read or written is used whole while it is in cache.
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
