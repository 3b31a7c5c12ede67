/* Diagnostics: what is wrong in the administrator's files, all of it in one run.
 * Readers add to a Diags and go on; the caller looks at diags_count() at the end. */
#pragma once

#include <glib.h>

typedef struct {
    const char *file; /* interned; never NULL */
    int line, column; /* from 1; column counts characters, not bytes; 0 = the whole file */
} Place;

typedef struct Diags Diags;

/* At most this many are kept; one last line says that there were more. */
#define DIAGS_MAX 200

Diags *diags_new(void);
void diags_free(Diags *diags);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Diags, diags_free)

/* Says what is wrong, what was expected, how to mend it: "unknown setting 'tmeout'; did you mean
 * 'timeout'?"  What was said of that place already is not said again. */
void diags_add(Diags *diags, Place place, const char *format, ...) G_GNUC_PRINTF(3, 4);
guint diags_count(const Diags *diags);

/* One "file:line:column: text\n" each, ordered by file (in order of first appearance) and place.
 * Caller frees. */
char *diags_to_text(const Diags *diags);

/* The word of `known` (NULL-terminated) that `word` was probably meant to be, or NULL: edit
 * distance with transpositions, at most a third of the word's length (at least one), ASCII case
 * ignored. */
const char *diags_nearest(const char *word, const char *const *known);
