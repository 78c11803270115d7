// Reading a page of a mapped file that no longer exists, because the file was shortened or its disk failed, raises
// SIGBUS. A signal handler may call very few functions, which Swift can't guarantee. This one prints the file's name
// and ends the process.
#ifndef CFILEMAPPING_H
#define CFILEMAPPING_H

#include <stddef.h>

// Registers a mapping; returns 0 on success, -1 if too many are registered already.
int cfilemapping_watch(const void *start, size_t byte_count, const char *path);

// Removes a mapping from the register; call it before unmapping.
void cfilemapping_forget(const void *start);

#endif
