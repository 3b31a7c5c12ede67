/* The verbs about drafts: nothing goes out that the person hasn't seen exactly so, whose marks they
 * haven't confirmed, or to whom they don't mean. */
#include "desk_case.h"

#include "base/json.h"
#include "desk/draft.h"

#define CONFIRMABLE                                                                                \
    "[{\"kind\":\"number\",\"start\":0,\"length\":4,\"text\":\"4711\",\"why\":\"in no source\"}]"
#define HIDDEN                                                                                     \
    "[{\"kind\":\"hidden\",\"start\":0,\"length\":3,\"text\":\"\",\"why\":\"nobody sees it\"}]"
#define FROM_ELSEWHERE "[{\"kind\":\"telepathy\",\"start\":0,\"length\":0}]"

typedef struct {
    DeskCase desk_case;
    Desk desk;
} Scene;

/* Draft 1 that waits, for a mail that nothing proves or everything. */
static void scene_fill(Scene *s, StoreCase *c, bool proven)
{
    desk_case_fill(&s->desk_case, c);
    s->desk = desk_of(&s->desk_case, c, "bea", false);
    case_first_draft(c);
    if (proven)
        case_change(c, "UPDATE message SET headers ="
                       " json_set(headers, '$.authentication.proven', json('true'))");
}

static void scene_clear(Scene *s)
{
    desk_case_clear(&s->desk_case);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

static bool approve(const Scene *s, const char *confirm, const char *to, GError **error)
{
    g_autoptr(DraftView) view = desk_draft_view(&s->desk, 1, NULL);
    const Consent consent = { view->code, confirm, to };
    return desk_draft_approve(&s->desk, 1, &consent, error);
}

static void set_marks(StoreCase *c, const char *marks)
{
    g_autofree char *sql = g_strdup_printf("UPDATE draft SET marks = '%s'", marks);
    case_change(c, sql);
}

/* ── what is seen ── */

/* Of what would go out, or of what was shown with it. */
static void every_change_gives_another_code(void **state)
{
    static const char *const changes[] = {
        "UPDATE draft SET text = text || 'x'",
        "UPDATE draft SET subject = subject || ' '",
        "UPDATE draft SET thread = thread + 1",
        "UPDATE draft SET recipients = json_set(recipients, '$.to[0].address', 'eve@example.org')",
        "UPDATE draft SET recipients = json_set(recipients, '$.to[0].name', 'Eve')",
        "UPDATE draft SET recipients = json_set(recipients, '$.cc', recipients -> '$.to')",
        "UPDATE draft SET marks = '" CONFIRMABLE "'",
        "UPDATE draft SET state = 'failed'",
        "UPDATE draft SET state = 'uncertain'",
        "UPDATE message SET text = text || ' Or is it?'",
        "UPDATE message SET headers = json_set(headers, '$.person.name', 'Eve')",
        "UPDATE message SET headers = json_set(headers, '$.date', 86400)",
        "UPDATE message SET headers = json_set(headers, '$.references', json_array('x@y'))",
        "UPDATE message SET headers = json_set(headers, '$.message_id', 'other@example.org')",
        "UPDATE draft SET message = NULL",
        "UPDATE property SET value = 'another store' WHERE name = 'secret'",
    };
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    g_autoptr(GHashTable) codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i <= G_N_ELEMENTS(changes); i++) {
        g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
        assert_int_equal(view->mails->len, 1);
        if (!g_hash_table_add(codes, g_strdup(view->code)))
            fail_msg("the same after: %s", i > 0 ? changes[i - 1] : "nothing");
        if (i < G_N_ELEMENTS(changes))
            case_change(c, changes[i]);
    }
}

static void another_configuration_gives_another_code(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    MailAddress *const plain = s.desk_case.mailbox.identity;
    MailAddress renamed = { .address = plain->address, .name = (char *)"Sales" };
    char *no_languages[] = { NULL }, *german[] = { (char *)"de", NULL };
    const Brand signed_by = { .languages = no_languages, .signature = (char *)"Acme" },
                other = { .languages = no_languages, .signature = (char *)"Acme Ltd" },
                speaks = { .languages = german, .signature = (char *)"Acme Ltd" };
    const struct {
        MailAddress *identity;
        const Brand *look;
    } rows[] = {
        { plain, NULL },   { &renamed, NULL }, { plain, &signed_by },
        { plain, &other }, { plain, &speaks },
    };
    g_autoptr(GHashTable) codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        s.desk_case.mailbox.identity = rows[i].identity;
        s.desk_case.mailbox.look = rows[i].look;
        g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
        assert_true(g_hash_table_add(codes, g_strdup(view->code)));
    }
    s.desk_case.mailbox.identity = plain;
    s.desk_case.mailbox.look = NULL;
}

