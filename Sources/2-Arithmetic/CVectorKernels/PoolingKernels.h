// Pooling of channels-last images with windows of any size.

/// Small whole numbers kept in 16 bits.
typedef uint16_t Shorts __attribute__((ext_vector_type(LANES)));

ALWAYS_INLINE Mask loadTap(const uint16_t *from, ptrdiff_t lanes) {
    Shorts taps = 0;
    memcpy(&taps, from, (size_t)lanes * sizeof *from);
    return __builtin_convertvector(taps, Mask);
}

ALWAYS_INLINE void storeTap(uint16_t *to, Mask value, ptrdiff_t lanes) {
    const Shorts taps = __builtin_convertvector(value, Shorts);
    memcpy(to, &taps, (size_t)lanes * sizeof *to);
}

/// Runs a statement for each window: `corner` is where its first pixel starts in the batch of inputs, `output` its
/// place in the batch of outputs.
#define FOR_EACH_WINDOW(geometry, batch, corner, output, ...)                                                     \
    do {                                                                                                          \
        const ptrdiff_t windowRow = (geometry)->inputWidth * (geometry)->channels;                                \
        ptrdiff_t output = 0;                                                                                     \
        for (ptrdiff_t n = 0; n < (batch); n++) {                                                                 \
            for (ptrdiff_t y = 0; y < (geometry)->outputHeight; y++) {                                            \
                for (ptrdiff_t x = 0; x < (geometry)->outputWidth; x++) {                                         \
                    const ptrdiff_t corner = (n * (geometry)->inputHeight + y * (geometry)->stride) * windowRow + \
                                             x * (geometry)->stride * (geometry)->channels;                       \
                    __VA_ARGS__                                                                                   \
                    output += (geometry)->channels;                                                               \
                }                                                                                                 \
            }                                                                                                     \
        }                                                                                                         \
    } while (0)

/// Runs a statement for each pixel of a window, row by row: `tap` counts them, `offset` is where one starts from the
/// window's first.
#define FOR_EACH_TAP(geometry, tap, offset, ...)                                                               \
    do {                                                                                                       \
        ptrdiff_t tap = 0;                                                                                     \
        for (ptrdiff_t tapRow = 0; tapRow < (geometry)->kernelHeight; tapRow++) {                              \
            for (ptrdiff_t tapColumn = 0; tapColumn < (geometry)->kernelWidth; tapColumn++, tap++) {           \
                const ptrdiff_t offset = (tapRow * (geometry)->inputWidth + tapColumn) * (geometry)->channels; \
                __VA_ARGS__                                                                                    \
            }                                                                                                  \
        }                                                                                                      \
    } while (0)

static void maxPool(const PoolingGeometry *geometry, ptrdiff_t batch, const float *input, float *output,
                    uint16_t *taps) {
    FOR_EACH_WINDOW(geometry, batch, corner, place, {
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            Vector greatest = load(input + corner + c, lanes);
            Mask winner = 0;
            FOR_EACH_TAP(geometry, tap, offset, {
                // NaN wins, so that a run that diverged shows it.
                const Vector value = load(input + corner + offset + c, lanes);
                const Mask isGreater = (value > greatest) | (value != value);
                greatest = choose(isGreater, value, greatest);
                winner = isGreater ? (Mask)(int)tap : winner;
            });
            store(output + place + c, greatest, lanes);
            storeTap(taps + place + c, winner, lanes);
        });
    });
}

static void averagePool(const PoolingGeometry *geometry, ptrdiff_t batch, const float *input, float *output) {
    const float share = 1 / (float)(geometry->kernelHeight * geometry->kernelWidth);
    FOR_EACH_WINDOW(geometry, batch, corner, place, {
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            Vector sum = 0;
            FOR_EACH_TAP(geometry, tap, offset, { sum += load(input + corner + offset + c, lanes); });
            store(output + place + c, sum * share, lanes);
        });
    });
}

/// Whether every pixel lies in exactly one window.
ALWAYS_INLINE bool isTiling(const PoolingGeometry *geometry) {
    return geometry->outputHeight * geometry->kernelHeight == geometry->inputHeight &&
           geometry->outputWidth * geometry->kernelWidth == geometry->inputWidth &&
           (geometry->outputHeight == 1 || geometry->stride == geometry->kernelHeight) &&
           (geometry->outputWidth == 1 || geometry->stride == geometry->kernelWidth);
}

/// Where windows don't tile the image their shares are added onto zeros.
ALWAYS_INLINE void putShare(float *to, Vector share, bool isAdded, ptrdiff_t lanes) {
    store(to, isAdded ? load(to, lanes) + share : share, lanes);
}

ALWAYS_INLINE bool clearUnlessTiling(const PoolingGeometry *geometry, ptrdiff_t batch, float *inputGradient) {
    if (isTiling(geometry)) { return false; }
    const ptrdiff_t count = batch * geometry->inputHeight * geometry->inputWidth * geometry->channels;
    memset(inputGradient, 0, (size_t)count * sizeof *inputGradient);
    return true;
}

static void maxPoolGradient(const PoolingGeometry *geometry, ptrdiff_t batch, const float *gradient,
                            const uint16_t *taps, float *inputGradient) {
    const bool isAdded = clearUnlessTiling(geometry, batch, inputGradient);
    FOR_EACH_WINDOW(geometry, batch, corner, place, {
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            const Vector value = load(gradient + place + c, lanes);
            const Mask winner = loadTap(taps + place + c, lanes);
            FOR_EACH_TAP(geometry, tap, offset, {
                const Vector share = choose(winner == (Mask)(int)tap, value, (Vector)0);
                putShare(inputGradient + corner + offset + c, share, isAdded, lanes);
            });
        });
    });
}

static void averagePoolGradient(const PoolingGeometry *geometry, ptrdiff_t batch, const float *gradient,
                                float *inputGradient) {
    const bool isAdded = clearUnlessTiling(geometry, batch, inputGradient);
    const float share = 1 / (float)(geometry->kernelHeight * geometry->kernelWidth);
    FOR_EACH_WINDOW(geometry, batch, corner, place, {
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            const Vector value = load(gradient + place + c, lanes) * share;
            FOR_EACH_TAP(geometry, tap, offset,
                         { putShare(inputGradient + corner + offset + c, value, isAdded, lanes); });
        });
    });
}
