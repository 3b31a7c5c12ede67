/* Drafts: which step is allowed from where, one winner among many, what a thread that moves on does
 * to them, and what is remembered of each. */
#include "store_draft_case.h"

#include "base/digest.h"
#include "base/json.h"

#include <pthread.h>

/* ── steps and states ── */

static bool edit(Store *store, gint64 id, const char *by, const char *text, GError **error)
{
    g_autoptr(Draft) draft = store_draft(store, id, error);
    const DraftEdit change = { .version = draft != NULL ? draft->version : 0,
                               .by = by,
                               .text = text,
                               .marks = "[\"changed\"]",
                               .similarity = 0.5 };
    return draft != NULL && store_draft_edit(store, id, &change, NOON + 1, error);
}

static bool do_edit(StoreCase *c, const Job *job, GError **error)
{
    return job != NULL && edit(c->store, 1, "bea", "Hello!\n", error);
}

static bool do_approve(StoreCase *c, const Job *job, GError **error)
{
    return job != NULL && case_approve(c->store, 1, "bea", error);
}

static bool do_reject(StoreCase *c, const Job *job, GError **error)
{
    return job != NULL && store_draft_reject(c->store, 1, "bea", "no", NOON, error);
}

static bool do_attempt(StoreCase *c, const Job *job, GError **error)
{
    return case_attempt(c, 1, job, error);
}

static bool do_again(StoreCase *c, const Job *job, GError **error)
{
    return store_draft_again(c->store, 1, job, NOON + 60, "busy", NOON, error);
}

static bool do_sent(StoreCase *c, const Job *job, GError **error)
{
    return job != NULL && store_draft_sent(c->store, 1, NULL, NOON, error);
}

static bool do_settle(StoreCase *c, const Job *job, GError **error)
{
    (void)job;
    return store_draft_settle(c->store, 1, "ann", NULL, NOON, error);
}

static bool do_uncertain(StoreCase *c, const Job *job, GError **error)
{
    return store_draft_uncertain(c->store, 1, job, "line broke", NULL, NOON, error);
}

static bool do_fail(StoreCase *c, const Job *job, GError **error)
{
    return store_draft_failed(c->store, 1, job, "no such user", NOON, error);
}

/* Of each step, the states it leaves from and the one it leads to. */
static const struct {
    const char *name;
    bool (*run)(StoreCase *c, const Job *job, GError **error);
    const char *from, *to;
} steps[] = {
    { "edit", do_edit, "waiting failed", "waiting" },
    { "approve", do_approve, "waiting failed uncertain", "approved" },
    { "reject", do_reject, "waiting failed uncertain approved", "rejected" },
    { "attempt", do_attempt, "approved", "sending" },
    { "again", do_again, "sending", "approved" },
    { "sent", do_sent, "sending uncertain", "sent" },
    { "settle", do_settle, "uncertain", "sent" },
    { "uncertain", do_uncertain, "sending", "uncertain" },
    { "failed", do_fail, "approved sending", "failed" },
};

/* Draft 1 in this state, with a `send` job that is held.  The answer's row is there as after an
 * attempt. */
static Job *put_in(StoreCase *c, const char *state)
{
    case_change(c, "DELETE FROM job; DELETE FROM message WHERE direction = 'out';"
                   "UPDATE draft SET state = 'waiting', message_id = ''");
    assert_true(case_approve(c->store, 1, "ann", NULL));
    Job *job = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, job, NULL));
    g_autofree char *sql = g_strdup_printf("UPDATE draft SET state = '%s', thread = 99", state);
    case_change(c, sql);
    return job;
}

static void try_step(StoreCase *c, gsize step, DraftState state)
{
    const char *name = draft_state_name(state);
    g_autoptr(GError) error = NULL;
    g_autoptr(Job) job = put_in(c, name);
    gint64 audits = case_number(c, "SELECT count(*) FROM audit");
    g_auto(GStrv) from = g_strsplit(steps[step].from, " ", -1);
    bool allowed = g_strv_contains((const char *const *)from, name);
    if (steps[step].run(c, job, &error) != allowed)
        fail_msg("%s from %s: %s", steps[step].name, name,
                 error != NULL ? error->message : "was done");
    case_assert_state(c, 1, allowed ? steps[step].to : name);
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit"), audits + allowed);
    if (!allowed)
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
}