static void a_code_stays_while_nothing_changes_and_is_six_characters(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    const Desk other = desk_of(&s.desk_case, c, "cleo@example.com", false);
    g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
    g_autoptr(DraftView) again = desk_draft_view(&other, 1, NULL);
    assert_string_equal(view->code, again->code);
    assert_true(g_regex_match_simple("^[0-9A-HJKMNP-TV-Z]{6}$", view->code, 0, 0));
}

static void only_what_can_be_approved_has_a_code(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    for (int i = 0; i < DRAFT_STATES; i++) {
        DraftState draft_state = (DraftState)i;
        g_autofree char *sql =
            g_strdup_printf("UPDATE draft SET state = '%s'", draft_state_name(draft_state));
        case_change(c, sql);
        g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
        bool open = draft_state == DRAFT_WAITING || draft_state == DRAFT_FAILED ||
                    draft_state == DRAFT_UNCERTAIN;
        assert_int_equal(view->code[0] != '\0', open);
    }
}

static void recipients_are_proven_by_a_proven_mail_that_names_them(void **state)
{
    static const struct {
        const char *sql;
        bool proven;
    } rows[] = {
        { "UPDATE draft SET state = state", true },
        { "UPDATE draft SET recipients = json_set(recipients, '$.cc[0]',"
          " json('{\"name\":\"\",\"address\":\"support@example.com\"}'))",
          true },
        { "UPDATE draft SET recipients = json_set(recipients, '$.cc[0].address',"
          " 'eve@example.net')",
          false },
        { "UPDATE draft SET recipients = json_remove(recipients, '$.cc[0]'), message = NULL",
          false },
        { "UPDATE draft SET message = 1;"
          "UPDATE message SET headers = json_set(headers, '$.from.address', 'eve@example.org')",
          false },
        { "UPDATE message SET headers = '{}'", false },
    };
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        case_change(c, rows[i].sql);
        g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
        if (view->proven != rows[i].proven)
            fail_msg("%s", rows[i].sql);
    }
}

static void a_ticket_names_the_one_draft_that_waits(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    assert_int_equal(desk_draft_id(&s.desk, "7", NULL), 7);
    assert_int_equal(desk_draft_id(&s.desk, "SUP-1001", NULL), 1);
    g_autoptr(GError) error = NULL;
    assert_int_equal(desk_draft_id(&s.desk, "SUP-9", &error), 0);
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    g_clear_error(&error);
    assert_true(desk_draft_reject(&s.desk, 1, "no", NULL));
    assert_int_equal(desk_draft_id(&s.desk, "SUP-1001", &error), 0);
    assert_string_equal(error->message, "no draft of SUP-1001 waits; name it by its number");
}

/* ── edit ── */

static gint64 version_of(const Scene *s)
{
    g_autoptr(Draft) draft = store_draft(s->desk.store, 1, NULL);
    return draft->version;
}

static bool has_mark(const char *marks, const char *kind, const char *text)
{
    g_autoptr(cJSON) list = json_parse(marks, strlen(marks), NULL);
    const cJSON *mark;
    cJSON_ArrayForEach(mark, list)
    {
        if (g_strcmp0(json_text_at(mark, "kind"), kind) == 0 &&
            (text == NULL || g_strcmp0(json_text_at(mark, "text"), text) == 0))
            return true;
    }
    return false;
}

static void an_edit_is_checked_and_compared_anew(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    assert_true(desk_draft_edit(&s.desk, 1, version_of(&s),
                                "Hello Ann,\r\nwe have mended order 4711-0815.\r\n", NULL));
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->text, "Hello Ann,\nwe have mended order 4711-0815.\n");
    assert_true(has_mark(draft->marks, "number", NULL));
    assert_true(draft->similarity > 0.5 && draft->similarity < 1);
    g_autofree char *by = case_text(c, "SELECT by FROM draft_version ORDER BY id DESC LIMIT 1");
    assert_string_equal(by, "bea");
}

