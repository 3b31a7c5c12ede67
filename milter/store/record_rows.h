/* The transaction that records one message. */
#pragma once

#include "store/codec.h"
#include "store/kept.h"
#include "store/ticket_rows.h"

/* A Record, made ready by the thread that asks: nothing is left to do for the writer but rows. */
typedef struct {
    const Record *record;
    char *decision_id;
    KeptMail mail;
    TicketWork ticket;
    VerdictColumns verdict, floors;
    char *plan, *manifest;
    Receipt *receipt; /* what the transaction leaves */
} RecordWork;

/* WriteFunctions over a RecordWork. */
bool record_rows_write(Connection *connection, gpointer record_work, GError **error);
bool record_rows_write_answer(Connection *connection, gpointer record_work, GError **error);
