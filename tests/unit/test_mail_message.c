/* Mails become Messages: the example mails of tests/corpus/mime, and the limits of reading. */
#include "mail/charset.h"
#include "mail/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Message *read_limited(const char *bytes, gsize length, const MailLimits *limits)
{
    MailTrust trust = { 0 };

    return message_read(bytes, length, "sender@example.com", limits, &trust);
}

static Message *read_text(const char *text)
{
    return read_limited(text, strlen(text), &mail_limits_default);
}

static Message *read_example(const char *name)
{
    g_autofree char *path = g_strdup_printf("tests/corpus/mime/%s.eml", name);
    g_autofree char *bytes = NULL;
    gsize length;

    if (!g_file_get_contents(path, &bytes, &length, NULL))
        fail_msg("%s can't be read; tests run in the top folder", path);
    return read_limited(bytes, length, &mail_limits_default);
}

static void assert_address(const GPtrArray *addresses, guint index, const char *expected)
{
    const MailAddress *address;

    assert_true(index < addresses->len);
    address = g_ptr_array_index(addresses, index);
    assert_string_equal(address->address, expected);
}

static void assert_has(GPtrArray *texts, const char *expected)
{
    assert_true(g_ptr_array_find_with_equal_func(texts, expected, g_str_equal, NULL));
}

static void examples_have_their_text(void **state)
{
    static const struct {
        const char *name, *subject, *text;
        guint attachments;
        bool hidden;
        Protection protection;
    } rows[] = {
        { "plain", "The printer does not print",
          "Hello,\n\nsince this morning the printer prints nothing.\n\nAnn\n", 0, false,
          PROTECTED_NONE },
        { "encoded-words", "Rückfrage zur Rechnung", "Grüße aus Köln\n", 0, false, PROTECTED_NONE },
        { "raw-latin1", "Présentation", "Café € 5\n", 0, false, PROTECTED_NONE },
        { "alternative", "Both", "The plain words.", 0, true, PROTECTED_NONE },
        { "html-only", "Only HTML", "Price: 5 €\n\n- one\n- two", 0, false, PROTECTED_NONE },
        { "attachments", "Files", "See the picture:\nAnd what do you say?", 3, false,
          PROTECTED_NONE },
        { "list-footer", "With a footer", "The words.", 1, false, PROTECTED_NONE },
        { "pgp-encrypted", "Secret", "", 2, false, PROTECTED_PGP },
        { "smime-signed", "Signed", "Signed words.", 1, false, PROTECTED_SMIME },
        { "no-boundary", "Lost boundary", "All the words stand before any part.\n", 0, false,
          PROTECTED_NONE },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Message) message = read_example(rows[i].name);

        assert_string_equal(message->subject, rows[i].subject);
        assert_string_equal(message->text, rows[i].text);
        assert_int_equal(message->attachments->len, rows[i].attachments);
        assert_int_equal(message->hidden_text, rows[i].hidden);
        assert_int_equal(message->protection, rows[i].protection);
        assert_string_equal(message->truncated, "");
    }
}

static void people_dates_and_references_are_read(void **state)
{
    g_autoptr(Message) plain = read_example("plain");
    g_autoptr(Message) words = read_example("encoded-words");

    (void)state;
    assert_string_equal(plain->from->address, "ann@example.com");
    assert_string_equal(plain->from->name, "Ann Example");
    assert_int_equal(plain->from_count, 1);
    assert_address(plain->to, 0, "support@shop.example");
    assert_address(plain->to, 1, "sales@shop.example");
    assert_address(plain->cc, 1, "carol@example.com");
    assert_string_equal(plain->message_id, "first@example.com");
    assert_int_equal(plain->date, 1740993240);
    assert_null(plain->reply_to);
    assert_string_equal(words->from->address, "juergen@xn--mller-kva.example");
    assert_string_equal(words->from->name, "Jürgen Müller");
    assert_string_equal(words->in_reply_to, "b@shop.example");
    assert_int_equal(words->references->len, 2);
    assert_string_equal(g_ptr_array_index(words->references, 0), "a@shop.example");
}