static void what_a_source_has_is_no_mark_unless_it_is_for_others(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    case_change(c, "UPDATE draft SET sources ="
                   " '[{\"kind\":\"knowledge\",\"name\":\"a.md\",\"text\":\"It costs 4711.\"},"
                   "{\"kind\":\"example\",\"text\":\"Order 98431 is lost.\"}]'");
    assert_true(
        desk_draft_edit(&s.desk, 1, version_of(&s), "It is 4711, and order 98431.\n", NULL));
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_false(has_mark(draft->marks, "number", "4711"));
    assert_true(has_mark(draft->marks, "foreign", "98431"));
}

/* Has this link, the only one, a mark that can't be confirmed in a mailbox of this brand? */
static bool is_barred(Scene *s, const Brand *brand, const char *link)
{
    g_autofree char *text = g_strdup_printf("See %s\n", link);
    s->desk_case.mailbox.look = brand;
    assert_true(desk_draft_edit(&s->desk, 1, version_of(s), text, NULL));
    g_autoptr(Draft) draft = store_draft(s->desk.store, 1, NULL);
    assert_true(has_mark(draft->marks, "link", NULL));
    return strstr(draft->marks, "\"must_edit\":true") != NULL;
}

static void links_lead_to_the_house_and_to_its_brands_domains(void **state)
{
    static const struct {
        const char *link;
        bool bare, branded; /* barred without and with the brand */
    } rows[] = {
        { "https://example.com/help", false, false },
        { "https://docs.example.net", true, false },
        { "http://V2.Docs.Example.Net:8080/a?b#c", true, false },
        { "docs.example.net", true, false },
        { "https://bücher.example/a", true, false },
        { "https://xn--bcher-kva.example/a", true, false },
        { "https://example.net", true, true },
        { "https://evildocs.example.net", true, true },
        { "https://docs.example.net.evil.example", true, true },
        { "https://docs.example.net@evil.example", true, true },
        { "https://docs.example.net/?to=https://evil.example", true, true },
        { "ftp://docs.example.net", true, true },
    };
    static char *domains[] = { (char *)"docs.example.net", (char *)"xn--bcher-kva.example", NULL };
    const Brand brand = { .name = (char *)"acme", .link_domains = domains };
    g_auto(Scene) s = { 0 };
    scene_fill(&s, *state, true);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (is_barred(&s, NULL, rows[i].link) != rows[i].bare)
            fail_msg("%s without a brand", rows[i].link);
        if (is_barred(&s, &brand, rows[i].link) != rows[i].branded)
            fail_msg("%s", rows[i].link);
    }
}

static void an_edit_is_bounded_text(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    g_autofree char *too_long = g_strnfill(DRAFT_TEXT_MAX + 1, 'x');
    const char *const rows[] = { too_long, "", "\n", "caf\xe9" };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(desk_draft_edit(&s.desk, 1, version_of(&s), rows[i], &error));
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM draft_version"), 1);
}

/* ── approve ── */

static void an_approval_fixes_digest_message_id_and_similarity(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
    assert_true(approve(&s, NULL, NULL, NULL));
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->digest, view->digest);
    assert_string_equal(draft->approved_by, "bea");
    assert_true(draft->similarity == 1);
    assert_false(draft->confirmed);
    assert_true(g_regex_match_simple("^[0-9a-f-]{36}@example\\.com$", draft->message_id, 0, 0));
    assert_int_equal(case_number(c, "SELECT count(*) FROM job WHERE kind = 'send'"), 1);
}

/* An edit that comes between leaves the code of what was shown without effect. */
static void another_text_than_the_seen_one_is_not_approved(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    g_autoptr(DraftView) seen = desk_draft_view(&s.desk, 1, NULL);
    assert_true(desk_draft_edit(&s.desk, 1, version_of(&s), "Hello!\n", NULL));
    g_autoptr(DraftView) now = desk_draft_view(&s.desk, 1, NULL);
    g_autofree char *longer = g_strconcat(now->code, "0", NULL);
    g_autofree char *shorter = g_strndup(now->code, 5);
    const char *const codes[] = { seen->code, seen->digest, now->digest, longer,
                                  shorter,    "",           "-",         NULL };
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_autoptr(GError) error = NULL;
        const Consent consent = { codes[i], "all", "ann@example.org" };
        assert_false(desk_draft_approve(&s.desk, 1, &consent, &error));
        assert_string_equal(error->message,
                            "draft 1 is not what you saw, its code is another; look at it again");
    }
    case_assert_state(c, 1, "waiting");
}

