// Sums and activations that read each float once.

/// A vector of doubles with as many elements as a vector has floats.
typedef double Doubles __attribute__((ext_vector_type(LANES)));

// Macros, because so wide a vector can't be an argument or result without instructions for it.
#define WIDEN(value) __builtin_convertvector(value, Doubles)
#define NARROW(value) __builtin_convertvector(value, Vector)

static void applyReLU(ptrdiff_t count, const float *input, float *output) {
    FOR_EACH_VECTOR(i, lanes, count, { store(output + i, relu(load(input + i, lanes)), lanes); });
}

static void add(ptrdiff_t count, const float *first, const float *second, float *sum) {
    FOR_EACH_VECTOR(i, lanes, count, { store(sum + i, load(first + i, lanes) + load(second + i, lanes), lanes); });
}

static void multiply(ptrdiff_t count, const float *first, const float *second, float *product) {
    FOR_EACH_VECTOR(i, lanes, count, { store(product + i, load(first + i, lanes) * load(second + i, lanes), lanes); });
}

static void scale(ptrdiff_t count, float factor, const float *values, float *product) {
    FOR_EACH_VECTOR(i, lanes, count, { store(product + i, factor * load(values + i, lanes), lanes); });
}

static void interpolate(ptrdiff_t count, float share, const float *first, const float *second, float *result) {
    FOR_EACH_VECTOR(i, lanes, count, {
        const Vector rest = (1 - share) * load(second + i, lanes);
        store(result + i, multiplyAdd((Vector)share, load(first + i, lanes), rest), lanes);
    });
}

static double squaredNorm(ptrdiff_t count, const float *values) {
    Doubles sums = 0;
    FOR_EACH_VECTOR(i, lanes, count, {
        const Doubles value = WIDEN(load(values + i, lanes));
        sums += value * value;
    });
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) { sum += sums[lane]; }
    return sum;
}

static bool allFinite(ptrdiff_t count, const float *values) {
    Mask strange = 0;
    FOR_EACH_VECTOR(i, lanes, count, {
        // x - x is 0 for every finite x, and otherwise NaN.
        const Vector value = load(values + i, lanes);
        strange |= value - value != 0;
    });
    for (int lane = 0; lane < LANES; lane++) {
        if (strange[lane]) { return false; }
    }
    return true;
}
