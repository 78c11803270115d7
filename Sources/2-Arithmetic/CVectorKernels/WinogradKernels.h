// The memory side of Winograd convolution: tiles read from and written to images, with the fused epilogue.
#include "WinogradTransforms.h"
#include "WinogradZeros.h"

// With dilation, the outputs of a tile are as far apart as the taps of the kernel: the image falls into interleaved images,
// one for each remainder of row and column, and each of them is convolved by itself without dilation.

/// The place of a tile: its image, and its first output.
typedef struct Tile {
    ptrdiff_t image, y, x;
} Tile;

/// The rows and columns of a square that are inside an image.
typedef struct Inside {
    ptrdiff_t firstY, lastY, firstX, lastX;
} Inside;

/// The tiles of an image.
typedef struct TileGrid {
    /// Of the whole image, and of each of the interleaved images.
    ptrdiff_t down, across, partDown, partAcross;
    /// Pixels from one output of a tile to the next.
    ptrdiff_t stepDown, stepAcross;
} TileGrid;

ALWAYS_INLINE TileGrid tileGrid(const ConvolutionGeometry *g) {
    const ptrdiff_t down = winogradTiles(g->outputHeight, g->dilationHeight);
    const ptrdiff_t across = winogradTiles(g->outputWidth, g->dilationWidth);
    return (TileGrid){
        down, across, down / g->dilationHeight, across / g->dilationWidth, g->dilationHeight, g->dilationWidth};
}

ALWAYS_INLINE Tile tileAt(TileGrid grid, ptrdiff_t index) {
    const ptrdiff_t row = index / grid.across, y = row % grid.down, x = index - row * grid.across;
    return (Tile){row / grid.down, y % grid.partDown * tileSize * grid.stepDown + y / grid.partDown,
                  x % grid.partAcross * tileSize * grid.stepAcross + x / grid.partAcross};
}

/// The first row and column of the input under a tile, for some taps of the kernel.
ALWAYS_INLINE ptrdiff_t windowTop(const ConvolutionGeometry *g, WinogradChunk chunk, Tile tile) {
    return tile.y * g->strideHeight - g->paddingTop + chunk.firstTapRow * g->dilationHeight;
}
ALWAYS_INLINE ptrdiff_t windowLeft(const ConvolutionGeometry *g, WinogradChunk chunk, Tile tile) {
    return tile.x * g->strideWidth - g->paddingLeft + chunk.firstTapColumn * g->dilationWidth;
}

/// The part of `size` rows (or columns), `step` apart from `start` on, that is in 0 ..< limit.
ALWAYS_INLINE ptrdiff_t firstInside(ptrdiff_t start, ptrdiff_t step) {
    return start < 0 ? (-start + step - 1) / step : 0;
}
ALWAYS_INLINE ptrdiff_t lastInside(ptrdiff_t start, ptrdiff_t step, ptrdiff_t size, ptrdiff_t limit) {
    return start + (size - 1) * step < limit ? size : start < limit ? (limit - start + step - 1) / step : 0;
}

ALWAYS_INLINE Inside insideInput(const ConvolutionGeometry *g, WinogradChunk chunk, Tile tile, int size) {
    const ptrdiff_t y = windowTop(g, chunk, tile), x = windowLeft(g, chunk, tile);
    return (Inside){firstInside(y, g->dilationHeight), lastInside(y, g->dilationHeight, size, g->inputHeight),
                    firstInside(x, g->dilationWidth), lastInside(x, g->dilationWidth, size, g->inputWidth)};
}

ALWAYS_INLINE Inside insideOutput(const ConvolutionGeometry *g, Tile tile) {
    return (Inside){0, lastInside(tile.y, g->dilationHeight, tileSize, g->outputHeight), 0,
                    lastInside(tile.x, g->dilationWidth, tileSize, g->outputWidth)};
}

ALWAYS_INLINE bool isInside(Inside inside, int y, int x) {
    return (y >= inside.firstY) & (y < inside.lastY) & (x >= inside.firstX) & (x < inside.lastX);
}

ALWAYS_INLINE bool isWhole(Inside inside, ptrdiff_t size) {
    return inside.firstY == 0 && inside.lastY == size && inside.firstX == 0 && inside.lastX == size;
}

