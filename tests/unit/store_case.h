/* A store in a folder of its own, and mails to record in it, for the tests of the store. */
#pragma once

#include "base/sqlite.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#define NOON G_GINT64_CONSTANT(1800000000)
#define HOUR G_GINT64_CONSTANT(3600)
#define DAY  (24 * HOUR)

typedef struct {
    char *folder, *path;
    Store *store;
    FieldTable *fields;
} StoreCase;

static inline FieldTable *case_fields(void)
{
    static const char text[] =
        "field kind { support \"Help\" makes ticket; sales \"Offers\" makes lead }\n"
        "field priority ordered for ticket { low; medium; high; critical }\n"
        "field summary text 200 \"In one sentence\"\n"
        "field evidence list 0-5 of 1-200 quotes \"Quotes\"\n"
        "field requires_engineering yes_no for ticket \"Needs an engineer\"\n"
        "field hours whole 1-720 for ticket \"How long it takes\"\n"
        "field certainty ordered { low; medium; high }\n";
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("fields", 1, text, strlen(text), diags);
    FieldTable *fields = field_table_load(tree->items, diags);
    g_autofree char *faults = diags_to_text(diags);
    assert_string_equal(faults, "");
    return fields;
}

static inline Store *case_open(StoreCase *c)
{
    g_autoptr(GError) error = NULL;
    c->store = store_open(c->path, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    return c->store;
}

static inline int case_setup(void **state)
{
    StoreCase *c = g_new0(StoreCase, 1);
    message_init();
    c->folder = g_dir_make_tmp("store-XXXXXX", NULL);
    c->path = g_build_filename(c->folder, "triage.db", NULL);
    c->fields = case_fields();
    case_open(c);
    *state = c;
    return 0;
}

static inline int case_teardown(void **state)
{
    StoreCase *c = *state;
    store_close(c->store);
    g_autoptr(GDir) folder = g_dir_open(c->folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(c->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(c->folder);
    field_table_unref(c->fields);
    g_free(c->folder);
    g_free(c->path);
    g_free(c);
    return 0;
}

/* What a test says about a mail and its decision; the rest is the same for all. */
typedef struct {
    const char *mailbox, *from, *cc, *subject, *message_id, *in_reply_to, *text, *identity;
    const char *priority, *queue, *tag, *summary, *evidence, *floor, *extra_header, *payer,
        *question, *certainty;
    double computed; /* by the provider: how sure; 0: it computes nothing */
    PlanTicket ticket;
    gint64 thread, linked, answer_within, window, now, deadline; /* deadline: 0: a minute */
    gint64 cost, reply;
    bool outgoing, unproven_follow_up, keep_none, proven;
    const GPtrArray *jobs;
} Given;

static inline Message *case_message(const Given *given)
{
    g_autoptr(GString) mail = g_string_new(NULL);
    g_string_append_printf(mail, "From: %s\r\nTo: support@example.com\r\n", given->from);
    if (given->cc != NULL)
        g_string_append_printf(mail, "Cc: %s\r\n", given->cc);
    if (given->message_id != NULL)
        g_string_append_printf(mail, "Message-ID: <%s>\r\n", given->message_id);
    if (given->in_reply_to != NULL)
        g_string_append_printf(mail, "In-Reply-To: <%s>\r\n", given->in_reply_to);
    if (given->extra_header != NULL)
        g_string_append_printf(mail, "%s\r\n", given->extra_header);
    g_string_append_printf(mail, "Subject: %s\r\n\r\n%s\r\n",
                           given->subject != NULL ? given->subject : "It is broken",
                           given->text != NULL ? given->text : "Please help.");
    const MailTrust trust = { 0 };
    Message *message = message_read(mail->str, mail->len, NULL, &mail_limits_default, &trust);
    message->authentication.proven = given->proven;
    return message;
}

static inline Verdict *case_verdict(FieldTable *fields, const char *const *pairs)
{
    Verdict *verdict = verdict_new(fields);
    for (; pairs[0] != NULL; pairs += 2) {
        g_autoptr(GError) error = NULL;
        if (pairs[1] != NULL &&
            !verdict_set_text(verdict, field_find(fields, pairs[0]), pairs[1], &error))
            fail_msg("%s", error->message);
    }
    return verdict;
}

static inline Plan *case_plan(const Given *given)
{
    Plan *plan = plan_new();
    plan->ticket = given->ticket;
    plan->answer_within = given->answer_within;
    plan_set(&plan->queue, given->queue);
    if (given->tag != NULL)
        plan_add_tag(plan, given->tag);
    return plan;
}

/* Records a mail; NULL with an error as store_record() says. */
static inline Receipt *case_try_record(StoreCase *c, const Given *given, GError **error)
{
    g_autoptr(Message) message = case_message(given);
    g_autoptr(Envelope) envelope = envelope_new();
    g_autoptr(Thread) thread = thread_new();
    g_autoptr(Plan) plan = case_plan(given);
    const char *said[] = { "priority",     given->priority,  "summary",
                           given->summary, "evidence",       given->evidence,
                           "certainty",    given->certainty, NULL };
    g_autoptr(Verdict) verdict = case_verdict(c->fields, said);
    const char *floor[] = { "priority", given->floor, NULL };
    g_autoptr(Verdict) floors = case_verdict(c->fields, floor);
    const Presumption presumption = { .verdict = verdict, .floors = floors };
    g_autoptr(GPtrArray) calls = g_ptr_array_new_with_free_func(g_free);
    const ClassifyCall call = { .engine = (char *)"haiku",
                                .model = (char *)"haiku-1",
                                .detail = (char *)"",
                                .request_id = (char *)"r1",
                                .outcome = LLM_OK,
                                .input_tokens = 700,
                                .cached_tokens = -1,
                                .output_tokens = 90,
                                .ms = 400,
                                .cost = given->cost };
    g_ptr_array_add(calls, g_memdup2(&call, sizeof(call)));
    Classification classification = { .status = STATUS_LLM,
                                      .engine = (char *)"haiku",
                                      .why = (char *)"",
                                      .verdict = verdict,
                                      .calls = calls };
    verdict->confidence = given->computed > 0 ? given->computed : 0.75;
    verdict->confidence_source = given->computed > 0 ? "provider" : "table";
    thread->ticket_id = given->thread;
    thread->linked_ticket_id = given->linked;
    thread->unproven_follow_up = given->unproven_follow_up;
    envelope_set(&envelope->sender, given->from);
    envelope_add_recipient(envelope, "support@example.com");
    const char *mailbox = given->mailbox != NULL ? given->mailbox : "support";
    g_autofree char *identity =
        thread_identity(mailbox, message, envelope->sender, envelope->recipients);
    const Record record = { .mailbox = mailbox,
                            .identity = given->identity != NULL ? given->identity : identity,
                            .ticket_prefix = "SUP",
                            .envelope = envelope,
                            .message = message,
                            .thread = thread,
                            .classification = &classification,
                            .presumption = &presumption,
                            .verdict = verdict,
                            .plan = plan,
                            .policy_hash = "policy-hash",
                            .prompt_id = "support@1",
                            .prompt_digest = "prompt-digest",
                            .payer = given->payer,
                            .question = given->question,
                            .reply = given->reply,
                            .outgoing = given->outgoing,
                            .jobs = given->jobs,
                            .keep = given->keep_none ? KEEP_NONE : KEEP_TEXT,
                            .keep_text = 64,
                            .now = given->now != 0 ? given->now : NOON,
                            .ms = 420,
                            .duplicate_window_ms = given->window };
    gint64 deadline =
        given->deadline != 0 ? given->deadline : g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    return store_record(c->store, &record, deadline, error);
}

static inline Receipt *case_record(StoreCase *c, const Given *given)
{
    g_autoptr(GError) error = NULL;
    Receipt *receipt = case_try_record(c, given, &error);
    if (receipt == NULL)
        fail_msg("%s", error->message);
    return receipt;
}

static inline Recalled *case_recall(StoreCase *c, const Given *given, const char *token,
                                    gint64 window)
{
    g_autoptr(Message) message = case_message(given);
    g_autoptr(GPtrArray) tokens = g_ptr_array_new();
    if (token != NULL)
        g_ptr_array_add(tokens, (char *)token);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (char *)"support@example.com");
    const char *mailbox = given->mailbox != NULL ? given->mailbox : "support";
    g_autofree char *identity = thread_identity(mailbox, message, given->from, recipients);
    const RecallKey key = { .mailbox = mailbox,
                            .identity = identity,
                            .message = message,
                            .tokens = tokens,
                            .now = given->now != 0 ? given->now : NOON,
                            .duplicate_window_ms = window };
    g_autoptr(GError) error = NULL;
    Recalled *recalled = store_recall(c->store, &key, &error);
    if (recalled == NULL)
        fail_msg("%s", error->message);
    return recalled;
}

/* One ticket of the lists, closed or not; NULL if it is in none. */
static inline Ticket *case_ticket(Store *store, const char *name)
{
    const char *const statuses[] = { NULL, "closed" };
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        g_autoptr(GPtrArray) tickets = store_tickets(store, statuses[i], NULL, 1000, NULL);
        assert_non_null(tickets);
        for (guint k = 0; k < tickets->len; k++) {
            const Ticket *ticket = tickets->pdata[k];
            if (g_str_equal(ticket->name, name))
                return g_ptr_array_steal_index(tickets, k);
        }
    }
    return NULL;
}

/* store_marked() doesn't wait: closing does. */
static inline void case_marked(StoreCase *c, const char *decision, MarkResult result)
{
    store_marked(c->store, decision, result);
    store_close(c->store);
    case_open(c);
}

/* One number or one text out of the file. */
static inline gint64 case_number(StoreCase *c, const char *sql)
{
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_READING, 5000, NULL);
    g_autoptr(sqlite3_stmt) row = sqlite_prepare(db, sql, NULL);
    assert_int_equal(sqlite_step(row, NULL), SQLITE_ROW);
    return sqlite3_column_int64(row, 0);
}

static inline char *case_text(StoreCase *c, const char *sql)
{
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_READING, 5000, NULL);
    g_autoptr(sqlite3_stmt) row = sqlite_prepare(db, sql, NULL);
    assert_int_equal(sqlite_step(row, NULL), SQLITE_ROW);
    return sqlite_text(row, 0, 1024 * 1024);
}
