/* A person changes a text in an editor of theirs, or brings it in a file. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *text;
    char *path; /* of the temporary file, NULL: none */
} Edited;

/* From FILE, or standard input for "-".  TRIAGE_ERROR_SYSTEM: it can't be read; _INPUT: it has more
 * than `max` bytes. */
bool editor_read(Edited *edited, const char *file, gsize max, GError **error);

/* Opens $VISUAL, $EDITOR or vi on a temporary file (mode 0600) that holds `text`, and waits.  The
 * same errors, and TRIAGE_ERROR_SYSTEM when the editor can't be run or fails; then the file stays.
 */
bool editor_run(Edited *edited, const char *text, gsize max, GError **error);

/* Nothing came of it: the file stays, and standard error says where. */
void editor_keep(Edited *edited);

/* Removes the file. */
void edited_clear(Edited *edited);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Edited, edited_clear)
