/* Collecting: pieces become one message, in order and within limits, and nothing of one message is
 * left for the next. */
#include "mlfi/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MAX_BODY 100
#define MAX_HELD 250

/* A site that nobody frees: the test holds the last reference. */
static Site *site_of(gint64 max_body)
{
    Site *site = g_new0(Site, 1);
    site->max_body = max_body;
    site->max_held = MAX_HELD;
    atomic_store(&site->references, 1);
    return site;
}

typedef struct {
    Site *site;
    Session *session;
} Case;

static void begin(Case *c)
{
    session_begin(c->session, site_ref(c->site), "<Tom@Example.ORG>", "anna");
}

static int setup(void **state)
{
    Case *c = g_new0(Case, 1);
    c->site = site_of(MAX_BODY);
    c->session = session_new();
    session_set_client(c->session, "192.0.2.1", "client.example");
    begin(c);
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    Case *c = *state;
    session_free(c->session);
    assert_int_equal(atomic_load(&c->site->references), 1);
    g_free(c->site);
    g_free(c);
    return 0;
}

static void pieces_become_a_message(void **state)
{
    Session *session = ((Case *)*state)->session;
    session_add_recipient(session, "<Support@Example.com>");
    session_add_header(session, "From", "tom@example.org", false);
    session_add_header(session, "Subject", "It is\n broken", false);
    session_end_header(session);
    assert_true(session_add_body(session, "Please ", 7));
    assert_true(session_add_body(session, "help.\r\n", 7));

    const Submission *submission = &session->submission;
    const Envelope *envelope = submission->envelope;
    assert_string_equal(submission->bytes->str, "From: tom@example.org\r\n"
                                                "Subject: It is\n broken\r\n\r\n"
                                                "Please help.\r\n");
    assert_null(submission->cut);
    assert_string_equal(envelope->sender, "tom@example.org");
    assert_string_equal(envelope->authenticated, "anna");
    assert_string_equal(envelope->client_address, "192.0.2.1");
    assert_string_equal(envelope->client_name, "client.example");
    assert_int_equal(strlen(envelope->id), 16);
    assert_string_equal(g_ptr_array_index(envelope->recipients, 0), "support@example.com");
}

static void only_an_empty_path_is_the_null_sender(void **state)
{
    static const char *const rows[][2] = { { "<>", "" },
                                           { "<www-data>", "www-data" },
                                           { "<x@a..b>", "x@a..b" },
                                           { "<Root@Example.org>", "root@example.org" } };
    Case *c = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        session_begin(c->session, site_ref(c->site), rows[i][0], "");
        assert_string_equal(c->session->submission.envelope->sender, rows[i][1]);
    }
}

static void an_exact_value_is_kept_as_it_came(void **state)
{
    Session *session = ((Case *)*state)->session;
    session_add_header(session, "From", " tom@example.org", true);
    session_add_header(session, "Subject", "none", true);
    session_add_header(session, "To", "\t a\n b", true);
    session_add_header(session, "X", "", true);
    assert_string_equal(session->submission.bytes->str,
                        "From: tom@example.org\r\nSubject:none\r\nTo:\t a\n b\r\nX:\r\n");
}

static void the_helo_name_lasts_as_long_as_the_connection(void **state)
{
    Case *c = *state;
    session_set_helo(c->session, "client.example");
    for (int i = 0; i < 2; i++) {
        begin(c);
        assert_string_equal(c->session->submission.envelope->helo, "client.example");
    }
    session_set_helo(c->session, "other.example");
    begin(c);
    assert_string_equal(c->session->submission.envelope->helo, "other.example");
}

