/* The store: decisions, tickets, kept mail.  One writer thread commits in groups; readers come from
 * a small pool. Any thread may call; nothing is held while waiting.  Times are epoch seconds. */
#pragma once

#include "base/retention.h"
#include "classify/classify.h"
#include "mail/envelope.h"
#include "mail/thread.h"
#include "plan/plan.h"

typedef struct Store Store;

/* PATH of the SQLite file; created (mode 0640) and migrated when needed.  NULL and
 * TRIAGE_ERROR_STORE: not writable, newer than this program, damaged. */
Store *store_open(const char *path, GError **error);
void store_close(Store *store); /* commits what was accepted */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* What this store signs with: letters and digits, 256 bits, made once.  Caller frees. */
char *store_secret(Store *store, GError **error);

/* RECALL ─────────────────────────────────────────────────────────────── */

typedef struct {
    const char *mailbox;
    const char *identity; /* thread_identity() */
    const Message *message;
    const GPtrArray *tokens; /* thread_tokens() */
    gint64 reply;            /* the draft whose bounce address it came to; 0: none */
    gint64 now, duplicate_window_ms;
} RecallKey;

typedef struct {
    char *decision_id;     /* that stands for this mail, "" */
    bool proven;           /* the mail was, when that was decided */
    bool copy;             /* but for a footer it is this mail: store_add_copy() */
    GPtrArray *candidates; /* ThreadCandidate* */
    GPtrArray *tickets;    /* ThreadTicket*: the sender's open ones, newest first, at most 10 */
} Recalled;

Recalled *store_recall(Store *store, const RecallKey *key, GError **error);
/* Was a mail of this identity ever judged?  false and an error: the store can't be read. */
bool store_was_judged(Store *store, const char *identity, bool *judged, GError **error);
void recalled_free(Recalled *recalled);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recalled, recalled_free)

/* The marks of a standing decision, for a duplicate: what its headers said. */
typedef struct {
    char *decision_id, *ticket;
    Status status;
    char *why, *prompt;
    Verdict *verdict;
    Plan *plan;
} StoredDecision;

StoredDecision *store_decision(Store *store, const char *decision_id, FieldTable *fields,
                               GError **error);
void stored_decision_free(StoredDecision *decision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoredDecision, stored_decision_free)

/* RECORD ─────────────────────────────────────────────────────────────── */

typedef enum { KEEP_TEXT, KEEP_NONE } KeepMail;

typedef struct {
    const char *mailbox, *identity, *ticket_prefix;
    const Envelope *envelope;
    const Message *message;
    const Thread *thread;
    const Customer *customer; /* NULL: unknown */
    const Context *context;   /* NULL: none */
    const Classification *classification;
    const Presumption *presumption;
    const Verdict *verdict; /* after policy_revise() */
    const Plan *plan;
    const char *policy_hash, *prompt_id, *prompt_digest; /* "" */
    const char *payer;    /* the sender who pays for calls, NULL: nobody */
    const char *question; /* classify_question(), NULL: none */
    bool outgoing;        /* an answer of ours: recorded in its thread, no decision's ticket made */
    gint64 reply;         /* the draft whose bounce address it came to; 0: none */
    const GPtrArray *jobs; /* JobWish*: to be made with it; NULL: none */
    KeepMail keep;
    gint64 keep_text; /* bytes of new and of quoted text each */
    gint64 now, ms;
    gint64 duplicate_window_ms; /* as in RecallKey; 0: without end */
} Record;

typedef struct {
    char *decision_id; /* 16 characters */
    gint64 ticket_id;  /* 0 if none */
    char *ticket;      /* SUP-1042, "" */
} Receipt;

/* Commits one transaction, or nothing, before `deadline` (monotonic microseconds): a request the
 * writer hasn't taken by then is withdrawn, one it has taken is waited for 200 ms longer.  After
 * that it may still be stored, and stays `unmarked`; both are TRIAGE_ERROR_DEADLINE.
 * TRIAGE_ERROR_BUSY (being closed), _STORE: nothing stored.  The same mail recorded twice gives the
 * first receipt, unless it is proven now and wasn't then: the new decision takes the place of the
 * first, with its message, its ticket and its jobs.  A copy with a footer more or less is added as
 * by store_add_copy(). */
