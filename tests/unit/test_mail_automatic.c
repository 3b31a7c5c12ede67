/* Programs' mail and people's, by the fields of the header section, and by words. */
#include "mail/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mail_view.h"

static char *own_lists[] = { (char *)"help.example.com", (char *)"team@example.com", NULL };
static char *own_domains[] = { (char *)"triage.example.com", NULL };
static const MailTrust trust = { .own_lists = own_lists, .own_domains = own_domains };

typedef struct {
    const char *lines[4];
    AutomaticKind kind;
    bool must_not_reply, skip;
    const char *why;
    const char *sender; /* NULL: ann@example.com */
    const char *person; /* NULL: as From */
    const char *report; /* report-type of a multipart/report */
    const char *from, *message_id, *in_reply_to, *subject;
    bool proven;
    const char *text, *name; /* NULL: "" */
    PersonSource source;
    bool delivery_status;
    const char *method;
} Case;

static void check_case(const Case *row)
{
    const char *from_address = row->from ? row->from : "ann@example.com";
    g_autoptr(MailAddress) from = address_new(from_address, row->name ? row->name : "");
    g_autoptr(MailAddress) person = address_new(row->person ? row->person : from_address, "");
    GPtrArray *fields = mail_fields(row->lines);
    Message message = {
        .from = from,
        .person = person,
        .person_source = row->source,
        .text = (char *)(row->text ? row->text : ""),
        .subject = (char *)(row->subject ? row->subject : "Pump"),
        .message_id = (char *)(row->message_id ? row->message_id : "1@example.com"),
        .in_reply_to = (char *)(row->in_reply_to ? row->in_reply_to : ""),
        .authentication = { .proven = row->proven },
    };
    HeaderView view = {
        .fields = fields,
        .content_type = row->report ? "multipart/report" : "text/plain",
        .report_type = row->report ? row->report : "",
        .envelope_sender = row->sender ? row->sender : "ann@example.com",
        .from_address = from->address,
        .delivery_status = row->delivery_status,
        .calendar_method = row->method,
    };
    Automatic automatic = { 0 };

    automatic_judge(&view, &message, &trust, &automatic);
    assert_string_equal(automatic_kind_name(automatic.kind), automatic_kind_name(row->kind));
    assert_string_equal(automatic.why, row->why);
    assert_int_equal(automatic.must_not_reply, row->must_not_reply);
    assert_int_equal(automatic.skip, row->skip);
    g_free(automatic.why);
    mail_fields_free(fields);
}

static void check(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++)
        check_case(&cases[i]);
}
#define CHECK(cases) check(cases, G_N_ELEMENTS(cases))

static void persons_mail_is_not_automatic(void **state)
{
    static const Case cases[] = {
        { .why = "" },
        { { "Auto-Submitted: no" }, .why = "" },
        { { "auto-submitted: NO (really)" }, .why = "" },
        { { "X-Auto-Response-Suppress: None" }, .why = "" },
        { { "X-Auto-Response-Suppress: DR, RN, NRN" }, .why = "" },
        { { "X-Autoreply: no" }, .why = "" },
        { { "Precedence: normal" }, .why = "" },
        { .subject = "Re: Out of office", .why = "" },
        { .from = "norbert@example.com", .why = "" },
        { .from = "noreply@example.com", .person = "bob@example.com", .why = "" },
        { { "Feedback-ID: i1:Fastmail" }, .why = "" },
        { { "Feedback-ID: 1:AmazonSES" }, .why = "" },
        { { "Feedback-ID: 1:spring:promo:seats", "X-CSA-Complaints: csa@example.org" }, .why = "" },
        { { "X-Campaign: 7" }, .why = "", .source = PERSON_REPLY_TO },
        { .subject = "Out of office replies don't work", .why = "", .text = "I am on vacation" },
        { .subject = "Vacation", .why = "", .text = "I am on vacation, call me before." },
        { .subject = "Undelivered mail returned to sender",
          .why = "",
          .text = "I got this:\nThis is the mail system at host mx." },
        { .delivery_status = true, .why = "", .text = "Here is what I got." },
        { .name = "Mail Delivery System", .why = "", .subject = "Pump" },
    };

    (void)state;
    CHECK(cases);
}

