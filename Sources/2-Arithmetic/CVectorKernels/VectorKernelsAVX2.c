#if defined(__x86_64__)

#include "CVectorKernels.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { LANES = 8 };
typedef float Vector __attribute__((ext_vector_type(8)));
typedef int32_t Mask __attribute__((ext_vector_type(8)));
typedef uint8_t Bytes __attribute__((ext_vector_type(8)));

static inline __m256i firstLanes(ptrdiff_t lanes) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline Vector loadPartial(const float *from, ptrdiff_t lanes) {
    return _mm256_maskload_ps(from, firstLanes(lanes));
}

static inline void storePartial(float *to, Vector value, ptrdiff_t lanes) {
    _mm256_maskstore_ps(to, firstLanes(lanes), value);
}

#include "KernelTable.h"

const VectorKernels vectorKernelsAVX2 = KERNEL_TABLE("AVX2");

#pragma clang attribute pop

#endif
