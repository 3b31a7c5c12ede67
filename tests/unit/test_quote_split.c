/* New words, quotations and signature, as people and programs write them. */
#include "quote/split.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

typedef struct {
    const char *text;
    const char *reply;
    const char *quoted;
    const char *signature;
} Case;

static void check_one(const Case *expected, const char *legal)
{
    g_autofree char *reply = NULL;
    g_autofree char *quoted = NULL;
    g_autofree char *signature = NULL;
    g_autofree char *disclaimer = NULL;

    quote_split(expected->text, NULL, &reply, &quoted, &signature, &disclaimer);
    assert_string_equal(reply, expected->reply);
    assert_string_equal(quoted, expected->quoted);
    assert_string_equal(signature, expected->signature);
    assert_string_equal(disclaimer, legal);
}

/* Nothing of them is a disclaimer. */
static void check(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++)
        check_one(&cases[i], "");
}
#define CHECK(cases) check(cases, G_N_ELEMENTS(cases))

#define ENGLISH "On Mon, 3 March 2025 at 10:14, Ann Lee <ann@example.com> wrote:"

static void a_text_without_quotations_is_all_new(void **state)
{
    static const Case cases[] = {
        { "", "", "", "" },
        { " \n\t\n", "", "", "" },
        { "\n  The pump leaks.\r\nPlease call.\r\rBob\n", "The pump leaks.\nPlease call.\n\nBob",
          "", "" },
        { "Kind regards,\nBob Miller", "Kind regards,\nBob Miller", "", "" },
        { "On reflection, we wrote too early:\n\nthe pump works.",
          "On reflection, we wrote too early:\n\nthe pump works.", "", "" },
        { "You wrote me:\n\nno details.", "You wrote me:\n\nno details.", "", "" },
        { "Part  Amount\n------------\nPump  3\n\nFrom: the cellar\nTo: the roof",
          "Part  Amount\n------------\nPump  3\n\nFrom: the cellar\nTo: the roof", "", "" },
        { "I see no original message here.", "I see no original message here.", "", "" },
    };

    (void)state;
    CHECK(cases);
}

static void a_verb_alone_needs_a_marked_quotation(void **state)
{
    static const Case cases[] = {
        { "Yes.\n\nAnn wrote:\n> Is it?", "Yes.", "Ann wrote:\n> Is it?", "" },
        { "Ann wrote:\nIs it?", "Ann wrote:\nIs it?", "", "" },
        { "Yes.\n\nAnn <ann@example.com> wrote:\n> Is it?", "Yes.",
          "Ann <ann@example.com> wrote:\n> Is it?", "" },
        { "My colleague ann@example.com wrote:\n\nthe pump leaks",
          "My colleague ann@example.com wrote:\n\nthe pump leaks", "", "" },
    };

    (void)state;
    CHECK(cases);
}

static void an_attribution_may_follow_words_on_its_line(void **state)
{
    static const Case cases[] = {
        { "Yes. " ENGLISH "\n> Is it?", "Yes.", ENGLISH "\n> Is it?", "" },
        { "a - b\nYes--- " ENGLISH "\n> Is it?", "a - b\nYes", "--- " ENGLISH "\n> Is it?", "" },
        { "Ja. Am 3.3.2025 um 10:14 schrieb Ann <ann@example.com>:\n> Echt?", "Ja.",
          "Am 3.3.2025 um 10:14 schrieb Ann <ann@example.com>:\n> Echt?", "" },
        { "| " ENGLISH "\n| Is it?\n\nYes.", "| " ENGLISH "\n| Is it?\n\nYes.", "", "" },
        { "It works. On Monday Ann wrote:\nno.", "It works. On Monday Ann wrote:\nno.", "", "" },
    };

    (void)state;
    CHECK(cases);
}

static void lines_with_a_verb_between_dashes_are_attributions(void **state)
{
    static const Case cases[] = {
        { "Yes.\n---- Ann Lee wrote ----\n> Is it?", "Yes.", "---- Ann Lee wrote ----\n> Is it?",
          "" },
        { "Yes.\n--On 3/3/2025, Ann wrote--\n\nIs it?", "Yes.",
          "--On 3/3/2025, Ann wrote--\n\nIs it?", "" },
        { "Yes.\n2025/3/3 Ann <ann@example.com>\n\n> Is it?", "Yes.",
          "2025/3/3 Ann <ann@example.com>\n\n> Is it?", "" },
    };

    (void)state;
    CHECK(cases);
}

