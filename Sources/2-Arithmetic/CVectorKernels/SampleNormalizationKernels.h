// Normalization within a sample: over groups of channels, and over neighbouring channels of a pixel.

/// Runs a statement for each contiguous stretch of floats of a group: `i` is its position in the sample, `a` that of
/// its weights, `length` its number of floats.
#define FOR_EACH_GROUP_RUN(norm, group, i, a, length, ...)                                \
    do {                                                                                  \
        const bool isWhole = (norm)->groups == 1 && (norm)->isPerPixel;                   \
        const ptrdiff_t groupSize = (norm)->channels / (norm)->groups;                    \
        const ptrdiff_t length = isWhole ? (norm)->pixels * (norm)->channels : groupSize; \
        for (ptrdiff_t pixel = 0; pixel < (isWhole ? 1 : (norm)->pixels); pixel++) {      \
            const ptrdiff_t i = pixel * (norm)->channels + (group)*groupSize;             \
            const ptrdiff_t a = (norm)->isPerPixel ? i : (group)*groupSize;               \
            __VA_ARGS__                                                                   \
        }                                                                                 \
    } while (0)

ALWAYS_INLINE double lanesSum(const double *values) {
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) { sum += values[lane]; }
    return sum;
}

static void normalizeGroups(const GroupNormalization *norm, ptrdiff_t batch, const float *input, float *output,
                            float *mean, float *inverseStandardDeviation) {
    const ptrdiff_t count = norm->pixels * norm->channels;
    const double share = (double)norm->groups / (double)count;
    for (ptrdiff_t n = 0; n < batch; n++, input += count, output += count) {
        for (ptrdiff_t group = 0; group < norm->groups; group++) {
            Doubles sums = 0;
            FOR_EACH_GROUP_RUN(norm, group, i, a, length, {
                (void)a;
                FOR_EACH_VECTOR(c, lanes, length, { sums += WIDEN(load(input + i + c, lanes)); });
            });
            double parts[LANES];
            memcpy(parts, &sums, sizeof parts);
            const double average = lanesSum(parts) * share;
            Doubles squares = 0;
            FOR_EACH_GROUP_RUN(norm, group, i, a, length, {
                (void)a;
                FOR_EACH_VECTOR(c, lanes, length, {
                    const Doubles value = WIDEN(load(input + i + c, lanes)) - average;
                    // The elements beyond a partial load don't count.
                    Doubles square = value * value;
                    for (int lane = lanes; lane < LANES; lane++) { square[lane] = 0; }
                    squares += square;
                });
            });
            memcpy(parts, &squares, sizeof parts);
            const float center = (float)average;
            const float inverse = (float)(1 / __builtin_sqrt(lanesSum(parts) * share + norm->epsilon));
            mean[n * norm->groups + group] = center;
            inverseStandardDeviation[n * norm->groups + group] = inverse;
            FOR_EACH_GROUP_RUN(norm, group, i, a, length, {
                FOR_EACH_VECTOR(c, lanes, length, {
                    const Vector value = (load(input + i + c, lanes) - center) * inverse;
                    store(output + i + c,
                          multiplyAdd(value, load(norm->weight + a + c, lanes), load(norm->bias + a + c, lanes)),
                          lanes);
                });
            });
        }
    }
}

static void normalizeGroupsGradient(const GroupNormalization *norm, ptrdiff_t batch, const float *input,
                                    const float *gradient, const float *mean, const float *inverseStandardDeviation,
                                    float *inputGradient, float *weightGradient, float *biasGradient) {
    const ptrdiff_t count = norm->pixels * norm->channels;
    const double share = (double)norm->groups / (double)count;
    for (ptrdiff_t n = 0; n < batch; n++, input += count, gradient += count) {
        for (ptrdiff_t group = 0; group < norm->groups; group++) {
            const float center = mean[n * norm->groups + group];
            const float inverse = inverseStandardDeviation[n * norm->groups + group];
            Doubles sums = 0;
            Doubles products = 0;
            FOR_EACH_GROUP_RUN(norm, group, i, a, length, {
                FOR_EACH_VECTOR(c, lanes, length, {
                    const Vector value = (load(input + i + c, lanes) - center) * inverse;
                    const Vector outer = load(gradient + i + c, lanes);
                    const Vector inner = outer * load(norm->weight + a + c, lanes);
                    float *weight = weightGradient + a + c;
                    store(weight, multiplyAdd(outer, value, load(weight, lanes)), lanes);
                    float *bias = biasGradient + a + c;
                    store(bias, load(bias, lanes) + outer, lanes);
                    sums += WIDEN(inner);
                    products += WIDEN(inner) * WIDEN(value);
                });
            });
            if (inputGradient == NULL) { continue; }
            double parts[LANES];
            memcpy(parts, &sums, sizeof parts);
            const float common = (float)(lanesSum(parts) * share);
            memcpy(parts, &products, sizeof parts);
            const float slope = (float)(lanesSum(parts) * share);
            FOR_EACH_GROUP_RUN(norm, group, i, a, length, {
                FOR_EACH_VECTOR(c, lanes, length, {
                    const Vector value = (load(input + i + c, lanes) - center) * inverse;
                    const Vector inner = load(gradient + i + c, lanes) * load(norm->weight + a + c, lanes);
                    store(inputGradient + i + c, (inner - common - value * slope) * inverse, lanes);
                });
            });
        }
        if (inputGradient != NULL) { inputGradient += count; }
    }
}

