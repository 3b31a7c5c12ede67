/* A parsed template: what mustache.c makes and mustache_render.c walks. */
#pragma once

#include "prompt/mustache.h"

#include <stdbool.h>

typedef enum {
    NODE_TEXT, /* at most one line, its end included */
    NODE_VALUE,
    NODE_RAW,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARTIAL
} NodeType;

typedef struct {
    NodeType type;
    char *text;          /* the literal, or the tag's name */
    char **path;         /* the name's parts; none for "." and for literals */
    char *indent;        /* of a partial that stands alone on its line, else NULL */
    bool line_start;     /* the first on its line: what indents the template goes before it */
    GPtrArray *children; /* Node*, of sections */
    Place place;
} Node;

struct Mustache {
    GPtrArray *nodes; /* Node* */
};

/* Looks `path` up in the contexts, the last one first: NULL if it isn't there. */
const cJSON *mustache_find(const cJSON *const *contexts, guint count, char **path);