/// Runs a statement for a square that may stick out of the image; `inside` is a constant if it doesn't, so that the
/// usual case has no branches.
#define FOR_INSIDE(inside, size, value, ...)          \
    do {                                              \
        const Inside found_ = (value);                \
        if (isWhole(found_, size)) {                  \
            const Inside inside = {0, size, 0, size}; \
            __VA_ARGS__                               \
        } else {                                      \
            const Inside inside = found_;             \
            __VA_ARGS__                               \
        }                                             \
    } while (0)

static const float zeros[LANES];

/// Loads a square of vectors whose rows are `rowStride` and columns `columnStride` apart; zero outside of the image.
ALWAYS_INLINE void loadSquare(const float *corner, ptrdiff_t rowStride, ptrdiff_t columnStride, int size, Inside inside,
                              ptrdiff_t lanes, Vector *square) {
    UNROLL for (int y = 0; y < size; y++) {
        UNROLL for (int x = 0; x < size; x++) {
            // Choosing an address instead of a value costs no branch.
            const float *from = isInside(inside, y, x) ? corner + y * rowStride + x * columnStride : zeros;
            square[y * size + x] = load(from, lanes);
        }
    }
}

ALWAYS_INLINE void loadPositions(const float *from, ptrdiff_t positionStride, int count, ptrdiff_t lanes,
                                 Vector *square) {
    UNROLL for (int p = 0; p < count; p++) { square[p] = load(from + p * positionStride, lanes); }
}

ALWAYS_INLINE void storePositions(float *to, ptrdiff_t positionStride, int count, ptrdiff_t lanes,
                                  const Vector *square) {
    UNROLL for (int p = 0; p < count; p++) { store(to + p * positionStride, square[p], lanes); }
}

// The kernels at stride 1 and 2 differ in the size of the windows and in the transforms. Each is written once, for a
// constant `window`, and compiled twice.

/// Applies a transform of the window's size.
#define TRANSFORM_OF(window, plain, strided, from, to) \
    do {                                               \
        if (window == windowSize) {                    \
            plain(from, to);                           \
        } else {                                       \
            strided(from, to);                         \
        }                                              \
    } while (0)

/// Runs a statement with the constant size of the windows.
#define FOR_WINDOW(window, g, ...)               \
    do {                                         \
        if ((g)->strideHeight == 1) {            \
            enum { window = windowSize };        \
            __VA_ARGS__                          \
        } else {                                 \
            enum { window = stridedWindowSize }; \
            __VA_ARGS__                          \
        }                                        \
    } while (0)

static void winogradInput(const ConvolutionGeometry *g, WinogradChunk chunk, const float *input, float *transformed) {
    const ptrdiff_t channels = g->inputChannels, rowStride = g->inputWidth * channels;
    const ptrdiff_t tapRow = g->dilationHeight * rowStride, tapColumn = g->dilationWidth * channels;
    const TileGrid grid = tileGrid(g);
    FOR_WINDOW(window, g, {
        for (ptrdiff_t i = 0; i < chunk.tileCount; i++, transformed += chunk.channelCount) {
            const Tile tile = tileAt(grid, chunk.firstTile + i);
            const float *corner = input + tile.image * g->inputHeight * rowStride + chunk.firstChannel +
                                  windowTop(g, chunk, tile) * rowStride + windowLeft(g, chunk, tile) * channels;
            FOR_INSIDE(inside, window, insideInput(g, chunk, tile, window), {
                FOR_EACH_VECTOR(c, lanes, chunk.channelCount, {
                    Vector square[maximumPositions], result[maximumPositions];
                    loadSquare(corner + c, tapRow, tapColumn, window, inside, lanes, square);
                    TRANSFORM_OF(window, inputTransform2D, stridedInputTransform2D, square, result);
                    storePositions(transformed + c, chunk.positionStride, window * window, lanes, result);
                });
            });
        }
    });
}

ALWAYS_INLINE void clearChannels(const ConvolutionGeometry *g, WinogradChunk chunk, float *image) {
    const ptrdiff_t pixels = g->inputHeight * g->inputWidth;
    for (ptrdiff_t i = 0; i < pixels; i++, image += g->inputChannels) { clearFloats(image, chunk.channelCount); }
}

