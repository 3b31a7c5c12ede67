/* The gate, cell by cell: every kind of mail, with and without what skips it, for every match. */
#include "pipeline/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    AutomaticKind kind;
    bool skip, spam, proven;
    Protection protection;
    CustomerMatch match;
} Cell;

/* What the rows of the gate's contract say, the first that fits. */
static Gate expected(const Cell *cell)
{
    bool known = cell->match == MATCH_EXACT || cell->match == MATCH_DOMAIN;
    bool contact = cell->match == MATCH_EXACT && cell->proven;
    const char *kind = automatic_kind_name(cell->kind);
    const struct {
        bool fits;
        Gate gate;
    } rows[] = {
        { cell->skip, { false, false, STATUS_SKIPPED, kind, NULL } },
        { cell->spam && !contact, { false, false, STATUS_SKIPPED, "spam", NULL } },
        { cell->kind != AUTOMATIC_NONE && known, { false, true, STATUS_FALLBACK, kind, NULL } },
        { cell->kind != AUTOMATIC_NONE, { false, false, STATUS_FALLBACK, kind, NULL } },
        { cell->spam, { false, true, STATUS_FALLBACK, "spam", "marked as spam" } },
        { cell->protection != PROTECTED_NONE, { false, true, STATUS_FALLBACK, "protected", NULL } },
        { true, { true, true, STATUS_LLM, "", NULL } },
    };
    gsize row = 0;
    while (!rows[row].fits)
        row++;
    return rows[row].gate;
}

static void assert_cell(const Cell *cell)
{
    const Customer customer = { .match = cell->match };
    MailAddress from = { .address = (char *)"ann@example.com" };
    const Message message = { .from = &from,
                              .person = &from,
                              .authentication = { .proven = cell->proven },
                              .automatic = { .kind = cell->kind, .skip = cell->skip },
                              .spam = cell->spam,
                              .protection = cell->protection,
                              .encrypted = cell->protection != PROTECTED_NONE };
    Gate gate = gate_judge(&message, &customer);
    Gate wanted = expected(cell);
    if (gate.ask != wanted.ask || gate.ticket != wanted.ticket || gate.status != wanted.status)
        fail_msg("kind %s, skip %d, spam %d, protection %d, match %s: ask %d, ticket %d, status %s",
                 automatic_kind_name(cell->kind), cell->skip, cell->spam, (int)cell->protection,
                 customer_match_name(cell->match), gate.ask, gate.ticket, status_name(gate.status));
    assert_string_equal(gate.why, wanted.why);
    assert_string_equal(gate.review ? gate.review : "", wanted.review ? wanted.review : "");
}

static void every_cell_is_as_the_table_says(void **state)
{
    guint asked = 0;
    (void)state;
    for (guint bits = 0; bits < 9 * 4 * 4 * 4 * 2; bits++) {
        Cell cell = { .kind = bits % 9,
                      .skip = bits / 9 % 2,
                      .spam = bits / 18 % 2,
                      .protection = bits / 36 % 4,
                      .match = bits / 144 % 4,
                      .proven = bits / 576 % 2 };
        asked += expected(&cell).ask;
        assert_cell(&cell);
    }
    assert_int_equal(asked, 2 * 4); /* a person's open mail, whoever they are */
}

/* Some cells in words, so that a mistake in the table above is seen as well. */
static void money_is_spent_on_people_alone(void **state)
{
    (void)state;
    const Customer stranger = { .match = MATCH_NONE }, customer = { .match = MATCH_DOMAIN };
    MailAddress ann = { .address = (char *)"ann@example.com" };
    const Message person = { .automatic = { .kind = AUTOMATIC_NONE },
                             .from = &ann,
                             .person = &ann };
    const Message spam = { .spam = true };
    const Message away = { .automatic = { .kind = AUTOMATIC_AUTO_REPLY, .skip = true } };
    const Message monitor = { .automatic = { .kind = AUTOMATIC_AUTO_GENERATED } };
    const Message invitation = { .automatic = { .kind = AUTOMATIC_CALENDAR } };
    const Message sealed = { .protection = PROTECTED_PGP, .encrypted = true };

    assert_true(gate_judge(&person, &stranger).ask);
    assert_false(gate_judge(&spam, &customer).ask);
    assert_false(gate_judge(&spam, &customer).ticket);
    assert_false(gate_judge(&away, &customer).ticket);
    assert_string_equal(gate_judge(&away, &customer).why, "auto-reply");
    assert_false(gate_judge(&monitor, &customer).ask);
    assert_true(gate_judge(&monitor, &customer).ticket);
    assert_false(gate_judge(&monitor, &stranger).ticket);
    assert_false(gate_judge(&invitation, &customer).ask);
    assert_true(gate_judge(&invitation, &customer).ticket);
    assert_false(gate_judge(&sealed, &stranger).ask);
    assert_true(gate_judge(&sealed, &stranger).ticket);
}

static void a_spam_mark_silences_no_proven_contact(void **state)
{
    (void)state;
    MailAddress ann = { .address = (char *)"ann@example.com" };
    MailAddress bob = { .address = (char *)"bob@example.com" };
    const Customer contact = { .match = MATCH_EXACT }, colleague = { .match = MATCH_DOMAIN };
    const Message proven = {
        .from = &ann, .person = &ann, .spam = true, .authentication = { .proven = true }
    };
    const Message forged = { .from = &ann, .person = &ann, .spam = true };
    const Message answered_elsewhere = {
        .from = &ann, .person = &bob, .spam = true, .authentication = { .proven = true }
    };
    Gate gate = gate_judge(&proven, &contact);

    assert_false(gate.ask);
    assert_true(gate.ticket);
    assert_int_equal(gate.status, STATUS_FALLBACK);
    assert_string_equal(gate.review, "marked as spam");
    assert_false(gate_judge(&proven, &colleague).ticket);
    assert_false(gate_judge(&forged, &contact).ticket);
    assert_false(gate_judge(&answered_elsewhere, &contact).ticket);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_the_table_says),
        cmocka_unit_test(money_is_spent_on_people_alone),
        cmocka_unit_test(a_spam_mark_silences_no_proven_contact),
    };
    return cmocka_run_group_tests_name("pipeline: gate", tests, NULL, NULL);
}