static void each_step_leaves_from_its_states_alone(void **state)
{
    StoreCase *c = *state;
    case_first_draft(c);
    for (gsize step = 0; step < G_N_ELEMENTS(steps); step++) {
        for (int from = 0; from < DRAFT_STATES; from++)
            try_step(c, step, (DraftState)from);
    }
}

static void a_refusal_says_what_became_of_it(void **state)
{
    static const struct {
        const char *state, *said;
    } rows[] = {
        { "approved", "draft 1 is approved by ann; nothing was changed" },
        { "sent", "draft 1 is sent, approved by ann; nothing was changed" },
        { "withdrawn", "draft 1 is withdrawn: they wrote again; nothing was changed" },
        { "rejected", "draft 1 is rejected: they wrote again; nothing was changed" },
    };
    StoreCase *c = *state;
    case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        job_free(put_in(c, rows[i].state));
        case_change(c, "UPDATE draft SET why = 'they wrote again'");
        assert_false(edit(c->store, 1, "bea", "Hello!\n", &error));
        assert_string_equal(error->message, rows[i].said);
    }
}

static void what_isnt_there_is_not_found(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) error = NULL;
    assert_null(store_draft(c->store, 7, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    g_clear_error(&error);
    assert_null(store_draft_versions(c->store, 7, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    g_clear_error(&error);
    assert_false(store_draft_sent(c->store, 7, NULL, NOON, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

/* ── added and read ── */

static void a_draft_is_read_as_it_was_added(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    g_autoptr(Draft) draft = store_draft(c->store, id, NULL);
    assert_string_equal(draft->ticket, "SUP-1001");
    assert_string_equal(draft->mailbox, "support");
    assert_string_equal(draft->text, DRAFTED);
    assert_string_equal(draft->written, DRAFTED);
    assert_string_equal(draft->subject, "Re: It is broken [SUP-1001]");
    assert_string_equal(draft->marks, "[]");
    assert_string_equal(draft->topic, "technical");
    assert_int_equal(draft->to->len, 1);
    assert_int_equal(draft->cc->len, 0);
    const MailAddress *to = draft->to->pdata[0];
    assert_string_equal(to->address, "ann@example.org");
    assert_string_equal(to->name, "Ann");
    assert_int_equal(draft->message_row, 1);
    assert_int_equal(draft->approved_at, 0);
    assert_true(draft->similarity < 0);
}

static void drafts_are_listed_by_state_mailbox_and_ticket(void **state)
{
    static const struct {
        DraftQuery query;
        guint count;
    } rows[] = {
        { { .limit = 10 }, 2 },
        { { .limit = 1 }, 1 },
        { { .state = "waiting", .limit = 10 }, 1 },
        { { .state = "rejected", .limit = 10 }, 1 },
        { { .state = "sent", .limit = 10 }, 0 },
        { { .mailbox = "support", .limit = 10 }, 2 },
        { { .mailbox = "sales", .limit = 10 }, 0 },
        { { .ticket = "SUP-1002", .limit = 10 }, 1 },
    };
    StoreCase *c = *state;
    case_first_draft(c);
    case_hear(c, "b@example.org", PLAN_TICKET_NEW, NULL);
    gint64 second = case_draft(c, 2, 2);
    assert_true(store_draft_reject(c->store, second, "ann", "no", NOON, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) drafts = store_drafts(c->store, &rows[i].query, NULL);
        assert_int_equal(drafts->len, rows[i].count);
    }
}

static void a_newer_draft_supersedes_one_that_waits(void **state)
{
    StoreCase *c = *state;
    gint64 first = case_first_draft(c), second = case_draft(c, 1, 1);
    case_assert_state(c, first, "withdrawn");
    case_assert_state(c, second, "waiting");
    assert_true(case_approve(c->store, second, "ann", NULL));
    gint64 third = case_draft(c, 1, 1);
    case_assert_state(c, second, "approved");
    g_autoptr(GError) error = NULL;
    assert_false(case_approve(c->store, third, "bea", &error));
    assert_string_equal(error->message, "draft 2 of the same ticket is about to be sent");
    case_assert_state(c, third, "waiting");
}

static void what_a_person_works_on_is_not_superseded(void **state)
{
    static const char *const changes[] = {
        "INSERT INTO draft_version (draft, by, text, at) VALUES (1, 'bea', 'Hello', 1)",
        "UPDATE draft SET state = 'failed', approved_by = 'bea' WHERE id = 1",
    };
    StoreCase *c = *state;
    case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(GError) error = NULL;
        case_change(c, "DELETE FROM draft_version WHERE id > 1;"
                       "UPDATE draft SET state = 'waiting'");
        case_change(c, changes[i]);
        assert_int_equal(case_try_draft(c, 1, 1, NULL, &error), 0);
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
        assert_string_equal(error->message, "a person is at work on draft 1");
        assert_int_equal(case_number(c, "SELECT count(*) FROM draft"), 1);
    }
    assert_true(store_draft_reject(c->store, 1, "bea", "no", NOON, NULL));
    assert_int_equal(case_draft(c, 1, 1), 2);
}

static void a_draft_ends_its_job_or_isnt_added(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft" };
    g_autoptr(GPtrArray) jobs = g_ptr_array_new();
    g_ptr_array_add(jobs, (gpointer)&wish);
    receipt_free(case_record(c, &(Given){ .from = "ann@example.org",
                                          .message_id = "a@example.org",
                                          .ticket = PLAN_TICKET_NEW,
                                          .jobs = jobs }));
    g_autoptr(Job) job = case_take_send(c, "one");
    g_autoptr(GError) error = NULL;
    assert_true(case_try_draft(c, 1, 1, job, &error) != 0);
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
    assert_int_equal(case_try_draft(c, 1, 1, job, &error), 0);
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    assert_int_equal(case_number(c, "SELECT count(*) FROM draft"), 1);
    case_assert_state(c, 1, "waiting");
}

/* ── changed by people ── */

static void an_edit_keeps_both_versions(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    case_change(c, "UPDATE draft SET confirmed = 1");
    assert_true(edit(c->store, id, "ann", "Hello Ann,\nsorry.\n", NULL));
    g_autoptr(Draft) draft = store_draft(c->store, id, NULL);
    g_autoptr(GPtrArray) versions = store_draft_versions(c->store, id, NULL);
    assert_int_equal(versions->len, 2);
    const DraftVersion *first = versions->pdata[0], *second = versions->pdata[1];
    assert_string_equal(first->by, "haiku");
    assert_string_equal(first->text, DRAFTED);
    assert_string_equal(second->by, "ann");
    assert_string_equal(second->text, "Hello Ann,\nsorry.\n");
    assert_string_equal(draft->text, second->text);
    assert_string_equal(draft->written, first->text);
    assert_string_equal(draft->marks, "[\"changed\"]");
    assert_int_equal(draft->version, second->id);
    assert_false(draft->confirmed);
}

static void nobody_edits_or_approves_what_they_havent_seen(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    g_autoptr(Draft) seen = store_draft(c->store, id, NULL);
    assert_true(edit(c->store, id, "ann", "Hello Ann,\nsorry.\n", NULL));
    const DraftEdit late = { .version = seen->version, .by = "bea", .text = "Hi", .marks = "[]" };
    g_autoptr(GError) error = NULL;
    assert_false(store_draft_edit(c->store, id, &late, NOON, &error));
    assert_string_equal(error->message, "draft 1 was changed meanwhile; look at it again");
    g_clear_error(&error);
    g_autoptr(Draft) now = store_draft(c->store, id, NULL);
    g_autofree char *digest = draft_approval_digest(now, case_reply());
    g_autofree char *old = draft_approval_digest(seen, case_reply());
    MailAddress other = { .address = (char *)"sales@example.com", .name = (char *)"Sales" };
    const Reply from_other = { .from = &other, .signature = "Support" };
    const DraftApproval approval = { .version = now->version,
                                     .state = now->state,
                                     .by = "bea",
                                     .reply = case_reply(),
                                     .digest = digest,
                                     .message_id = "m@example.com" };
    DraftApproval blind[] = { approval, approval, approval, approval };
    blind[0].version = seen->version;
    blind[1].state = DRAFT_FAILED;
    blind[2].digest = old;
    blind[3].reply = &from_other;
    for (gsize i = 0; i < G_N_ELEMENTS(blind); i++) {
        g_clear_error(&error);
        assert_false(store_draft_approve(c->store, id, &blind[i], NOON, &error));
        assert_string_equal(error->message, "draft 1 was changed meanwhile; look at it again");
        case_assert_state(c, id, "waiting");
    }
    assert_true(store_draft_approve(c->store, id, &approval, NOON, NULL));
}

static void an_approval_is_written_down_and_brings_the_job(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    assert_true(case_approve(c->store, id, "ann", NULL));
    g_autoptr(Draft) draft = store_draft(c->store, id, NULL);
    assert_string_equal(draft->approved_by, "ann");
    assert_int_equal(draft->approved_at, NOON);
    g_autofree char *digest = draft_approval_digest(draft, case_reply());
    assert_string_equal(draft->digest, digest);
    assert_string_equal(draft->message_id, "reply@example.com");
    g_autoptr(Job) job = case_take_send(c, "one");
    assert_string_equal(job->kind, "send");
    assert_int_equal(job->draft_id, id);
    assert_int_equal(job->ticket_id, 1);
    assert_string_equal(job->mailbox, "support");
}

typedef struct {
    Store *store;
    const char *by;
    pthread_barrier_t *start;
    bool won;
    GError *error;
} Approver;

static void *approve_at_once(void *data)
{
    Approver *approver = data;
    pthread_barrier_wait(approver->start);
    approver->won = case_approve(approver->store, 1, approver->by, &approver->error);
    return NULL;
}

static void run_both(Approver *approvers)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, approve_at_once, &approvers[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

/* Two programs, a person in each. */
static void of_two_who_approve_at_once_one_wins(void **state)
{
    StoreCase *c = *state;
    case_first_draft(c);
    g_autoptr(Store) other = store_open(c->path, NULL);
    for (int round = 0; round < 20; round++) {
        pthread_barrier_t start;
        pthread_barrier_init(&start, NULL, 2);
        Approver approvers[] = { { .store = c->store, .by = "ann", .start = &start },
                                 { .store = other, .by = "bea", .start = &start } };
        case_change(c, "UPDATE draft SET state = 'waiting'; DELETE FROM job");
        run_both(approvers);
        pthread_barrier_destroy(&start);
        assert_true(approvers[0].won != approvers[1].won);
        const Approver *winner = &approvers[approvers[0].won ? 0 : 1];
        Approver *loser = &approvers[approvers[0].won ? 1 : 0];
        g_autofree char *said =
            g_strdup_printf("draft 1 is approved by %s; nothing was changed", winner->by);
        assert_string_equal(loser->error->message, said);
        g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
        assert_string_equal(draft->approved_by, winner->by);
        assert_int_equal(case_number(c, "SELECT count(*) FROM job WHERE kind = 'send'"), 1);
        g_clear_error(&loser->error);
    }
}

/* ── the thread moves on ── */

static void a_new_mail_of_theirs_withdraws(void **state)
{
    StoreCase *c = *state;
    static const char *const moved[] = { "waiting", "approved", "failed" };
    static const char *const stay[] = { "sending", "sent", "uncertain", "bounced", "rejected" };
    case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(moved) + G_N_ELEMENTS(stay); i++) {
        bool moves = i < G_N_ELEMENTS(moved);
        const char *name = moves ? moved[i] : stay[i - G_N_ELEMENTS(moved)];
        g_autofree char *sql = g_strdup_printf("UPDATE draft SET state = '%s', thread = 1", name);
        g_autofree char *id = g_strdup_printf("%zu@example.org", i);
        case_change(c, sql);
        case_hear(c, id, PLAN_TICKET_FOLLOW_UP, NULL);
        case_assert_state(c, 1, moves ? "withdrawn" : name);
    }
    g_autofree char *why =
        case_text(c, "SELECT after ->> '$.why' FROM audit WHERE verb = 'draft withdraw' LIMIT 1");
    assert_string_equal(why, "they wrote again");
}

static void a_colleagues_answer_withdraws(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    case_answer(c, "colleague@example.com");
    case_assert_state(c, id, "withdrawn");
    g_autoptr(Draft) draft = store_draft(c->store, id, NULL);
    assert_string_equal(draft->why, "somebody else has answered");
}

static void a_mail_in_another_ticket_or_that_nobody_wrote_doesnt(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    case_hear(c, "b@example.org", PLAN_TICKET_NEW, NULL);
    case_assert_state(c, id, "waiting");
    case_hear(c, "away@example.org", PLAN_TICKET_FOLLOW_UP, "Auto-Submitted: auto-replied");
    case_assert_state(c, id, "waiting");
    assert_int_equal(case_number(c, "SELECT ticket FROM message WHERE id = 3"), 1);
    assert_true(case_approve(c->store, id, "ann", NULL));
}

/* An absence that comes back while a reply is tried doesn't make it one that nobody can send. */
static void a_mail_that_nobody_wrote_leaves_what_is_decided_as_it_is(void **state)
{
    static const char *const states[] = { "approved", "failed", "uncertain" };
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *away = g_strdup_printf("away%zu@example.org", i);
        g_autofree char *sql = g_strdup_printf("UPDATE draft SET state = '%s'", states[i]);
        case_change(c, sql);
        case_hear(c, away, PLAN_TICKET_FOLLOW_UP, "Auto-Submitted: auto-replied");
        case_assert_state(c, id, states[i]);
        case_change(c, "UPDATE draft SET state = 'failed' WHERE state = 'approved'");
        if (!case_approve(c->store, id, "ann", &error))
            fail_msg("%s: %s", states[i], error->message);
    }
}

static void a_draft_must_know_the_newest_mail(void **state)
{
    StoreCase *c = *state;
    gint64 id = case_first_draft(c);
    case_change(c,
                "INSERT INTO message SELECT 2, mailbox, ticket, direction, 'b@example.org',"
                " 'd', size, sender, created, kept, envelope, headers, attachments, text, quoted,"
                " NULL FROM message WHERE id = 1");
    g_autoptr(GError) error = NULL;
    assert_false(case_approve(c->store, id, "ann", &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    assert_true(g_str_has_prefix(error->message, "the thread has moved on"));
    case_assert_state(c, id, "waiting");
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
    g_clear_error(&error);
    assert_int_equal(case_try_draft(c, 1, 1, NULL, &error), 0);
    assert_true(g_str_has_prefix(error->message, "the thread has moved on"));
    assert_int_equal(case_draft(c, 1, 2), 2);
}

/* ── on its way ── */

static Job *approve_and_take(StoreCase *c)
{
    case_first_draft(c);
    assert_true(case_approve(c->store, 1, "ann", NULL));
    return case_take_send(c, "one");
}

static void an_attempt_makes_it_a_mail_of_the_ticket(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    g_autofree char *row = case_text(
        c, "SELECT json_array(ticket, mailbox, sender, envelope ->> '$.sender', text) FROM message"
           " WHERE direction = 'out' AND message_id = 'reply@example.com'");
    assert_string_equal(row, "[1,\"support\",\"support@example.com\",\"support+b-1@example.com\","
                             "\"Hello Ann,\\nwe have mended it.\"]");
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->envelope_sender, "support+b-1@example.com");

    const Given reply = { .from = "ann@example.org",
                          .message_id = "b@example.org",
                          .in_reply_to = "reply@example.com" };
    g_autoptr(Recalled) recalled = case_recall(c, &reply, NULL, 0);
    assert_int_equal(recalled->candidates->len, 1);
}

static void who_lost_the_job_attempts_nothing(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) lost = approve_and_take(c);
    g_autoptr(Job) job = store_job_take(c->store, "two", NOON + JOB_LEASE, NULL);
    g_autoptr(GError) error = NULL;
    assert_false(case_attempt(c, 1, lost, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    case_assert_state(c, 1, "approved");
    assert_true(case_attempt(c, 1, job, NULL));
}

static void what_was_sent_answers_the_ticket(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    case_answer(c, "reply@example.com"); /* comes by our own milter */
    assert_true(store_draft_sent(c->store, 1, NULL, NOON + 5, NULL));
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
    g_autofree char *ticket =
        case_text(c, "SELECT json_array(status, answered - 1800000000, due) FROM ticket");
    assert_string_equal(ticket, "[\"waiting\",5,0]");
}

static void a_server_that_is_busy_gets_it_again(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_again(c->store, 1, job, NOON + 60, "451 try\nlater", NOON, NULL));
    case_assert_state(c, 1, "approved");
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"), 0);
    assert_null(store_job_take(c->store, "one", NOON + 59, NULL));
    g_autoptr(Job) again = store_job_take(c->store, "one", NOON + 60, NULL);
    assert_string_equal(again->error, "451 try later");
    assert_true(case_attempt(c, 1, again, NULL));
}

static void what_failed_is_a_persons_again(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_failed(c->store, 1, job, "550 no such user", NOON, NULL));
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"), 0);
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->why, "550 no such user");
    assert_true(case_approve(c->store, 1, "bea", NULL));
}

static char *flag(StoreCase *c)
{
    g_autoptr(Ticket) ticket = case_ticket(c->store, "SUP-1001");
    return g_strdup(ticket->flag);
}

static void what_is_uncertain_is_settled_by_a_sign_of_it(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_uncertain(c->store, 1, job, "line broke", NULL, NOON, NULL));
    g_autofree char *doubt = flag(c);
    assert_string_equal(doubt, "reply uncertain");
    assert_true(store_draft_seen(c->store, "reply@example.com", NULL, NOON + 1, NULL));
    case_assert_state(c, 1, "sent");
    assert_true(store_draft_seen(c->store, "reply@example.com", NULL, NOON + 2, NULL));
    g_autoptr(Ticket) ticket = case_ticket(c->store, "SUP-1001");
    assert_string_equal(ticket->status, "waiting");
}

static void who_settles_what_is_uncertain_is_written_down(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_uncertain(c->store, 1, job, "line broke", NULL, NOON, NULL));
    assert_true(store_draft_settle(c->store, 1, "bea", NULL, NOON, NULL));
    g_autofree char *by = case_text(c, "SELECT by FROM audit WHERE verb = 'draft sent'");
    assert_string_equal(by, "bea");
}

static void what_was_seen_on_its_way_is_never_uncertain(void **state)
{
    StoreCase *c = *state;
    const JobWish copy = { .kind = "sent-copy" }, log = { .kind = "log" };
    g_autoptr(GPtrArray) then = g_ptr_array_new();
    g_ptr_array_add(then, (gpointer)&copy);
    g_ptr_array_add(then, (gpointer)&log);
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_seen(c->store, "reply@example.com", NULL, NOON, NULL));
    case_assert_state(c, 1, "sending");
    assert_true(store_draft_uncertain(c->store, 1, job, "line broke", then, NOON, NULL));
    case_assert_state(c, 1, "sent");
    g_autofree char *jobs = case_text(c, "SELECT group_concat(kind || draft || mailbox) FROM job");
    assert_string_equal(jobs, "sent-copy1support,log1support");
}

