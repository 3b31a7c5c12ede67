/* A model that takes its time to load: as long as the file $SLOW_OPEN names is there, fopen() of a
 * .gguf file in the program that preloads this doesn't come back. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLL_MICROSECONDS 20000

static int is_model(const char *path)
{
    size_t length = strlen(path), suffix = strlen(".gguf");
    return length > suffix && strcmp(path + length - suffix, ".gguf") == 0;
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real_fopen)(const char *, const char *);
    const char *stall = getenv("SLOW_OPEN");
    *(void **)&real_fopen = dlsym(RTLD_NEXT, "fopen");
    while (stall != NULL && is_model(path) && access(stall, F_OK) == 0)
        usleep(POLL_MICROSECONDS);
    return real_fopen(path, mode);
}
