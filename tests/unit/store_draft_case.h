/* A ticket with a draft that waits, for tests of the store and the desk. */
#pragma once

#include "store/draft.h"
#include "store_case.h"

#include "base/error.h"

#define DRAFTED "Hello Ann,\nwe have mended it.\n"

/* A mail of Ann's: of a new ticket, or of the first one. */
static inline void case_hear(StoreCase *c, const char *message_id, PlanTicket ticket,
                             const char *extra_header)
{
    const Given given = { .from = "Ann <ann@example.org>",
                          .message_id = message_id,
                          .extra_header = extra_header,
                          .ticket = ticket,
                          .thread = 1 };
    receipt_free(case_record(c, &given));
}

/* A colleague's answer to the first ticket, or ours coming by. */
static inline void case_answer(StoreCase *c, const char *message_id)
{
    const Given given = { .from = "support@example.com",
                          .message_id = message_id,
                          .text = "It is done.",
                          .thread = 1,
                          .outgoing = true };
    receipt_free(case_record(c, &given));
}

static inline gint64 case_try_draft(StoreCase *c, gint64 ticket, gint64 thread, const Job *job,
                                    GError **error)
{
    g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    g_ptr_array_add(to, address_new("ann@example.org", "Ann"));
    const DraftNew draft = { .ticket_id = ticket,
                             .message_row = thread,
                             .thread = thread,
                             .mailbox = "support",
                             .to = to,
                             .subject = "Re: It is broken [SUP-1001]",
                             .text = DRAFTED,
                             .engine = "haiku",
                             .prompt = "reply@1",
                             .topic = "technical",
                             .language = "en" };
    return store_draft_add(c->store, &draft, job, NOON, error);
}

static inline gint64 case_draft(StoreCase *c, gint64 ticket, gint64 thread)
{
    g_autoptr(GError) error = NULL;
    gint64 id = case_try_draft(c, ticket, thread, NULL, &error);
    if (id == 0)
        fail_msg("%s", error->message);
    return id;
}

/* Ticket 1 with mail 1 and draft 1. */
static inline gint64 case_first_draft(StoreCase *c)
{
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    return case_draft(c, 1, 1);
}

/* What the mail has beside the draft's own values. */
static inline const Reply *case_reply(void)
{
    static MailAddress from = { .address = (char *)"support@example.com",
                                .name = (char *)"Support" };
    static const Reply reply = { .from = &from, .signature = "Support" };
    return &reply;
}

static inline bool case_approve(Store *store, gint64 id, const char *by, GError **error)
{
    g_autoptr(Draft) draft = store_draft(store, id, error);
    if (draft == NULL)
        return false;
    g_autofree char *digest = draft_approval_digest(draft, case_reply());
    const DraftApproval approval = { .version = draft->version,
                                     .state = draft->state,
                                     .by = by,
                                     .reply = case_reply(),
                                     .digest = digest,
                                     .message_id = "reply@example.com",
                                     .similarity = 1 };
    return store_draft_approve(store, id, &approval, NOON, error);
}

/* Of draft 1, or of any. */
static inline void case_assert_state(StoreCase *c, gint64 id, const char *state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Draft) draft = store_draft(c->store, id, &error);
    if (draft == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(draft_state_name(draft->state), state);
}

/* The job about a draft, held by `holder`. */
static inline Job *case_take_send(StoreCase *c, const char *holder)
{
    g_autoptr(GError) error = NULL;
    Job *job = store_job_take(c->store, holder, NOON, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    return job;
}

/* With a mail that was made of this. */
static inline bool case_attempt_with(StoreCase *c, const Draft *draft, const Job *job,
                                     GError **error)
{
    const Given given = { .from = "Support <support@example.com>",
                          .message_id = "reply@example.com",
                          .in_reply_to = "a@example.org",
                          .text = "Hello Ann,\r\nwe have mended it." };
    g_autoptr(Message) message = case_message(&given);
    g_autoptr(Envelope) envelope = envelope_new();
    envelope_set(&envelope->sender, "support+b-1@example.com");
    envelope_add_recipient(envelope, "ann@example.org");
    const DraftMail mail = { draft, case_reply(), message, envelope, KEEP_TEXT, 1024 };
    return store_draft_attempt(c->store, job, &mail, NOON, error);
}

static inline bool case_attempt(StoreCase *c, gint64 id, const Job *job, GError **error)
{
    g_autoptr(Draft) draft = store_draft(c->store, id, error);
    return draft != NULL && case_attempt_with(c, draft, job, error);
}

static inline void case_change(StoreCase *c, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, &error);
    if (db == NULL || !sqlite_run(db, sql, &error))
        fail_msg("%s", error->message);
}