static void winogradInputGradient(const ConvolutionGeometry *g, WinogradChunk chunk, const float *transformed,
                                  float *inputGradient) {
    const ptrdiff_t channels = g->inputChannels, rowStride = g->inputWidth * channels;
    const ptrdiff_t tapRow = g->dilationHeight * rowStride, tapColumn = g->dilationWidth * channels;
    const ptrdiff_t imageStride = g->inputHeight * rowStride;
    const bool isFirst = chunk.firstTapRow == 0 && chunk.firstTapColumn == 0;
    const TileGrid grid = tileGrid(g);
    FOR_WINDOW(window, g, {
        for (ptrdiff_t i = 0; i < chunk.tileCount; i++, transformed += chunk.channelCount) {
            const Tile tile = tileAt(grid, chunk.firstTile + i);
            float *image = inputGradient + tile.image * imageStride + chunk.firstChannel;
            if (isFirst && tile.y == 0 && tile.x == 0) { clearChannels(g, chunk, image); }
            float *corner = image + windowTop(g, chunk, tile) * rowStride + windowLeft(g, chunk, tile) * channels;
            FOR_INSIDE(inside, window, insideInput(g, chunk, tile, window), {
                FOR_EACH_VECTOR(c, lanes, chunk.channelCount, {
                    Vector square[maximumPositions], result[maximumPositions];
                    loadPositions(transformed + c, chunk.positionStride, window * window, lanes, square);
                    TRANSFORM_OF(window, inputTransformTransposed2D, stridedInputTransformTransposed2D, square, result);
                    UNROLL for (int p = 0; p < window * window; p++) {
                        if (isInside(inside, p / window, p % window)) {
                            float *to = corner + p / window * tapRow + p % window * tapColumn + c;
                            store(to, load(to, lanes) + result[p], lanes);
                        }
                    }
                });
            });
        }
    });
}

static void winogradOutput(const ConvolutionGeometry *g, WinogradChunk chunk, const float *sums, const float *bias,
                           bool appliesReLU, float *output) {
    const ptrdiff_t channels = g->outputChannels, rowStride = g->outputWidth * channels;
    const ptrdiff_t tileRow = g->dilationHeight * rowStride, tileColumn = g->dilationWidth * channels;
    const TileGrid grid = tileGrid(g);
    FOR_WINDOW(window, g, {
        for (ptrdiff_t i = 0; i < chunk.tileCount; i++, sums += chunk.channelCount) {
            const Tile tile = tileAt(grid, chunk.firstTile + i);
            float *corner =
                output + (tile.image * g->outputHeight + tile.y) * rowStride + tile.x * channels + chunk.firstChannel;
            FOR_INSIDE(inside, tileSize, insideOutput(g, tile), {
                FOR_EACH_VECTOR(c, lanes, chunk.channelCount, {
                    Vector square[maximumPositions], result[tileSize * tileSize];
                    loadPositions(sums + c, chunk.positionStride, window * window, lanes, square);
                    TRANSFORM_OF(window, outputTransform2D, stridedOutputTransform2D, square, result);
                    const Vector offset = bias ? load(bias + chunk.firstChannel + c, lanes) : (Vector)0;
                    UNROLL for (int p = 0; p < tileSize * tileSize; p++) {
                        const Vector value = result[p] + offset;
                        if (isInside(inside, p / tileSize, p % tileSize)) {
                            store(corner + p / tileSize * tileRow + p % tileSize * tileColumn + c,
                                  appliesReLU ? relu(value) : value, lanes);
                        }
                    }
                });
            });
        }
    });
}

static void winogradOutputPool(const ConvolutionGeometry *g, WinogradChunk chunk, const float *sums, const float *bias,
                               float *pooled, uint8_t *positions) {
    const ptrdiff_t channels = g->outputChannels, rowStride = g->outputWidth / 2 * channels;
    const TileGrid grid = tileGrid(g);
    FOR_WINDOW(window, g, {
        for (ptrdiff_t i = 0; i < chunk.tileCount; i++, sums += chunk.channelCount) {
            const Tile tile = tileAt(grid, chunk.firstTile + i);
            const ptrdiff_t corner =
                (tile.image * g->outputHeight + tile.y) / 2 * rowStride + tile.x / 2 * channels + chunk.firstChannel;
            FOR_INSIDE(inside, tileSize, insideOutput(g, tile), {
                FOR_EACH_VECTOR(c, lanes, chunk.channelCount, {
                    Vector square[maximumPositions], result[tileSize * tileSize];
                    loadPositions(sums + c, chunk.positionStride, window * window, lanes, square);
                    TRANSFORM_OF(window, outputTransform2D, stridedOutputTransform2D, square, result);
                    const Vector offset = bias ? load(bias + chunk.firstChannel + c, lanes) : (Vector)0;
                    UNROLL for (int window = 0; window < 4; window++) {
                        const int y = window / 2 * 2, x = window % 2 * 2;
                        const Vector *first = result + y * tileSize + x;
                        if (isInside(inside, y, x)) {
                            const ptrdiff_t to = corner + y / 2 * rowStride + x / 2 * channels + c;
                            poolWindow(first[0], first[1], first[tileSize], first[tileSize + 1], offset, pooled + to,
                                       positions + to, lanes);
                        }
                    }
                });
            });
        }
    });
}

