/* Copies of a decided mail that differ from it by a footer: pieces of a transaction of the writer.
 */
#pragma once

#include "store/connection.h"
#include "store/kept.h"

typedef struct {
    const char *decision; /* of the mail that came first */
    const char *identity, *mailbox;
    const KeptMail *mail;
    gint64 now;
} CopyRow;

/* A message of the ticket that asks for nothing; nothing happens where the copy is known already or
 * the decision has gone. */
bool copy_row_add(Connection *connection, const CopyRow *copy, GError **error);
