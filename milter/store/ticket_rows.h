/* What happens to a ticket's row: pieces of a transaction of the writer. */
#pragma once

#include "store/connection.h"
#include "store/kept.h"

/* What a plan and a verdict say about a ticket; without a plan the texts but `priority` are NULL.
 */
typedef struct {
    char *queue, *assignee, *priority, *review;
    char *tags;             /* JSON */
    char *lower_priorities; /* JSON: the values below `priority`, "" among them */
    gint64 answer_within;   /* seconds, -1 without a plan */
} TicketWork;

void ticket_work_fill(TicketWork *work, const Plan *plan, const Verdict *verdict);
void ticket_work_clear(TicketWork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TicketWork, ticket_work_clear)

/* What else a new one begins with. */
typedef struct {
    const char *prefix, *mailbox, *customer; /* customer "": unknown */
    const KeptMail *mail;
    gint64 linked;        /* a ticket, 0 if none */
    const char *copy_key; /* thread_copy_key(), "" */
} TicketOrigin;

typedef struct {
    gint64 id; /* 0: none */
    char *name;
} TicketName;
void ticket_name_clear(TicketName *ticket);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TicketName, ticket_name_clear)

/* A new one, with the next number of the prefix. */
bool ticket_row_open(Connection *connection, const TicketOrigin *origin, const TicketWork *work,
                     gint64 now, TicketName *ticket, GError **error);

/* The three that follow leave ticket->id 0 if there is no such ticket any more. */

/* Mail of theirs.  `reopens`: a waiting or closed one becomes open.  What people set, or may have
 * set, stays; the priority only rises. */
bool ticket_row_follow_up(Connection *connection, gint64 id, const TicketWork *work, bool reopens,
                          gint64 now, TicketName *ticket, GError **error);
/* Mail of ours. */
bool ticket_row_answer(Connection *connection, gint64 id, gint64 now, TicketName *ticket,
                       GError **error);
/* Judged anew: everything as the work says, but as it is where that says nothing (NULL) or a person
 * set it.  `since`: when the mail came, for `due`. */
bool ticket_row_revise(Connection *connection, gint64 id, const TicketWork *work, gint64 since,
                       gint64 now, TicketName *ticket, GError **error);

/* An answer of ours came back: it is owed again, from now on. */
bool ticket_row_reopen(Connection *connection, gint64 id, gint64 now, GError **error);

/* A person sets `name`, "assignee" or "priority", and it is held from then on. */
bool ticket_row_hold(Connection *connection, gint64 id, const char *name, const char *value,
                     gint64 now, GError **error);
