/* The decision that stands for a mail which has come before. */
#pragma once

#include "store/connection.h"

/* Of the mail that comes now. */
typedef struct {
    const char *mailbox, *identity;
    const char *copy_key, *lines;   /* thread_copy_key(), thread_lines(); "" */
    const char *content, *named_id; /* thread_content(); the decision its X-Triage-Id names, "" */
    gint64 since;                   /* decisions before this moment don't count */
} StandingKey;

typedef struct {
    char *id;    /* NULL: none stands */
    bool proven; /* the mail was, when it was decided */
    bool copy;   /* the same mail but for a footer; not recorded yet */
} Standing;
void standing_clear(Standing *standing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Standing, standing_clear)

/* By identity, then by text without footers, then by the id that a mail without a Message-ID brings
 * back to us after a server before us gave it one.  false and an error: the store can't be read. */
bool standing_find(Connection *connection, const StandingKey *key, Standing *standing,
                   GError **error);
