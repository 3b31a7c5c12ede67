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
    const char *mailbox, *identity, *copy_key, *lines, *content, *named_id, *prefix, *decision_id,
        *customer, *payer, *question;
    const char *status, *why, *engine, *proven_reason, *match; /* of the decision */
    const char *by;                                            /* of the revision */
    const char *prompt_id, *prompt_digest, *policy_hash, *confidence_source;
    double confidence;
    bool outgoing, proven, quotes_failed;
    bool reopens;                         /* a ticket that it follows up */
    bool takes_along;                     /* those it names beside the sender */
    bool speaks;                          /* somebody does, whom an answer of ours has to take up */
    MessageReport report;                 /* about a reply of ours, and what it says */
    const char *report_why, *returned_id; /* returned_id "": told by `reply` alone */
    gint64 reply;                         /* the draft; 0: told by returned_id alone */
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

/* NULL texts for what `record` leaves open. */
RecordWork *record_work_new(const Record *record);
/* A text that lives as long as the work. */
const char *record_work_keep(RecordWork *work, const char *text);
void record_work_free(gpointer data);

/* WriteFunctions over a RecordWork. */
bool record_rows_write(Connection *connection, gpointer record_work, GError **error);
bool record_rows_write_answer(Connection *connection, gpointer record_work, GError **error);

/* Pieces of them: rows of the decision that the work names.  Fields that are final stay so. */
bool record_rows_add_revision(Connection *connection, const RecordWork *work, GError **error);
bool record_rows_add_jobs(Connection *connection, const RecordWork *work, gint64 ticket,
                          GError **error);
bool record_rows_add_participants(Connection *connection, const RecordWork *work, gint64 ticket,
                                  GError **error);
