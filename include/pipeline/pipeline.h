/* The way of a message through the stages, in order. */
#pragma once

#include "pipeline/services.h"
#include "store/job.h"
#include "store/mail.h"

typedef struct Verification Verification; /* pipeline/verification.h */

/* One message, as an edge collected it. */
typedef struct {
    Envelope *envelope;
    GString *bytes;   /* header section, empty line, body; at most the site's max_body of it */
    const char *cut;  /* there was more: "message beyond max_body", …; NULL: it is all there */
    bool from_file;   /* there was no SMTP dialogue: READ asks Return-Path who sent it */
    GArray *incoming; /* MarkIncoming: headers of ours that came with it; of more than
                         MARK_REMOVALS_MAX the first MARK_REMOVALS_MAX + 1 */
    guint fields;     /* header fields that came with it, ours among them */
    gint64 received;  /* when the MTA last handed us something of it, g_get_monotonic_time() */
    gint64 now;       /* epoch seconds */
    Verification *verification; /* of the sender, under way; NULL: other servers' word counts */
    void (*tick)(void *); /* called about every second while we wait, on the caller's thread */
    void *tick_data;
} Submission;

/* READ with the site's limits and trust.  `own`: what was verified here, NULL if nothing was. Never
 * NULL. */
Message *pipeline_read(const Site *site, const Submission *submission, const SenderResult *own);

/* What the stages made of a message for one mailbox.  Filled from top to bottom. */
typedef struct {
    const Mailbox *mailbox;
    char *identity;
    char *payer;    /* payer_of() the mail */
    char *question; /* classify_question(), NULL if nothing is asked */
    gint64 reply;   /* the draft whose bounce address it came to; 0: none */
    Thread *thread;
    Customer *customer;  /* MATCH_NONE for a stranger */
    bool crm_unreadable; /* then everybody is a stranger, and the header says why */
    Context *context;
    Facts *facts;
    Presumption *presumption;
    Classification *classification;
    Verdict *verdict;
    Plan *plan;
    StoredDecision *stored; /* a duplicate's decision; then nothing from context on is set */
    bool copy;              /* the duplicate has a footer more or less */
    gint64 revises;         /* the revision that this one goes behind; 0: it is the first */
    GPtrArray *told;        /* char*: whom an earlier decision about the mail notified; NULL: no
                               earlier one */
    Receipt *receipt;
    const char *failed; /* why as a token: "store", "forged", "deadline"; NULL if all went well */
    GError *error;      /* what to log about it */
    gint64 ms; /* from the last piece that the MTA handed over to the edits: the whole wait */
} Judgement;

/* READ's result is shared; everything from RECALL to DECIDE, for one mailbox.  Touches nothing:
 * reads store and CRM, may ask a model.  Looks at the clock between stages: after `deadline`
 * (monotonic microseconds) the next is not begun, and `failed` is "deadline".  Never NULL. */
Judgement *pipeline_decide(Site *site, Services *services, const Mailbox *mailbox,
                           const Submission *submission, const Message *message, gint64 deadline);
/* The same for a kept mail, now that there is time: collects the call that went on for its
 * decision, or asks again.  The plan wishes a ticket where there is none yet.  NULL and an error:
 * store or CRM can't be read now. */
Judgement *pipeline_decide_late(Site *site, Services *services, const Mailbox *mailbox,
                                const StoredMail *mail, gint64 now, GError **error);
/* What would leave the house: the request to `engine` (of the site, not always one of the
 * mailbox's) as pipeline_decide() would make it first, whether or not the mail was seen before;
 * nothing is sent.  The mailbox has a prompt. *unasked: why no model is asked about such a mail,
 * NULL if one is.  NULL and an error: the store can't be read, or the prompt is beyond the template
 * limits. */
ClassifyPreview *pipeline_preview(Site *site, Services *services, const Mailbox *mailbox,
                                  const LlmModel *engine, const Submission *submission,
                                  const Message *message, const char **unasked, GError **error);
void judgement_free(Judgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Judgement, judgement_free)

typedef struct {
    GPtrArray *judgements; /* Judgement*, one per mailbox among the recipients */
    GPtrArray *edits;      /* Edit*: what the MTA shall change; may be empty */
    bool tempfail;         /* answer 451 4.7.1 instead */
} PipelineResult;

/* All stages, for all mailboxes among the recipients side by side, within the shortest deadline.
 * Never NULL, never fails: the worst is a result whose edits say `failed`. */
PipelineResult *pipeline_run(Site *site, Services *services, const Submission *submission);

/* After the edits: tells the store what became of them, and logs the message's line. */
void pipeline_finish(Services *services, const Submission *submission, const PipelineResult *result,
                     MarkResult marked);
void pipeline_result_free(PipelineResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PipelineResult, pipeline_result_free)

/* What is still to be done once the mail has gone, as Record.jobs.  Array of JobWish*; its texts
 * are the judgement's. */
GPtrArray *judgement_wishes(const Judgement *judgement, const Site *site, const Message *message);
/* The same once a reply has been sent. */
GPtrArray *mailbox_sent_wishes(const Mailbox *mailbox, const Site *site);
/* The same of an answer that was written elsewhere, and seen on its way out. */
GPtrArray *mailbox_answer_wishes(const Mailbox *mailbox, const Site *site);
/* The rows of it, as store_record() and store_revise() want them, without jobs.  Points into all of
 * them. */
Record judgement_record(const Judgement *judgement, const Site *site, const Envelope *envelope,
                        const Message *message, gint64 now);

/* Is there a recipient that is a mailbox of ours? */
bool pipeline_has_mailbox(const Site *site, const Envelope *envelope);
/* Does the message concern us at all, as far as the envelope tells?  A recipient is a mailbox of
 * ours, or the client is one of us and the message may be an answer. */
bool pipeline_in_scope(const Site *site, const Envelope *envelope);

/* The marks for one judgement, as mark_edits() wants them; `mark` points into it. */
void judgement_mark(const Judgement *judgement, const Message *message, MarkLevel level,
                    Mark *mark);