static void attachments_are_described_by_content(void **state)
{
    g_autoptr(Message) message = read_example("attachments");
    const Attachment *picture = g_ptr_array_index(message->attachments, 0);
    const Attachment *program = g_ptr_array_index(message->attachments, 1);
    const Attachment *mail = g_ptr_array_index(message->attachments, 2);

    (void)state;
    assert_string_equal(picture->name, "Bild ä.png");
    assert_string_equal(picture->type, "image/png");
    assert_string_equal(picture->claimed_type, "application/octet-stream");
    assert_int_equal(picture->size, 16);
    assert_string_equal(picture->sha256,
                        "d9c9bcbbba3f78d5acb0e0223861c44f79e918c161d4ea7b571f5cc6df50797f");
    assert_string_equal(program->claimed_type, "application/pdf");
    assert_string_equal(program->type, "application/vnd.microsoft.portable-executable");
    assert_has(message->suspicious, "an attachment is a program");
    assert_string_equal(mail->type, "message/rfc822");
}

static void forged_headers_are_findings(void **state)
{
    g_autoptr(Message) message = read_example("two-from");

    (void)state;
    assert_int_equal(message->from_count, 3);
    assert_string_equal(message->from->address, "ann@example.com");
    assert_has(message->suspicious, "two From fields");
    assert_has(message->suspicious, "3 From addresses");
    assert_has(message->suspicious, "control characters in Subject");
    assert_true(message->spam);
}

static void oddities_are_said(void **state)
{
    static const struct {
        const char *mail, *finding;
    } rows[] = {
        { "Subject: x\n\n", "no usable From address" },
        { "From: Undisclosed\n\n", "no usable From address" },
        { "From: \"ceo@shop.example\" <eve@evil.example>\n\n",
          "the name in From shows another address" },
        { "From: a@b.example\nSubject: a\nSubject: b\n\n", "two Subject fields" },
        { "From: a@b.example\nSubject: =?utf-8?q?=E2=80=AEfdp?=\n\n",
          "text direction is overridden in From or Subject" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Message) message = read_text(rows[i].mail);

        assert_has(message->suspicious, rows[i].finding);
    }
}

static void only_a_yes_marks_spam(void **state)
{
    static const struct {
        const char *field;
        bool spam;
    } rows[] = {
        { "X-Spam-Flag: YES", true },
        { "X-Spam-Status: Yes, score=7", true },
        { "x-spam: yes", true },
        { "X-Spam-Status: No, score=1", false },
        { "X-Spam-Flag: yesterday", false },
        { "X-Other: Yes", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *mail = g_strdup_printf("From: a@b.example\n%s\n\nhi\n", rows[i].field);
        g_autoptr(Message) message = read_text(mail);

        assert_int_equal(message->spam, rows[i].spam);
    }
}

static void the_person_behind_a_form_is_found(void **state)
{
    g_autoptr(Message) form = read_example("web-form");
    g_autoptr(Message) plain =
        read_text("From: ann@example.com\nReply-To: bob@example.com\n\nhi\n");

    (void)state;
    assert_string_equal(form->person->address, "ann@example.com");
    assert_int_equal(form->person_source, PERSON_REPLY_TO);
    assert_false(form->spam);
    assert_string_equal(plain->person->address, "ann@example.com");
    assert_string_equal(plain->reply_to->address, "bob@example.com");
    assert_int_equal(plain->person_source, PERSON_FROM);
}

static void forwarded_mail_is_recognised(void **state)
{
    static const struct {
        const char *mail;
        bool forwarded;
    } rows[] = {
        { "Subject: WG: x\n\nhi\n", true },
        { "Subject: Fw: x\n\nhi\n", true },
        { "Subject: x\n\nsee\n\nBegin forwarded message:\n\nhi\n", true },
        { "Subject: Re: x\n\nhi\n", false },
        { "Subject: Fwd: x\nIn-Reply-To: <a@b>\n\nhi\n", false },
    };
    g_autoptr(Message) example = read_example("forwarded");

    (void)state;
    assert_true(example->forwarded);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Message) message = read_text(rows[i].mail);

        assert_int_equal(message->forwarded, rows[i].forwarded);
    }
}

