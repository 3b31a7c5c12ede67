/* Who wants something: forms, machines, Reply-To; and what passes for a form. */
#include "mail/form.h"
#include "mail/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char ours[] = "shop.example";
static const MailTrust trust = { .own_domains = (char *[]){ ours, NULL } };

static const char three[] = "Name: Ann\nE-Mail: ann@example.org\nMessage: Hello";
static const char two[] = "Name: Ann\nE-Mail: ann@example.org";
static const char footer[] = "E-Mail: ann@example.org\nSent via contact form";

typedef struct {
    const char *from, *to, *text, *reply_to; /* reply_to: NULL if none */
    const char *person;
    PersonSource source;
    bool forwarded, answers;
} Case;

static void check(const Case *row)
{
    g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    MailAddress *from = address_new(row->from, "");
    MailAddress *reply_to = row->reply_to ? address_new(row->reply_to, "") : NULL;
    Message message = { .from = from,
                        .reply_to = reply_to,
                        .to = to,
                        .references = none,
                        .in_reply_to = (char *)(row->answers ? "1@shop.example" : ""),
                        .forwarded = row->forwarded,
                        .text = (char *)row->text };

    g_ptr_array_add(to, address_new(row->to ? row->to : "help@inbox.example", ""));
    person_find(&message, &trust);
    if (strcmp(message.person->address, row->person) != 0 || message.person_source != row->source)
        fail_msg("%s, %s: person %s, source %d", row->from, row->text, message.person->address,
                 (int)message.person_source);
    message.authentication.proven = true;
    assert_int_equal(message_person_is_proven(&message), row->source == PERSON_FROM);
    address_free(message.person);
    address_free(from);
    address_free(reply_to);
}

static void the_person_is_found_where_the_sender_sends_for_others(void **state)
{
    static const char *const ann = "ann@example.org";
    const Case rows[] = {
        { "noreply@x.example", NULL, "Hi", NULL, "noreply@x.example", PERSON_FROM, false, false },
        { "noreply@x.example", NULL, "Hi", ann, ann, PERSON_REPLY_TO, false, false },
        { "noreply@x.example", NULL, "Hi", "noreply@y.example", "noreply@x.example", PERSON_FROM,
          false, false },
        { "bob@x.example", NULL, "Hi", ann, "bob@x.example", PERSON_FROM, false, false },
        { "web@shop.example", NULL, "Hi", ann, ann, PERSON_REPLY_TO, false, false },
        { "web@inbox.example", NULL, "Hi", ann, ann, PERSON_REPLY_TO, false, false },
        { "web@shop.example", NULL, "Hi", "help@shop.example", "web@shop.example", PERSON_FROM,
          false, false },
        { "noreply@x.example", NULL, two, NULL, ann, PERSON_FORM, false, false },
        { "noreply@x.example", NULL, "E-Mail: ann@example.org", NULL, "noreply@x.example",
          PERSON_FROM, false, false },
        { "noreply@x.example", NULL, footer, NULL, ann, PERSON_FORM, false, false },
        { "bob@x.example", NULL, three, NULL, "bob@x.example", PERSON_FROM, false, false },
        { "bob@shop.example", NULL, two, NULL, "bob@shop.example", PERSON_FROM, false, false },
        { "bob@shop.example", NULL, three, NULL, ann, PERSON_FORM, false, false },
        { "bob@shop.example", NULL, footer, NULL, ann, PERSON_FORM, false, false },
        { "website@shop.example", NULL, two, NULL, ann, PERSON_FORM, false, false },
        { "help@inbox.example", NULL, two, NULL, ann, PERSON_FORM, false, false },
        { "web@shop.example", NULL, three, NULL, "web@shop.example", PERSON_FROM, true, false },
        { "web@shop.example", NULL, three, NULL, "web@shop.example", PERSON_FROM, false, true },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        check(&rows[i]);
}

/* A form as "address name fields". */
static char *form_text(const char *text)
{
    Form form;

    form_read(text, &form);
    char *said = g_strdup_printf("%s|%s|%u", form.visitor ? form.visitor->address : "",
                                 form.visitor ? form.visitor->name : "", form.fields);
    form_clear(&form);
    return said;
}

static void fields_are_read_however_they_are_written(void **state)
{
    static const char *const rows[][2] = {
        { "", "||0" },
        { "Email ann@example.org", "||0" },
        { "Email: ann@example.org", "ann@example.org||1" },
        { "EMAIL :\tann@example.org", "ann@example.org||1" },
        { "*E-Mail (required)*: ann@example.org\n**Your name**: Ann", "ann@example.org|Ann|2" },
        { "Email\n\nann@example.org\n\nName\n\nAnn", "ann@example.org|Ann|2" },
        { "Email:\nName: Ann", "||1" },
        { "From: Ann Carter <ann@example.org>", "ann@example.org|Ann Carter|1" },
        { "From: Hamburg", "||1" },
        { "First name: Ann\nLast name: Carter\nEmail: ann@example.org",
          "ann@example.org|Ann Carter|3" },
        { "Name: Carter\nVorname: Ann\nEmail: ann@example.org", "ann@example.org|Ann Carter|3" },
        { "Email: ann@example.org\nEmail: eve@example.org", "ann@example.org||2" },
        { "Email: ann@localhost", "||1" },
        { "Email: Ann <mailto:ann@example.org>", "ann@example.org||1" },
        { "お名前：佐藤\nメールアドレス：sato@example.org", "sato@example.org|佐藤|2" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = form_text(rows[i][0]);

        assert_string_equal(said, rows[i][1]);
    }
}

static void a_form_has_at_most_two_hundred_lines(void **state)
{
    (void)state;
    for (guint before = 198; before <= 200; before++) {
        g_autofree char *lines = g_strnfill(before, '\n');
        g_autofree char *text = g_strconcat(lines, "Email: ann@example.org", NULL);
        g_autofree char *said = form_text(text);

        assert_string_equal(said, before < 200 ? "ann@example.org||1" : "||0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_person_is_found_where_the_sender_sends_for_others),
        cmocka_unit_test(fields_are_read_however_they_are_written),
        cmocka_unit_test(a_form_has_at_most_two_hundred_lines),
    };

    return cmocka_run_group_tests_name("mail: person", tests, NULL, NULL);
}
