/* Mails as they were kept, to be judged again or answered. */
#pragma once

#include "store/store.h"

typedef struct {
    gint64 id, ticket_id;                 /* rows; ticket 0: none */
    char *ticket, *mailbox, *decision_id; /* "": none */
    bool outgoing;                        /* an answer of ours */
    bool first;                           /* it began its ticket */
    bool kept;                            /* else there is neither header nor text */
    char *customer;                       /* whom the decision took the sender for, "" */
    bool contact;                         /* a contact of theirs, not just their domain */
    bool proven;
    gint64 created;   /* epoch seconds */
    Message *message; /* as far as it was kept: `text` is what they wrote and what they quote */
    Envelope *envelope;
} StoredMail;
void stored_mail_free(StoredMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoredMail, stored_mail_free)

/* The mail that a decision is about.  TRIAGE_ERROR_NOT_FOUND: no such decision. */
StoredMail *store_mail_of_decision(Store *store, const char *decision_id, GError **error);
/* Those of a ticket without copies, oldest first: the newest `limit` of them.  Array of
 * StoredMail*. */
GPtrArray *store_mails_of_ticket(Store *store, gint64 ticket, gint64 limit, GError **error);
/* The latest of theirs with this Message-ID, in any mailbox; NULL without an error: none came. */
StoredMail *store_mail_by_message_id(Store *store, const char *message_id, GError **error);
