/* Connections for reading, lent for one look at the store. */
#pragma once

#include "store/connection.h"
#include "store/file.h"

typedef struct Pool Pool;

/* At most this many readers look at the same time; more wait their turn. */
#define POOL_READERS_MAX 8

Pool *pool_new(const char *path, StoreFile *file); /* `file` outlives it */
void pool_free(Pool *pool);                        /* all readers have been given back */

/* What is read through one Reader is one moment of the store.  `connection` NULL: error is set. */
typedef struct {
    Pool *pool;
    Connection *connection;
} Reader;
Reader pool_take(Pool *pool, GError **error);
void reader_give(Reader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_give)