static void results_in_our_name_are_noted_by_their_place(void **state)
{
    Case *c = *state;
    c->site->authentication_results = (char *)"triage.example.com";
    for (int i = 0; i < 2; i++) {
        begin(c);
        session_add_header(c->session, "Authentication-Results", " mx.example.com; none", true);
        session_add_header(c->session, "authentication-RESULTS", " triage.example.com; none", true);
        session_add_header(c->session, "X-Results", " triage.example.com; none", true);
        const GArray *incoming = c->session->submission.incoming;
        assert_int_equal(incoming->len, 1);
        const MarkIncoming *found = &g_array_index(incoming, MarkIncoming, 0);
        assert_string_equal(found->name, "authentication-RESULTS");
        assert_int_equal(found->index, 2);
    }
    c->site->authentication_results = NULL;
    begin(c);
    session_add_header(c->session, "Authentication-Results", " triage.example.com; none", true);
    assert_int_equal(c->session->submission.incoming->len, 0);
}

static void without_a_resolver_nothing_is_verified(void **state)
{
    Session *session = ((Case *)*state)->session;
    session_end_header(session);
    session_verify(session, NULL);
    assert_null(session->submission.verification);
}

static void the_header_ends_once_even_without_a_word(void **state)
{
    Case *c = *state;
    session_add_header(c->session, "A", "b", false);
    assert_true(session_add_body(c->session, "x", 1)); /* no end of header was said */
    session_end_header(c->session);
    assert_string_equal(c->session->submission.bytes->str, "A: b\r\n\r\nx");

    begin(c);
    session_end_header(c->session);
    assert_string_equal(c->session->submission.bytes->str, "\r\n");
}

static void a_body_ends_at_the_limit(void **state)
{
    static const struct {
        gsize length;
        bool more, cut;
    } rows[] = { { 97, true, false }, { 98, true, false }, { 99, false, true } };
    Case *c = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *body = g_strnfill(rows[i].length, 'x');
        begin(c);
        session_end_header(c->session); /* two bytes */
        assert_int_equal(session_add_body(c->session, body, rows[i].length), rows[i].more);
        assert_int_equal(c->session->submission.cut != NULL, rows[i].cut);
        assert_int_equal(c->session->submission.bytes->len, MIN(rows[i].length + 2, MAX_BODY));
    }
}

static void what_comes_after_enough_is_left_out(void **state)
{
    Session *session = ((Case *)*state)->session;
    g_autofree char *body = g_strnfill(MAX_BODY, 'x');
    assert_false(session_add_body(session, body, MAX_BODY));
    assert_false(session_add_body(session, "", 0));
    assert_false(session_add_body(session, "tail", 4));
    assert_int_equal(session->submission.bytes->len, MAX_BODY);
    assert_null(strstr(session->submission.bytes->str, "tail"));
}

static void a_header_beyond_the_limit_is_cut_too(void **state)
{
    Session *session = ((Case *)*state)->session;
    g_autofree char *value = g_strnfill(MAX_BODY, 'v');
    session_add_header(session, "Long", value, false);
    assert_string_equal(session->submission.cut, "message beyond max_body");
    assert_int_equal(session->submission.bytes->len, MAX_BODY);
    session_add_header(session, "X-Triage-Status", "forged", false); /* noted all the same */
    assert_int_equal(session->submission.incoming->len, 1);
}

static void headers_of_ours_are_counted_by_name_in_any_case(void **state)
{
    static const struct {
        const char *name;
        guint index;
    } rows[] = { { "X-Triage-Status", 1 },
                 { "X-Triage-Queue", 1 },
                 { "x-triage-STATUS", 2 },
                 { "X-TRIAGE-QUEUE", 2 },
                 { "X-Triage-Status", 3 } };
    Session *session = ((Case *)*state)->session;
    session_add_header(session, "X-Triages", "not ours", false);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        session_add_header(session, rows[i].name, "forged", false);
    const GArray *incoming = session->submission.incoming;
    assert_int_equal(incoming->len, G_N_ELEMENTS(rows));
    for (guint i = 0; i < incoming->len; i++) {
        const MarkIncoming *noted = &g_array_index(incoming, MarkIncoming, i);
        assert_string_equal(noted->name, rows[i].name);
        assert_int_equal(noted->index, rows[i].index);
    }
}

