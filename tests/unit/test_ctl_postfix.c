/* What is found in main.cf: each finding alone, and the line as it should be. */
#include "ctl/postfix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SOCKET   "unix:/var/spool/postfix/triage-milter/milter.sock"
#define SPOOL    "/var/spool/postfix"
#define TIMEOUTS "connect_timeout=5s, command_timeout=30s, content_timeout=60s"
#define GOOD     "default_action=accept, " TIMEOUTS
#define INSIDE   "{ unix:triage-milter/milter.sock, " GOOD " }"
#define WHOLE    "{ unix:" SPOOL "/triage-milter/milter.sock, " GOOD " }"
#define INET     "{ inet:127.0.0.1:8899, " GOOD " }"

typedef struct {
    const char *socket, *milters;
    bool chrooted;
    const char *said; /* the findings, a line each */
} Row;

static void assert_findings(const Row *row)
{
    const PostfixSettings postfix = { .smtpd_milters = row->milters,
                                      .queue_directory = SPOOL,
                                      .chrooted = row->chrooted };
    g_autoptr(GPtrArray) findings = postfix_findings(&postfix, row->socket);
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++)
        g_string_append_printf(all, "%s\n", (const char *)g_ptr_array_index(findings, i));
    if (!g_str_equal(all->str, row->said))
        fail_msg("smtpd_milters = %s\nsaid:\n%sexpected:\n%s", row->milters, all->str, row->said);
}