/// Adds the sum of an output tile to `sum`.
ALWAYS_INLINE void addSquare(const Vector square[tileSize * tileSize], float *sum, ptrdiff_t lanes) {
    Vector rows[tileSize];
    UNROLL for (int y = 0; y < tileSize; y++) {
        const Vector *row = square + y * tileSize;
        rows[y] = (row[0] + row[1]) + (row[2] + row[3]);
    }
    store(sum, load(sum, lanes) + ((rows[0] + rows[1]) + (rows[2] + rows[3])), lanes);
}

static void winogradOutputGradient(const ConvolutionGeometry *g, WinogradChunk chunk, const float *output,
                                   const float *gradient, float *transformed, float *biasGradient) {
    const ptrdiff_t channels = g->outputChannels, rowStride = g->outputWidth * channels;
    const ptrdiff_t tileRow = g->dilationHeight * rowStride, tileColumn = g->dilationWidth * channels;
    const TileGrid grid = tileGrid(g);
    FOR_WINDOW(window, g, {
        for (ptrdiff_t i = 0; i < chunk.tileCount; i++, transformed += chunk.channelCount) {
            const Tile tile = tileAt(grid, chunk.firstTile + i);
            const ptrdiff_t corner =
                (tile.image * g->outputHeight + tile.y) * rowStride + tile.x * channels + chunk.firstChannel;
            FOR_INSIDE(inside, tileSize, insideOutput(g, tile), {
                FOR_EACH_VECTOR(c, lanes, chunk.channelCount, {
                    Vector square[tileSize * tileSize], result[maximumPositions];
                    loadSquare(gradient + corner + c, tileRow, tileColumn, tileSize, inside, lanes, square);
                    if (output) {
                        Vector mask[tileSize * tileSize];
                        loadSquare(output + corner + c, tileRow, tileColumn, tileSize, inside, lanes, mask);
                        UNROLL for (int p = 0; p < tileSize * tileSize; p++) {
                            square[p] = choose(mask[p] > 0, square[p], (Vector)0);
                        }
                    }
                    if (biasGradient) { addSquare(square, biasGradient + chunk.firstChannel + c, lanes); }
                    TRANSFORM_OF(window, outputTransformTransposed2D, stridedOutputTransformTransposed2D, square,
                                 result);
                    storePositions(transformed + c, chunk.positionStride, window * window, lanes, result);
                });
            });
        }
    });
}

static void winogradUnpoolGradient(const ConvolutionGeometry *g, WinogradChunk chunk, const float *gradient,
                                   const uint8_t *positions, float *transformed, float *biasGradient) {
    const ptrdiff_t channels = g->outputChannels, rowStride = g->outputWidth / 2 * channels;
    const TileGrid grid = tileGrid(g);
    FOR_WINDOW(window, g, {
        for (ptrdiff_t i = 0; i < chunk.tileCount; i++, transformed += chunk.channelCount) {
            const Tile tile = tileAt(grid, chunk.firstTile + i);
            const ptrdiff_t corner =
                (tile.image * g->outputHeight + tile.y) / 2 * rowStride + tile.x / 2 * channels + chunk.firstChannel;
            FOR_INSIDE(inside, tileSize, insideOutput(g, tile), {
                FOR_EACH_VECTOR(c, lanes, chunk.channelCount, {
                    Vector square[tileSize * tileSize], result[maximumPositions];
                    UNROLL for (int window = 0; window < 4; window++) {
                        const int y = window / 2 * 2, x = window % 2 * 2;
                        const ptrdiff_t from = corner + y / 2 * rowStride + x / 2 * channels + c;
                        const bool isPresent = isInside(inside, y, x);
                        const Vector value = isPresent ? load(gradient + from, lanes) : (Vector)0;
                        const Mask position =
                            isPresent ? loadPosition(positions + from, lanes) : (Mask)poolPositionNone;
                        UNROLL for (int p = 0; p < 4; p++) {
                            square[(y + p / 2) * tileSize + x + p % 2] = choose(position == p, value, (Vector)0);
                        }
                    }
                    if (biasGradient) { addSquare(square, biasGradient + chunk.firstChannel + c, lanes); }
                    TRANSFORM_OF(window, outputTransformTransposed2D, stridedOutputTransformTransposed2D, square,
                                 result);
                    storePositions(transformed + c, chunk.positionStride, window * window, lanes, result);
                });
            });
        }
    });
}

