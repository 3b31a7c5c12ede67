/* Tickets that are overdue: who is told, and how often, whatever the ticket's mails and answers do
 * to the moment when it is due. */
#include "store_case.h"

#include "base/error.h"
#include "store/remind.h"
#include "store/ticket.h"

static const char *const names[] = { "oncall", "lead", NULL };

/* A mail that makes its ticket due after so long; a reminder comes with it. */
static void hear(StoreCase *c, const char *message_id, gint64 within, gint64 now)
{
    bool first = case_number(c, "SELECT count(*) FROM ticket") == 0;
    g_autoptr(GPtrArray) jobs = g_ptr_array_new();
    const JobWish wish = { .kind = "remind" };
    const Given given = { .from = "ann@example.org",
                          .message_id = message_id,
                          .priority = "medium",
                          .ticket = first ? PLAN_TICKET_NEW : PLAN_TICKET_FOLLOW_UP,
                          .thread = first ? 0 : 1,
                          .answer_within = within * 1000,
                          .now = now,
                          .jobs = jobs };
    g_ptr_array_add(jobs, (gpointer)&wish);
    receipt_free(case_record(c, &given));
}

/* Carries out the next reminder that is due; false if none is. */
static bool remind(StoreCase *c, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Job) job = store_job_take(c->store, "one", now, &error);
    if (job == NULL)
        return false;
    assert_string_equal(job->kind, "remind");
    if (!store_ticket_remind(c->store, job, names, now, &error))
        fail_msg("%s", error->message);
    return true;
}

static void assert_jobs(StoreCase *c, const char *expected)
{
    g_autofree char *jobs = case_text(
        c, "SELECT coalesce(group_concat(kind || ' ' || argument || ' ' || due, ', '), '')"
           " FROM (SELECT * FROM job ORDER BY id)");
    assert_string_equal(jobs, expected);
}

static void what_is_overdue_is_told_once_to_each(void **state)
{
    StoreCase *c = *state;
    hear(c, "a@x", HOUR, NOON);
    assert_true(remind(c, NOON));
    assert_jobs(c, "remind  1800003600");
    assert_false(remind(c, NOON + HOUR - 1));
    assert_true(remind(c, NOON + HOUR));
    assert_jobs(c, "notify oncall 1800003600 1800003600, notify lead 1800003600 1800003600");
    g_autofree char *audit = case_text(c, "SELECT by || verb || after || at FROM audit");
    assert_string_equal(audit, "overdue{\"due\":1800003600}1800003600");
    assert_int_equal(case_number(c, "SELECT count(DISTINCT decision) FROM job"), 1);
}

static void what_was_answered_is_told_to_nobody(void **state)
{
    StoreCase *c = *state;
    const Given answer = { .from = "support@example.com",
                           .message_id = "b@x",
                           .thread = 1,
                           .now = NOON + 60,
                           .outgoing = true };
    hear(c, "a@x", HOUR, NOON);
    assert_true(remind(c, NOON));
    receipt_free(case_record(c, &answer));
    assert_true(remind(c, NOON + HOUR));
    assert_jobs(c, "");
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit"), 0);
}

static void what_was_closed_is_told_to_nobody(void **state)
{
    StoreCase *c = *state;
    hear(c, "a@x", HOUR, NOON);
    assert_true(store_ticket_close(c->store, "SUP-1001", "ann", NOON + 1, NULL));
    assert_true(remind(c, NOON + HOUR));
    assert_jobs(c, "");
}

static void a_later_mail_can_make_it_due_earlier(void **state)
{
    StoreCase *c = *state;
    hear(c, "a@x", 4 * HOUR, NOON);
    assert_true(remind(c, NOON));
    hear(c, "b@x", HOUR, NOON + 60);
    assert_true(remind(c, NOON + 60));
    assert_jobs(c, "remind  1800003660"); /* one for both */
    assert_true(remind(c, NOON + 60 + HOUR));
    assert_int_equal(case_number(c, "SELECT count(*) FROM job WHERE kind = 'notify'"), 2);
}

static void many_mails_and_reminders_tell_once(void **state)
{
    StoreCase *c = *state;
    hear(c, "a@x", HOUR, NOON);
    hear(c, "b@x", HOUR, NOON + HOUR);
    assert_true(remind(c, NOON + HOUR));
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db, "DELETE FROM job WHERE kind = 'notify'", NULL));
    assert_true(remind(c, NOON + HOUR));
    assert_jobs(c, "");
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit WHERE verb = 'overdue'"), 1);
}

static void the_next_time_is_another_time(void **state)
{
    StoreCase *c = *state;
    const Given answer = { .from = "support@example.com",
                           .message_id = "b@x",
                           .thread = 1,
                           .now = NOON + 2 * HOUR,
                           .outgoing = true };
    hear(c, "a@x", HOUR, NOON);
    assert_true(remind(c, NOON + HOUR));
    receipt_free(case_record(c, &answer));
    hear(c, "c@x", HOUR, NOON + 3 * HOUR);
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db, "DELETE FROM job WHERE kind = 'notify'", NULL));
    assert_true(remind(c, NOON + 4 * HOUR));
    assert_jobs(c, "notify oncall 1800014400 1800014400, notify lead 1800014400 1800014400");
}

static void who_has_lost_the_job_tells_nobody(void **state)
{
    StoreCase *c = *state;
    hear(c, "a@x", HOUR, NOON);
    g_autoptr(Job) lost = store_job_take(c->store, "one", NOON, NULL);
    g_autoptr(Job) found = store_job_take(c->store, "two", NOON + HOUR, NULL);
    g_autoptr(GError) error = NULL;
    assert_non_null(found);
    assert_false(store_ticket_remind(c->store, lost, names, NOON + HOUR, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    assert_jobs(c, "remind  1800000000");
}

static void lists_say_what_is_overdue(void **state)
{
    StoreCase *c = *state;
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    hear(c, "a@x", HOUR, now - 2 * HOUR);
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    static const struct {
        const char *change, *flag;
    } rows[] = {
        { "UPDATE decision SET marked = 'unmarked'", "unmarked, overdue" },
        { "UPDATE decision SET marked = 'marked'", "overdue" },
        { "UPDATE ticket SET status = 'open'", "overdue" },
        { "UPDATE ticket SET status = 'waiting'", "" },
        { "UPDATE ticket SET status = 'new', due = due + 7200", "" },
        { "UPDATE ticket SET due = 0", "" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_true(sqlite_run(db, rows[i].change, NULL));
        g_autoptr(Ticket) listed = case_ticket(c->store, "SUP-1001");
        g_autoptr(Ticket) one = store_ticket(c->store, "SUP-1001", NULL);
        g_autoptr(cJSON) json = store_ticket_json(c->store, "SUP-1001", NULL);
        assert_string_equal(listed->flag, rows[i].flag);
        assert_string_equal(one->flag, rows[i].flag);
        assert_string_equal(cJSON_GetObjectItem(json, "flag")->valuestring, rows[i].flag);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_overdue_is_told_once_to_each), TEST(what_was_answered_is_told_to_nobody),
        TEST(what_was_closed_is_told_to_nobody),    TEST(a_later_mail_can_make_it_due_earlier),
        TEST(many_mails_and_reminders_tell_once),   TEST(the_next_time_is_another_time),
        TEST(who_has_lost_the_job_tells_nobody),    TEST(lists_say_what_is_overdue),
    };
    return cmocka_run_group_tests_name("store: remind", tests, NULL, NULL);
}
