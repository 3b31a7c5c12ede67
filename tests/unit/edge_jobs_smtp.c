/* Handing a mail over: what is known afterwards, and how many copies the server has, for each way
 * in which the dialogue can go wrong. */
#include "jobs/smtp.h"
#include "rig_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    const char *fault;
    SmtpOutcome outcome;
    int copies;
    const char *why;
} Row;

/* With TIMEOUT_MS for a whole dialogue, what hangs is given up. */
#define TIMEOUT_MS 2000
#define SILENCE    "the submission server doesn't answer"

static const Row rows[] = {
    { "none", SMTP_TAKEN, 1, "250 2.0.0 taken as A1" },
    { "plain", SMTP_TAKEN, 1, "250 2.0.0 taken as A1" },
    { "connect:421", SMTP_LATER, 0, "421 4.0.0 connect is refused here" },
    { "connect:554", SMTP_LATER, 0, "554 5.0.0 connect is refused here" },
    { "connect:close", SMTP_LATER, 0, NULL },
    { "connect:hang", SMTP_LATER, 0, SILENCE },
    { "ehlo:close", SMTP_LATER, 0, NULL },
    { "ehlo:550", SMTP_LATER, 0, NULL },
    { "auth:454", SMTP_LATER, 0, "454 4.0.0 auth is refused here" },
    { "auth:530", SMTP_LATER, 0, "530 5.0.0 auth is refused here" },
    { "auth:534", SMTP_LATER, 0, "534 5.0.0 auth is refused here" },
    { "auth:535", SMTP_LATER, 0, "535 5.0.0 auth is refused here" },
    { "auth:close", SMTP_LATER, 0, NULL },
    { "mail:451", SMTP_LATER, 0, "451 4.0.0 mail is refused here" },
    { "mail:530", SMTP_LATER, 0, "530 5.0.0 mail is refused here" },
    { "mail:535", SMTP_LATER, 0, "535 5.0.0 mail is refused here" },
    { "mail:550", SMTP_NEVER, 0, "550 5.0.0 mail is refused here" },
    { "mail:close", SMTP_LATER, 0, NULL },
    { "rcpt:450", SMTP_LATER, 0, "450 4.0.0 rcpt is refused here" },
    { "rcpt:530", SMTP_LATER, 0, "530 5.0.0 rcpt is refused here" },
    { "rcpt:550", SMTP_NEVER, 0, "550 5.0.0 rcpt is refused here" },
    { "rcpt:close", SMTP_LATER, 0, NULL },
    { "rcpt:hang", SMTP_LATER, 0, SILENCE },
    { "data:451", SMTP_LATER, 0, "451 4.0.0 data is refused here" },
    { "data:554", SMTP_NEVER, 0, "554 5.0.0 data is refused here" },
    { "data:close", SMTP_LATER, 0, NULL },
    /* The mail is small: curl had all of it when the connection went. */
    { "body:close", SMTP_UNKNOWN, 0, NULL },
    { "dot:451", SMTP_LATER, 0, "451 4.0.0 dot is refused here" },
    { "dot:554", SMTP_NEVER, 0, "554 5.0.0 dot is refused here" },
    { "dot:close", SMTP_UNKNOWN, 0, NULL },
    { "dot:hang", SMTP_UNKNOWN, 0, SILENCE },
    { "taken:close", SMTP_UNKNOWN, 1, NULL },
    { "taken:hang", SMTP_UNKNOWN, 1, SILENCE },
};

static RigServers servers;

static int start_servers(void **state)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new();
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_ptr_array_add(faults, (char *)rows[i].fault);
    return rig_servers_start(&servers, "smtp_server.py", faults);
}

static int stop_servers(void **state)
{
    (void)state;
    rig_servers_stop(&servers);
    return 0;
}

