// Batch normalization: sums over the rows of [rows][channels] in double precision, each matrix read once for them.

/// Runs a statement for all channels, two vectors at a time: a cache line and its neighbour, and enough sums to hide
/// the latency of an addition.
///
/// `vectors` and `lanes` are constants except for the last channels.
#define FOR_EACH_CHANNEL_TILE(c, vectors, lanes, channels, ...) \
    do {                                                        \
        ptrdiff_t c = 0;                                        \
        for (; c + 2 * LANES <= (channels); c += 2 * LANES) {   \
            enum { vectors = 2, lanes = LANES };                \
            __VA_ARGS__                                         \
        }                                                       \
        const ptrdiff_t tiled = c;                              \
        FOR_EACH_VECTOR(rest, lanes, channels - tiled, {        \
            enum { vectors = 1 };                               \
            const ptrdiff_t c = tiled + rest;                   \
            __VA_ARGS__                                         \
        });                                                     \
    } while (0)

static void normalizationMoments(ptrdiff_t rows, ptrdiff_t channels, const float *input, float epsilon, float *mean,
                                 float *variance, float *inverseStandardDeviation) {
    FOR_EACH_CHANNEL_TILE(c, vectors, lanes, channels, {
        // A float's square is exact in double precision, so the difference below keeps nine digits even where the mean
        // is a thousand times the standard deviation.
        Doubles sums[2] = {0, 0};
        Doubles squares[2] = {0, 0};
        for (ptrdiff_t row = 0; row < rows; row++) {
            UNROLL for (int v = 0; v < vectors; v++) {
                const Doubles value = WIDEN(load(input + row * channels + c + v * LANES, lanes));
                sums[v] += value;
                squares[v] = __builtin_elementwise_fma(value, value, squares[v]);
            }
        }
        UNROLL for (int v = 0; v < vectors; v++) {
            const Doubles average = sums[v] / (double)rows;
            const Doubles spread = __builtin_elementwise_max(squares[v] / (double)rows - average * average, (Doubles)0);
            store(mean + c + v * LANES, NARROW(average), lanes);
            store(variance + c + v * LANES, NARROW(spread), lanes);
            const Doubles inverse = 1 / __builtin_elementwise_sqrt(spread + epsilon);
            store(inverseStandardDeviation + c + v * LANES, NARROW(inverse), lanes);
        }
    });
}

/// The normalization of a channel: (x - mean) · scale + bias.
typedef struct ChannelMap {
    Vector mean, scale, bias;
} ChannelMap;

ALWAYS_INLINE ChannelMap loadChannelMap(const Normalization *normalization, ptrdiff_t c, ptrdiff_t lanes) {
    return (ChannelMap){
        load(normalization->mean + c, lanes),
        load(normalization->weight + c, lanes) * load(normalization->inverseStandardDeviation + c, lanes),
        load(normalization->bias + c, lanes),
    };
}

static void normalize(const Normalization *normalization, ptrdiff_t rows, const float *input, float *output) {
    const ptrdiff_t channels = normalization->channels;
    const float parameter = normalization->activationParameter;
    FOR_ACTIVATION(kind, normalization->activation, {
        for (ptrdiff_t row = 0; row < rows; row++, input += channels, output += channels) {
            FOR_EACH_VECTOR(c, lanes, channels, {
                const ChannelMap map = loadChannelMap(normalization, c, lanes);
                const Vector value = multiplyAdd(load(input + c, lanes) - map.mean, map.scale, map.bias);
                store(output + c, activation(kind, parameter, value), lanes);
            });
        }
    })
}

/// The gradient with respect to the input of the activation.
///
/// That input is computed from the normalization's by the same operations as in `normalize`, so it need not be saved.
/// Both passes below need the gradient; if it is slow to compute, the first one leaves it in the place of the other.
ALWAYS_INLINE Vector gradientBeforeActivation(ActivationKind kind, float parameter, ChannelMap map, Vector centered,
                                              Vector gradient) {
    return gradientBefore(kind, parameter, multiplyAdd(centered, map.scale, map.bias), gradient);
}

static void normalizationParameterGradients(const Normalization *normalization, ptrdiff_t rows, const float *input,
                                            float *gradient, float *weightGradient, float *biasGradient) {
    const ptrdiff_t channels = normalization->channels;
    const float parameter = normalization->activationParameter;
    FOR_ACTIVATION(kind, normalization->activation, {
        FOR_EACH_CHANNEL_TILE(c, vectors, lanes, channels, {
            ChannelMap maps[2];
            UNROLL for (int v = 0; v < vectors; v++) { maps[v] = loadChannelMap(normalization, c + v * LANES, lanes); }
            Doubles sums[2] = {0, 0};
            Doubles products[2] = {0, 0};
            for (ptrdiff_t row = 0; row < rows; row++) {
                UNROLL for (int v = 0; v < vectors; v++) {
                    const ptrdiff_t i = row * channels + c + v * LANES;
                    const Vector centered = load(input + i, lanes) - maps[v].mean;
                    const Vector value =
                        gradientBeforeActivation(kind, parameter, maps[v], centered, load(gradient + i, lanes));
                    if (isSlow(kind)) { store(gradient + i, value, lanes); }
                    sums[v] += WIDEN(value);
                    products[v] = __builtin_elementwise_fma(WIDEN(value), WIDEN(centered), products[v]);
                }
            }
            UNROLL for (int v = 0; v < vectors; v++) {
                const ptrdiff_t i = c + v * LANES;
                const Doubles inverse = WIDEN(load(normalization->inverseStandardDeviation + i, lanes));
                store(biasGradient + i, NARROW(sums[v]), lanes);
                store(weightGradient + i, NARROW(products[v] * inverse), lanes);
            }
        });
    })
}

static void normalizationInputGradient(const Normalization *normalization, ptrdiff_t rows, const float *input,
                                       const float *gradient, const float *weightGradient, const float *biasGradient,
                                       float *inputGradient) {
    const ptrdiff_t channels = normalization->channels;
    const float share = 1 / (float)rows;
    const float parameter = normalization->activationParameter;
    FOR_ACTIVATION(kind, normalization->activation, {
        for (ptrdiff_t start = 0; start < rows * channels; start += channels) {
            FOR_EACH_VECTOR(c, lanes, channels, {
                const ChannelMap map = loadChannelMap(normalization, c, lanes);
                const Vector centered = load(input + start + c, lanes) - map.mean;
                const Vector given = load(gradient + start + c, lanes);
                const Vector value =
                    isSlow(kind) ? given : gradientBeforeActivation(kind, parameter, map, centered, given);
                const Vector slope =
                    load(weightGradient + c, lanes) * load(normalization->inverseStandardDeviation + c, lanes);
                const Vector common = multiplyAdd(centered, slope, load(biasGradient + c, lanes)) * share;
                store(inputGradient + start + c, (value - common) * map.scale, lanes);
            });
        }
    })
}