static void bounces_are_left_out(void **state)
{
    static const Case cases[] = {
        { { NULL }, AUTOMATIC_BOUNCE, true, true, .why = "Return-Path: <>", .sender = "" },
        { { NULL },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = "report-type: delivery-status",
          .report = "delivery-status" },
        { { "Auto-Submitted: auto-replied" },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = "report-type: delivery-status",
          .report = "delivery-status" },
        { { "X-Failed-Recipients: bob@example.com" },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = "X-Failed-Recipients: bob@example.com" },
        { { NULL },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = "From: mailer-daemon@mx.example.com",
          .from = "MAILER-DAEMON@mx.example.com" },
    };

    (void)state;
    CHECK(cases);
}

static void automatic_answers_are_left_out_if_they_say_so_themselves(void **state)
{
    static const Case cases[] = {
        { { "Auto-Submitted: auto-replied; owner=x" },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "Auto-Submitted: auto-replied; owner=x" },
        { { "Auto-Submitted: Auto-Replied" },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "Auto-Submitted: Auto-Replied",
          .sender = "" },
        { { "X-Autoreply: yes" }, AUTOMATIC_AUTO_REPLY, true, true, .why = "X-Autoreply: yes" },
        { { "X-Autorespond: Pump" },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "X-Autorespond: Pump" },
        { { NULL },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "report-type: disposition-notification",
          .report = "disposition-notification" },
        { { "Auto-Submitted: auto-generated" },
          AUTOMATIC_AUTO_REPLY,
          true,
          false,
          .why = "Auto-Submitted: auto-generated",
          .in_reply_to = "2@example.com" },
    };

    (void)state;
    CHECK(cases);
}

/* Subject, text and header section: two of them make a notice, the header section makes it plain.
 */
static void absence_notices_need_two_signs(void **state)
{
    static const char *const subject = "Abwesenheitsnotiz: Pumpe", *const text =
                                                                       "Ich bin im Urlaub.";
    static const char *const why = "Subject: Abwesenheitsnotiz: Pumpe";
    const Case cases[] = {
        { { NULL }, AUTOMATIC_NONE, true, false, .why = why, .subject = subject },
        { { NULL },
          AUTOMATIC_AUTO_REPLY,
          true,
          false,
          .why = why,
          .subject = subject,
          .text = text },
        { { NULL }, .why = "", .in_reply_to = "2@example.com", .text = text },
        { { NULL },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = why,
          .subject = subject,
          .in_reply_to = "2@example.com" },
        { { "X-Auto-Response-Suppress: DR, OOF" },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = why,
          .subject = subject },
        { { "X-Auto-Response-Suppress: None" },
          AUTOMATIC_NONE,
          true,
          false,
          .why = why,
          .subject = subject },
        { { NULL },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = why,
          .subject = subject,
          .sender = "" },
        { { NULL },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "Return-Path: <>",
          .text = text,
          .sender = "" },
        { { NULL }, .why = "", .subject = "Urlaub", .in_reply_to = "2@example.com" },
        { { NULL },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "Subject: Urlaub",
          .subject = "Urlaub",
          .in_reply_to = "2@example.com",
          .text = text },
    };

    (void)state;
    CHECK(cases);
}