static void what_was_seen_in_one_attempt_says_nothing_of_the_next(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_seen(c->store, "reply@example.com", NULL, NOON, NULL));
    assert_true(store_draft_again(c->store, 1, job, NOON, "451 try later", NOON, NULL));
    g_autoptr(Job) again = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, again, NULL));
    assert_true(store_draft_uncertain(c->store, 1, again, "line broke", NULL, NOON, NULL));
    case_assert_state(c, 1, "uncertain");
}

static void a_mail_of_no_draft_is_seen_and_forgotten(void **state)
{
    StoreCase *c = *state;
    case_first_draft(c);
    assert_true(store_draft_seen(c->store, "other@example.com", NULL, NOON, NULL));
    assert_true(store_draft_seen(c->store, "", NULL, NOON, NULL));
    case_assert_state(c, 1, "waiting");
}

static void what_is_sent_once_more_keeps_its_message_id(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_uncertain(c->store, 1, job, "line broke", NULL, NOON, NULL));
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    g_autofree char *digest = draft_approval_digest(draft, case_reply());
    const DraftApproval approval = { .version = draft->version,
                                     .state = draft->state,
                                     .by = "bea",
                                     .reply = case_reply(),
                                     .digest = digest,
                                     .message_id = "another@example.com",
                                     .confirmed = true };
    assert_true(store_draft_approve(c->store, 1, &approval, NOON, NULL));
    g_autoptr(Draft) again = store_draft(c->store, 1, NULL);
    assert_string_equal(again->message_id, "reply@example.com");
    assert_true(again->confirmed);
}

