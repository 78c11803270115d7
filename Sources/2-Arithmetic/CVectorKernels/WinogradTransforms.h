// The transforms of Winograd's minimal filtering F(4x4, 3x3), in one dimension and in two.
//
// Y = A^T [(G g G^T) . (B^T d B)] A, where d is a 6x6 part of the input, g the 3x3 kernel and Y a 4x4 tile of the output.
// Source: A. Lavin, S. Gray, «Fast Algorithms for Convolutional Neural Networks», 2016, arXiv:1509.09308, section 4.
//
// The matrices follow from six points at which polynomials are evaluated. Lavin and Gray take 0, 1, -1, 2, -2 and
// infinity; here they are 0, r, -r, s, -s and infinity, r = sqrt(1/2) and s = sqrt(2), which need no more operations and
// whose powers spread less. Against fp64 that makes the worst error four times smaller, 2e-6 of the largest value
// instead of 1e-5 at 512 channels (the choice of points: B. Barabasz and others, 2018, arXiv:1803.10986).
//
//       1   0 -5/2   0    1   0          1     0    0
//       0  -s  -2    r    1   0        -2/3  -s/3 -1/3            1   1    1   1   1  0
// B^T = 0   s  -2   -r    1   0    G = -2/3   s/3 -1/3     A^T =  0   r   -r   s  -s  0
//       0  -r -1/2   s    1   0         1/6   s/6  1/3            0  1/2  1/2  2   2  0
//       0   r -1/2  -s    1   0         1/6  -s/6  1/3            0  r/2 -r/2 2s -2s  1
//       0   1   0  -5/2   0   1          0     0    1
//
// Each step is linear, so the way back applies the transposed matrices in the opposite order:
// dM = A dY A^T, dU = V^T dM and dV = dM U^T position by position, dg = G^T dU G, dd = B dV B^T.

//
// At stride 2 a kernel's first and last tap meet the even pixels of a window, the middle one the odd pixels: two
// convolutions at stride 1, with two taps and with one. The first takes five of the six points, since with a third tap of 0
// nothing is left at infinity; the second takes the pixels as they are. So a window has 9 pixels and a tile 9x9 products
// instead of 144. The weights have six values all the same: the last is the middle tap, for the last four positions.

enum {
    tileSize = 4,
    /// The window of a tile, at stride 1 and 2, and the values of the weights, in one dimension.
    windowSize = 6,
    stridedWindowSize = 9,
    weightSize = 6,
    /// The same in two dimensions.
    weightPositions = weightSize * weightSize,
    maximumPositions = stridedWindowSize * stridedWindowSize,
    /// The positions whose pixels are even.
    evenPositions = 5,
};

static const float r = 0.70710678118654752f, s = 1.4142135623730950f;

ALWAYS_INLINE void inputTransform(const Vector d[6], Vector v[6]) {
    const Vector even = multiplyAdd(-2, d[2], d[4]), odd = multiplyAdd(-2, d[1], d[3]);
    const Vector even2 = multiplyAdd(-0.5f, d[2], d[4]), odd2 = multiplyAdd(-0.5f, d[1], d[3]);
    v[0] = multiplyAdd(-2.5f, d[2], d[0] + d[4]);
    v[1] = multiplyAdd(r, odd, even);
    v[2] = multiplyAdd(-r, odd, even);
    v[3] = multiplyAdd(s, odd2, even2);
    v[4] = multiplyAdd(-s, odd2, even2);
    v[5] = multiplyAdd(-2.5f, d[3], d[1] + d[5]);
}

ALWAYS_INLINE void inputTransformTransposed(const Vector v[6], Vector d[6]) {
    const Vector sum = v[1] + v[2], difference = v[1] - v[2];
    const Vector sum2 = v[3] + v[4], difference2 = v[3] - v[4];
    d[0] = v[0];
    d[1] = multiplyAdd(-s, difference, multiplyAdd(-r, difference2, v[5]));
    d[2] = multiplyAdd(-2.5f, v[0], multiplyAdd(-2, sum, -0.5f * sum2));
    d[3] = multiplyAdd(r, difference, multiplyAdd(s, difference2, -2.5f * v[5]));
    d[4] = v[0] + (sum + sum2);
    d[5] = v[5];
}

ALWAYS_INLINE void outputTransform(const Vector m[6], Vector y[4]) {
    const Vector sum = m[1] + m[2], difference = m[1] - m[2];
    const Vector sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    y[0] = m[0] + (sum + sum2);
    y[1] = multiplyAdd(r, difference, s * difference2);
    y[2] = multiplyAdd(0.5f, sum, 2 * sum2);
    y[3] = multiplyAdd(r / 2, difference, multiplyAdd(2 * s, difference2, m[5]));
}

ALWAYS_INLINE void outputTransformTransposed(const Vector y[4], Vector m[6]) {
    const Vector even = multiplyAdd(0.5f, y[2], y[0]), odd = multiplyAdd(0.5f, y[3], y[1]);
    const Vector even2 = multiplyAdd(2, y[2], y[0]), odd2 = multiplyAdd(2, y[3], y[1]);
    m[0] = y[0];
    m[1] = multiplyAdd(r, odd, even);
    m[2] = multiplyAdd(-r, odd, even);
    m[3] = multiplyAdd(s, odd2, even2);
    m[4] = multiplyAdd(-s, odd2, even2);
    m[5] = y[3];
}