static SmtpResult hand_over_to(const char *url, const char *sender, const char *recipient,
                               const char *text)
{
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (char *)recipient);
    g_ptr_array_add(recipients, (char *)"cid@example.org");
    const SmtpServer server = {
        .url = url, .user = "desk", .key = "s3cret", .timeout_ms = TIMEOUT_MS
    };
    const SmtpMail mail = {
        .sender = sender, .recipients = recipients, .bytes = text, .length = strlen(text)
    };
    return smtp_hand_over(&server, &mail);
}

static SmtpResult hand_over(gsize server, const char *text)
{
    g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%d", servers.ports[server]);
    return hand_over_to(url, "support+b-1@example.com", "ann@example.org", text);
}

static void what_is_known_is_what_happened(void **state)
{
    (void)state;
    g_autofree char *line = g_strnfill(1500, 'x');
    g_autofree char *text = g_strconcat("Subject: Hello\r\n\r\n", line, "\r\n", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        SmtpResult result = hand_over(i, text);
        if (result.outcome != rows[i].outcome)
            fail_msg("%s: %d, %s", rows[i].fault, result.outcome, result.why);
        bool mail =
            g_str_has_prefix(rows[i].fault, "data:4") || strstr(rows[i].fault, ":45") != NULL;
        if (rows[i].outcome == SMTP_LATER && !mail && !result.server)
            fail_msg("%s concerns every mail", rows[i].fault);
        if (rig_servers_times(&servers, i) != rows[i].copies)
            fail_msg("%s: %d copies", rows[i].fault, rig_servers_times(&servers, i));
        if (rows[i].why != NULL)
            assert_string_equal(result.why, rows[i].why);
        assert_true(result.why[0] != '\0');
        g_free(result.why);
    }
}

/* Only from the dot on nobody can tell. */
static void a_mail_of_which_only_a_part_went_out_was_not_sent(void **state)
{
    (void)state;
    gsize server = 0;
    while (strcmp(rows[server].fault, "body:close") != 0)
        server++;
    g_autoptr(GString) text = g_string_new("Subject: Long\r\n\r\n");
    while (text->len < 16 * 1024 * 1024)
        g_string_append(text, "a line of a very long mail\r\n");
    SmtpResult result = hand_over(server, text->str);
    assert_int_equal(result.outcome, SMTP_LATER);
    g_free(result.why);
}

/* What the first server kept last. */
static char *last_copy(void)
{
    char *text = rig_servers_heard(&servers, 0, rig_servers_times(&servers, 0));
    assert_non_null(text);
    return text;
}

static void a_mail_arrives_as_it_was_written(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Subject: x\r\n\r\n.\r\n..\r\n.a\r\n",
        ".: the first line\r\n\r\nlast line\r\n",
        "Subject: x\r\n\r\n\r\n\r\n",
        "Subject: x\r\n\r\nends with\r\n.\r\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        SmtpResult result = hand_over(0, texts[i]);
        assert_int_equal(result.outcome, SMTP_TAKEN);
        g_free(result.why);
        g_autofree char *kept = last_copy();
        g_autofree char *wanted = g_strdup_printf("MAIL FROM:<support+b-1@example.com>\n"
                                                  "RCPT TO:<ann@example.org>\n"
                                                  "RCPT TO:<cid@example.org>\n%s",
                                                  texts[i]);
        assert_string_equal(kept, wanted);
    }
}

static void an_address_in_other_letters_needs_a_server_that_takes_it(void **state)
{
    (void)state;
    g_autofree char *able = g_strdup_printf("smtp://127.0.0.1:%d", servers.ports[0]);
    g_autofree char *plain = g_strdup_printf("smtp://127.0.0.1:%d", servers.ports[1]);
    int before = rig_servers_times(&servers, 1);
    const char *address = "j\xc3\xb6rg@example.org", *text = "Subject: x\r\n\r\n";
    SmtpResult taken = hand_over_to(able, "", address, text);
    SmtpResult refused = hand_over_to(plain, "", address, text);
    g_autofree char *kept = last_copy();
    assert_int_equal(taken.outcome, SMTP_TAKEN);
    assert_non_null(strstr(kept, " SMTPUTF8"));
    assert_non_null(strstr(kept, address));
    assert_int_equal(refused.outcome, SMTP_NEVER);
    assert_string_equal(refused.why, "an address needs SMTPUTF8, which the submission server "
                                     "doesn't offer");
    assert_int_equal(rig_servers_times(&servers, 1), before);
    g_free(taken.why);
    g_free(refused.why);
}

