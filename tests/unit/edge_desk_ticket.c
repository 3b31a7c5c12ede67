/* Verbs about tickets and jobs: who may, what is refused, and that then nothing has changed. */
#include "desk_case.h"

#include "desk/draft.h"
#include "desk/job.h"
#include "desk/ticket.h"

static bool do_correct(const Desk *desk, GError **error)
{
    return desk_ticket_correct(desk, "SUP-1001", (const char *const[]){ "priority=high", NULL },
                               error);
}

static bool do_assign(const Desk *desk, GError **error)
{
    return desk_ticket_assign(desk, "SUP-1001", "bea", error);
}

static bool do_note(const Desk *desk, GError **error)
{
    return desk_ticket_note(desk, "SUP-1001", "She called.", error);
}

static bool do_close(const Desk *desk, GError **error)
{
    return desk_ticket_close(desk, "SUP-1001", error);
}

static bool do_reopen(const Desk *desk, GError **error)
{
    return desk_ticket_reopen(desk, "SUP-1001", error);
}

static bool do_retry(const Desk *desk, GError **error)
{
    return desk_job_retry(desk, 1, error);
}

static bool do_drop(const Desk *desk, GError **error)
{
    return desk_job_drop(desk, 1, error);
}

static bool do_view(const Desk *desk, GError **error)
{
    g_autoptr(DraftView) view = desk_draft_view(desk, 1, error);
    return view != NULL;
}

static bool do_edit(const Desk *desk, GError **error)
{
    g_autoptr(Draft) draft = store_draft(desk->store, 1, NULL);
    return desk_draft_edit(desk, 1, draft->version, "Hello Ann.\n", error);
}

static bool do_approve(const Desk *desk, GError **error)
{
    const Desk inside = { desk->site, desk->store, { "inside", true }, desk->now };
    g_autoptr(DraftView) view = desk_draft_view(&inside, 1, NULL);
    const Consent consent = { view->code, "all", "ann@example.org" };
    return desk_draft_approve(desk, 1, &consent, error);
}

static bool do_reject(const Desk *desk, GError **error)
{
    return desk_draft_reject(desk, 1, "no", error);
}

/* In an order that leaves each of them something to do. */
static const struct {
    const char *name;
    bool (*run)(const Desk *desk, GError **error);
} verbs[] = {
    { "correct", do_correct }, { "assign", do_assign }, { "note", do_note },
    { "view", do_view },       { "edit", do_edit },     { "approve", do_approve },
    { "retry", do_retry },     { "drop", do_drop },     { "reject", do_reject },
    { "close", do_close },     { "reopen", do_reopen },
};

static void everybody_is_asked_whether_they_may(void **state)
{
    static const struct {
        const char *name;
        bool local, may;
    } actors[] = {
        { "bea", false, true },      { "cleo@example.com", false, true }, { "root", true, true },
        { "mallory", false, false }, { "bea@example.org", false, false }, { "", false, false },
    };
    StoreCase *c = *state;
    g_auto(DeskCase) d = { 0 };
    desk_case_fill(&d, c);
    case_first_draft(c);
    for (gsize actor = 0; actor < G_N_ELEMENTS(actors); actor++) {
        const Desk desk = desk_of(&d, c, actors[actor].name, actors[actor].local);
        case_change(c, "UPDATE draft SET state = 'waiting'; DELETE FROM job;"
                       "INSERT INTO job (id, kind, ticket, draft, mailbox, argument, created, due)"
                       " VALUES (1, 'send', 1, 1, 'support', '', 0, 0)");
        for (gsize verb = 0; verb < G_N_ELEMENTS(verbs); verb++) {
            g_autoptr(GError) error = NULL;
            gint64 audits = case_number(c, "SELECT count(*) FROM audit");
            if (verbs[verb].run(&desk, &error) != actors[actor].may)
                fail_msg("%s by %s: %s", verbs[verb].name, actors[actor].name,
                         error != NULL ? error->message : "was done");
            if (actors[actor].may)
                continue;
            assert_non_null(strstr(error->message, "is neither an agent of mailbox 'support'"));
            assert_int_equal(case_number(c, "SELECT count(*) FROM audit"), audits);
        }
    }
}

static void the_audit_names_the_actor(void **state)
{
    StoreCase *c = *state;
    g_auto(DeskCase) d = { 0 };
    desk_case_fill(&d, c);
    const Desk desk = desk_of(&d, c, "bea", false);
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    assert_true(do_assign(&desk, NULL) && do_note(&desk, NULL) && do_close(&desk, NULL));
    g_autofree char *by = case_text(c, "SELECT group_concat(DISTINCT by || ' ' || at) FROM audit");
    assert_string_equal(by, "bea 1800003600");
}

static void a_ticket_goes_to_the_mailboxs_people_alone(void **state)
{
    static const struct {
        const char *to;
        bool may;
    } rows[] = { { "bea", true },  { "cleo@example.com", true }, { "", true },
                 { "Bea", false }, { "mallory", false },         { "none", false } };
    StoreCase *c = *state;
    g_auto(DeskCase) d = { 0 };
    desk_case_fill(&d, c);
    const Desk desk = desk_of(&d, c, "root", true);
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        assert_int_equal(desk_ticket_assign(&desk, "SUP-1001", rows[i].to, &error), rows[i].may);
        if (!rows[i].may)
            assert_non_null(strstr(error->message, "of mailbox 'support': bea, cleo@example.com"));
    }
    d.mailbox.name = (char *)"sales";
    g_autoptr(GError) error = NULL;
    assert_false(desk_ticket_assign(&desk, "SUP-1001", "bea", &error));
    assert_string_equal(error->message, "mailbox 'support' is not in the configuration any more");
}

static void a_note_is_bounded_text(void **state)
{
    StoreCase *c = *state;
    g_auto(DeskCase) d = { 0 };
    desk_case_fill(&d, c);
    const Desk desk = desk_of(&d, c, "root", true);
    g_autofree char *longest = g_strnfill(NOTE_TEXT_MAX, 'x');
    g_autofree char *too_long = g_strnfill(NOTE_TEXT_MAX + 1, 'x');
    const struct {
        const char *text, *fault;
    } rows[] = { { longest, NULL },
                 { too_long, "the note has 16385 bytes" },
                 { "", "the note is empty" },
                 { " \n\t", "the note is empty" },
                 { "bad \xff byte", "the note is not UTF-8 at byte 4" } };
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        assert_int_equal(desk_ticket_note(&desk, "SUP-1001", rows[i].text, &error),
                         rows[i].fault == NULL);
        if (rows[i].fault != NULL && !g_str_has_prefix(error->message, rows[i].fault))
            fail_msg("%s", error->message);
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM note"), 1);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(everybody_is_asked_whether_they_may),
        WITH(the_audit_names_the_actor),
        WITH(a_ticket_goes_to_the_mailboxs_people_alone),
        WITH(a_note_is_bounded_text),
    };
    return cmocka_run_group_tests_name("desk: tickets and jobs", tests, NULL, NULL);
}
