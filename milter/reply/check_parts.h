/* The checks of a draft, each by itself; they add marks. */
#pragma once

#include "language/language.h"
#include "reply/check.h"
#include "reply/evidence.h"

typedef struct {
    const DraftInput *input;
    const char *text;
    GArray *words;          /* ReplyWord */
    guint32 language;       /* the bit of the text's evident language, 0 if there is none */
    const Evidence *known;  /* of sources and addresses */
    const Evidence *others; /* of foreign texts */
    GPtrArray *marks;
    bool overfull; /* more marks than are kept */
} DraftCheck;

void check_add(DraftCheck *check, DraftMarkKind kind, gsize start, gsize length, const char *why);
/* A mark that no person may confirm, although others of its kind may be. */
void check_add_unconfirmable(DraftCheck *check, DraftMarkKind kind, gsize start, gsize length,
                             const char *why);

void check_figures(DraftCheck *check); /* numbers, amounts, dates, times, links, addresses */
void check_names(DraftCheck *check);
void check_foreign(DraftCheck *check);
void check_hidden(DraftCheck *check);
void check_markup(DraftCheck *check);
void check_length(DraftCheck *check);
/* Sets check->language too: before the names. */
void check_language(DraftCheck *check);
