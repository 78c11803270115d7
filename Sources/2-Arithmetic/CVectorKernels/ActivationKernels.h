// Activations and their derivatives as functions of the input. Every float goes through the same operations whatever
// the width of the vectors, so that the bits of the results are the same.

/// 1 / (1 + e^-x) and its difference from 1, both to full precision: computed from the exponential of -|x|, which can't
/// overflow.
typedef struct Logistic {
    Vector share, rest;
} Logistic;

ALWAYS_INLINE Logistic logistic(Vector x) {
    const Vector tail = exponential(choose(x < 0, x, -x));
    const Vector sum = 1 + tail;
    return (Logistic){choose(x < 0, tail, (Vector)1) / sum, choose(x < 0, (Vector)1, tail) / sum};
}

/// tanh x: near 0 the polynomial of Cephes' `tanhf` (Moshier, 1989), elsewhere from the exponential.
ALWAYS_INLINE Vector hyperbolicTangent(Vector x) {
    const Vector size = choose(x < 0, -x, x);
    const Vector square = x * x;
    Vector polynomial = (Vector)(-5.70498872745e-3f);
    polynomial = multiplyAdd(polynomial, square, (Vector)2.06390887954e-2f);
    polynomial = multiplyAdd(polynomial, square, (Vector)(-5.37397155531e-2f));
    polynomial = multiplyAdd(polynomial, square, (Vector)1.33314422036e-1f);
    polynomial = multiplyAdd(polynomial, square, (Vector)(-3.33332819422e-1f));
    const Vector near = multiplyAdd(polynomial * square, x, x);
    // Beyond 10, tanh is 1 in floats; the exponential of 20 doesn't overflow.
    const Vector power = exponential(2 * choose(size > 10, (Vector)10, size));
    const Vector far = 1 - 2 / (power + 1);
    const Vector result = choose(size < 0.625f, near, choose(x < 0, -far, far));
    return choose(x == x, result, x);
}

/// e^x - 1 for x <= 0.
///
/// For e^x near 1, the difference is taken before rounding.
ALWAYS_INLINE Vector exponentialLessOne(Vector x) {
    Vector polynomial = (Vector)1.9875691500e-4f;
    polynomial = multiplyAdd(polynomial, x, (Vector)1.3981999507e-3f);
    polynomial = multiplyAdd(polynomial, x, (Vector)8.3334519073e-3f);
    polynomial = multiplyAdd(polynomial, x, (Vector)4.1665795894e-2f);
    polynomial = multiplyAdd(polynomial, x, (Vector)1.6666665459e-1f);
    polynomial = multiplyAdd(polynomial, x, (Vector)5.0000001201e-1f);
    return choose(x > -0.34657359f, multiplyAdd(polynomial, x * x, x), exponential(x) - 1);
}

/// The cumulative distribution function of the standard normal distribution, given e^(-x²/2).
///
/// The tail beyond |x| is half of erfc(|x| / √2), computed as e^(-x²/2) · t · p(t) with t = 1 / (1 + |x| / (2√2)). The
/// polynomial p is fitted for the least relative error, 2e-8, up to 14 standard deviations.
ALWAYS_INLINE Vector normalShare(Vector x, Vector bell) {
    const Vector t = 1 / multiplyAdd(choose(x < 0, -x, x), (Vector)0.353553391f, (Vector)1);
    Vector polynomial = (Vector)0.0122838765f;
    polynomial = multiplyAdd(polynomial, t, (Vector)(-0.123254687f));
    polynomial = multiplyAdd(polynomial, t, (Vector)0.428928405f);
    polynomial = multiplyAdd(polynomial, t, (Vector)(-0.670022488f));
    polynomial = multiplyAdd(polynomial, t, (Vector)0.421274275f);
    polynomial = multiplyAdd(polynomial, t, (Vector)(-0.0983176306f));
    polynomial = multiplyAdd(polynomial, t, (Vector)0.225541845f);
    polynomial = multiplyAdd(polynomial, t, (Vector)0.238644838f);
    polynomial = multiplyAdd(polynomial, t, (Vector)0.28285703f);
    polynomial = multiplyAdd(polynomial, t, (Vector)0.282064497f);
    const Vector tail = 0.5f * bell * t * polynomial;
    return choose(x < 0, tail, 1 - tail);
}

/// e^(-x²/2).
ALWAYS_INLINE Vector bellCurve(Vector x) { return exponential(-0.5f * x * x); }

