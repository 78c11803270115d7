// System calls that Swift can't make: they take a variable number of arguments, or are declared to GNU sources only.
#ifndef CPROCESSES_H
#define CPROCESSES_H

#include <stddef.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// From now on orphaned descendants become children of this process; 0 on success.
static inline int cprocesses_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// The cores that a process may run on, a bit each; process 0 is this one. Bytes of the mask that were written, -1 on
// failure.
static inline long cprocesses_get_affinity(pid_t process, void *mask, size_t byte_count) {
    return syscall(SYS_sched_getaffinity, process, byte_count, mask);
}

// Restricts this process to cores; 0 on success.
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
