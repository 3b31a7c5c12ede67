/* A system that is out of threads: the pthread_create() with the number $NO_THREAD, counted from 1,
 * fails in the program that preloads this. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef int (*Create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *data)
{
    static atomic_int made;
    static Create create;
    const char *failing = getenv("NO_THREAD");
    if (create == NULL)
        create = (Create)dlsym(RTLD_NEXT, "pthread_create");
    if (atomic_fetch_add(&made, 1) + 1 == (failing != NULL ? atoi(failing) : 0))
        return EAGAIN;
    return create(thread, attributes, run, data);
}