static void charsets_are_decoded_or_guessed(void **state)
{
    static const struct {
        const char *bytes, *charset, *text;
    } rows[] = {
        { "gr\xFC\xDF", "iso-8859-1", "grüß" },
        { "grüß", "utf-8", "grüß" },
        { "grüß", "iso-8859-1", "grüß" }, /* wrongly claimed */
        { "gr\xFC\xDF", "utf-8", "grüß" },
        { "\x80", NULL, "€" },
        { "\x80", "no-such-charset", "€" },
        { "\x1B$B%F%9%H\x1B(B", "iso-2022-jp", "テスト" },
        { "\xCF\xF0\xE8", "windows-1251", "При" },
        { "a\x81", NULL, "a\xEF\xBF\xBD" }, /* not in windows-1252 either */
        { "a\r\nb\rc\n", NULL, "a\nb\nc\n" },
        { "", NULL, "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool cut;
        g_autofree char *text =
            charset_decode(rows[i].bytes, strlen(rows[i].bytes), rows[i].charset, 1000, &cut);

        assert_string_equal(text, rows[i].text);
        assert_false(cut);
    }
}

static void text_is_read_up_to_its_limit(void **state)
{
    MailLimits limits = mail_limits_default;
    static const char mail[] = "From: a@b.example\n\n0123456789";

    (void)state;
    for (gint64 max = 9; max <= 11; max++) {
        g_autoptr(Message) message = NULL;

        limits.max_text_bytes = max;
        message = read_limited(mail, strlen(mail), &limits);
        assert_int_equal(strlen(message->text), MIN(max, 10));
        assert_string_equal(message->truncated, max < 10 ? "text" : "");
    }
}

/* A part is 4096, a byte of text 16, one of an attachment 1. */
static void reading_ends_with_its_work(void **state)
{
    static const char plain[] = "From: a@b.example\n\n0123456789";
    static const char parts[] = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
                                "--b\n\n0123456789\n--b\nContent-Type: image/gif\n\nGIF89a\n"
                                "--b\nContent-Type: image/gif\n\nGIF89b\n--b--\n";
    static const struct {
        const char *mail;
        gint64 max;
        const char *text, *truncated;
        guint attachments;
    } rows[] = {
        { plain, 4096 + 159, "012345678", "text", 0 },
        { plain, 4096 + 160, "0123456789", "", 0 },
        { plain, 4096 + 161, "0123456789", "", 0 },
        { plain, 0, "", "parts beyond max_work", 0 },
        { parts, 2 * 4096 + 160, "0123456789", "parts beyond max_work", 0 },
        { parts, 2 * 4096 + 161, "0123456789", "parts beyond max_work", 1 },
        { parts, 3 * 4096 + 160 + 6, "0123456789", "parts beyond max_work", 1 },
        { parts, 3 * 4096 + 160 + 7, "0123456789", "", 2 },
    };
    MailLimits limits = mail_limits_default;

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Message) message = NULL;

        limits.max_work = rows[i].max;
        message = read_limited(rows[i].mail, strlen(rows[i].mail), &limits);
        assert_string_equal(message->text, rows[i].text);
        assert_string_equal(message->truncated, rows[i].truncated);
        assert_int_equal(message->attachments->len, rows[i].attachments);
        for (guint k = 0; k < message->attachments->len; k++)
            assert_int_equal(((Attachment *)message->attachments->pdata[k])->size, 6);
    }
}

/* The defaults of the other limits stay within the work that is allowed. */
static void no_mail_within_the_other_limits_reaches_the_limit_of_work(void **state)
{
    const MailLimits *limits = &mail_limits_default;

    (void)state;
    assert_true(4 * 16 * limits->max_text_bytes + 2 * 4096 * limits->max_parts + 4 * 1024 * 1024 <
                limits->max_work);
}

static char *nested_parts(int levels)
{
    GString *mail = g_string_new("From: a@b.example\n");

    for (int i = 0; i < levels; i++)
        g_string_append_printf(mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
                               i);
    g_string_append(mail, "\nthe text\n");
    return g_string_free(mail, FALSE);
}

