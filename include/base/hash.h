/* FNV-1a: the hash of a short word, taken letter by letter. */
#pragma once

#include <glib.h>

#define HASH_BEGIN 2166136261U

static inline guint32 hash_add(guint32 hash, guint32 letter)
{
    return (hash ^ letter) * 16777619U;
}
