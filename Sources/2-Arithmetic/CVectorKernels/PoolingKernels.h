// Pooling of channels-last images with windows of any size.

/// Small integers stored in 16 bits.
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

/// The position of a window: `corner` is the position of its first pixel in the batch of inputs; the rows and columns
/// (last is exclusive) are those inside the image.
typedef struct PoolingWindow {
    ptrdiff_t corner, firstRow, lastRow, firstColumn, lastColumn;
} PoolingWindow;

ALWAYS_INLINE PoolingWindow poolingWindow(const PoolingGeometry *g, ptrdiff_t n, ptrdiff_t y, ptrdiff_t x) {
    const ptrdiff_t top = y * g->strideHeight - g->paddingTop, left = x * g->strideWidth - g->paddingLeft;
    const ptrdiff_t rows = g->inputHeight - top, columns = g->inputWidth - left;
    return (PoolingWindow){
        .corner = ((n * g->inputHeight + top) * g->inputWidth + left) * g->channels,
        .firstRow = top < 0 ? -top : 0,
        .lastRow = rows < g->kernelHeight ? rows : g->kernelHeight,
        .firstColumn = left < 0 ? -left : 0,
        .lastColumn = columns < g->kernelWidth ? columns : g->kernelWidth,
    };
}

/// The reciprocal of the number of pixels in a mean: those inside the image, or inside the padded image.
ALWAYS_INLINE float windowShare(const PoolingGeometry *g, PoolingWindow window) {
    const ptrdiff_t rows = window.lastRow - window.firstRow, columns = window.lastColumn - window.firstColumn;
    if (!g->countsPadding) { return 1 / (float)(rows * columns); }
    // A window that exists because of rounding up may reach beyond the padding at the bottom and right; those pixels
    // don't count.
    const ptrdiff_t rowsBelow = g->kernelHeight - window.lastRow, columnsRight = g->kernelWidth - window.lastColumn;
    const ptrdiff_t paddedRows = rowsBelow < g->paddingTop ? rowsBelow : g->paddingTop;
    const ptrdiff_t paddedColumns = columnsRight < g->paddingLeft ? columnsRight : g->paddingLeft;
    return 1 / (float)((window.lastRow + paddedRows) * (window.lastColumn + paddedColumns));
}

/// Runs a statement for each window; `output` is its position in the batch of outputs.
#define FOR_EACH_WINDOW(geometry, batch, window, output, ...)                      \
    do {                                                                           \
        ptrdiff_t output = 0;                                                      \
        for (ptrdiff_t n = 0; n < (batch); n++) {                                  \
            for (ptrdiff_t y = 0; y < (geometry)->outputHeight; y++) {             \
                for (ptrdiff_t x = 0; x < (geometry)->outputWidth; x++) {          \
                    const PoolingWindow window = poolingWindow(geometry, n, y, x); \
                    __VA_ARGS__                                                    \
                    output += (geometry)->channels;                                \
                }                                                                  \
            }                                                                      \
        }                                                                          \
    } while (0)

/// Runs a statement for each pixel of a window inside the image, row by row: `tap` is its index in the whole window,
/// `pixel` its position in the batch of inputs.
#define FOR_EACH_TAP(geometry, window, tap, pixel, ...)                                                     \
    do {                                                                                                    \
        for (ptrdiff_t tapRow = window.firstRow; tapRow < window.lastRow; tapRow++) {                       \
            for (ptrdiff_t tapColumn = window.firstColumn; tapColumn < window.lastColumn; tapColumn++) {    \
                const ptrdiff_t tap __attribute__((unused)) = tapRow * (geometry)->kernelWidth + tapColumn; \
                const ptrdiff_t pixel =                                                                     \
                    window.corner + (tapRow * (geometry)->inputWidth + tapColumn) * (geometry)->channels;   \
                __VA_ARGS__                                                                                 \
            }                                                                                               \
        }                                                                                                   \
    } while (0)

static void maxPool(const PoolingGeometry *geometry, ptrdiff_t batch, const float *input, float *output,
                    uint16_t *taps) {
    FOR_EACH_WINDOW(geometry, batch, window, place, {
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            Vector greatest = -__builtin_inff();
            Mask winner = (Mask)(int)(window.firstRow * geometry->kernelWidth + window.firstColumn);
            FOR_EACH_TAP(geometry, window, tap, pixel, {
                // NaN counts as the maximum, so that a run that diverged shows it.
                const Vector value = load(input + pixel + c, lanes);
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
    FOR_EACH_WINDOW(geometry, batch, window, place, {
        const float share = windowShare(geometry, window);
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            Vector sum = 0;
            FOR_EACH_TAP(geometry, window, tap, pixel, { sum += load(input + pixel + c, lanes); });
            store(output + place + c, sum * share, lanes);
        });
    });
}

/// Whether every pixel is in exactly one window.
ALWAYS_INLINE bool isTiling(const PoolingGeometry *geometry) {
    return geometry->paddingTop == 0 && geometry->paddingLeft == 0 &&
           geometry->outputHeight * geometry->kernelHeight == geometry->inputHeight &&
           geometry->outputWidth * geometry->kernelWidth == geometry->inputWidth &&
           (geometry->outputHeight == 1 || geometry->strideHeight == geometry->kernelHeight) &&
           (geometry->outputWidth == 1 || geometry->strideWidth == geometry->kernelWidth);
}

/// If windows don't tile the image, their contributions are added to zeros.
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
    FOR_EACH_WINDOW(geometry, batch, window, place, {
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            const Vector value = load(gradient + place + c, lanes);
            const Mask winner = loadTap(taps + place + c, lanes);
            FOR_EACH_TAP(geometry, window, tap, pixel, {
                const Vector share = choose(winner == (Mask)(int)tap, value, (Vector)0);
                putShare(inputGradient + pixel + c, share, isAdded, lanes);
            });
        });
    });
}

static void averagePoolGradient(const PoolingGeometry *geometry, ptrdiff_t batch, const float *gradient,
                                float *inputGradient) {
    const bool isAdded = clearUnlessTiling(geometry, batch, inputGradient);
    FOR_EACH_WINDOW(geometry, batch, window, place, {
        const float share = windowShare(geometry, window);
        FOR_EACH_VECTOR(c, lanes, geometry->channels, {
            const Vector value = load(gradient + place + c, lanes) * share;
            FOR_EACH_TAP(geometry, window, tap, pixel, { putShare(inputGradient + pixel + c, value, isAdded, lanes); });
        });
    });
}
