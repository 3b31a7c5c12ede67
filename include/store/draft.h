/* Drafts: replies that were written for a ticket, and what becomes of them.  Nothing of a draft
 * leaves the house before a person has approved it, as it was then.
 *
 * Every step is one transaction with a row in the audit, which names the version and digests, never
 * words.  A step that the draft's state doesn't allow is TRIAGE_ERROR_INPUT, whose message says
 * what has become of it and by whom; TRIAGE_ERROR_NOT_FOUND: there is no such draft.  Times are
 * epoch seconds.  Any thread. */
#pragma once

#include "reply/compose.h"
#include "store/job.h"

/* Longest reason of a state, in bytes. */
#define DRAFT_WHY_MAX 500

typedef enum {
    DRAFT_WAITING,   /* for a person */
    DRAFT_APPROVED,  /* will be sent */
    DRAFT_SENDING,   /* may be on its way: a sending was begun */
    DRAFT_SENT,      /* the mail server has taken it */
    DRAFT_UNCERTAIN, /* nobody knows whether the mail server has */
    DRAFT_BOUNCED,   /* it came back */
    DRAFT_REJECTED,  /* by a person */
    DRAFT_WITHDRAWN, /* the thread has moved on, or a better one came */
    DRAFT_FAILED     /* the mail server refuses it: a person's again */
} DraftState;
#define DRAFT_STATES 9

const char *draft_state_name(DraftState state);
/* false: no state has this name. */
bool draft_state_read(const char *name, DraftState *state);

typedef struct {
    gint64 id, ticket_id;
    gint64 message_row; /* the mail it answers; 0: gone by now */
    gint64 thread;      /* the newest mail of the ticket that it knows */
    gint64 version;     /* of the text; another number with each edit */
    char *ticket, *mailbox;
    DraftState state;
    GPtrArray *to, *cc; /* MailAddress* */
    char *subject, *text;
    char *marks, *sources; /* JSON lists */
    char *engine, *prompt, *topic, *language;
    char *written; /* the text of its first version */
    bool confirmed;
    double similarity; /* of what was approved to what was written; -1: not known yet */
    char *digest, *approved_by, *message_id; /* of the approval, "" before */
    gint64 approved_at;                      /* 0: never */
    char *envelope_sender;                   /* of the latest attempt, "" before */
    char *why;                               /* of the state, "" */
    gint64 created, updated;
} Draft;
void draft_free(Draft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)

/* May a person approve it in this state? */
bool draft_may_be_approved(DraftState state);

/* approval_digest() of the draft as `reply`, whose recipients, subject and text are taken from the
 * draft: the rest of a mail is in the configuration and in the mail that is answered.  `digest` is
 * what was approved.  Caller frees. */
char *draft_approval_digest(const Draft *draft, const Reply *reply);

typedef struct {
    gint64 ticket_id, message_row, thread;
    const char *mailbox;
    const GPtrArray *to, *cc; /* MailAddress*; cc NULL: none */
    const char *subject, *text;
    const char *marks, *sources; /* JSON lists; NULL: empty */
    const char *engine, *prompt, *topic, *language;
    const char *decision;   /* of the mail it answers, for what the calls have cost; NULL: none */
    const GPtrArray *calls; /* ClassifyCall*; NULL: no model was asked */
} DraftNew;

/* Its id, 0 on error.  Drafts of the ticket that still wait are withdrawn.  `job` (NULL: none) ends
 * in the same transaction.  TRIAGE_ERROR_INPUT: the ticket has a newer mail than it knows, or a
 * person is at work on a draft that knows as much. */
gint64 store_draft_add(Store *store, const DraftNew *draft, const Job *job, gint64 now,
                       GError **error);

Draft *store_draft(Store *store, gint64 id, GError **error);

typedef struct {
    const char *state, *mailbox, *ticket; /* names; NULL: any */
    gint64 limit;
} DraftQuery;

/* Array of Draft*, newest first. */
GPtrArray *store_drafts(Store *store, const DraftQuery *query, GError **error);

