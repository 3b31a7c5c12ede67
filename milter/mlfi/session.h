/* One connection of the MTA, and the message it is giving us.  Two lifetimes: what the client is
 * lasts as long as the connection, everything else is reset with each message. */
#pragma once

#include "pipeline/pipeline.h"

typedef struct {
    char *client_address, *client_name, *helo; /* of the connection */
    Site *site; /* of the message: the snapshot it is worked on with; NULL between messages */
    Submission submission;
    GPtrArray *recipients; /* char*: as the MTA wrote them, index for index with the envelope's */
    GHashTable *counts;    /* lower-case name of a header of ours ─▶ how many came */
    guint results;         /* Authentication-Results fields that came */
    bool in_header, skipping; /* skipping: the body is long enough */
} Session;

Session *session_new(void);
void session_free(Session *session); /* NULL is fine */

void session_set_client(Session *session, const char *address, const char *name);
void session_set_helo(Session *session, const char *name);

/* A message begins: whatever was left of the one before goes.  Takes the reference to `site` over.
 */
void session_begin(Session *session, Site *site, const char *sender, const char *authenticated);
void session_reset(Session *session);
/* Between session_begin() and session_reset()?  Otherwise the functions below do nothing: a peer
 * may send any step without the ones before it. */
bool session_has_message(const Session *session);

void session_add_recipient(Session *session, const char *address);
/* `exact`: the value is all that stands after the colon, with the blank. */
void session_add_header(Session *session, const char *name, const char *value, bool exact);
void session_end_header(Session *session);
/* Begins to verify the sender of a mail to one of our mailboxes; once, after the header.  Without a
 * resolver nothing is verified. */
void session_verify(Session *session, Resolver *resolver);
/* false: enough; more of the body need not be sent. */
bool session_add_body(Session *session, const void *bytes, gsize length);

/* A recipient in the MTA's own writing, by its folded address; NULL if there is none. */
const char *session_recipient(const Session *session, const char *folded);
