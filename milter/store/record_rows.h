/* The transaction that records one message. */
#pragma once

#include "store/codec.h"
#include "store/job.h"
#include "store/kept.h"
#include "store/ticket_rows.h"

/* A Record as columns, made by the thread that asks: nothing is left to do for the writer but rows,
 * and nothing of the asker's is looked at any more, who may have gone meanwhile. */
typedef struct {
    GStringChunk *texts; /* holds those that follow */
    const char *mailbox, *identity, *prefix, *decision_id, *customer, *payer;
    const char *status, *why, *engine, *proven_reason, *match; /* of the decision */
    const char *prompt_id, *prompt_digest, *policy_hash, *confidence_source;
    double confidence;
    bool outgoing, proven, quotes_failed;
    bool reopens;     /* a ticket that it follows up */
    bool takes_along; /* those it names beside the sender */
    PlanTicket wish;
    gint64 follow_up, linked; /* tickets, 0 if none */
    gint64 now, ms, duplicate_window_ms;
    KeptMail mail;
    TicketWork ticket;
    VerdictColumns verdict, floors;
    char *plan, *manifest;
    GPtrArray *calls; /* ClassifyCall*; NULL for an answer */
    GArray *jobs;     /* JobWish, their texts above; NULL: none */
    Receipt *receipt; /* what the transaction leaves */
} RecordWork;

/* WriteFunctions over a RecordWork. */
bool record_rows_write(Connection *connection, gpointer record_work, GError **error);
bool record_rows_write_answer(Connection *connection, gpointer record_work, GError **error);
