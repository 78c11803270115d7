// The C library declares its affinity calls only to GNU sources, which Swift's are not: these ask the kernel itself.
#ifndef CPROCESSORAFFINITY_H
#define CPROCESSORAFFINITY_H

#include <stddef.h>

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>

// Bytes of the mask that were written; -1 on failure.
static inline long cprocessor_affinity_get(void *mask, size_t byte_count) {
    return syscall(SYS_sched_getaffinity, 0, byte_count, mask);
}

// 0 on success.
static inline long cprocessor_affinity_set(const void *mask, size_t byte_count) {
    return syscall(SYS_sched_setaffinity, 0, byte_count, mask);
}
#else
static inline long cprocessor_affinity_get(void *mask, size_t byte_count) { return -1; }
static inline long cprocessor_affinity_set(const void *mask, size_t byte_count) { return -1; }
#endif

#endif