static void parts_are_looked_into_to_their_depth(void **state)
{
    MailLimits limits = mail_limits_default;

    (void)state;
    limits.max_depth = 5;
    for (int levels = 4; levels <= 6; levels++) {
        g_autofree char *mail = nested_parts(levels);
        g_autoptr(Message) message = read_limited(mail, strlen(mail), &limits);

        assert_string_equal(message->text, levels <= 5 ? "the text\n" : "");
        assert_string_equal(message->truncated, levels <= 5 ? "" : "nested parts");
        assert_int_equal(message->attachments->len, levels > 5);
    }
}

/* A mail with so many text files of so many bytes each. */
static char *text_files(guint count, gsize size)
{
    g_autofree char *text = g_strnfill(size, 'x');
    GString *mail =
        g_string_new("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n");

    for (guint i = 0; i < count; i++)
        g_string_append_printf(mail, "--b\nContent-Type: text/csv; name=%u.csv\n\n%s\n", i, text);
    g_string_append(mail, "--b--\n");
    return g_string_free(mail, FALSE);
}

static const char *attachment_text(const Message *message, guint index)
{
    const Attachment *attachment = g_ptr_array_index(message->attachments, index);

    return attachment->text;
}

static void text_files_are_kept_up_to_4096_bytes(void **state)
{
    (void)state;
    for (gsize size = 4095; size <= 4097; size++) {
        g_autofree char *mail = text_files(1, size);
        g_autoptr(Message) message = read_text(mail);

        assert_int_equal(strlen(attachment_text(message, 0)), MIN(size, 4096));
    }
}

static void eight_long_text_files_are_kept(void **state)
{
    g_autofree char *mail = text_files(9, 4096);
    g_autoptr(Message) message = read_text(mail);

    (void)state;
    assert_int_equal(message->attachments->len, 9);
    assert_int_equal(strlen(attachment_text(message, 7)), 4096);
    assert_string_equal(attachment_text(message, 8), "");
}

static void a_thousand_fields_are_read(void **state)
{
    (void)state;
    for (int more = 998; more <= 1000; more++) {
        g_autoptr(GString) mail = g_string_new("From: a@b.example\n");
        g_autoptr(Message) message = NULL;

        for (int i = 0; i < more; i++)
            g_string_append(mail, "X: y\n");
        g_string_append(mail, "Subject: s\n\n");
        message = read_text(mail->str);
        assert_string_equal(message->subject, "s");
        assert_string_equal(message->truncated, more + 2 > 1000 ? "header" : "");
    }
}

/* `unit` so many times behind an ordinary header. */
static Message *read_repeated(const char *start, const char *unit, guint times)
{
    g_autoptr(GString) mail = g_string_new("From: a@b.example\nSubject: s\n");

    g_string_append(mail, start);
    for (guint i = 0; i < times; i++)
        g_string_append(mail, unit);
    return read_text(mail->str);
}

/* RFC 5321 4.5.5: only <> is the null sender, and its mail a bounce. */
static void only_an_empty_return_path_makes_a_bounce(void **state)
{
    static const struct {
        const char *path;
        AutomaticKind kind;
    } rows[] = {
        { "<>", AUTOMATIC_BOUNCE },   { "<www-data>", AUTOMATIC_NONE },
        { "<root>", AUTOMATIC_NONE }, { "x@a..b", AUTOMATIC_NONE },
        { "", AUTOMATIC_NONE },       { "<ann@example.com>", AUTOMATIC_NONE },
    };
    const MailTrust trust = { 0 };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf(
            "Return-Path: %s\nFrom: ann@example.com\nSubject: Disk\n\nIt is full.\n", rows[i].path);
        g_autoptr(Message) message =
            message_read(text, strlen(text), NULL, &mail_limits_default, &trust);

        assert_int_equal(message->automatic.kind, rows[i].kind);
        assert_int_equal(message->automatic.skip, rows[i].kind == AUTOMATIC_BOUNCE);
    }
}

static void absurd_mails_are_read_up_to_the_limits(void **state)
{
    static const struct {
        const char *start, *unit;
        guint times;
        const char *truncated;
    } rows[] = {
        { "", "X-A: b\n", 100000, "header" },
        { "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nwords\n", 10000, "parts" },
        { "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", 1000, "nested parts" },
        { "\n", "words\n", 8 * 1024 * 1024, "text" },
        { "Content-Type: text/html\n\n", "<p>words", 6 * 1024 * 1024, "text" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Message) message = read_repeated(rows[i].start, rows[i].unit, rows[i].times);

        assert_string_equal(message->truncated, rows[i].truncated);
        assert_string_equal(message->subject, "s");
        assert_true(strlen(message->text) <= (gsize)mail_limits_default.max_text_bytes);
        assert_true(message->attachments->len <= (guint)mail_limits_default.max_parts);
    }
}

