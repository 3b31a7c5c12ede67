/* Whatever stands in a draft: every mark lies within it, at characters.  Whatever stands in a
 * reply: it is refused, or our own reader finds in the mail what was given. */
#include "base/text.h"
#include "base/unseen.h"
#include "mail/message.h"
#include "reply/check.h"
#include "reply/compose.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    message_init();
    return 0;
}

/* The next piece of the input up to a NUL. */
static char *next_text(const uint8_t **data, size_t *size, gsize max)
{
    size_t length = strnlen((const char *)*data, *size), used = length + (length < *size);
    char *text = text_clean((const char *)*data, (gssize)length, max, NULL);

    *data += used;
    *size -= used;
    return text;
}

/* What a reader does to every text: what nobody sees is gone. */
static char *as_seen(const char *text)
{
    char *seen = g_strdup(text);
    Unseen unseen = { 0 };

    unseen_strip(seen, &unseen);
    return seen;
}

/* Programs of old times sent files as text: such a text is not read as one. */
static bool is_archive(const char *text)
{
    return strstr(text, "begin ") || strstr(text, "-----BEGIN ") || strstr(text, "=ybegin ");
}

static void check_read(const Reply *reply, const ReplyMail *mail)
{
    const MailTrust trust = { 0 };
    g_autoptr(Message) message =
        message_read(mail->bytes, mail->length, NULL, &mail_limits_default, &trust);
    g_autofree char *body = reply_body(reply), *seen = as_seen(body);
    g_autofree char *line = text_line(reply->subject, G_MAXSIZE), *subject = as_seen(line);
    const MailAddress *to = reply->to->pdata[0];
    g_autofree char *name = text_line(to->name, NAME_MAX_BYTES), *shown = as_seen(name);
    g_autofree char *read = as_seen(((MailAddress *)message->to->pdata[0])->name);

    if (!is_archive(body) && seen[strspn(seen, " \t\n")]) /* of blanks nothing is read */
        g_assert_cmpstr(message->text, ==, seen);
    g_assert_cmpstr(message->subject, ==, subject);
    g_assert_cmpuint(message->to->len, ==, 1);
    g_assert_cmpstr(((MailAddress *)message->to->pdata[0])->address, ==, to->address);
    g_assert_cmpstr(read, ==, shown);
    g_assert_cmpstr(message->from->address, ==, "support@example.com");
    g_assert_cmpstr(message->message_id, ==, "r1@example.com");
}

static void check_composed(const uint8_t *data, size_t size)
{
    g_autofree char *subject = next_text(&data, &size, 1000);
    g_autofree char *name = next_text(&data, &size, 400);
    g_autofree char *written = next_text(&data, &size, 400);
    g_autofree char *address = address_fold(written);
    g_autofree char *id = next_text(&data, &size, 1000);
    g_autofree char *quoted = next_text(&data, &size, 20000);
    g_autofree char *text = next_text(&data, &size, 20000);
    MailAddress from = { (char *)"support@example.com", (char *)"Acme" };
    MailAddress to = { *address ? address : (char *)"ann@example.org", name };
    g_autoptr(GPtrArray) recipients = g_ptr_array_new(), references = g_ptr_array_new();
    ReplyMail mail = { NULL, 0, false };
    Reply reply = { .from = &from,
                    .to = recipients,
                    .subject = subject,
                    .message_id = "r1@example.com",
                    .in_reply_to = id,
                    .references = references,
                    .date = 1700000000,
                    .text = text,
                    .signature = id,
                    .language = written,
                    .quote = { name, subject, quoted } };

    g_ptr_array_add(recipients, &to);
    g_ptr_array_add(references, name);
    if (reply_compose(&reply, &mail, NULL))
        check_read(&reply, &mail);
    reply_mail_clear(&mail);
}

static void check_mark(const char *text, const DraftMark *mark)
{
    gsize length = strlen(text);

    g_assert_cmpint(mark->kind, <, DRAFT_MARK_KINDS);
    g_assert_cmpuint(mark->start, <=, length);
    g_assert_cmpuint(mark->length, <=, length - mark->start);
    g_assert_true(g_utf8_validate_len(text + mark->start, mark->length, NULL));
    g_assert_cmpuint(strlen(mark->text), <=, DRAFT_MARK_TEXT_MAX);
    g_assert_true(g_str_has_prefix(text + mark->start, mark->text));
    g_assert_true(*mark->why);
}

static void check_draft(const uint8_t *data, size_t size)
{
    static const char *const languages[] = { "", "en", "de", "ja" };
    g_autofree char *source = next_text(&data, &size, 4000);
    g_autofree char *foreign = next_text(&data, &size, 4000);
    g_autofree char *text = next_text(&data, &size, 20000);
    const char *const sources[] = { source, NULL }, *const others[] = { foreign, NULL };
    const char *const domains[] = { "example.com", NULL };
    const DraftInput input = { .text = text,
                               .sources = sources,
                               .foreign = others,
                               .link_domains = domains,
                               .addresses = others,
                               .language = languages[strlen(text) % G_N_ELEMENTS(languages)] };
    g_autoptr(GPtrArray) marks = draft_check(&input);
    gsize start = 0;

    g_assert_cmpuint(marks->len, <=, DRAFT_MARKS_MAX + 1);
    for (guint i = 0; i < marks->len; i++) {
        const DraftMark *mark = g_ptr_array_index(marks, i);

        check_mark(text, mark);
        g_assert_cmpuint(mark->start, >=, start);
        start = mark->start;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_draft(data, size);
    check_composed(data, size);
    return 0;
}