static void the_line_of_the_guide_is_good(void **state)
{
    static const Row rows[] = {
        { SOCKET, INSIDE, true, "" },
        { SOCKET, WHOLE, false, "" },
        { "inet:8899@127.0.0.1", INET, false, "" },
        { "inet:8899@127.0.0.1", INET, true, "" },
        { SOCKET, "inet:127.0.0.1:8891, inet:127.0.0.1:8893,\n " INSIDE, true, "" },
        { SOCKET, "{ unix:rspamd/milter.sock, default_action=tempfail } " INSIDE, true, "" },
        { SOCKET, "{unix:triage-milter/milter.sock, default_action = accept, " TIMEOUTS "}", true,
          "" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_findings(&rows[i]);
}

static void a_line_that_is_not_there_is_written_out(void **state)
{
    static const Row rows[] = {
        { SOCKET, "", true,
          "smtpd_milters doesn't name us; add { unix:triage-milter/milter.sock, " GOOD " }\n" },
        { SOCKET, "inet:127.0.0.1:8891", false,
          "smtpd_milters doesn't name us; add { unix:" SPOOL "/triage-milter/milter.sock, " GOOD
          " }\n" },
        { "inet:8899@127.0.0.1", "inet:127.0.0.1:8891", false,
          "smtpd_milters doesn't name us; add " INET "\n" },
        { "inet:8899", "", false, "smtpd_milters doesn't name us; add " INET "\n" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_findings(&rows[i]);
}

static void each_missing_attribute_is_named(void **state)
{
    static const Row rows[] = {
        { SOCKET, "{ unix:triage-milter/milter.sock, " TIMEOUTS " }", true,
          "smtpd_milters: our entry should say default_action=accept: without it mail is deferred "
          "when we are down\n" },
        { SOCKET,
          "{ unix:triage-milter/milter.sock, default_action=accept, command_timeout=30s, "
          "content_timeout=60s }",
          true, "smtpd_milters: our entry should say connect_timeout=5s: Postfix's own is 30s\n" },
        { SOCKET,
          "{ unix:triage-milter/milter.sock, default_action=accept, connect_timeout=5s, "
          "content_timeout=60s }",
          true, "smtpd_milters: our entry should say command_timeout=30s\n" },
        { SOCKET,
          "{ unix:triage-milter/milter.sock, default_action=accept, connect_timeout=5s, "
          "command_timeout=30s }",
          true,
          "smtpd_milters: our entry should say content_timeout=60s: Postfix's own is 300s\n" },
        { SOCKET, "{ unix:triage-milter/milter.sock, default_action=tempfail, " TIMEOUTS " }", true,
          "smtpd_milters: default_action of our entry should be accept\n" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_findings(&rows[i]);
}

static void a_bare_name_lacks_all_four(void **state)
{
    (void)state;
    const PostfixSettings postfix = { .smtpd_milters = "unix:triage-milter/milter.sock",
                                      .queue_directory = SPOOL,
                                      .chrooted = true };
    g_autoptr(GPtrArray) findings = postfix_findings(&postfix, SOCKET);
    assert_int_equal(findings->len, 4);
}

static void we_should_stand_last(void **state)
{
    (void)state;
    static const char said[] = "smtpd_milters: we should stand last, behind the filters that write "
                               "Authentication-Results and reject mail\n";
    assert_findings(&(Row){ SOCKET, INSIDE " inet:127.0.0.1:8891", true, said });
    assert_findings(&(Row){ SOCKET, INSIDE ", { inet:127.0.0.1:8891 }", true, said });
}

static void several_filters_before_us_need_methods(void **state)
{
    static char *trust[] = { (char *)"mx.example.com", NULL };
    static const struct {
        const char *milters;
        guint findings;
    } rows[] = {
        { INSIDE, 0 },
        { "inet:127.0.0.1:8891, " INSIDE, 0 },
        { "inet:127.0.0.1:8891, inet:127.0.0.1:8893, " INSIDE, 1 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const PostfixSettings postfix = { .smtpd_milters = rows[i].milters,
                                          .queue_directory = SPOOL,
                                          .chrooted = true,
                                          .trust = trust };
        g_autoptr(GPtrArray) findings = postfix_findings(&postfix, SOCKET);
        assert_int_equal(findings->len, rows[i].findings);
        if (findings->len > 0)
            assert_non_null(strstr(g_ptr_array_index(findings, 0),
                                   "trust mx.example.com { methods = dkim, dmarc }"));
    }
}

static void a_chrooted_smtpd_must_reach_the_socket(void **state)
{
    static const Row rows[] = {
        { "unix:/run/triage-milter/milter.sock", INSIDE, true,
          "socket unix:/run/triage-milter/milter.sock: smtpd is chrooted to " SPOOL
          " and can't reach it; move it below\n" },
        { "unix:" SPOOL "-old/milter.sock", INSIDE, true,
          "socket unix:" SPOOL "-old/milter.sock: smtpd is chrooted to " SPOOL
          " and can't reach it; move it below\n" },
        { "unix:/run/triage-milter/milter.sock",
          "{ unix:/run/triage-milter/milter.sock, " GOOD " }", false, "" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_findings(&rows[i]);
}

/* main.cf is the administrator's: a brace too few is for Postfix to complain about. */
static void a_broken_list_is_read_as_far_as_it_goes(void **state)
{
    static const char *const lists[] = { "{", "{ unix:triage-milter/milter.sock", "}", " , ,\t\n",
                                         "{}{}{" };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        const PostfixSettings postfix = { .smtpd_milters = lists[i],
                                          .queue_directory = SPOOL,
                                          .chrooted = true };
        g_autoptr(GPtrArray) findings = postfix_findings(&postfix, SOCKET);
        assert_true(findings->len > 0);
    }
}

static void bounces_of_replies_must_find_us(void **state)
{
    static const struct {
        const char *delimiters, *set, *classes, *milters, *said;
    } rows[] = {
        { "+", "+", "bounce", "unix:x", "" },
        { "+-", "-+", "notify, bounce", "unix:x", "" },
        { "", "", "bounce", "unix:x", "" },
        { "-", "+", "bounce", "unix:x",
          "recipient_delimiter should have '-': bounces of replies come to tagged addresses; or "
          "set "
          "delimiter = none\n" },
        { "+", "+", "", "unix:x",
          "bounces that Postfix makes itself pass no milter; add internal_mail_filter_classes = "
          "bounce and name us in non_smtpd_milters\n" },
        { "+", "+", "bounce", "",
          "bounces that Postfix makes itself pass no milter; add internal_mail_filter_classes = "
          "bounce and name us in non_smtpd_milters\n" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const PostfixSettings postfix = { .recipient_delimiter = rows[i].set,
                                          .internal_mail_filter_classes = rows[i].classes,
                                          .non_smtpd_milters = rows[i].milters };
        g_autoptr(GPtrArray) findings = postfix_bounce_findings(&postfix, rows[i].delimiters);
        g_autoptr(GString) all = g_string_new(NULL);
        for (guint k = 0; k < findings->len; k++)
            g_string_append_printf(all, "%s\n", (const char *)g_ptr_array_index(findings, k));
        assert_string_equal(all->str, rows[i].said);
    }
}

static void a_list_of_tables_is_split_outside_of_braces(void **state)
{
    static const struct {
        const char *list, *tables;
    } rows[] = {
        { "", "" },
        { "regexp:/etc/postfix/triage_header_checks", "regexp:/etc/postfix/triage_header_checks" },
        { " pcre:/a,regexp:/b\n\tcidr:/c ", "pcre:/a|regexp:/b|cidr:/c" },
        { "inline:{ a = b, {c = d, e} }, regexp:{{/x y/ IGNORE}}",
          "inline:{ a = b, {c = d, e} }|regexp:{{/x y/ IGNORE}}" },
        { "inline:{ open", "inline:{ open" },
        { "} regexp:/b", "}|regexp:/b" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) tables = postfix_tables(rows[i].list);
        g_ptr_array_add(tables, NULL);
        g_autofree char *joined = g_strjoinv("|", (char **)tables->pdata);
        assert_string_equal(joined, rows[i].tables);
    }
}

static void only_some_actions_keep_a_header_from_its_reader(void **state)
{
    static const struct {
        const char *action;
        bool removes;
    } rows[] = {
        { NULL, false },
        { "", false },
        { "IGNORE", true },
        { "ignore", true },
        { "IGNORE text", true },
        { "STRIP logged", true },
        { "REJECT no", true },
        { "WARN", false },
        { "IGNORED", false },
        { "DUNNO", false },
        { "PREPEND IGNORE", false },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(postfix_removes(rows[i].action), rows[i].removes);
}

static void a_guard_must_be_there_and_leave_attachments_alone(void **state)
{
    (void)state;
    for (guint guarded = 0; guarded < 2; guarded++) {
        for (guint nested = 0; nested < 2; nested++) {
            g_autoptr(GPtrArray) findings = postfix_guard_findings(guarded, nested);
            assert_int_equal(findings->len, !guarded + nested);
        }
    }
}

#define FRONT   "smtp inet n - y - - smtpd\n"
#define BACK    "127.0.0.1:10025/inet"
#define BACK_CF "127.0.0.1:10025 inet n - n - - smtpd\n"
#define SECOND                                                                                     \
    "master.cf: " BACK ": mail that a content filter hands back meets us a second time; add -o "   \
    "receive_override_options=no_header_body_checks,no_milters\n"
#define REMOVED                                                                                    \
    "master.cf: " BACK ": header_checks may remove our headers from mail that a content filter "   \
    "hands back; add -o receive_override_options=no_header_body_checks,no_milters\n"

/* Of master.cf, and main.cf where a row says something of it. */
typedef struct {
    const char *services, *overrides, *filter, *options, *checks, *said;
} Handed;

static void what_a_content_filter_hands_back_should_pass_us_by(void **state)
{
    static const Handed rows[] = {
        { FRONT, "", "", "", "", "" },
        { FRONT BACK_CF, "", "", "", "", "" },
        { FRONT BACK_CF, BACK "/content_filter =\n", "amavis:[127.0.0.1]:10024", "", "", SECOND },
        { FRONT BACK_CF, "smtp/inet/content_filter = scan:dummy\n", "", "", "", SECOND },
        { FRONT BACK_CF, BACK "/content_filter =\n", "scan:x", "", "regexp:/x", SECOND },
        { FRONT BACK_CF, BACK "/content_filter =\n" BACK "/smtpd_milters =\n", "scan:x", "", "",
          "" },
        { FRONT BACK_CF, BACK "/content_filter =\n" BACK "/smtpd_milters = inet:127.0.0.1:1\n",
          "scan:x", "", "", "" },
        { FRONT BACK_CF, BACK "/content_filter =\n" BACK "/smtpd_milters =\n", "scan:x", "",
          "regexp:/x", REMOVED },
        { FRONT BACK_CF, BACK "/content_filter =\n" BACK "/receive_override_options = no_milters\n",
          "scan:x", "", "regexp:/x", REMOVED },
        { FRONT BACK_CF, BACK "/content_filter =\n" BACK "/receive_override_options = no_milters\n",
          "scan:x", "", "", "" },
        { FRONT BACK_CF, BACK "/content_filter =\n", "scan:x", "no_milters", "", "" },
        { FRONT BACK_CF,
          BACK "/content_filter =\n" BACK
               "/receive_override_options = no_header_body_checks,no_milters\n",
          "scan:x", "", "regexp:/x", "" },
        /* by an access table, which isn't read */
        { FRONT BACK_CF, BACK "/content_filter =\n", "", "", "", SECOND },
        /* only the way back has our milter */
        { FRONT BACK_CF, "smtp/inet/smtpd_milters =\n" BACK "/content_filter =\n", "scan:x", "", "",
          "" },
        /* submission is no way back, and neither is what has a filter of its own */
        { FRONT "submission inet n - y - - smtpd\n", "smtp/inet/content_filter = scan:x\n", "", "",
          "", "" },
        { FRONT BACK_CF, "", "scan:x", "", "", "" },
        { "", "", "scan:x", "", "", "" },
        { "smtp inet\n\n: : :\n", "= = =\n", "scan:x", "", "", "" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Handed *row = &rows[i];
        const PostfixSettings postfix = { .smtpd_milters = INSIDE " " WHOLE,
                                          .queue_directory = SPOOL,
                                          .services = row->services,
                                          .overrides = row->overrides,
                                          .content_filter = row->filter,
                                          .receive_override_options = row->options,
                                          .header_checks = row->checks };
        g_autoptr(GPtrArray) findings = postfix_reinjection_findings(&postfix, SOCKET);
        g_autoptr(GString) all = g_string_new(NULL);
        for (guint k = 0; k < findings->len; k++)
            g_string_append_printf(all, "%s\n", (const char *)g_ptr_array_index(findings, k));
        assert_string_equal(all->str, row->said);
    }
}

static void the_smtpd_in_front_has_settings_of_its_own(void **state)
{
    static const struct {
        const char *services, *overrides, *milters;
        bool chrooted;
    } rows[] = {
        { FRONT, "", INSIDE, true },
        { FRONT, "smtp/inet/smtpd_milters = unix:x\n", "unix:x", true },
        { BACK_CF FRONT, BACK "/smtpd_milters = unix:x\n", INSIDE, true },
        { BACK_CF, BACK "/smtpd_milters = unix:x\n", "unix:x", false },
        { "smtp inet n - y - 1 postscreen\nsmtpd pass - - n - - smtpd\n",
          "smtpd/pass/smtpd_milters = unix:x\n", "unix:x", false },
        { "", "", INSIDE, false },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *own = NULL;
        PostfixSettings postfix = { .smtpd_milters = INSIDE,
                                    .services = rows[i].services,
                                    .overrides = rows[i].overrides };
        postfix_take_front(&postfix, &own);
        assert_string_equal(postfix.smtpd_milters, rows[i].milters);
        assert_int_equal(postfix.chrooted, rows[i].chrooted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounces_of_replies_must_find_us),
        cmocka_unit_test(what_a_content_filter_hands_back_should_pass_us_by),
        cmocka_unit_test(the_smtpd_in_front_has_settings_of_its_own),
        cmocka_unit_test(the_line_of_the_guide_is_good),
        cmocka_unit_test(a_line_that_is_not_there_is_written_out),
        cmocka_unit_test(each_missing_attribute_is_named),
        cmocka_unit_test(a_bare_name_lacks_all_four),
        cmocka_unit_test(we_should_stand_last),
        cmocka_unit_test(several_filters_before_us_need_methods),
        cmocka_unit_test(a_chrooted_smtpd_must_reach_the_socket),
        cmocka_unit_test(a_list_of_tables_is_split_outside_of_braces),
        cmocka_unit_test(only_some_actions_keep_a_header_from_its_reader),
        cmocka_unit_test(a_guard_must_be_there_and_leave_attachments_alone),
        cmocka_unit_test(a_broken_list_is_read_as_far_as_it_goes),
    };
    return cmocka_run_group_tests_name("ctl: postfix", tests, NULL, NULL);
}
