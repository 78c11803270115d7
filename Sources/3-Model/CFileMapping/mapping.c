#include "CFileMapping.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { most_mappings = 1024, most_path_bytes = 4096, exit_code = 74 };

static struct mapping {
    // 0 for a free entry; written last, so that the handler never sees half an entry.
    _Atomic uintptr_t start;
    uintptr_t end;
    char path[most_path_bytes];
} mappings[most_mappings];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void write_text(const char *text) {
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void answer(int signal_number, siginfo_t *information, void *context) {
    (void)context;
    uintptr_t address = (uintptr_t)information->si_addr;
    for (int index = 0; index < most_mappings; index++) {
        uintptr_t start = atomic_load(&mappings[index].start);
        if (start == 0 || address < start || address >= mappings[index].end) continue;
        write_text("swift-dp-train: ");
        write_text(mappings[index].path);
        write_text(": can't be read any more: it was shortened while it was in use, or its disk failed\n");
        _exit(exit_code);
    }
    // Not in one of our mappings: the instruction is repeated, and ends the process as it would have without this
    // handler.
    signal(signal_number, SIG_DFL);
}

static void install(void) {
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &action, NULL);
}

int cfilemapping_watch(const void *start, size_t byte_count, const char *path) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    int result = -1;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < most_mappings && result != 0; index++) {
        if (atomic_load(&mappings[index].start) != 0) continue;
        strncpy(mappings[index].path, path, most_path_bytes - 1);
        mappings[index].end = (uintptr_t)start + byte_count;
        atomic_store(&mappings[index].start, (uintptr_t)start);
        result = 0;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

void cfilemapping_forget(const void *start) {
    pthread_mutex_lock(&lock);
    for (int index = 0; index < most_mappings; index++) {
        if (atomic_load(&mappings[index].start) == (uintptr_t)start) atomic_store(&mappings[index].start, 0);
    }
    pthread_mutex_unlock(&lock);
}