static void a_code_may_be_typed_as_people_do(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    g_autoptr(DraftView) view = desk_draft_view(&s.desk, 1, NULL);
    g_autofree char *small = g_ascii_strdown(view->code, -1);
    g_autofree char *typed = g_strdup_printf("%.3s-%s", small, small + 3);
    g_strdelimit(typed, "0", 'o');
    g_strdelimit(typed, "1", 'l');
    const Consent consent = { typed, NULL, NULL };
    assert_true(desk_draft_approve(&s.desk, 1, &consent, NULL));
}

#define TWO_MARKS                                                                                  \
    "[{\"kind\":\"number\",\"why\":\"in no source\"},{\"kind\":\"date\",\"why\":\"in no "          \
    "source\"}]"
#define NO_MARK(number, last)                                                                      \
    "there is no mark '" number "' to confirm; expected numbers from 1 to " last                   \
    " with commas between, or all"

static void marks_are_confirmed_or_edited_away(void **state)
{
    static const struct {
        const char *marks, *confirm;
        const char *fault; /* NULL: goes */
    } rows[] = {
        { "[]", NULL, NULL },
        { "[]", "all", NULL },
        { "[]", "1", NO_MARK("1", "0") },
        { CONFIRMABLE, NULL, "mark 1 is to be confirmed: look at what it says" },
        { CONFIRMABLE, "", "mark 1 is to be confirmed: look at what it says" },
        { CONFIRMABLE, "all", NULL },
        { CONFIRMABLE, "1", NULL },
        { TWO_MARKS, NULL, "marks 1,2 are to be confirmed: look at what they say" },
        { TWO_MARKS, "1", "mark 2 is to be confirmed: look at what it says" },
        { TWO_MARKS, "2,2", "mark 1 is to be confirmed: look at what it says" },
        { TWO_MARKS, "2, 1", NULL },
        { TWO_MARKS, "0,1,2", NO_MARK("0", "2") },
        { TWO_MARKS, "1,2,3", NO_MARK("3", "2") },
        { TWO_MARKS, "1,all", NO_MARK("all", "2") },
        { TWO_MARKS, "1,2,", NO_MARK("", "2") },
        { TWO_MARKS, "1;2", NO_MARK("1;2", "2") },
        { HIDDEN, NULL, "the text can't go as it is: nobody sees it; edit it" },
        { HIDDEN, "all", "the text can't go as it is: nobody sees it; edit it" },
        { HIDDEN, "1", "the text can't go as it is: nobody sees it; edit it" },
        { FROM_ELSEWHERE, "all", "the text can't go as it is: a mark; edit it" },
    };
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        case_change(c, "UPDATE draft SET state = 'waiting'");
        set_marks(c, rows[i].marks);
        bool approved = approve(&s, rows[i].confirm, NULL, &error);
        if (approved != (rows[i].fault == NULL) ||
            (!approved && !g_str_equal(error->message, rows[i].fault)))
            fail_msg("%s, %s: %s", rows[i].marks, rows[i].confirm,
                     error != NULL ? error->message : "went");
        case_assert_state(c, 1, approved ? "approved" : "waiting");
    }
}

static void the_unproven_are_named(void **state)
{
    static const struct {
        bool proven;
        const char *to;
        const char *fault;
    } rows[] = {
        { true, NULL, NULL },
        { true, "ann@example.org", NULL },
        { true, "bob@example.org", "it goes to ann@example.org, not to bob@example.org" },
        { false, NULL,
          "nothing proves who wrote that mail: name whom you answer (ann@example.org)" },
        { false, "", "it goes to ann@example.org, not to " },
        { false, "bob@example.org", "it goes to ann@example.org, not to bob@example.org" },
        { false, "ann@example.org, bob@example.org",
          "it goes to ann@example.org, not to ann@example.org, bob@example.org" },
        { false, " Ann@Example.org ", NULL },
    };
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, false);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *sql =
            g_strdup_printf("UPDATE draft SET state = 'waiting'; UPDATE message SET headers ="
                            " json_set(headers, '$.authentication.proven', json('%s'))",
                            rows[i].proven ? "true" : "false");
        case_change(c, sql);
        bool approved = approve(&s, NULL, rows[i].to, &error);
        if (approved != (rows[i].fault == NULL) ||
            (!approved && !g_str_equal(error->message, rows[i].fault)))
            fail_msg("%s: %s", rows[i].to, error != NULL ? error->message : "went");
    }
}