/* Else the body's bytes would stand in the header section, which other sessions' end lets grow. */
static void nothing_follows_a_gap(void **state)
{
    static const char forged[] = "From: forged@example.org\r\n\r\n";
    Case *c = *state;
    Session *others[3];
    g_autofree char *bytes = g_strnfill(MAX_BODY, 'x');
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        others[i] = session_new();
        session_begin(others[i], site_ref(c->site), "<>", "");
        session_add_body(others[i], bytes, 78);
    }
    session_add_header(c->session, "Subject", "0123456789", true);
    assert_string_equal(c->session->submission.cut, "message beyond max_held");
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        session_free(others[i]);
    session_end_header(c->session);
    session_add_body(c->session, forged, strlen(forged));
    assert_null(strstr(c->session->submission.bytes->str, "From:"));
}

static void all_sessions_together_hold_no_more_than_max_held(void **state)
{
    Case *c = *state;
    g_autofree char *body = g_strnfill(MAX_BODY, 'x');
    Session *others[3];
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        others[i] = session_new();
        session_begin(others[i], site_ref(c->site), "<>", "");
        session_add_body(others[i], body, MAX_BODY - 2); /* after the empty line */
    }
    assert_null(others[0]->submission.cut);
    assert_null(others[1]->submission.cut);
    assert_string_equal(others[2]->submission.cut, "message beyond max_held");
    assert_int_equal(others[2]->submission.bytes->len, MAX_HELD - 2 * MAX_BODY);
    assert_false(session_add_body(c->session, "x", 1));
    assert_int_equal(c->session->submission.bytes->len, 0);

    session_free(others[0]); /* makes room */
    begin(c);
    assert_true(session_add_body(c->session, body, MAX_BODY - 2));
    session_free(others[1]);
    session_free(others[2]);
}

static void headers_of_ours_are_noted_up_to_one_too_many(void **state)
{
    Session *session = ((Case *)*state)->session;
    session_add_header(session, "From", "tom@example.org", false);
    for (guint i = 1; i <= MARK_REMOVALS_MAX + 5; i++) {
        session_add_header(session, "X-Triage-Queue", "forged", false);
        assert_int_equal(session->submission.incoming->len, MIN(i, MARK_REMOVALS_MAX + 1));
        assert_int_equal(session->submission.fields, i + 1);
    }
}

static void recipients_are_kept_as_the_mta_wrote_them(void **state)
{
    Session *session = ((Case *)*state)->session;
    session_add_recipient(session, "<nonsense>");
    session_add_recipient(session, "<Support@Example.COM>");
    session_add_recipient(session, "<support@example.com>"); /* the same one */
    session_add_recipient(session, "sales@example.com");
    assert_int_equal(session->submission.envelope->recipients->len, 2);
    assert_string_equal(session_recipient(session, "support@example.com"), "<Support@Example.COM>");
    assert_string_equal(session_recipient(session, "sales@example.com"), "sales@example.com");
    assert_null(session_recipient(session, "nonsense"));
    assert_null(session_recipient(session, "other@example.com"));
}

static void recipients_end_at_their_maximum(void **state)
{
    Session *session = ((Case *)*state)->session;
    for (guint i = 0; i <= ENVELOPE_RECIPIENTS_MAX; i++) {
        g_autofree char *address = g_strdup_printf("<a%u@example.com>", i);
        session_add_recipient(session, address);
    }
    assert_int_equal(session->recipients->len, ENVELOPE_RECIPIENTS_MAX);
    g_autofree char *last = g_strdup_printf("a%u@example.com", ENVELOPE_RECIPIENTS_MAX - 1);
    g_autofree char *beyond = g_strdup_printf("a%u@example.com", ENVELOPE_RECIPIENTS_MAX);
    assert_non_null(session_recipient(session, last));
    assert_null(session_recipient(session, beyond));
}