typedef struct {
    gint64 id, at;
    char *by; /* the engine that wrote it, or who edited it */
    char *text;
} DraftVersion;
void draft_version_free(DraftVersion *version);

/* Array of DraftVersion*: what was written first, then each edit. */
GPtrArray *store_draft_versions(Store *store, gint64 id, GError **error);

/* People ─────────────────────────────────────────────────────────────── */

typedef struct {
    gint64 version; /* that the person saw, 0: none; another one by now: TRIAGE_ERROR_INPUT */
    const char *by, *text, *marks;
    double similarity;
} DraftEdit;

/* Adds a version; what was confirmed is open again. */
bool store_draft_edit(Store *store, gint64 id, const DraftEdit *edit, gint64 now, GError **error);

/* Version, state and digest are what the person saw; if one of them is another under the write
 * lock, nothing is approved: TRIAGE_ERROR_INPUT. */
typedef struct {
    gint64 version; /* as in DraftEdit */
    DraftState state;
    const char *by;
    const Reply *reply; /* as draft_approval_digest() takes it */
    const char *digest;
    const char *message_id; /* that the mail will have, without <> */
    bool confirmed;
    double similarity;
} DraftApproval;

/* Adds the job `send`.  TRIAGE_ERROR_INPUT also when the ticket has a newer mail than the draft
 * knows, or another draft of it is on its way. */
bool store_draft_approve(Store *store, gint64 id, const DraftApproval *approval, gint64 now,
                         GError **error);
/* Also what is approved and has not been sent yet. */
bool store_draft_reject(Store *store, gint64 id, const char *by, const char *reason, gint64 now,
                        GError **error);

/* Sending ────────────────────────────────────────────────────────────── */

/* What is about to be sent. */
typedef struct {
    const Draft *draft;     /* that it was made of */
    const Reply *reply;     /* as draft_approval_digest() takes it */
    const Message *message; /* as others will read it, with the draft's Message-ID */
    const Envelope *envelope;
    KeepMail keep;
    gint64 keep_text;
} DraftMail;

/* Before the mail server is told that the mail is complete: from here on it may arrive, whatever
 * happens to us.  So it becomes a mail of the ticket, which answers can refer to.
 * TRIAGE_ERROR_NOT_FOUND: `job` is somebody else's by now.  TRIAGE_ERROR_INPUT: it must not be
 * sent.  If that is because it, or the draft as it stands now, is not what was approved, the draft
 * waits again; if the thread has moved on, it is withdrawn.  The job goes on either way. */
bool store_draft_attempt(Store *store, const Job *job, const DraftMail *mail, gint64 now,
                         GError **error);
/* The mail server refused for now: approved again, the mail is none of the ticket's, and the job
 * runs again when `due`. */
bool store_draft_again(Store *store, gint64 id, const Job *job, gint64 due, const char *why,
                       gint64 now, GError **error);
/* It was taken: the ticket is answered, jobs about the draft end, whoever holds them.  `then`
 * (JobWish*; NULL: none) are those that follow. */
bool store_draft_sent(Store *store, gint64 id, const GPtrArray *then, gint64 now, GError **error);
/* A person says that what was uncertain has arrived.  `then` as above. */
bool store_draft_settle(Store *store, gint64 id, const char *by, const GPtrArray *then, gint64 now,
                        GError **error);
/* Nobody can tell; flags the ticket.  The job ends, and `then` follow.  If the mail was seen on
 * its way meanwhile, it was taken. */
bool store_draft_uncertain(Store *store, gint64 id, const Job *job, const char *why,
                           const GPtrArray *then, gint64 now, GError **error);
/* It won't be taken, attempted or not.  The job ends. */
bool store_draft_failed(Store *store, gint64 id, const Job *job, const char *why, gint64 now,
                        GError **error);
/* A mail with this Message-ID has been seen on its way: if it is a draft's of which nobody knew
 * that, it is sent now, and `then` follow; if it is being handed over, that is remembered. */
bool store_draft_seen(Store *store, const char *message_id, const GPtrArray *then, gint64 now,
                      GError **error);