static void winogradWeights(WeightBlock block, const float *weights, float *transformed) {
    for (ptrdiff_t row = 0; row < block.rows; row++) {
        FOR_EACH_VECTOR(c, lanes, block.columns, {
            Vector square[kernelPositions], result[weightPositions];
            const float *from = weights + row * block.rowStride + c;
            UNROLL for (int p = 0; p < kernelPositions; p++) {
                square[p] = isTap(block, p) ? load(from + tapOffset(block, p), lanes) : (Vector)0;
            }
            if (block.isStrided) {
                stridedWeightTransform2D(square, result);
            } else {
                weightTransform2D(square, result);
            }
            storePositions(transformed + row * block.columns + c, block.positionStride, weightPositions, lanes, result);
        });
    }
}

/// The gradients of the weights from a block of rows to up to 64 columns.
///
/// Returns whether one of them may be 0 except for its rounding error; `suspects`, all 0 before, then says which.
ALWAYS_INLINE bool weightGradientBlock(WeightBlock block, ptrdiff_t firstColumn, ptrdiff_t count,
                                       const float *transformed, float *weightGradient, Suspects *suspects) {
    bool isAnySuspect = false;
    for (ptrdiff_t row = 0; row < block.rows; row++) {
        FOR_EACH_VECTOR(c, lanes, count, {
            Vector square[weightPositions], result[kernelPositions];
            const ptrdiff_t column = firstColumn + c;
            float *to = weightGradient + row * block.rowStride + column;
            loadPositions(transformed + row * block.columns + column, block.positionStride, weightPositions, lanes,
                          square);
            if (block.isStrided) {
                stridedWeightTransformTransposed2D(square, result);
            } else {
                weightTransformTransposed2D(square, result);
            }
            Vector largest = __builtin_elementwise_abs(square[0]);
            UNROLL for (int p = 1; p < weightPositions; p++) {
                largest = __builtin_elementwise_max(largest, __builtin_elementwise_abs(square[p]));
            }
            largest *= suspectShare;
            Mask isSuspect[kernelPositions];
            Mask isOne = 0;
            UNROLL for (int p = 0; p < kernelPositions; p++) {
                isSuspect[p] = 0;
                if (isTap(block, p)) {
                    store(to + tapOffset(block, p), result[p], lanes);
                    isSuspect[p] = (__builtin_elementwise_abs(result[p]) < largest) & (result[p] != 0);
                    isOne |= isSuspect[p];
                }
            }
            if (maskBits(isOne)) {
                isAnySuspect = true;
                for (int p = 0; p < kernelPositions; p++) {
                    const uint64_t bits = maskBits(isSuspect[p]);
                    suspects->columns[p][row] |= bits << c;
                    if (bits) { suspects->rows[p] |= 1ull << row; }
                }
            }
        });
    }
    return isAnySuspect;
}

static void winogradWeightGradient(WeightBlock block, const WeightGradientSource *from, const float *transformed,
                                   float *weightGradient) {
    for (ptrdiff_t column = 0; column < block.columns; column += zeroBlock) {
        const ptrdiff_t count = block.columns - column < zeroBlock ? block.columns - column : zeroBlock;
        Suspects suspects;
        memset(&suspects, 0, sizeof suspects);
        if (weightGradientBlock(block, column, count, transformed, weightGradient, &suspects)) {
            settleSuspects(from, block, column, count, &suspects, weightGradient);
        }
    }
}
