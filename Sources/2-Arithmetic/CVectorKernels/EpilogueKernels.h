// What is done with a convolution's result while it is in cache, and the backward pass of that.

static void addBias(ptrdiff_t rows, ptrdiff_t channels, const float *bias, bool appliesReLU, float *values) {
    for (ptrdiff_t row = 0; row < rows; row++, values += channels) {
        FOR_EACH_VECTOR(c, lanes, channels, {
            Vector value = load(values + c, lanes);
            if (bias) { value += load(bias + c, lanes); }
            store(values + c, appliesReLU ? relu(value) : value, lanes);
        });
    }
}

/// Bias, ReLU and the maximum of one 2x2 window, for one vector of channels.
ALWAYS_INLINE void poolWindow(Vector topLeft, Vector topRight, Vector bottomLeft, Vector bottomRight, Vector bias,
                              float *pooled, uint8_t *positions, ptrdiff_t lanes) {
    const Vector values[4] = {topLeft, topRight, bottomLeft, bottomRight};
    Vector greatest = topLeft;
    Mask position = 0;
    UNROLL for (int i = 1; i < 4; i++) {
        // NaN counts as the maximum, so that a run that diverged shows it.
        const Mask isGreater = (values[i] > greatest) | (values[i] != values[i]);
        greatest = choose(isGreater, values[i], greatest);
        position = isGreater ? (Mask)i : position;
    }
    greatest += bias;
    position = greatest > 0 ? position : (Mask)poolPositionNone;
    store(pooled, relu(greatest), lanes);
    storePosition(positions, position, lanes);
}

static void addBiasPool(ptrdiff_t rowPairs, ptrdiff_t width, ptrdiff_t channels, const float *bias, const float *values,
                        float *pooled, uint8_t *positions) {
    const ptrdiff_t rowStride = width * channels;
    for (ptrdiff_t pair = 0; pair < rowPairs; pair++, values += 2 * rowStride) {
        for (ptrdiff_t x = 0; x < width; x += 2, pooled += channels, positions += channels) {
            FOR_EACH_VECTOR(c, lanes, channels, {
                const Vector offset = bias ? load(bias + c, lanes) : (Vector)0;
                const float *top = values + x * channels + c;
                const float *bottom = top + rowStride;
                poolWindow(load(top, lanes), load(top + channels, lanes), load(bottom, lanes),
                           load(bottom + channels, lanes), offset, pooled + c, positions + c, lanes);
            });
        }
    }
}

static void maskGradient(ptrdiff_t count, const float *output, const float *gradient, float *result) {
    FOR_EACH_VECTOR(i, lanes, count, {
        const Mask isPositive = load(output + i, lanes) > 0;
        store(result + i, choose(isPositive, load(gradient + i, lanes), (Vector)0), lanes);
    });
}

static void unpoolGradient(ptrdiff_t rowPairs, ptrdiff_t width, ptrdiff_t channels, const float *gradient,
                           const uint8_t *positions, float *result) {
    const ptrdiff_t rowStride = width * channels;
    for (ptrdiff_t pair = 0; pair < rowPairs; pair++, result += 2 * rowStride) {
        for (ptrdiff_t x = 0; x < width; x += 2, gradient += channels, positions += channels) {
            float *window = result + x * channels;
            FOR_EACH_VECTOR(c, lanes, channels, {
                const Mask position = loadPosition(positions + c, lanes);
                const Vector value = load(gradient + c, lanes);
                for (int i = 0; i < 4; i++) {
                    const Vector kept = choose(position == i, value, (Vector)0);
                    store(window + (i / 2) * rowStride + (i % 2) * channels + c, kept, lanes);
                }
            });
        }
    }
}

static void addRows(ptrdiff_t rows, ptrdiff_t channels, const float *values, float *sums) {
    FOR_EACH_VECTOR(c, lanes, channels, {
        // Four partial sums: shorter chains of additions, and smaller rounding errors.
        Vector partial[4] = {0, 0, 0, 0};
        for (ptrdiff_t row = 0; row < rows; row++) { partial[row % 4] += load(values + row * channels + c, lanes); }
        const Vector sum = (partial[0] + partial[1]) + (partial[2] + partial[3]);
        store(sums + c, load(sums + c, lanes) + sum, lanes);
    });
}