/* What looks like older mail and isn't. */
static void what_a_customer_reports_is_new(void **state)
{
    static const char *const texts[] = {
        "On 3 March 2025 I wrote you the following:\n\nthe pump leaks.",
        "Am 3.3.2025 um 10:14 schrieb ich Ihnen:\n\ndie Pumpe tropft.",
        "See the log:\n2025-03-03 10:14 ann@example.com wrote:\nerror 5",
        "Book me a seat.\n\nFrom: Leeds\nTo: York\nDate: 3 March 2025",
        "Entry:\n\nFrom: Bob\nEmail: bob@x.example\nSubject: Pump\nDate: 3/3/2025\nMessage: Leak",
        "Prices:\n\nFrom: Bob\nDate: Monday",
        "Notes.\n\nFrom: our side\nTo: be clear\nDate: unknown\nSubject: to change",
        "Please look:\n>>> >>> http://pumps.example <<<\nand tell me which.",
        "10/19/2017 @ 9:30 am would suit:\n\nBob",
        "You said on the phone:\n\nthe pump is new.",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const Case cases[] = { { texts[i], texts[i], "", "" } };

        CHECK(cases);
    }
}

static void two_names_of_a_header_need_what_belongs_to_them(void **state)
{
    static const Case cases[] = {
        { "Yes.\n\nFrom: ann@example.com\nDate: 3 March 2025\n\nIs it?", "Yes.",
          "From: ann@example.com\nDate: 3 March 2025\n\nIs it?", "" },
        { "Yes.\n\nDate: 3 March 2025\nTo: bob@example.com", "Yes.",
          "Date: 3 March 2025\nTo: bob@example.com", "" },
        { "Yes.\n\nTo: bob@example.com\nDate: Monday", "Yes.\n\nTo: bob@example.com\nDate: Monday",
          "", "" },
        { "Yes.\n\nTo: bob@example.com\nDate: 3 March 2025\nSeat: 4",
          "Yes.\n\nTo: bob@example.com\nDate: 3 March 2025\nSeat: 4", "", "" },
    };

    (void)state;
    CHECK(cases);
}

static void answers_between_quotations_keep_what_they_answer(void **state)
{
    static const Case cases[] = {
        { ENGLISH "\n> Which pump?\nThe red one.\n> Since when?\nMay.\n> Bye\n> Ann",
          ENGLISH "\n> Which pump?\nThe red one.\n> Since when?\nMay.", "> Bye\n> Ann", "" },
        { ENGLISH "\n> Which pump?\nThe red one.\n> Bye", ENGLISH "\n> Which pump?\nThe red one.",
          "> Bye", "" },
        { "> Which pump?\n\nThe red one.", "> Which pump?\n\nThe red one.", "", "" },
        { "> Which\n\n> pump?\nThe red one.", "> Which\n\n> pump?\nThe red one.", "", "" },
    };

    (void)state;
    CHECK(cases);
}

static void a_whole_quoted_mail_above_the_answer_is_cut(void **state)
{
    static const Case cases[] = {
        { ENGLISH "\n> Which pump?\n>\n> Ann\n\nThe red one.", "The red one.",
          ENGLISH "\n> Which pump?\n>\n> Ann", "" },
        { "Yes.\n\n" ENGLISH "\n> See\n (http://pumps.example/a) >\n> there", "Yes.",
          ENGLISH "\n> See\n (http://pumps.example/a) >\n> there", "" },
        { "Dear Ann,\n\n" ENGLISH "\n> Which pump?\n\nThe red one.", "Dear Ann,\n\nThe red one.",
          ENGLISH "\n> Which pump?", "" },
    };

    (void)state;
    CHECK(cases);
}

