// System calls that Swift can't make: they are variadic, or declared for GNU sources only.
#ifndef CPROCESSES_H
#define CPROCESSES_H

#include <stddef.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Makes this process the parent of orphaned descendants from now on; returns 0 on success.
static inline int cprocesses_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// Gets the cores that a process may run on, one bit each; process 0 is this one. Returns the bytes of the mask that
// were written, or -1 on failure.
static inline long cprocesses_get_affinity(pid_t process, void *mask, size_t byte_count) {
    return syscall(SYS_sched_getaffinity, process, byte_count, mask);
}

// Restricts this process to cores; returns 0 on success.
static inline long cprocesses_set_affinity(const void *mask, size_t byte_count) {
    return syscall(SYS_sched_setaffinity, 0, byte_count, mask);
}
#else
#include <sys/types.h>

static inline int cprocesses_adopt_orphans(void) { return -1; }
static inline long cprocesses_get_affinity(pid_t process, void *mask, size_t byte_count) { return -1; }
static inline long cprocesses_set_affinity(const void *mask, size_t byte_count) { return -1; }
#endif

#endif
