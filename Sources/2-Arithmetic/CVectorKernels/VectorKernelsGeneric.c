// Vectors of four floats, for NEON and for any compiler. On x86-64 they exist to be tested.
#include "CVectorKernels.h"

enum { LANES = 4 };
typedef float Vector __attribute__((ext_vector_type(4)));
typedef int32_t Mask __attribute__((ext_vector_type(4)));
typedef uint8_t Bytes __attribute__((ext_vector_type(4)));

static inline Vector loadPartial(const float *from, ptrdiff_t lanes) {
    Vector value = 0;
    for (ptrdiff_t lane = 0; lane < lanes; lane++) { value[lane] = from[lane]; }
    return value;
}

static inline void storePartial(float *to, Vector value, ptrdiff_t lanes) {
    for (ptrdiff_t lane = 0; lane < lanes; lane++) { to[lane] = value[lane]; }
}

#include "KernelTable.h"

const VectorKernels vectorKernelsGeneric = KERNEL_TABLE("generic 128-bit");
