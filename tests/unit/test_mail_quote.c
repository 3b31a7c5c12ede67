/* New words, quotations and signature, as people and programs write them. */
#include "mail/parts.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    const char *text;
    const char *reply;
    const char *quoted;
    const char *signature;
} Case;

static void check(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *reply = NULL;
        g_autofree char *quoted = NULL;
        g_autofree char *signature = NULL;

        quote_split(cases[i].text, &reply, &quoted, &signature);
        assert_string_equal(reply, cases[i].reply);
        assert_string_equal(quoted, cases[i].quoted);
        assert_string_equal(signature, cases[i].signature);
    }
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

static void an_attribution_leads_what_is_quoted_in_many_languages(void **state)
{
    static const char *const attributions[] = {
        ENGLISH,
        "On Mon, 3 March 2025 at 10:14, Ann Lee\n<ann@example.com> wrote:",
        "On Mon, 3 March 2025\nat 10:14, Ann Lee <ann@example.com\n> wrote:",
        "--- On Mon, 3/3/2025, Ann Lee <ann@example.com> wrote:",
        "Am Mo., 3. März 2025 um 10:14 Uhr schrieb Ann Lee <ann@example.com>:",
        "Am 03.03.2025 um 10:14 schrieb Ann Lee:",
        "Ann Lee <ann@example.com> schrieb am Mo. 3. März 2025 um\n10:14:",
        "Le lun. 3 mars 2025 à 10:14, Ann Lee <ann@example.com> a\u00A0écrit\u00A0:",
        "El lun, 3 mar 2025 a las 10:14, Ann Lee (<ann@example.com>)\nescribió:",
        "Il giorno lun 3 mar 2025 alle ore 10:14 Ann Lee <ann@example.com> ha scritto:",
        "Op ma 3 mrt 2025 om 10:14 schreef Ann Lee <ann@example.com>:",
        "man. 3. mars 2025 kl. 10:14 skrev Ann Lee <ann@example.com\n>:",
        "вт, 3 мар. 2025 г. в 10:14, Ann Lee <ann@example.com>:",
        "Ann Lee <ann@example.com> 于2025年3月3日周一 10:14写道：",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
        g_autofree char *marked = g_strdup_printf("Yes.\n\n%s\n\n> Is it?\n", attributions[i]);
        g_autofree char *unmarked = g_strdup_printf("Yes.\n\n%s\n\nIs it?\n", attributions[i]);
        g_autofree char *quoted = g_strdup_printf("%s\n\n> Is it?", attributions[i]);
        g_autofree char *without_marks = g_strdup_printf("%s\n\nIs it?", attributions[i]);
        const Case cases[] = {
            { marked, "Yes.", quoted, "" },
            { unmarked, "Yes.", without_marks, "" },
        };

        CHECK(cases);
    }
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

static void markers_end_the_new_text(void **state)
{
    static const char *const originals[] = {
        "-----Original Message-----\nFrom: Ann",
        "---------- Forwarded message ---------\nFrom: Ann",
        "Begin forwarded message:\n\nFrom: Ann",
        "-----Ursprüngliche Nachricht-----\nVon: Ann",
        "-------- Message d'origine --------\nAnn",
        "-----Mensaje original-----\nAnn",
        "##- Please type your reply above this line -##\n\nAnn",
        "Reply above this line.\nAnn",
        "From: Ann Lee\nSent: Monday\nTo: Bob\nSubject: Pump\n\nIs it?",
        "__________\n*From:* Ann Lee\n*Date:* Monday\n*Subject:* Pump\n\nIs it?",
        " ----------\n\nVon: Ann Lee\nGesendet: Montag\nAn: Bob\nBetreff: Pumpe\n\nWirklich?",
        "De : Ann Lee\nEnvoyé : lundi\nÀ : Bob\nObjet : Pompe\n\nVraiment ?",
        "De: Ann Lee\nEnviado: lunes\nPara: Bob\nAsunto: Bomba\n\n¿De verdad?",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(originals); i++) {
        g_autofree char *text = g_strdup_printf("Yes.\n\n%s", originals[i]);
        g_autofree char *quoted = g_strstrip(g_strdup(originals[i]));
        const Case cases[] = { { text, "Yes.", quoted, "" } };

        CHECK(cases);
    }
}

static void answers_between_quotations_keep_what_they_answer(void **state)
{
    static const Case cases[] = {
        { ENGLISH "\n> Which pump?\nThe red one.\n> Since when?\nMay.\n> Bye\n> Ann",
          ENGLISH "\n> Which pump?\nThe red one.\n> Since when?\nMay.", "> Bye\n> Ann", "" },
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
        { "It leaks.\nSent from my iPad", "It leaks.\nSent from my iPad", "", "" },
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

        quote_split(text, &reply, &quoted, &signature);
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

        quote_split(text, &reply, &quoted, &signature);
        assert_int_equal(strcmp(reply, "Yes.") == 0, length <= 500);
    }
}

static void a_huge_text_takes_a_moment(void **state)
{
    static const char *const lines[] = {
        "> quoted\n", ">", "x", "\n", "a:\n", "From: x\n", "--\n", ENGLISH "\n> x\n", "@1:11:\n",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *text = repeated(lines[i], 256 * 1024 / strlen(lines[i]));
        g_autofree char *reply = NULL;
        g_autofree char *quoted = NULL;
        g_autofree char *signature = NULL;
        gint64 start = g_get_monotonic_time();

        quote_split(text, &reply, &quoted, &signature);
        assert_true(g_get_monotonic_time() - start < 10 * G_USEC_PER_SEC);
        assert_true(g_str_has_prefix(reply, "new"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_without_quotations_is_all_new),
        cmocka_unit_test(an_attribution_leads_what_is_quoted_in_many_languages),
        cmocka_unit_test(a_verb_alone_needs_a_marked_quotation),
        cmocka_unit_test(markers_end_the_new_text),
        cmocka_unit_test(answers_between_quotations_keep_what_they_answer),
        cmocka_unit_test(a_whole_quoted_mail_above_the_answer_is_cut),
        cmocka_unit_test(signatures_are_parted_from_the_text),
        cmocka_unit_test(if_nothing_new_remains_everything_is_new),
        cmocka_unit_test(a_bare_delimiter_counts_up_to_fifteen_lines_from_the_end),
        cmocka_unit_test(a_marker_longer_than_its_limit_is_text),
        cmocka_unit_test(a_huge_text_takes_a_moment),
    };

    return cmocka_run_group_tests_name("mail: quote", tests, NULL, NULL);
}