/// 2 √(2/π) (x + 0.044715 x³), whose sigmoid is a factor in the approximation of GELU.
ALWAYS_INLINE Vector geluExponent(Vector x) {
    return x * multiplyAdd(x * x, (Vector)0.0713548163f, (Vector)1.59576912f);
}

ALWAYS_INLINE Vector activation(ActivationKind kind, float parameter, Vector x) {
    switch (kind) {
    case activationIdentity:
        return x;
    case activationReLU:
        return relu(x);
    case activationLeakyReLU:
        return choose(x < 0, parameter * x, x);
    case activationELU:
        return choose(x < 0, parameter * exponentialLessOne(choose(x < 0, x, (Vector)0)), x);
    case activationSigmoid:
        return logistic(x).share;
    case activationTanh:
        return hyperbolicTangent(x);
    case activationSiLU:
        return x * logistic(x).share;
    case activationGELU:
        return x * normalShare(x, bellCurve(x));
    case activationTanhGELU:
        return x * logistic(geluExponent(x)).share;
    }
}

/// The gradient with respect to the input `x`, given that with respect to the output.
ALWAYS_INLINE Vector gradientBefore(ActivationKind kind, float parameter, Vector x, Vector gradient) {
    switch (kind) {
    case activationIdentity:
        return gradient;
    case activationReLU:
        return choose(x > 0, gradient, (Vector)0);
    case activationLeakyReLU:
        return gradient * choose(x > 0, (Vector)1, (Vector)parameter);
    case activationELU:
        return gradient * choose(x > 0, (Vector)1, parameter * exponential(choose(x < 0, x, (Vector)0)));
    case activationSigmoid: {
        const Logistic parts = logistic(x);
        return gradient * (parts.share * parts.rest);
    }
    case activationTanh: {
        const Vector value = hyperbolicTangent(x);
        return gradient * (1 - value * value);
    }
    case activationSiLU: {
        const Logistic parts = logistic(x);
        return gradient * (parts.share * multiplyAdd(x, parts.rest, (Vector)1));
    }
    case activationGELU: {
        const Vector bell = bellCurve(x);
        return gradient * multiplyAdd(x * 0.398942280f, bell, normalShare(x, bell));
    }
    case activationTanhGELU: {
        const Logistic parts = logistic(geluExponent(x));
        const Vector slope = multiplyAdd(x * x, (Vector)0.214064449f, (Vector)1.59576912f);
        return gradient * (parts.share * multiplyAdd(x * slope, parts.rest, (Vector)1));
    }
    }
}

/// Whether its gradient takes longer to compute again than to write to memory and read: it has an exponential.
ALWAYS_INLINE bool isSlow(ActivationKind kind) { return kind >= activationELU; }

#define ACTIVATION_CASE(kind, name, ...) \
    case name: {                         \
        enum { kind = name };            \
        __VA_ARGS__                      \
        break;                           \
    }

/// Runs a statement with the activation as a constant: it is compiled for each of them, so that loops don't choose.
#define FOR_ACTIVATION(kind, value, ...)                        \
    switch (value) {                                            \
        ACTIVATION_CASE(kind, activationIdentity, __VA_ARGS__)  \
        ACTIVATION_CASE(kind, activationReLU, __VA_ARGS__)      \
        ACTIVATION_CASE(kind, activationLeakyReLU, __VA_ARGS__) \
        ACTIVATION_CASE(kind, activationELU, __VA_ARGS__)       \
        ACTIVATION_CASE(kind, activationSigmoid, __VA_ARGS__)   \
        ACTIVATION_CASE(kind, activationTanh, __VA_ARGS__)      \
        ACTIVATION_CASE(kind, activationSiLU, __VA_ARGS__)      \
        ACTIVATION_CASE(kind, activationGELU, __VA_ARGS__)      \
        ACTIVATION_CASE(kind, activationTanhGELU, __VA_ARGS__)  \
    }

static void activate(ActivationKind chosen, float parameter, ptrdiff_t count, const float *input, float *output) {
    FOR_ACTIVATION(kind, chosen, {
        FOR_EACH_VECTOR(i, lanes, count,
                        { store(output + i, activation(kind, parameter, load(input + i, lanes)), lanes); });
    })
}

static void activationGradient(ActivationKind chosen, float parameter, ptrdiff_t count, const float *input,
                               const float *gradient, float *inputGradient) {
    FOR_ACTIVATION(kind, chosen, {
        FOR_EACH_VECTOR(i, lanes, count, {
            const Vector value = load(gradient + i, lanes);
            store(inputGradient + i, gradientBefore(kind, parameter, load(input + i, lanes), value), lanes);
        });
    })
}