ALWAYS_INLINE void weightTransform(const Vector g[3], Vector u[6]) {
    const Vector ends = multiplyAdd(-2.0f / 3, g[0], g[2] * (-1.0f / 3)), middle = g[1] * (s / 3);
    const Vector ends2 = multiplyAdd(1.0f / 6, g[0], g[2] * (1.0f / 3)), middle2 = g[1] * (s / 6);
    u[0] = g[0];
    u[1] = ends - middle;
    u[2] = ends + middle;
    u[3] = ends2 + middle2;
    u[4] = ends2 - middle2;
    u[5] = g[2];
}

ALWAYS_INLINE void weightTransformTransposed(const Vector u[6], Vector g[3]) {
    const Vector sum = u[1] + u[2], sum2 = u[3] + u[4];
    g[0] = multiplyAdd(-2.0f / 3, sum, multiplyAdd(1.0f / 6, sum2, u[0]));
    g[1] = multiplyAdd(s / 3, u[2] - u[1], (u[3] - u[4]) * (s / 6));
    g[2] = multiplyAdd(1.0f / 3, sum2 - sum, u[5]);
}

ALWAYS_INLINE void stridedInputTransform(const Vector d[9], Vector v[9]) {
    const Vector even[6] = {d[0], d[2], d[4], d[6], d[8], 0};
    Vector transformed[6];
    inputTransform(even, transformed);
    UNROLL for (int i = 0; i < evenPositions; i++) { v[i] = transformed[i]; }
    UNROLL for (int i = 0; i < tileSize; i++) { v[evenPositions + i] = d[2 * i + 1]; }
}

ALWAYS_INLINE void stridedInputTransformTransposed(const Vector v[9], Vector d[9]) {
    const Vector even[6] = {v[0], v[1], v[2], v[3], v[4], 0};
    Vector transformed[6];
    inputTransformTransposed(even, transformed);
    UNROLL for (int i = 0; i < evenPositions; i++) { d[2 * i] = transformed[i]; }
    UNROLL for (int i = 0; i < tileSize; i++) { d[2 * i + 1] = v[evenPositions + i]; }
}

ALWAYS_INLINE void stridedOutputTransform(const Vector m[9], Vector y[4]) {
    const Vector even[6] = {m[0], m[1], m[2], m[3], m[4], 0};
    outputTransform(even, y);
    UNROLL for (int i = 0; i < tileSize; i++) { y[i] += m[evenPositions + i]; }
}

ALWAYS_INLINE void stridedOutputTransformTransposed(const Vector y[4], Vector m[9]) {
    Vector transformed[6];
    outputTransformTransposed(y, transformed);
    UNROLL for (int i = 0; i < evenPositions; i++) { m[i] = transformed[i]; }
    UNROLL for (int i = 0; i < tileSize; i++) { m[evenPositions + i] = y[i]; }
}

ALWAYS_INLINE void stridedWeightTransform(const Vector g[3], Vector u[6]) {
    const Vector even[3] = {g[0], g[2], 0};
    weightTransform(even, u);
    u[evenPositions] = g[1];
}

ALWAYS_INLINE void stridedWeightTransformTransposed(const Vector u[6], Vector g[3]) {
    const Vector even[6] = {u[0], u[1], u[2], u[3], u[4], 0};
    Vector taps[3];
    weightTransformTransposed(even, taps);
    g[0] = taps[0];
    g[1] = u[evenPositions];
    g[2] = taps[1];
}

/// Defines TRANSFORM2D, which applies TRANSFORM to the columns and then to the rows of a square.
#define IN_TWO_DIMENSIONS(TRANSFORM, FROM, TO)                                              \
    ALWAYS_INLINE void TRANSFORM##2D(const Vector from[FROM * FROM], Vector to[TO * TO]) {  \
        Vector columns[TO * FROM];                                                          \
        UNROLL for (int x = 0; x < FROM; x++) {                                             \
            Vector column[FROM], transformed[TO];                                           \
            UNROLL for (int y = 0; y < FROM; y++) { column[y] = from[y * FROM + x]; }       \
            TRANSFORM(column, transformed);                                                 \
            UNROLL for (int y = 0; y < TO; y++) { columns[y * FROM + x] = transformed[y]; } \
        }                                                                                   \
        UNROLL for (int y = 0; y < TO; y++) { TRANSFORM(columns + y * FROM, to + y * TO); } \
    }

IN_TWO_DIMENSIONS(inputTransform, 6, 6)
IN_TWO_DIMENSIONS(inputTransformTransposed, 6, 6)
IN_TWO_DIMENSIONS(outputTransform, 6, 4)
IN_TWO_DIMENSIONS(outputTransformTransposed, 4, 6)
IN_TWO_DIMENSIONS(weightTransform, 3, 6)
IN_TWO_DIMENSIONS(weightTransformTransposed, 6, 3)

IN_TWO_DIMENSIONS(stridedInputTransform, 9, 9)
IN_TWO_DIMENSIONS(stridedInputTransformTransposed, 9, 9)
IN_TWO_DIMENSIONS(stridedOutputTransform, 9, 4)
IN_TWO_DIMENSIONS(stridedOutputTransformTransposed, 4, 9)
IN_TWO_DIMENSIONS(stridedWeightTransform, 3, 6)
IN_TWO_DIMENSIONS(stridedWeightTransformTransposed, 6, 3)
