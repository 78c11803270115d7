// prctl takes a variable number of arguments, so that Swift can't call it.
#ifndef CPROCESSTREE_H
#define CPROCESSTREE_H

#ifdef __linux__
#include <sys/prctl.h>

// From now on orphaned descendants become children of this process; 0 on success.
static inline int cprocesstree_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
#else
static inline int cprocesstree_adopt_orphans(void) { return -1; }
#endif

#endif