static void an_answer_that_was_sent_withdraws_what_doesnt_know_it(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    gint64 second = case_draft(c, 1, 1);
    assert_true(case_attempt(c, 1, job, NULL));
    case_assert_state(c, second, "waiting");
    assert_true(store_draft_sent(c->store, 1, NULL, NOON, NULL));
    case_assert_state(c, second, "withdrawn");
}

/* ── the audit ── */

static void the_audit_has_each_step_and_no_word_of_the_text(void **state)
{
    StoreCase *c = *state;
    case_first_draft(c);
    assert_true(edit(c->store, 1, "ann", "Hello Ann,\nsorry.\n", NULL));
    assert_true(case_approve(c->store, 1, "bea", NULL));
    g_autoptr(Job) job = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, job, NULL));
    assert_true(store_draft_sent(c->store, 1, NULL, NOON, NULL));
    g_autofree char *lines =
        case_text(c, "SELECT group_concat(by || ' ' || verb, '|') FROM audit ORDER BY id");
    assert_string_equal(lines, "haiku draft add|ann draft edit|bea draft approve| draft attempt"
                               "| draft sent");
    g_autofree char *digest = digest_of("Hello Ann,\nsorry.\n", strlen("Hello Ann,\nsorry.\n"));
    g_autofree char *edited =
        case_text(c, "SELECT after ->> '$.digest' FROM audit WHERE verb = 'draft edit'");
    assert_string_equal(edited, digest);
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit WHERE instr(before || after,"
                                    " 'sorry') OR instr(before || after, 'mended')"),
                     0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(each_step_leaves_from_its_states_alone),
        WITH(a_refusal_says_what_became_of_it),
        WITH(what_isnt_there_is_not_found),
        WITH(a_draft_is_read_as_it_was_added),
        WITH(drafts_are_listed_by_state_mailbox_and_ticket),
        WITH(a_newer_draft_supersedes_one_that_waits),
        WITH(what_a_person_works_on_is_not_superseded),
        WITH(a_draft_ends_its_job_or_isnt_added),
        WITH(an_edit_keeps_both_versions),
        WITH(nobody_edits_or_approves_what_they_havent_seen),
        WITH(an_approval_is_written_down_and_brings_the_job),
        WITH(of_two_who_approve_at_once_one_wins),
        WITH(a_new_mail_of_theirs_withdraws),
        WITH(a_colleagues_answer_withdraws),
        WITH(a_mail_in_another_ticket_or_that_nobody_wrote_doesnt),
        WITH(a_mail_that_nobody_wrote_leaves_what_is_decided_as_it_is),
        WITH(a_draft_must_know_the_newest_mail),
        WITH(an_attempt_makes_it_a_mail_of_the_ticket),
        WITH(who_lost_the_job_attempts_nothing),
        WITH(what_was_sent_answers_the_ticket),
        WITH(a_server_that_is_busy_gets_it_again),
        WITH(what_failed_is_a_persons_again),
        WITH(what_is_uncertain_is_settled_by_a_sign_of_it),
        WITH(who_settles_what_is_uncertain_is_written_down),
        WITH(what_was_seen_on_its_way_is_never_uncertain),
        WITH(what_was_seen_in_one_attempt_says_nothing_of_the_next),
        WITH(a_mail_of_no_draft_is_seen_and_forgotten),
        WITH(what_is_sent_once_more_keeps_its_message_id),
        WITH(an_answer_that_was_sent_withdraws_what_doesnt_know_it),
        WITH(the_audit_has_each_step_and_no_word_of_the_text),
    };
    return cmocka_run_group_tests_name("store: draft", tests, NULL, NULL);
}
