// Softmax with an exponential of its own: the C library's differs from one library to the next.

/// The bits of the float 2^n, for n from -126 to 127.
ALWAYS_INLINE Vector powerOfTwo(Mask exponent) {
    const Mask bits = (exponent + 127) << 23;
    Vector power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/// e^x for x at most 88, within 2 units in the last place: 2^n · e^r, where |r| is at most half of log 2. The
/// polynomial is that of Cephes' `expf` (Moshier, 1989). Below -104, where e^x is 0 in floats, it gives 0.
ALWAYS_INLINE Vector exponential(Vector x) {
    x = choose(x < -104, (Vector)(-104.0f), x);
    // NaN can't be converted to an integer; the polynomial carries it to the result.
    const Vector scaled = choose(x == x, x * 1.44269504f, (Vector)0);
    const Vector whole = __builtin_elementwise_rint(scaled);
    // log 2 in two parts, the first so short that its multiples are exact.
    Vector r = multiplyAdd(whole, (Vector)(-0.693359375f), x);
    r = multiplyAdd(whole, (Vector)2.12194440e-4f, r);
    Vector polynomial = (Vector)1.9875691500e-4f;
    polynomial = multiplyAdd(polynomial, r, (Vector)1.3981999507e-3f);
    polynomial = multiplyAdd(polynomial, r, (Vector)8.3334519073e-3f);
    polynomial = multiplyAdd(polynomial, r, (Vector)4.1665795894e-2f);
    polynomial = multiplyAdd(polynomial, r, (Vector)1.6666665459e-1f);
    polynomial = multiplyAdd(polynomial, r, (Vector)5.0000001201e-1f);
    const Vector result = multiplyAdd(polynomial, r * r, r) + 1;
    // In two steps, because 2^n itself may be too small for a float although the product isn't.
    const Mask exponent = __builtin_convertvector(whole, Mask);
    const Mask half = exponent >> 1;
    return result * powerOfTwo(half) * powerOfTwo(exponent - half);
}

ALWAYS_INLINE float laneSum(Vector value) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) { sum += value[lane]; }
    return sum;
}

static float exponentials(ptrdiff_t count, const float *values, float shift, float *result) {
    Vector sums = 0;
    FOR_EACH_VECTOR(i, lanes, count, {
        const Vector value = exponential(load(values + i, lanes) - shift);
        store(result + i, value, lanes);
        // The padding of a partial load isn't summed.
        Vector counted = value;
        if (lanes < LANES) { counted = load(result + i, lanes); }
        sums += counted;
    });
    return laneSum(sums);
}
