/* What somebody is told, in JSON and in words: texts only when they are given, and nothing that
 * isn't there. */
#include "jobs/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *const tags[] = { (char *)"vip", (char *)"outage", NULL };
static char *const none[] = { NULL };

static const Notice ticket = { .event = "ticket",
                               .ticket = "SUP-1001",
                               .mailbox = "support",
                               .queue = "incident",
                               .priority = "critical",
                               .category = "technical",
                               .tags = (char **)tags,
                               .due = 1800000000 };
static const Notice bare = { .event = "mail",
                             .ticket = "",
                             .mailbox = "sales",
                             .queue = "",
                             .priority = "",
                             .category = "",
                             .tags = (char **)none };

static void assert_told(const Notice *notice, const char *json, const char *subject,
                        const char *text)
{
    g_autofree char *as_json = notice_json(notice);
    g_autofree char *as_subject = notice_subject(notice);
    g_autofree char *as_text = notice_text(notice);
    assert_string_equal(as_json, json);
    assert_string_equal(as_subject, subject);
    assert_string_equal(as_text, text);
}

static void a_ticket_is_told_without_texts(void **state)
{
    (void)state;
    assert_told(&ticket,
                "{\"v\":1,\"event\":\"ticket\",\"ticket\":\"SUP-1001\",\"mailbox\":\"support\","
                "\"queue\":\"incident\",\"priority\":\"critical\",\"category\":\"technical\","
                "\"tags\":[\"vip\",\"outage\"],\"due\":1800000000}",
                "SUP-1001 at support, priority critical, queue incident",
                "Ticket    SUP-1001\nMailbox   support\nQueue     incident\nPriority  critical\n"
                "Category  technical\nTags      vip, outage\nDue       2027-01-15 08:00 UTC\n");
}

static void texts_are_told_where_they_are_given(void **state)
{
    (void)state;
    Notice notice = bare;
    notice.subject = "\"Ausfall\"\n{}";
    notice.summary = "Nichts geht mehr.";
    assert_told(&notice,
                "{\"v\":1,\"event\":\"mail\",\"ticket\":\"\",\"mailbox\":\"sales\",\"queue\":\"\","
                "\"priority\":\"\",\"category\":\"\",\"subject\":\"\\\"Ausfall\\\"\\n{}\","
                "\"summary\":\"Nichts geht mehr.\",\"tags\":[],\"due\":0}",
                "Mail at sales",
                "Mailbox   sales\nSubject   \"Ausfall\"\n{}\nSummary   Nichts geht mehr.\n");
}

static void what_is_overdue_says_so(void **state)
{
    (void)state;
    Notice notice = ticket;
    notice.event = "overdue";
    g_autofree char *subject = notice_subject(&notice);
    assert_string_equal(subject,
                        "SUP-1001 is overdue at support, priority critical, queue incident");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_is_told_without_texts),
        cmocka_unit_test(texts_are_told_where_they_are_given),
        cmocka_unit_test(what_is_overdue_says_so),
    };
    return cmocka_run_group_tests_name("jobs: notice", tests, NULL, NULL);
}