static void parts_are_looked_for_twice_by_another_boundary(void **state)
{
    g_autoptr(GString) mail = g_string_new("From: a@b.example\nContent-Type: multipart/mixed; "
                                           "boundary=0\n\n");
    g_autoptr(Message) message = NULL;

    (void)state;
    for (int level = 1; level <= 4; level++)
        g_string_append_printf(mail,
                               "--x%d\nContent-Type: multipart/mixed; boundary=no%d\n\n"
                               "level %d\n",
                               level, level, level);
    message = read_text(mail->str);
    assert_true(strstr(message->text, "level 2") != NULL);
    assert_has(message->suspicious, "the boundary of the parts is not the declared one");
}

static void nothing_is_still_a_message(void **state)
{
    static const char *const mails[] = { "", "\n", "\r\n\r\n", "no header at all", ":\n:\n" };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
        g_autoptr(Message) message = read_text(mails[i]);

        assert_string_equal(message->from->address, "");
        assert_string_equal(message->subject, "");
        assert_int_equal(message->date, 0);
        assert_int_equal(message->size, strlen(mails[i]));
        assert_has(message->suspicious, "no usable From address");
    }
}

static void the_object_has_all_its_keys(void **state)
{
    static const char *const keys[] = {
        "v",         "from",       "person",      "reply_to",    "to",         "cc",
        "subject",   "message_id", "in_reply_to", "references",  "date",       "text",
        "reply",     "quoted",     "signature",   "attachments", "automatic",  "authentication",
        "protected", "forwarded",  "suspicious",  "hidden_text", "truncated",  "disclaimer",
        "language",  "deliveries", "returned_id", "encrypted",   "from_count", "spam",
        "size",      "digest",
    };
    g_autoptr(Message) message = read_example("attachments");
    cJSON *object = message_to_json(message);
    const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(object, "attachments"), 0);

    (void)state;
    assert_int_equal(cJSON_GetArraySize(object), G_N_ELEMENTS(keys));
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        assert_true(cJSON_HasObjectItem(object, keys[i]));
    assert_string_equal(cJSON_GetObjectItem(first, "name")->valuestring, "Bild ä.png");
    assert_int_equal(cJSON_GetObjectItem(first, "size")->valueint, 16);
    assert_string_equal(cJSON_GetObjectItem(object, "protected")->valuestring, "none");
    cJSON_Delete(object);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_have_their_text),
        cmocka_unit_test(people_dates_and_references_are_read),
        cmocka_unit_test(attachments_are_described_by_content),
        cmocka_unit_test(forged_headers_are_findings),
        cmocka_unit_test(oddities_are_said),
        cmocka_unit_test(only_a_yes_marks_spam),
        cmocka_unit_test(the_person_behind_a_form_is_found),
        cmocka_unit_test(forwarded_mail_is_recognised),
        cmocka_unit_test(charsets_are_decoded_or_guessed),
        cmocka_unit_test(text_is_read_up_to_its_limit),
        cmocka_unit_test(reading_ends_with_its_work),
        cmocka_unit_test(no_mail_within_the_other_limits_reaches_the_limit_of_work),
        cmocka_unit_test(parts_are_looked_into_to_their_depth),
        cmocka_unit_test(text_files_are_kept_up_to_4096_bytes),
        cmocka_unit_test(eight_long_text_files_are_kept),
        cmocka_unit_test(a_thousand_fields_are_read),
        cmocka_unit_test(only_an_empty_return_path_makes_a_bounce),
        cmocka_unit_test(absurd_mails_are_read_up_to_the_limits),
        cmocka_unit_test(parts_are_looked_for_twice_by_another_boundary),
        cmocka_unit_test(nothing_is_still_a_message),
        cmocka_unit_test(the_object_has_all_its_keys),
    };

    message_init();
    return cmocka_run_group_tests_name("mail: messages", tests, NULL, NULL);
}
