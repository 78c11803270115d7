// Chooses the table of kernels by the processor's instruction sets.
#include "CVectorKernels.h"

#include <stdlib.h>
#include <string.h>

extern const VectorKernels vectorKernelsGeneric;

#if defined(__x86_64__)

extern const VectorKernels vectorKernelsAVX512, vectorKernelsAVX2;

static bool hasAVX512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static bool hasAVX2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

const VectorKernels *vectorKernelsNamed(const char *name) {
    if (strcmp(name, "avx512") == 0 && hasAVX512()) { return &vectorKernelsAVX512; }
    if (strcmp(name, "avx2") == 0 && hasAVX2()) { return &vectorKernelsAVX2; }
    return strcmp(name, "generic") == 0 ? &vectorKernelsGeneric : NULL;
}

static const VectorKernels *bestVectorKernels(void) {
    return hasAVX512() ? &vectorKernelsAVX512 : hasAVX2() ? &vectorKernelsAVX2 : NULL;
}

const char *bestOpenBLASCoreType(void) {
    if (hasAVX512()) { return __builtin_cpu_supports("avx512bf16") ? "Cooperlake" : "SkylakeX"; }
    return hasAVX2() ? "Haswell" : NULL;
}

#else

const VectorKernels *vectorKernelsNamed(const char *name) {
    return strcmp(name, "generic") == 0 ? &vectorKernelsGeneric : NULL;
}

static const VectorKernels *bestVectorKernels(void) { return &vectorKernelsGeneric; }

const char *bestOpenBLASCoreType(void) { return NULL; }

#endif

static const VectorKernels *chosen;

// Before main, so that no thread sees a partial choice.
__attribute__((constructor)) static void choose(void) {
    const char *wanted = getenv("SWIFT_DP_VECTOR");
    const VectorKernels *named = wanted ? vectorKernelsNamed(wanted) : NULL;
    chosen = named ? named : bestVectorKernels();
}

const VectorKernels *vectorKernels(void) { return chosen; }
