/* What is left of drafts and notes: after their time, of a person who is forgotten, in numbers and
 * in the ticket. */
#include "store_draft_case.h"

#include "base/json.h"
#include "store/ticket.h"

/* Ticket 1 of Ann's with an edited draft 1 and a note, ticket 2 of Bob's with a draft for Ann. */
static void fill(StoreCase *c)
{
    case_first_draft(c);
    const DraftEdit edit = {
        .version = 1, .by = "cleo@example.com", .text = "Hello dear Ann.", .marks = "[]"
    };
    assert_true(store_draft_edit(c->store, 1, &edit, NOON, NULL));
    assert_true(
        store_ticket_note(c->store, "SUP-1001", "cleo@example.com", "Ann is right.", NOON, NULL));
    receipt_free(case_record(c, &(Given){ .from = "bob@example.org",
                                          .message_id = "b@example.org",
                                          .ticket = PLAN_TICKET_NEW }));
    case_draft(c, 2, 2);
    case_change(c, "INSERT INTO acknowledgement (address, at) VALUES"
                   " ('ann@example.org', 1800000000), ('bob@example.org', 1800000000)");
}

static void forget(StoreCase *c, const char *address)
{
    Forgotten forgotten;
    g_autoptr(GError) error = NULL;
    if (!store_forget(c->store, address, false, NOON + DAY, &forgotten, &error))
        fail_msg("%s", error->message);
    g_free(forgotten.report);
}

static void assert_rows(StoreCase *c, const char *sql, gint64 count)
{
    if (case_number(c, sql) != count)
        fail_msg("%s gives %" G_GINT64_FORMAT, sql, case_number(c, sql));
}

static void a_forgotten_person_is_in_no_draft_and_no_note(void **state)
{
    StoreCase *c = *state;
    fill(c);
    forget(c, "ann@example.org");
    for (gint64 id = 1; id <= 2; id++) {
        g_autoptr(Draft) draft = store_draft(c->store, id, NULL);
        assert_string_equal(draft_state_name(draft->state), "withdrawn");
        assert_string_equal(draft->text, "");
        assert_string_equal(draft->subject, "");
        assert_int_equal(draft->to->len, 0);
    }
    assert_rows(c, "SELECT count(*) FROM draft_version WHERE text <> ''", 0);
    assert_rows(c, "SELECT count(*) FROM draft_version WHERE by = 'cleo@example.com'", 1);
    assert_rows(c, "SELECT count(*) FROM note WHERE text <> ''", 0);
    assert_rows(c, "SELECT count(*) FROM acknowledgement WHERE address = 'ann@example.org'", 0);
    assert_rows(c, "SELECT count(*) FROM acknowledgement", 1);
    assert_rows(c, "SELECT count(*) FROM audit WHERE verb = 'draft edit'", 1);
}

static void what_is_no_business_of_the_forgotten_stays(void **state)
{
    StoreCase *c = *state;
    fill(c);
    forget(c, "bob@example.org");
    g_autoptr(Draft) anns = store_draft(c->store, 1, NULL);
    g_autoptr(Draft) bobs = store_draft(c->store, 2, NULL);
    assert_string_equal(anns->text, "Hello dear Ann.");
    assert_string_equal(draft_state_name(anns->state), "waiting");
    assert_string_equal(bobs->text, "");
    assert_rows(c, "SELECT count(*) FROM note WHERE text <> ''", 1);
}

static void a_forgotten_agent_leaves_a_pseudonym(void **state)
{
    StoreCase *c = *state;
    fill(c);
    assert_true(store_ticket_assign(c->store, "SUP-1001", "bea", "cleo@example.com", NOON, NULL));
    assert_true(case_approve(c->store, 1, "cleo@example.com", NULL));
    case_change(c, "UPDATE job SET error = '550 <cleo@example.com> is no user'");
    forget(c, "cleo@example.com");
    assert_rows(c,
                "SELECT count(*) FROM (SELECT by FROM draft_version UNION ALL SELECT by FROM note"
                " UNION ALL SELECT approved_by FROM draft UNION ALL SELECT by FROM audit"
                " UNION ALL SELECT after FROM audit UNION ALL SELECT error FROM job)"
                " WHERE instr(by, 'cleo')",
                0);
    assert_rows(c, "SELECT count(*) FROM note WHERE by LIKE 'forgotten-%' AND text = ''", 1);
    assert_rows(c, "SELECT count(*) FROM draft WHERE approved_by LIKE 'forgotten-%'", 1);
}

/* As many runs as it takes. */
static void retain(StoreCase *c, gint64 text_before, gint64 decisions_before)
{
    const Retention retention = { .now = NOON,
                                  .text_before = text_before,
                                  .before = decisions_before };
    Retained retained;
    g_autoptr(GError) error = NULL;
    do {
        if (!store_retain(c->store, &retention, &retained, &error))
            fail_msg("%s", error->message);
    } while (retained.rows > 0);
}

