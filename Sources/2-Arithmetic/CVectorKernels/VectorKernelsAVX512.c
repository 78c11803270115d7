#if defined(__x86_64__)

#include "CVectorKernels.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)

enum { LANES = 16 };
typedef float Vector __attribute__((ext_vector_type(16)));
typedef int32_t Mask __attribute__((ext_vector_type(16)));
typedef uint8_t Bytes __attribute__((ext_vector_type(16)));

static inline Vector loadPartial(const float *from, ptrdiff_t lanes) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << lanes) - 1), from);
}

static inline void storePartial(float *to, Vector value, ptrdiff_t lanes) {
    _mm512_mask_storeu_ps(to, (__mmask16)((1u << lanes) - 1), value);
}

#include "KernelTable.h"

const VectorKernels vectorKernelsAVX512 = KERNEL_TABLE("AVX-512");

#pragma clang attribute pop

#endif