static void signatures_are_parted_from_the_text(void **state)
{
    static const Case cases[] = {
        { "It leaks.\n-- \nBob\nPumps Ltd", "It leaks.", "", "-- \nBob\nPumps Ltd" },
        { "It leaks.\n--\nBob", "It leaks.", "", "--\nBob" },
        { "It leaks.\n\nSent from my iPhone", "It leaks.", "", "Sent from my iPhone" },
        { "It leaks.\n\nSent from my phone, please excuse typos.\n", "It leaks.", "",
          "Sent from my phone, please excuse typos." },
        { "Hello\n\nSent from my desk, not from a phone.",
          "Hello\n\nSent from my desk, not from a phone.", "", "" },
        { "Es tropft.\n\nVon meinem iPad gesendet", "Es tropft.", "", "Von meinem iPad gesendet" },
        { "Ça fuit.\n\nEnvoyé de mon iPhone", "Ça fuit.", "", "Envoyé de mon iPhone" },
        { "Gotea.\n\nEnviado desde mi iPhone", "Gotea.", "", "Enviado desde mi iPhone" },
        { "It leaks.\n\nBob Miller\nSent from my iPad", "It leaks.", "",
          "Bob Miller\nSent from my iPad" },
        { "It leaks.\nSent from my iPad", "It leaks.", "", "Sent from my iPad" },
        { "The pump was\nSent from Berlin", "The pump was\nSent from Berlin", "", "" },
        { "It leaks.\n\n-Bob Miller", "It leaks.", "", "-Bob Miller" },
        { "Bring:\n\n-Pumps", "Bring:\n\n-Pumps", "", "" },
        { "Yes.\n\nGet Outlook for iOS<https://example.com/x>\n" ENGLISH "\n> Is it?\n-- \nBob",
          "Yes.", ENGLISH "\n> Is it?", "Get Outlook for iOS<https://example.com/x>\n\n-- \nBob" },
        { "Yes.\n\n> Is it?\n\n____________\nPumps mailing list", "Yes.", "> Is it?",
          "____________\nPumps mailing list" },
    };

    (void)state;
    CHECK(cases);
}

#define CARD "Best regards,\nBob Miller\nPumps Ltd\n+44 20 7946 0911"

static void a_closing_with_a_card_is_a_signature(void **state)
{
    static const Case cases[] = {
        { "It leaks.\n\n" CARD, "It leaks.", "", CARD },
        { "It leaks.\n\n" CARD "\n\nSent from my iPad", "It leaks.", "",
          CARD "\n\nSent from my iPad" },
        { "Yes.\n\n" CARD "\n\n" ENGLISH "\n> Is it?", "Yes.", ENGLISH "\n> Is it?", CARD },
        { "Es tropft.\n\nMit freundlichen Grüßen\n\nBob Müller\nwww.pumpen.example", "Es tropft.",
          "", "Mit freundlichen Grüßen\n\nBob Müller\nwww.pumpen.example" },
        { "Es tropft.\n\nMfG / Best regards\nBob Müller\n+49 30 5550199", "Es tropft.", "",
          "MfG / Best regards\nBob Müller\n+49 30 5550199" },
        { "It leaks.\n\n---\nBob Miller\nbob@example.com", "It leaks.", "",
          "---\nBob Miller\nbob@example.com" },
    };

    (void)state;
    CHECK(cases);
}

static void what_tells_more_than_a_card_is_no_signature(void **state)
{
    static const char *const texts[] = {
        "It leaks.\n\nBest regards,\nBob Miller",
        "It leaks.\n\nBest regards,\nBob Miller\nOrder 44 1234567",
        "It leaks.\n\nThanks,\nmy number is +44 20 7946 0911",
        "It leaks.\n\nThanks,\n18 March 2025 or 20.03.2025 10:30",
        "It leaks.\n\nThanks,\nthe one at www.pumps.example costs less",
        "It leaks.\n\n" CARD "\nPS: the cellar is open.",
        "It leaks.\n\n" CARD "\nCan you come today?",
        "My phone is +44 20 7946 0911.\nMy street is Hill Road 5.",
        "Numbers\n-------\n+44 20 7946 0911\n+44 20 7946 0912",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const Case cases[] = { { texts[i], texts[i], "", "" } };

        CHECK(cases);
    }
}

#define LEGAL     "This email is confidential and intended solely for the addressee."
#define LEGAL_TOO "Delete what is confidential and came in error."

