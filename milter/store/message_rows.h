/* Mails of a ticket as rows: pieces of a transaction of the writer. */
#pragma once

#include "store/connection.h"
#include "store/kept.h"

typedef struct {
    const char *mailbox;
    gint64 ticket; /* 0: none */
    bool outgoing;
    gint64 copy_of; /* the message it differs from by a footer; 0: none */
    const KeptMail *mail;
    gint64 now;
} MessageRow;

bool message_row_add(Connection *connection, const MessageRow *message, gint64 *id, GError **error);

/* The same mail as it came another time takes the row's place. */
bool message_row_replace(Connection *connection, gint64 id, gint64 ticket, const KeptMail *mail,
                         GError **error);

/* Those the mail names take part in the ticket from now on. */
bool message_row_add_participants(Connection *connection, gint64 ticket, const KeptMail *mail,
                                  GError **error);

/* Has this mail been recorded as an answer in the ticket?  Servers on its way may have changed its
 * bytes, or given it another Message-ID, but not both. */
bool message_row_is_known_answer(Connection *connection, gint64 ticket, const KeptMail *mail,
                                 bool *known, GError **error);

/* An answer that was not sent after all is no mail of the ticket. */
bool message_row_drop_answer(Connection *connection, gint64 ticket, const char *message_id,
                             GError **error);