static void nothing_is_left_for_the_next_message(void **state)
{
    Case *c = *state;
    g_autofree char *body = g_strnfill(MAX_BODY + 1, 'x');
    g_autofree char *first = g_strdup(c->session->submission.envelope->id);
    session_add_recipient(c->session, "<support@example.com>");
    session_add_header(c->session, "X-Triage-Status", "forged", false);
    assert_false(session_add_body(c->session, body, MAX_BODY + 1));
    session_reset(c->session);
    assert_null(c->session->site);
    session_reset(c->session); /* twice does no harm */

    begin(c);
    const Submission *submission = &c->session->submission;
    assert_int_equal(submission->bytes->len, 0);
    assert_int_equal(submission->incoming->len, 0);
    assert_int_equal(submission->envelope->recipients->len, 0);
    assert_null(submission->cut);
    assert_string_not_equal(submission->envelope->id, first);
    assert_string_equal(submission->envelope->client_address, "192.0.2.1");
    session_add_header(c->session, "X-Triage-Status", "forged", false);
    assert_int_equal(g_array_index(submission->incoming, MarkIncoming, 0).index, 1);
    assert_true(session_add_body(c->session, "x", 1));
}

static void a_message_that_begins_anew_gives_its_site_back(void **state)
{
    Case *c = *state;
    begin(c);
    begin(c);
    assert_int_equal(atomic_load(&c->site->references), 2);
    session_reset(c->session);
    assert_int_equal(atomic_load(&c->site->references), 1);
}

static void each_piece_moves_the_clock_on(void **state)
{
    Session *session = ((Case *)*state)->session;
    gint64 before = session->submission.received;
    for (guint piece = 0; piece < 4; piece++) {
        g_usleep(2000);
        if (piece == 0)
            session_add_recipient(session, "<support@example.com>");
        else if (piece == 1)
            session_add_header(session, "A", "b", false);
        else if (piece == 2)
            session_end_header(session);
        else
            session_add_body(session, "x", 1);
        assert_true(session->submission.received >= before + 2000);
        before = session->submission.received;
    }
}

/* The end of the message brings no piece: when its turn comes late, it has waited already. */
static void the_end_of_a_message_leaves_the_clock_alone(void **state)
{
    Session *session = ((Case *)*state)->session;
    session_add_body(session, "x", 1);
    gint64 last = session->submission.received;
    g_usleep(2000);
    session_end_header(session);
    assert_int_equal(session->submission.received, last);
}

static void steps_without_a_message_are_ignored(void **state)
{
    Case *c = *state;
    session_reset(c->session);
    assert_false(session_has_message(c->session));
    session_add_recipient(c->session, "<support@example.com>");
    session_add_header(c->session, "X-Triage-Status", "forged", false);
    session_end_header(c->session);
    assert_true(session_add_body(c->session, "x", 1));
    assert_null(c->session->submission.bytes);

    begin(c);
    assert_true(session_has_message(c->session));
    assert_int_equal(c->session->submission.envelope->recipients->len, 0);
    assert_int_equal(c->session->submission.incoming->len, 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(pieces_become_a_message),
        WITH(only_an_empty_path_is_the_null_sender),
        WITH(an_exact_value_is_kept_as_it_came),
        WITH(the_helo_name_lasts_as_long_as_the_connection),
        WITH(results_in_our_name_are_noted_by_their_place),
        WITH(without_a_resolver_nothing_is_verified),
        WITH(the_header_ends_once_even_without_a_word),
        WITH(a_body_ends_at_the_limit),
        WITH(what_comes_after_enough_is_left_out),
        WITH(a_header_beyond_the_limit_is_cut_too),
        WITH(headers_of_ours_are_counted_by_name_in_any_case),
        WITH(nothing_follows_a_gap),
        WITH(all_sessions_together_hold_no_more_than_max_held),
        WITH(headers_of_ours_are_noted_up_to_one_too_many),
        WITH(recipients_are_kept_as_the_mta_wrote_them),
        WITH(recipients_end_at_their_maximum),
        WITH(nothing_is_left_for_the_next_message),
        WITH(a_message_that_begins_anew_gives_its_site_back),
        WITH(each_piece_moves_the_clock_on),
        WITH(steps_without_a_message_are_ignored),
        WITH(the_end_of_a_message_leaves_the_clock_alone),
    };
    return cmocka_run_group_tests_name("mlfi: session", tests, NULL, NULL);
}
