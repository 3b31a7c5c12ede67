/* Replies that no model writes: FOLDER/NAME.txt.
 *
 * A template is a head in the configuration's language, then a mustache template:
 *     language = en        # of the text; nothing: not told
 *     ---text
 *     Hello{{#person_name}} {{person_name}}{{/person_name}}, …
 *
 * What it can name (always there; what is unknown is ""):
 *     brand            "Acme"
 *     mailbox          the mailbox's address
 *     ticket           SUP-1042
 *     person_name      as the mail says: a stranger's words
 *     subject          of the mail: a stranger's words
 *     answer_within    in words: "one working day" */
#pragma once

#include "base/diag.h"

#include <stdbool.h>

typedef struct ReplyTemplates ReplyTemplates;
typedef struct ReplyTemplate ReplyTemplate;

/* All NULL or valid UTF-8; line ends and control characters are taken out of each, and what is
 * longer than a line is cut. */
typedef struct {
    const char *brand, *mailbox, *ticket, *person_name, *subject, *answer_within;
} ReplyView;

/* Loads every NAME.txt of the folder; other files are left alone.  Faults are in `diags`; a
 * template with one is not in the set.  Never NULL. */
ReplyTemplates *reply_templates_load(const char *folder, Diags *diags);
void reply_templates_free(ReplyTemplates *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReplyTemplates, reply_templates_free)

/* NULL if there is none of that name. */
const ReplyTemplate *reply_template(const ReplyTemplates *set, const char *name);
/* Every good one, sorted; NULL-terminated. */
const char *const *reply_template_names(const ReplyTemplates *set);

/* ISO 639-1, "" if it isn't told. */
const char *reply_template_language(const ReplyTemplate *template);

/* Plain text that ends in one line end.  NULL and an error only beyond the limits of templates.
 * Caller frees. */
char *reply_template_render(const ReplyTemplate *template, const ReplyView *view, GError **error);