static void disclaimers_are_parted_from_text_and_signature(void **state)
{
    static const struct {
        Case other;
        const char *disclaimer;
    } cases[] = {
        { { "It leaks.\n\n" LEGAL, "It leaks.", "", "" }, LEGAL },
        { { "It leaks.\n-- \nBob\n\n" LEGAL, "It leaks.", "", "-- \nBob" }, LEGAL },
        { { "It leaks.\n-- \nBob\n" LEGAL, "It leaks.", "", "-- \nBob" }, LEGAL },
        { { "It leaks.\n\n_____\n" LEGAL "\n\n" LEGAL_TOO, "It leaks.", "", "" },
          "_____\n" LEGAL "\n\n" LEGAL_TOO },
        { { "It leaks.\n\n" LEGAL "\n\nSent from my iPad", "It leaks.", "", "Sent from my iPad" },
          LEGAL },
        { { "Yes.\n\n" ENGLISH "\n> Is it?\n\n" LEGAL, "Yes.", ENGLISH "\n> Is it?", "" }, LEGAL },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_one(&cases[i].other, cases[i].disclaimer);
}

static void who_speaks_of_confidence_disclaims_nothing(void **state)
{
    static const char *const texts[] = {
        LEGAL,
        "It leaks.\n\nThis email is confidential.",
        "It leaks.\n\nThis email is confidential, delete it.",
        "It leaks.\n\nThis email is confidential and privileged. Shall it be deleted?",
        "It leaks.\n\nIs this email in error confidential and privileged, I wonder.",
        "The file is confidential, privileged, for the intended recipient only.\n\nIt leaks.",
        "External sender here.\n\nIt leaks.",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const Case cases[] = { { texts[i], texts[i], "", "" } };

        CHECK(cases);
    }
}

static void if_nothing_new_remains_everything_is_new(void **state)
{
    static const Case cases[] = {
        { "\n> Is it?\n> Ann\n", "> Is it?\n> Ann", "", "" },
        { ENGLISH "\n\nIs it?", ENGLISH "\n\nIs it?", "", "" },
        { "-- \nBob", "-- \nBob", "", "" },
        { "Sent from my iPhone", "Sent from my iPhone", "", "" },
        { "From: Ann\nTo: Bob\nSubject: Pump\n\nIt leaks.",
          "From: Ann\nTo: Bob\nSubject: Pump\n\nIt leaks.", "", "" },
    };

    (void)state;
    CHECK(cases);
}

/* The text `lines` times `line` between a word and an end. */
static char *repeated(const char *line, gsize lines)
{
    GString *text = g_string_new("new\n\n");

    for (gsize i = 0; i < lines; i++)
        g_string_append(text, line);
    return g_string_free(text, FALSE);
}

static void a_bare_delimiter_counts_up_to_fifteen_lines_from_the_end(void **state)
{
    (void)state;
    for (gsize lines = 14; lines <= 16; lines++) {
        g_autofree char *below = repeated("--\n", 1);
        g_autofree char *rest = repeated("line\n", lines - 1);
        g_autofree char *text = g_strconcat(below, rest, NULL);
        g_autofree char *reply = NULL;
        g_autofree char *quoted = NULL;
        g_autofree char *signature = NULL;
        g_autofree char *disclaimer = NULL;

        quote_split(text, NULL, &reply, &quoted, &signature, &disclaimer);
        assert_int_equal(strcmp(reply, "new") == 0, lines <= 15);
        assert_int_equal(*signature != '\0', lines <= 15);
    }
}

static void a_marker_longer_than_its_limit_is_text(void **state)
{
    (void)state;
    for (int length = 499; length <= 501; length++) {
        g_autofree char *name = g_strnfill((gsize)length - strlen("On 3/3/2025  wrote:"), 'x');
        g_autofree char *text = g_strdup_printf("Yes.\n\nOn 3/3/2025 %s wrote:\nIs it?", name);
        g_autofree char *reply = NULL;
        g_autofree char *quoted = NULL;
        g_autofree char *signature = NULL;
        g_autofree char *disclaimer = NULL;

        quote_split(text, NULL, &reply, &quoted, &signature, &disclaimer);
        assert_int_equal(strcmp(reply, "Yes.") == 0, length <= 500);
    }
}

/* `count` names, one a line, between a closing and a telephone number. */
static void a_card_has_up_to_twelve_lines(void **state)
{
    (void)state;
    for (gsize lines = 11; lines <= 13; lines++) {
        g_autofree char *rest = repeated("Line Name\n", lines - 1);
        g_autofree char *text = g_strconcat("Best\nregards\n\nRegards,\n", rest + strlen("new\n\n"),
                                            "+44 20 7946 0911", NULL);
        g_autofree char *reply = NULL;
        g_autofree char *quoted = NULL;
        g_autofree char *signature = NULL;
        g_autofree char *disclaimer = NULL;

        quote_split(text, NULL, &reply, &quoted, &signature, &disclaimer);
        assert_int_equal(*signature != '\0', lines <= 12);
    }
}

static void an_attribution_has_up_to_four_lines(void **state)
{
    (void)state;
    for (gsize lines = 3; lines <= 5; lines++) {
        g_autofree char *middle = repeated("Name\n", lines - 2);
        g_autofree char *text = g_strconcat("Yes.\n\nOn 3 March 2025\n", middle + strlen("new\n\n"),
                                            "Ann <ann@example.com> wrote:\n\nIs it?", NULL);
        g_autofree char *reply = NULL;
        g_autofree char *quoted = NULL;
        g_autofree char *signature = NULL;
        g_autofree char *disclaimer = NULL;

        quote_split(text, NULL, &reply, &quoted, &signature, &disclaimer);
        assert_int_equal(g_str_has_prefix(quoted, "On 3"), lines <= 4);
    }
}

/* Microseconds of this thread. */
static gint64 cost_of(const char *line, gsize bytes)
{
    g_autofree char *text = repeated(line, bytes / strlen(line));
    g_autofree char *reply = NULL;
    g_autofree char *quoted = NULL;
    g_autofree char *signature = NULL;
    g_autofree char *disclaimer = NULL;
    struct timespec before, after;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    quote_split(text, NULL, &reply, &quoted, &signature, &disclaimer);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    assert_true(g_str_has_prefix(reply, "new"));
    return (after.tv_sec - before.tv_sec) * G_USEC_PER_SEC +
           (after.tv_nsec - before.tv_nsec) / 1000;
}

/* Eight times the text may cost eight times as much; were it quadratic, 64 times. */
static void the_cost_grows_with_the_text(void **state)
{
    static const char *const lines[] = {
        "> quoted\n",
        ">",
        ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>\n",
        "x",
        "\n",
        "a:\n",
        "From: x\n",
        "--\n",
        "-- \n",
        "__________\n",
        "----------\n\n",
        "On 3 March 2025 the pump wrote:\n",
        ENGLISH "\n> x\n",
        "yes " ENGLISH "\n> x\n",
        "yes\n> x\n",
        "@1:11:\n",
        CARD "\n\n> x\n",
        "Best regards\n",
        "Sent from my iPad\n\n",
        LEGAL "\n\n",
        LEGAL " ",
        "Do not click. External sender\n",
        "##- please reply above\n",
        "写道写道写道\n",
        "e\u0301crit:\n",
        "From: To: Subject: Date: ",
        "<http://pumps.example\n> x\n",
    };
    const gsize small = 64 * 1024;

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        gint64 once = cost_of(lines[i], small);
        gint64 eightfold = cost_of(lines[i], 8 * small);

        if (eightfold > 24 * once + 50000)
            fail_msg("%.20s costs %ld us, eight times as much %ld us", lines[i], (long)once,
                     (long)eightfold);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_without_quotations_is_all_new),
        cmocka_unit_test(a_verb_alone_needs_a_marked_quotation),
        cmocka_unit_test(an_attribution_may_follow_words_on_its_line),
        cmocka_unit_test(lines_with_a_verb_between_dashes_are_attributions),
        cmocka_unit_test(what_a_customer_reports_is_new),
        cmocka_unit_test(two_names_of_a_header_need_what_belongs_to_them),
        cmocka_unit_test(answers_between_quotations_keep_what_they_answer),
        cmocka_unit_test(a_whole_quoted_mail_above_the_answer_is_cut),
        cmocka_unit_test(signatures_are_parted_from_the_text),
        cmocka_unit_test(a_closing_with_a_card_is_a_signature),
        cmocka_unit_test(what_tells_more_than_a_card_is_no_signature),
        cmocka_unit_test(disclaimers_are_parted_from_text_and_signature),
        cmocka_unit_test(who_speaks_of_confidence_disclaims_nothing),
        cmocka_unit_test(if_nothing_new_remains_everything_is_new),
        cmocka_unit_test(a_bare_delimiter_counts_up_to_fifteen_lines_from_the_end),
        cmocka_unit_test(a_marker_longer_than_its_limit_is_text),
        cmocka_unit_test(a_card_has_up_to_twelve_lines),
        cmocka_unit_test(an_attribution_has_up_to_four_lines),
        cmocka_unit_test(the_cost_grows_with_the_text),
    };

    return cmocka_run_group_tests_name("mail: quote", tests, NULL, NULL);
}