static void plain_bounces_need_two_signs(void **state)
{
    static const char *const subject = "failure notice", *const text = "Hi. This is the qmail-send";
    static const char *const name = "Mail Delivery Subsystem", *const why =
                                                                   "Subject: failure notice";
    static const char *const late = "1\n2\n3\n4\nHi. This is the qmail-send";
    static const char *const later = "1\n2\n3\n4\n5\nHi. This is the qmail-send";
    const Case cases[] = {
        { { NULL }, .why = "", .subject = subject },
        { { NULL }, .why = "", .text = text },
        { { NULL }, .why = "", .name = name },
        { { NULL }, AUTOMATIC_BOUNCE, true, true, .why = why, .subject = subject, .text = text },
        { { NULL }, AUTOMATIC_BOUNCE, true, true, .why = why, .subject = subject, .name = name },
        { { NULL },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = "Subject: Pump",
          .text = text,
          .name = name },
        { { NULL },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = "Subject: Pump",
          .text = late,
          .name = name },
        { { NULL }, .why = "", .text = later, .name = name },
        { { NULL }, .why = "", .subject = subject, .text = late },
        { { NULL },
          AUTOMATIC_BOUNCE,
          true,
          true,
          .why = why,
          .subject = subject,
          .delivery_status = true },
    };

    (void)state;
    CHECK(cases);
}

static void a_forms_visitor_is_a_person_whatever_the_form_says(void **state)
{
    static const Case cases[] = {
        { { "Auto-Submitted: auto-generated" },
          AUTOMATIC_NONE,
          true,
          false,
          .why = "Auto-Submitted: auto-generated",
          .source = PERSON_FORM },
        { { "Precedence: bulk" },
          AUTOMATIC_NONE,
          true,
          false,
          .why = "Precedence: bulk",
          .source = PERSON_FORM },
        { { "Auto-Submitted: auto-replied" },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "Auto-Submitted: auto-replied",
          .source = PERSON_FORM },
    };

    (void)state;
    CHECK(cases);
}

static void some_signs_forbid_the_answer_alone(void **state)
{
    static const Case cases[] = {
        { { "X-Auto-Response-Suppress: DR, OOF" },
          AUTOMATIC_NONE,
          true,
          false,
          .why = "X-Auto-Response-Suppress: DR, OOF" },
        { { "X-Loop: ann@example.com" },
          AUTOMATIC_NONE,
          true,
          false,
          .why = "X-Loop: ann@example.com" },
        { { NULL },
          AUTOMATIC_NONE,
          true,
          false,
          .why = "From: seals-request@example.com",
          .from = "seals-request@example.com" },
        { { NULL },
          AUTOMATIC_NONE,
          true,
          false,
          .why = "Return-Path: owner-seals@example.com",
          .sender = "owner-seals@example.com" },
        { { "X-Loop: a", "Precedence: bulk" },
          AUTOMATIC_BULK,
          true,
          false,
          .why = "Precedence: bulk" },
    };

    (void)state;
    CHECK(cases);
}

static void lists_reports_and_machines_are_triaged_but_not_answered(void **state)
{
    static const Case cases[] = {
        { { NULL },
          AUTOMATIC_FEEDBACK,
          true,
          false,
          .why = "report-type: feedback-report",
          .report = "feedback-report" },
        { { "List-Id: News <news.example.org>", "Precedence: bulk" },
          AUTOMATIC_LIST,
          true,
          false,
          .why = "List-Id: News <news.example.org>" },
        { { "List-Unsubscribe: <mailto:x@example.org>" },
          AUTOMATIC_BULK,
          true,
          false,
          .why = "List-Unsubscribe: <mailto:x@example.org>" },
        { { "Auto-Submitted: auto-generated (cron)" },
          AUTOMATIC_AUTO_GENERATED,
          true,
          false,
          .why = "Auto-Submitted: auto-generated (cron)" },
        { { "Precedence: Bulk" }, AUTOMATIC_BULK, true, false, .why = "Precedence: Bulk" },
        { { "Precedence: junk" }, AUTOMATIC_BULK, true, false, .why = "Precedence: junk" },
        { { "Precedence: list" }, AUTOMATIC_BULK, true, false, .why = "Precedence: list" },
        { { "Feedback-ID: 1:spring:promo:seats", "List-Unsubscribe: <mailto:x@example.org>" },
          AUTOMATIC_BULK,
          true,
          false,
          .why = "List-Unsubscribe: <mailto:x@example.org>" },
        { { "Auto-Submitted: (a (b)) auto-notified; x=y" },
          AUTOMATIC_AUTO_GENERATED,
          true,
          false,
          .why = "Auto-Submitted: (a (b)) auto-notified; x=y" },
        { { NULL },
          AUTOMATIC_CALENDAR,
          true,
          false,
          .why = "method: request",
          .method = "request" },
        { { "X-Auto-Response-Suppress: All" },
          AUTOMATIC_AUTO_GENERATED,
          true,
          false,
          .why = "X-Auto-Response-Suppress: All" },
        { { NULL },
          AUTOMATIC_AUTO_GENERATED,
          true,
          false,
          .why = "From: no-reply@example.com",
          .from = "no-reply@example.com" },
    };

    (void)state;
    CHECK(cases);
}

