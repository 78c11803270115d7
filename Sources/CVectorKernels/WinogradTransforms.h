// The transforms of Winograd's minimal filtering F(4x4, 3x3), in one dimension and in two.
//
// Y = A^T [(G g G^T) . (B^T d B)] A, where d is a 6x6 part of the input, g the 3x3 kernel and Y a 4x4 tile of the output.
// Source: A. Lavin, S. Gray, «Fast Algorithms for Convolutional Neural Networks», 2016, arXiv:1509.09308, section 4.1.
//
//        4  0 -5  0  1  0           1/4     0     0
//        0 -4 -4  1  1  0          -1/6  -1/6  -1/6            1  1  1  1  1  0
// B^T =  0  4 -4 -1  1  0      G = -1/6   1/6  -1/6     A^T =  0  1 -1  2 -2  0
//        0 -2 -1  2  1  0          1/24  1/12   1/6            0  1  1  4  4  0
//        0  2 -1 -2  1  0          1/24 -1/12   1/6            0  1 -1  8 -8  1
//        0  4  0 -5  0  1             0     0     1
//
// Each step is linear, so the way back applies the transposed matrices in the opposite order:
// dM = A dY A^T, dU = V^T dM and dV = dM U^T position by position, dg = G^T dU G, dd = B dV B^T.

enum { tileSize = 4, windowSize = 6, positionCount = windowSize * windowSize };

ALWAYS_INLINE void inputTransform(const Vector d[6], Vector v[6]) {
    const Vector even = multiplyAdd(-4, d[2], d[4]), odd = multiplyAdd(-4, d[1], d[3]);
    const Vector even2 = d[4] - d[2], odd2 = d[3] - d[1];
    v[0] = multiplyAdd(4, d[0], multiplyAdd(-5, d[2], d[4]));
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = multiplyAdd(2, odd2, even2);
    v[4] = multiplyAdd(-2, odd2, even2);
    v[5] = multiplyAdd(4, d[1], multiplyAdd(-5, d[3], d[5]));
}

ALWAYS_INLINE void inputTransformTransposed(const Vector v[6], Vector d[6]) {
    const Vector sum = v[1] + v[2], difference = v[1] - v[2];
    const Vector sum2 = v[3] + v[4], difference2 = v[3] - v[4];
    d[0] = 4 * v[0];
    d[1] = multiplyAdd(4, v[5] - difference, -2 * difference2);
    d[2] = multiplyAdd(-5, v[0], multiplyAdd(-4, sum, -sum2));
    d[3] = multiplyAdd(-5, v[5], multiplyAdd(2, difference2, difference));
    d[4] = v[0] + (sum + sum2);
    d[5] = v[5];
}

ALWAYS_INLINE void outputTransform(const Vector m[6], Vector y[4]) {
    const Vector sum = m[1] + m[2], difference = m[1] - m[2];
    const Vector sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    y[0] = m[0] + (sum + sum2);
    y[1] = multiplyAdd(2, difference2, difference);
    y[2] = multiplyAdd(4, sum2, sum);
    y[3] = multiplyAdd(8, difference2, difference) + m[5];
}

ALWAYS_INLINE void outputTransformTransposed(const Vector y[4], Vector m[6]) {
    const Vector even = y[0] + y[2], odd = y[1] + y[3];
    const Vector even2 = multiplyAdd(4, y[2], y[0]), odd2 = multiplyAdd(4, y[3], y[1]);
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = multiplyAdd(2, odd2, even2);
    m[4] = multiplyAdd(-2, odd2, even2);
    m[5] = y[3];
}

ALWAYS_INLINE void weightTransform(const Vector g[3], Vector u[6]) {
    const Vector ends = (g[0] + g[2]) * (-1.0f / 6), middle = g[1] * (1.0f / 6);
    const Vector ends2 = multiplyAdd(1.0f / 24, g[0], g[2] * (1.0f / 6)), middle2 = g[1] * (1.0f / 12);
    u[0] = g[0] * 0.25f;
    u[1] = ends - middle;
    u[2] = ends + middle;
    u[3] = ends2 + middle2;
    u[4] = ends2 - middle2;
    u[5] = g[2];
}

ALWAYS_INLINE void weightTransformTransposed(const Vector u[6], Vector g[3]) {
    const Vector sum = u[1] + u[2], sum2 = u[3] + u[4];
    g[0] = multiplyAdd(0.25f, u[0], multiplyAdd(-1.0f / 6, sum, sum2 * (1.0f / 24)));
    g[1] = multiplyAdd(1.0f / 6, u[2] - u[1], (u[3] - u[4]) * (1.0f / 12));
    g[2] = multiplyAdd(1.0f / 6, sum2 - sum, u[5]);
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
