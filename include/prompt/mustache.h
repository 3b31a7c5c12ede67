/* Mustache (core spec: comments, delimiters, interpolation, inverted, sections, partials) over
 * cJSON values.  Pure.
 *
 * False are: what isn't there, null, false, the empty string and the empty list. */
#pragma once

#include "base/diag.h"
#include "base/json.h"

typedef struct Mustache Mustache;

/* What {{name}} does to a value: the spec's own way, or nothing.  {{{name}}} and {{&name}} leave it
 * as it is. */
typedef enum { MUSTACHE_HTML, MUSTACHE_TEXT } MustacheEscape;

/* Sections and partials inside each other; bytes that are written; tags and lines that are gone
 * through to write them. */
#define MUSTACHE_DEPTH_MAX  60
#define MUSTACHE_OUTPUT_MAX (4 * 1024 * 1024)
#define MUSTACHE_STEPS_MAX  1000000

/* `start` is where the text begins in its file.  NULL: the first fault is in `diags`. */
Mustache *mustache_parse(const char *text, Place start, Diags *diags);
void mustache_free(Mustache *mustache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mustache, mustache_free)

/* Reports every name that `example` doesn't have, a view with every key and an item in every list,
 * and every partial that isn't in `partials` (may be NULL). */
void mustache_check(const Mustache *mustache, const cJSON *example, GHashTable *partials,
                    Diags *diags);

/* `partials`: name ─▶ Mustache*, may be NULL.  NULL and TRIAGE_ERROR_CONFIG only beyond the limits.
 * Caller frees. */
char *mustache_render(const Mustache *mustache, const cJSON *view, GHashTable *partials,
                      MustacheEscape escape, GError **error);