static void the_facts_of_all_rows_add_up(void **state)
{
    static const Case cases[] = {
        { { NULL },
          AUTOMATIC_FEEDBACK,
          true,
          true,
          .why = "report-type: feedback-report",
          .report = "feedback-report",
          .sender = "" },
        { { "Auto-Submitted: auto-replied", "List-Id: <news.example.org>" },
          AUTOMATIC_AUTO_REPLY,
          true,
          true,
          .why = "Auto-Submitted: auto-replied" },
    };

    (void)state;
    CHECK(cases);
}

static void the_mailboxs_own_groups_are_no_lists(void **state)
{
    static const Case cases[] = {
        { { "List-Id: Help <HELP.example.com>", "Precedence: list", "List-Unsubscribe: <x>" },
          .why = "" },
        { { "List-Post: <mailto:team@example.com>" }, .why = "" },
        { { "List-Id: <help.example.com.evil.example>" },
          AUTOMATIC_LIST,
          true,
          false,
          .why = "List-Id: <help.example.com.evil.example>" },
        { { "List-Id: <help.example.com>", "Precedence: bulk" },
          AUTOMATIC_BULK,
          true,
          false,
          .why = "Precedence: bulk" },
    };

    (void)state;
    CHECK(cases);
}

static void own_mail_is_known_only_with_proof(void **state)
{
    static const char *const ours = "1@triage.example.com";
    const Case cases[] = {
        { { "X-Triage-Id: ABC" },
          AUTOMATIC_OWN,
          true,
          true,
          .why = "X-Triage-Id: ABC",
          .message_id = ours,
          .proven = true },
        { { "X-Triage-Id: ABC" }, .why = "", .message_id = ours },
        { { NULL }, .why = "", .message_id = ours, .proven = true },
        { { "X-Triage-Id: ABC" }, .why = "", .proven = true },
        { { "X-Triage-Id: ABC" },
          .why = "",
          .message_id = ours,
          .proven = true,
          .from = "eve@evil.example" },
    };

    (void)state;
    CHECK(cases);
}

static void the_reason_is_bounded(void **state)
{
    g_autofree char *value = g_strnfill(5000, 'x');
    g_autofree char *line = g_strconcat("X-Autorespond: ", value, NULL);
    g_autofree char *why = g_strdup_printf("X-Autorespond: %.100s", value);
    const Case cases[] = { { { line }, AUTOMATIC_AUTO_REPLY, true, true, .why = why } };

    (void)state;
    CHECK(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(persons_mail_is_not_automatic),
        cmocka_unit_test(bounces_are_left_out),
        cmocka_unit_test(automatic_answers_are_left_out_if_they_say_so_themselves),
        cmocka_unit_test(absence_notices_need_two_signs),
        cmocka_unit_test(plain_bounces_need_two_signs),
        cmocka_unit_test(a_forms_visitor_is_a_person_whatever_the_form_says),
        cmocka_unit_test(some_signs_forbid_the_answer_alone),
        cmocka_unit_test(lists_reports_and_machines_are_triaged_but_not_answered),
        cmocka_unit_test(the_facts_of_all_rows_add_up),
        cmocka_unit_test(the_mailboxs_own_groups_are_no_lists),
        cmocka_unit_test(own_mail_is_known_only_with_proof),
        cmocka_unit_test(the_reason_is_bounded),
    };

    return cmocka_run_group_tests_name("mail: automatic", tests, NULL, NULL);
}
