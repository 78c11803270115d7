// A page of a mapped file that isn't there any more, because somebody shortened the file or its disk failed, is told by
// SIGBUS. What answers it may call next to nothing, which Swift can't promise: this names the file and ends the process.
#ifndef CFILEMAPPING_H
#define CFILEMAPPING_H

#include <stddef.h>

// Remembers a mapping; 0 on success, -1 where too many are remembered already.
int cfilemapping_watch(const void *start, size_t byte_count, const char *path);

// Forgets a mapping before it is undone.
void cfilemapping_forget(const void *start);

#endif
