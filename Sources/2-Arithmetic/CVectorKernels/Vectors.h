// Loads, stores and choices for the `Vector` of the including file. A count of lanes below LANES touches only the first
// `lanes` floats of memory; a constant LANES compiles to one plain instruction.
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

ALWAYS_INLINE Vector load(const float *from, ptrdiff_t lanes) {
    if (lanes < LANES) { return loadPartial(from, lanes); }
    Vector value;
    memcpy(&value, from, sizeof value);
    return value;
}

ALWAYS_INLINE void store(float *to, Vector value, ptrdiff_t lanes) {
    if (lanes < LANES) {
        storePartial(to, value, lanes);
    } else {
        memcpy(to, &value, sizeof value);
    }
}

ALWAYS_INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return __builtin_elementwise_fma(a, b, c); }

ALWAYS_INLINE Vector choose(Mask mask, Vector yes, Vector no) { return mask ? yes : no; }

/// max(0, x), and NaN for NaN.
ALWAYS_INLINE Vector relu(Vector x) { return choose(x < 0, (Vector)0, x); }

/// Small integers stored as bytes.
ALWAYS_INLINE Mask loadPosition(const uint8_t *from, ptrdiff_t lanes) {
    Bytes bytes = 0;
    memcpy(&bytes, from, (size_t)lanes);
    return __builtin_convertvector(bytes, Mask);
}

ALWAYS_INLINE void storePosition(uint8_t *to, Mask value, ptrdiff_t lanes) {
    const Bytes bytes = __builtin_convertvector(value, Bytes);
    memcpy(to, &bytes, (size_t)lanes);
}

/// Runs a statement for each vector of `count` floats: `i` is where it starts, `lanes` how many floats it has. The
/// statement is compiled twice, so that whole vectors need no mask.
#define FOR_EACH_VECTOR(i, lanes, count, ...)   \
    do {                                        \
        const ptrdiff_t end_ = (count);         \
        ptrdiff_t i = 0;                        \
        for (; i + LANES <= end_; i += LANES) { \
            enum { lanes = LANES };             \
            __VA_ARGS__                         \
        }                                       \
        if (i < end_) {                         \
            const ptrdiff_t lanes = end_ - i;   \
            __VA_ARGS__                         \
        }                                       \
    } while (0)