static void nobody_listening_is_for_later(void **state)
{
    (void)state;
    SmtpResult result =
        hand_over_to("smtp://127.0.0.1:1", "", "ann@example.org", "Subject: x\r\n\r\n");
    assert_int_equal(result.outcome, SMTP_LATER);
    g_free(result.why);
}

/* 0.0.0.0 reaches this machine, but isn't known as it. */
static void nothing_goes_in_clear_to_another_machine(void **state)
{
    (void)state;
    g_autofree char *plain = g_strdup_printf("smtp://0.0.0.0:%d", servers.ports[0]);
    int before = rig_servers_times(&servers, 0);
    SmtpResult result = hand_over_to(plain, "", "ann@example.org", "Subject: x\r\n\r\n");
    assert_int_equal(result.outcome, SMTP_LATER);
    assert_non_null(
        strstr(result.why, "the server offers no TLS, and nothing is told it in clear"));
    assert_int_equal(rig_servers_times(&servers, 0), before);
    g_free(result.why);
}

static void an_address_that_would_be_a_command_goes_nowhere(void **state)
{
    (void)state;
    static const char *const addresses[] = { "", "a@x\r\nRCPT TO:<b@x", "a>@x", "\x7f@x" };
    g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%d", servers.ports[0]);
    int before = rig_servers_times(&servers, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        SmtpResult result = hand_over_to(url, "", addresses[i], "Subject: x\r\n\r\n");
        assert_int_equal(result.outcome, SMTP_NEVER);
        g_free(result.why);
    }
    assert_int_equal(rig_servers_times(&servers, 0), before);
}

/* The data is the answer. */
static bool may_send(const void *data)
{
    return *(const bool *)data;
}

/* The server has had every command and all of the text but its end. */
static void a_mail_that_may_not_be_sent_any_more_is_never_complete(void **state)
{
    (void)state;
    g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%d", servers.ports[0]);
    g_autofree char *line = g_strnfill(900, 'x');
    g_autoptr(GString) text = g_string_new("Subject: Hello\r\n\r\n");
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (char *)"ann@example.org");
    while (text->len < 256 * 1024)
        g_string_append_printf(text, "%s\r\n", line);
    const gsize lengths[] = { text->len, 20 };
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(lengths); i++) {
        const bool may = i % 2 == 0;
        const SmtpServer server = { .url = url,
                                    .timeout_ms = TIMEOUT_MS,
                                    .breaks = { .may_send = may_send, .data = &may } };
        const SmtpMail mail = { .sender = "support@example.com",
                                .recipients = recipients,
                                .bytes = text->str,
                                .length = lengths[i / 2] };
        int before = rig_servers_times(&servers, 0);
        SmtpResult result = smtp_hand_over(&server, &mail);
        assert_int_equal(result.outcome, may ? SMTP_TAKEN : SMTP_LATER);
        assert_int_equal(rig_servers_times(&servers, 0) - before, may);
        g_free(result.why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_is_what_happened),
        cmocka_unit_test(a_mail_of_which_only_a_part_went_out_was_not_sent),
        cmocka_unit_test(a_mail_arrives_as_it_was_written),
        cmocka_unit_test(an_address_in_other_letters_needs_a_server_that_takes_it),
        cmocka_unit_test(nobody_listening_is_for_later),
        cmocka_unit_test(nothing_goes_in_clear_to_another_machine),
        cmocka_unit_test(an_address_that_would_be_a_command_goes_nowhere),
        cmocka_unit_test(a_mail_that_may_not_be_sent_any_more_is_never_complete),
    };
    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
