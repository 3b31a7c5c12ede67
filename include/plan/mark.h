/* MARK: everything decided ─▶ header edits.  And the sinks that carry them out. */
#pragma once

#include "crm/customer.h"
#include "mail/message.h"
#include "plan/plan.h"
#include "verdict/verdict.h"

/* Who answered; CACHE is a model, asked before about the same. */
typedef enum { STATUS_LLM, STATUS_CACHE, STATUS_FALLBACK, STATUS_SKIPPED, STATUS_FAILED } Status;
typedef enum { MARK_ID, MARK_ROUTING, MARK_FULL } MarkLevel;

typedef struct {
    Status status;
    const char *why;         /* a token: "busy", "store", "timeout", …; "" */
    gint64 ms;               /* how long it took */
    const char *prompt;      /* "support@1", "" if none was asked */
    const char *decision_id; /* "" if nothing was stored */
    const char *mailbox;
    const char *ticket;       /* SUP-1042, "" */
    const Verdict *verdict;   /* NULL if failed */
    const Plan *plan;         /* NULL if failed */
    const Customer *customer; /* NULL: unknown */
    bool proven;
    const char *proven_by; /* Authentication.reason */
    const char *results;   /* an Authentication-Results value of our own; NULL: none is written */
    bool crm_unreadable;
    MarkLevel level;
} Mark;

typedef enum {
    EDIT_INSERT_HEADER, /* above all others */
    EDIT_ADD_HEADER,
    EDIT_REMOVE_HEADER,
    EDIT_ADD_RECIPIENT,
    EDIT_REMOVE_RECIPIENT
} EditType;

typedef struct {
    EditType type;
    char *name;  /* header name, or the recipient's address */
    char *value; /* INSERT_HEADER and ADD_HEADER; lines of the former are folded with LF */
    guint index; /* REMOVE_HEADER: the n-th of that name, from 1 */
} Edit;

#define MARK_VALUE_MAX 200 /* longest header value we write, in bytes */

/* The field of RFC 8601. */
#define MARK_RESULTS_NAME "Authentication-Results"

/* A header field of ours that arrived with the mail, in any case. */
typedef struct {
    const char *name;
    guint index; /* the n-th of its name, from 1, names compared without case */
} MarkIncoming;

/* For each removal Postfix's cleanup(8) reads the header section from its top, and it panics at
 * about 10,000 removals.  So many fields of ours are removed from one message, and so many fields
 * are read for it (half a second); a message that needs more keeps them. */
#define MARK_REMOVALS_MAX 500
#define MARK_READS_MAX    1000000
bool mark_may_remove(guint removals, guint all_fields);

/* Where a mailbox's plan sends the message. */
typedef struct {
    const Plan *plan;      /* NULL: judging failed, its recipients stay */
    GPtrArray *recipients; /* char*: the envelope recipients that are the mailbox's, folded */
} MarkRoute;

/* Array of Edit*: removal of every incoming X-Triage-* (highest index first), then
 * mark->results, ours by the table in milter/plan/headers.c, recipients, Status last.  `mark` NULL
 * only removes.  Of `routes` all are carried out: every added recipient once, every redirect for
 * each recipient of its mailbox; a recipient that is the target of one stays.  Where
 * mark_may_remove() says no, `incoming_count` is 0 and the mark STATUS_FAILED, why "forged". */
GPtrArray *mark_edits(const Mark *mark, const MarkIncoming *incoming, guint incoming_count,
                      const MarkRoute *routes, guint route_count);

/* Where edits go: libmilter, or the recorder.  Each returns false if the edit was refused. */
typedef struct {
    bool (*insert_header)(void *to, const char *name, const char *value);
    bool (*add_header)(void *to, const char *name, const char *value);
    bool (*remove_header)(void *to, const char *name, guint index);
    bool (*add_recipient)(void *to, const char *address);
    bool (*remove_recipient)(void *to, const char *address);
} EditSink;

/* In order; a removal of a recipient is left out when the addition before it was refused.  Returns
 * how many were refused. */
guint mark_apply(const GPtrArray *edits, const EditSink *sink, void *to);

/* The recorder: a line per edit into a GString. */
extern const EditSink edit_recorder;

const char *status_name(Status status);
bool mark_is_ours(const char *header_name); /* X-Triage-…, any case */
/* The header table, for checks and documentation: "Status", "Id", …; NULL behind the last. */
const char *mark_header_name(guint index);