Receipt *store_record(Store *store, const Record *record, gint64 deadline, GError **error);
/* Adds a mail that differs from a decided one by a footer: a message of the same ticket that asks
 * for nothing and overtakes no draft.  `record`: mailbox, identity, envelope, message, keep,
 * keep_text and now.  Errors as for store_record(). */
bool store_add_copy(Store *store, const Record *record, const char *decision_id, gint64 deadline,
                    GError **error);
void receipt_free(Receipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Receipt, receipt_free)

/* What became of the headers: a decision is `unmarked` until this says otherwise; `failed` and
 * `tempfailed` ones are judged again when the mail comes back, an `aborted` one flags its ticket
 * "not delivered?"; jobs of all three are dropped.  Doesn't wait; what can't be written is logged
 * as store-write-failed. */
typedef enum { MARKED, MARK_FAILED, MARK_TEMPFAILED, MARK_ABORTED } MarkResult;
void store_marked(Store *store, const char *decision_id, MarkResult result);

/* People and reports ─────────────────────────────────────────────────── */

typedef struct {
    gint64 id;
    char *name, *mailbox, *status, *queue, *assignee, *priority, *subject, *sender, *customer,
        *tags, *review, *flag;
    gint64 created, updated, due; /* due 0: none */
} Ticket;
void ticket_free(Ticket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ticket, ticket_free)

/* Newest first; `status` NULL: all that are not closed, `mailbox` NULL: of all.  Array of Ticket*.
 */
GPtrArray *store_tickets(Store *store, const char *status, const char *mailbox, gint64 limit,
                         GError **error);

/* Everything about it as JSON: messages, decisions with revisions, calls, drafts with versions,
 * notes, audit.
 * TRIAGE_ERROR_NOT_FOUND if there is none.  Caller frees. */
cJSON *store_ticket_json(Store *store, const char *name, GError **error);

/* A person's revision of the newest decision: `values` are field=text pairs already checked into a
 * Verdict, those of the corrected fields alone; they are final from then on.  `plan` NULL: the one
 * before stands.  Audited. */
bool store_correct(Store *store, const char *ticket, const char *by, const Verdict *values,
                   const Plan *plan, gint64 now, GError **error);

/* Numbers of a period as JSON: decisions by status, engine, why; tickets by queue; proven share by
 * reason; calls, tokens, milliseconds; money; drafts by state, and by topic how many a person has
 * decided on, which share of those went out unedited, which was rejected, and how similar to what
 * was written the approved ones are, so that one sees what could be trusted. */
cJSON *store_stats(Store *store, gint64 since, GError **error);

/* Tells the purse what was spent since the UTC day of `now` began. */
bool store_spent(Store *store, gint64 now, Purse *purse, GError **error);

typedef struct {
    gint64 rows; /* that were changed or deleted */
    bool waits;  /* nothing was deleted: the newest mail is older than RETENTION_QUIET_DAYS */
} Retained;

/* Deletes kept text, then decisions and their messages, then tickets nothing is left of, that are
 * old enough, in small transactions: of each kind at most the share that one run may delete. */
bool store_retain(Store *store, const Retention *retention, Retained *retained, GError **error);

typedef struct {
    char *report;  /* in words, what was done and what can't be reached; caller frees */
    gint64 rows;   /* that were about the person; 0: the store doesn't know the address */
    bool complete; /* false: others use the file, and its free space or its write-ahead log may hold
                      traces; run it again */
} Forgotten;

/* Removes text of and pseudonymises everything about a folded address, a few rows at a time, then
 * overwrites what the file holds of it in free space.  `dry_run`: counts the rows and changes
 * nothing. */
bool store_forget(Store *store, const char *address, bool dry_run, gint64 now, Forgotten *forgotten,
                  GError **error);

bool store_check(Store *store, GError **error);
bool store_backup(Store *store, const char *path, GError **error); /* a new file */