/// The natural logarithm of a positive float, by the polynomial of Cephes' `logf` (Moshier, 1989).
ALWAYS_INLINE Vector logarithm(Vector x) {
    Mask bits;
    memcpy(&bits, &x, sizeof bits);
    // The mantissa in 0.5..<1, and the exponent.
    Mask exponent = ((bits >> 23) & 255) - 126;
    bits = (bits & 0x007FFFFF) | 0x3F000000;
    Vector mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    const Mask isSmall = mantissa < 0.70710678f;
    exponent = isSmall ? exponent - 1 : exponent;
    mantissa = choose(isSmall, mantissa + mantissa, mantissa) - 1;
    Vector polynomial = (Vector)7.0376836292e-2f;
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)(-1.1514610310e-1f));
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)1.1676998740e-1f);
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)(-1.2420140846e-1f));
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)1.4249322787e-1f);
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)(-1.6668057665e-1f));
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)2.0000714765e-1f);
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)(-2.4999993993e-1f));
    polynomial = multiplyAdd(polynomial, mantissa, (Vector)3.3333331174e-1f);
    const Vector square = mantissa * mantissa, whole = __builtin_convertvector(exponent, Vector);
    Vector rest = multiplyAdd(whole, (Vector)(-2.12194440e-4f), polynomial * mantissa * square);
    rest = multiplyAdd(square, (Vector)(-0.5f), rest);
    return multiplyAdd(whole, (Vector)0.693359375f, mantissa + rest);
}

/// Copies a row between two margins of `margin` zeros.
ALWAYS_INLINE void copyIntoZeros(float *to, const float *from, ptrdiff_t count, ptrdiff_t margin) {
    memset(to, 0, (size_t)(count + 2 * margin) * sizeof *to);
    memcpy(to + margin, from, (size_t)count * sizeof *to);
}

static void normalizeNeighbours(const NeighbourNormalization *norm, ptrdiff_t pixels, const float *input, float *output,
                                float *bases, float *row) {
    const ptrdiff_t channels = norm->channels, margin = norm->size;
    for (ptrdiff_t pixel = 0; pixel < pixels; pixel++, input += channels, output += channels, bases += channels) {
        copyIntoZeros(row, input, channels, margin);
        FOR_EACH_VECTOR(c, lanes, channels, {
            Vector sum = 0;
            for (ptrdiff_t j = -(norm->size / 2); j < norm->size - norm->size / 2; j++) {
                const Vector value = load(row + margin + c + j, lanes);
                sum = multiplyAdd(value, value, sum);
            }
            const Vector base = multiplyAdd(sum, (Vector)(norm->alpha / (float)norm->size), (Vector)norm->k);
            store(bases + c, base, lanes);
            store(output + c, load(input + c, lanes) * exponential(-norm->beta * logarithm(base)), lanes);
        });
    }
}

static void normalizeNeighboursGradient(const NeighbourNormalization *norm, ptrdiff_t pixels, const float *input,
                                        const float *gradient, const float *bases, float *inputGradient, float *row) {
    const ptrdiff_t channels = norm->channels, margin = norm->size;
    const float factor = 2 * norm->alpha * norm->beta / (float)norm->size;
    memset(row, 0, (size_t)(channels + 2 * margin) * sizeof *row);
    for (ptrdiff_t pixel = 0; pixel < pixels; pixel++) {
        const ptrdiff_t start = pixel * channels;
        // The contribution of each output's gradient to the squares in its window.
        FOR_EACH_VECTOR(c, lanes, channels, {
            const Vector base = load(bases + start + c, lanes);
            const Vector power = exponential(-(norm->beta + 1) * logarithm(base));
            store(row + margin + c, load(gradient + start + c, lanes) * load(input + start + c, lanes) * power, lanes);
        });
        FOR_EACH_VECTOR(c, lanes, channels, {
            Vector sum = 0;
            for (ptrdiff_t j = norm->size / 2 - norm->size + 1; j <= norm->size / 2; j++) {
                sum += load(row + margin + c + j, lanes);
            }
            const Vector power = exponential(-norm->beta * logarithm(load(bases + start + c, lanes)));
            const Vector own = load(gradient + start + c, lanes) * power;
            store(inputGradient + start + c, multiplyAdd(load(input + start + c, lanes) * -factor, sum, own), lanes);
        });
    }
}