static void a_draft_for_nobody_goes_nowhere(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    case_change(c, "UPDATE draft SET recipients = '{}'");
    g_autoptr(GError) error = NULL;
    assert_false(approve(&s, "all", "", &error));
    assert_string_equal(error->message, "it goes to nobody");
}

static void what_may_have_arrived_goes_once_more_if_confirmed(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    case_change(c, "UPDATE draft SET state = 'uncertain', message_id = 'first@example.com'");
    g_autoptr(GError) error = NULL;
    assert_false(approve(&s, NULL, NULL, &error));
    assert_string_equal(error->message,
                        "it may have arrived already: confirm all, that it goes once more");
    assert_true(approve(&s, "all", NULL, NULL));
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->message_id, "first@example.com");
}

/* Rather than what else would be wrong with it. */
static void who_comes_second_is_told_by_whom(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    assert_true(approve(&s, NULL, NULL, NULL));
    set_marks(c, HIDDEN);
    g_autoptr(GError) error = NULL;
    const Consent consent = { "stale", NULL, NULL };
    assert_false(desk_draft_approve(&s.desk, 1, &consent, &error));
    assert_string_equal(error->message, "draft 1 is approved by bea; nothing was changed");
}

static void a_mailbox_that_has_gone_sends_nothing(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    s.desk.actor.local = true;
    s.desk_case.mailbox.name = (char *)"sales";
    g_autoptr(GError) error = NULL;
    assert_false(approve(&s, "all", "ann@example.org", &error));
    assert_string_equal(error->message, "mailbox 'support' is not in the configuration any more");
    assert_true(desk_draft_reject(&s.desk, 1, "no", NULL));
}

/* ── reject ── */

static void a_rejection_has_a_reason_of_one_line(void **state)
{
    StoreCase *c = *state;
    g_auto(Scene) s = { 0 };
    scene_fill(&s, c, true);
    g_autoptr(GError) error = NULL;
    assert_false(desk_draft_reject(&s.desk, 1, "  ", &error));
    assert_string_equal(error->message, "the reason is empty");
    assert_true(desk_draft_reject(&s.desk, 1, "wrong\nproduct", NULL));
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->why, "wrong product");
    g_autofree char *audit =
        case_text(c, "SELECT by || after FROM audit WHERE verb = 'draft reject'");
    assert_string_equal(audit, "bea{\"draft\":1,\"state\":\"rejected\"}");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(every_change_gives_another_code),
        WITH(another_configuration_gives_another_code),
        WITH(a_code_stays_while_nothing_changes_and_is_six_characters),
        WITH(only_what_can_be_approved_has_a_code),
        WITH(recipients_are_proven_by_a_proven_mail_that_names_them),
        WITH(a_ticket_names_the_one_draft_that_waits),
        WITH(an_edit_is_checked_and_compared_anew),
        WITH(what_a_source_has_is_no_mark_unless_it_is_for_others),
        WITH(links_lead_to_the_house_and_to_its_brands_domains),
        WITH(an_edit_is_bounded_text),
        WITH(an_approval_fixes_digest_message_id_and_similarity),
        WITH(another_text_than_the_seen_one_is_not_approved),
        WITH(a_code_may_be_typed_as_people_do),
        WITH(marks_are_confirmed_or_edited_away),
        WITH(the_unproven_are_named),
        WITH(a_draft_for_nobody_goes_nowhere),
        WITH(what_may_have_arrived_goes_once_more_if_confirmed),
        WITH(who_comes_second_is_told_by_whom),
        WITH(a_mailbox_that_has_gone_sends_nothing),
        WITH(a_rejection_has_a_reason_of_one_line),
    };
    return cmocka_run_group_tests_name("desk: drafts", tests, NULL, NULL);
}
