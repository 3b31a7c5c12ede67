/* The open store: what its files share. */
#pragma once

#include "store/pool.h"
#include "store/store.h"
#include "store/writer.h"

struct Store {
    char *path;
    StoreFile *file;
    Pool *pool;
    Writer *writer;
};

/* How long people's writes wait for their turn, in microseconds. */
#define STORE_PATIENCE (10 * G_USEC_PER_SEC)

/* writer_write() for those who have that patience. */
bool store_write(Store *store, WriteFunction function, gpointer work, GError **error);