static void text_goes_with_that_of_the_mails(void **state)
{
    StoreCase *c = *state;
    fill(c);
    assert_true(case_approve(c->store, 2, "bea", NULL));
    case_change(c, "UPDATE draft SET state = 'sent' WHERE id = 2");
    retain(c, NOON, 0);
    assert_rows(c, "SELECT count(*) FROM draft WHERE text <> ''", 2);
    retain(c, NOON + 1, 0);
    assert_rows(c, "SELECT count(*) FROM draft WHERE text <> '' OR subject <> ''", 0);
    assert_rows(c, "SELECT count(*) FROM draft_version WHERE text <> ''", 0);
    assert_rows(c, "SELECT count(*) FROM draft_version", 3);
    assert_rows(c, "SELECT count(*) FROM acknowledgement", 0);
    case_assert_state(c, 1, "withdrawn");
    case_assert_state(c, 2, "sent");
}

static void a_draft_goes_with_its_ticket(void **state)
{
    StoreCase *c = *state;
    fill(c);
    retain(c, NOON + 1, NOON + 1);
    assert_rows(c, "SELECT count(*) FROM ticket", 0);
    assert_rows(c, "SELECT count(*) FROM draft", 0);
    assert_rows(c, "SELECT count(*) FROM draft_version", 0);
    assert_rows(c, "SELECT count(*) FROM note", 0);
    assert_true(store_check(c->store, NULL));
}

/* Of ten on one topic: four sent as they were, two edited, one rejected, the rest undecided. */
static void numbers_tell_which_topic_can_be_trusted(void **state)
{
    static const struct {
        const char *path;
        double number;
    } rows[] = {
        { "drafts.total", 10 },
        { "drafts.by_state.waiting", 3 },
        { "drafts.by_state.rejected", 1 },
        { "drafts.decided.technical", 7 },
        { "drafts.unedited.technical", 4.0 / 7 },
        { "drafts.rejected.technical", 1.0 / 7 },
        { "drafts.similarity.technical", (4 + 2 * 0.4) / 6 },
    };
    StoreCase *c = *state;
    case_first_draft(c);
    for (int i = 1; i < 10; i++)
        case_draft(c, 1, 1);
    case_change(c, "UPDATE draft SET state = 'waiting';"
                   "UPDATE draft SET state = 'sent', approved_at = 1, similarity = 1 WHERE id <= 6;"
                   "UPDATE draft SET similarity = 0.4 WHERE id IN (5, 6);"
                   "INSERT INTO draft_version (draft, by, text, at) VALUES (5, 'a', 'b', 1),"
                   " (6, 'a', 'b', 1);"
                   "UPDATE draft SET state = 'rejected' WHERE id = 7");
    g_autoptr(cJSON) stats = store_stats(c->store, NOON, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const cJSON *number = json_at(stats, rows[i].path);
        if (number == NULL || ABS(number->valuedouble - rows[i].number) > 1e-9)
            fail_msg("%s is %g", rows[i].path, number != NULL ? number->valuedouble : -1.0);
    }
    g_autoptr(cJSON) later = store_stats(c->store, NOON + 1, NULL);
    assert_null(json_at(later, "drafts.decided"));
}

static void the_ticket_shows_drafts_and_notes(void **state)
{
    static const struct {
        const char *path, *text;
    } rows[] = {
        { "drafts.0.state", "waiting" },
        { "drafts.0.text", "Hello dear Ann." },
        { "drafts.0.to.0.address", "ann@example.org" },
        { "drafts.0.versions.0.by", "haiku" },
        { "drafts.0.versions.0.text", DRAFTED },
        { "drafts.0.versions.1.by", "cleo@example.com" },
        { "notes.0.text", "Ann is right." },
        { "notes.0.by", "cleo@example.com" },
    };
    StoreCase *c = *state;
    fill(c);
    g_autoptr(cJSON) ticket = store_ticket_json(c->store, "SUP-1001", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *text = json_text_at(ticket, rows[i].path);
        if (g_strcmp0(text, rows[i].text) != 0)
            fail_msg("%s is '%s'", rows[i].path, text);
    }
    forget(c, "ann@example.org");
    g_autoptr(cJSON) forgotten = store_ticket_json(c->store, "SUP-1001", NULL);
    assert_string_equal(json_text_at(forgotten, "drafts.0.text"), "");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_forgotten_person_is_in_no_draft_and_no_note),
        WITH(what_is_no_business_of_the_forgotten_stays),
        WITH(a_forgotten_agent_leaves_a_pseudonym),
        WITH(text_goes_with_that_of_the_mails),
        WITH(a_draft_goes_with_its_ticket),
        WITH(numbers_tell_which_topic_can_be_trusted),
        WITH(the_ticket_shows_drafts_and_notes),
    };
    return cmocka_run_group_tests_name("store: what is left of drafts", tests, NULL, NULL);
}
