/* What happens to drafts within a transaction of the writer. */
#pragma once

#include "store/connection.h"
#include "store/draft.h"

/* What the writer needs to know of one. */
typedef struct {
    gint64 id, ticket, thread, version, approved_at;
    DraftState state;
    char *mailbox, *message_id, *approved_by, *why;
} DraftRow;
void draft_row_clear(DraftRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DraftRow, draft_row_clear)

/* TRIAGE_ERROR_NOT_FOUND: there is none. */
bool draft_row_find(Connection *connection, gint64 id, DraftRow *row, GError **error);

/* All of it, as the transaction sees it; NULL as above. */
Draft *draft_row_read(Connection *connection, gint64 id, GError **error);

/* The latest that was approved with this Message-ID; 0: none. */
bool draft_row_by_message_id(Connection *connection, const char *message_id, gint64 *id,
                             GError **error);

typedef enum {
    STEP_EDIT,
    STEP_APPROVE,
    STEP_REJECT,
    STEP_RETURN,
    STEP_ATTEMPT,
    STEP_AGAIN,
    STEP_SENT,
    STEP_UNCERTAIN,
    STEP_FAILED,
    STEP_BOUNCED
} DraftStep;

/* The step with what the audit says about it. */
typedef struct {
    DraftStep step;
    const char *by;     /* "": the program itself */
    const char *why;    /* NULL: nothing */
    bool why_is_ours;   /* the program's own words: the audit has them too */
    const char *digest; /* of a new text or an approval; NULL: none */
    gint64 version;     /* that is new, or is approved; 0: none */
    gint64 now;
} DraftDeed;

/* TRIAGE_ERROR_INPUT: not from the state it is in. */
bool draft_row_may(const DraftRow *row, DraftStep step, GError **error);
/* Changes the state, if it may, and writes the audit's row. */
bool draft_row_step(Connection *connection, const DraftRow *row, const DraftDeed *deed,
                    GError **error);

/* The mail server has taken it: all that follows from that.  `then`: as in store_draft_sent(). */
bool draft_row_sent(Connection *connection, const DraftRow *row, const char *by,
                    const GPtrArray *then, gint64 now, GError **error);

/* Adds a version of the text. */
bool draft_row_add_version(Connection *connection, gint64 draft, const char *by, const char *text,
                           gint64 now, gint64 *version, GError **error);

/* Which drafts of a ticket are no longer of use. */
typedef struct {
    gint64 ticket;
    gint64 below;  /* those that know no mail from this row on; G_MAXINT64: all */
    bool approved; /* also those that were approved and are not being sent yet */
    const char *by, *why;
} DraftsBygone;
bool draft_rows_withdraw(Connection *connection, const DraftsBygone *bygone, gint64 now,
                         GError **error);

/* TRIAGE_ERROR_INPUT: the ticket has a mail newer than `thread` that says something, other than the
 * one with the Message-ID `own` ("": none), which is the draft's. */
bool draft_rows_check_thread(Connection *connection, gint64 ticket, gint64 thread, const char *own,
                             GError **error);

/* Is no person at work on a draft of the ticket that knows the thread as far as that? */
bool draft_rows_check_untouched(Connection *connection, gint64 ticket, gint64 thread,
                                GError **error);
