/* Composes a reply: first everything is checked, then everything is written.
 *
 * Whatever goes into a header was somewhere else before: in a stranger's mail, in a form, in a
 * model's answer.  A value that could end its header and begin another is an attack or a fault, and
 * a reply is not the place to find out which: it is refused.  Threading: RFC 5322 3.6.4.  Any
 * thread. */
#include "reply/compose.h"

#include "base/error.h"
#include "base/text.h"
#include "reply/compose_body.h"
#include "reply/compose_header.h"
#include "reply/subject.h"

#include <gmime/gmime.h>
#include <string.h>

#define HEADER_NAME_MAX  64
#define HEADER_VALUE_MAX 900
#define ID_MAX           900 /* with its brackets an id fits on one line of a header */

static bool refuse(GError **error, const char *what)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "the reply can't be written: %s", what);
    return false;
}

/* -- Checks ----------------------------------------------------------------------------------- */

static bool check_address(const MailAddress *address, GError **error)
{
    g_autofree char *folded = address_fold(address->address);

    if (*folded == '\0' || strcmp(folded, address->address) != 0)
        return refuse(error, "an address is none");
    if (!compose_is_line(address->name, NAME_MAX_BYTES))
        return refuse(error, "a name is too long or has control characters");
    return true;
}

static bool check_addresses(const GPtrArray *addresses, GError **error)
{
    for (guint i = 0; addresses && i < addresses->len; i++)
        if (!check_address(addresses->pdata[i], error))
            return false;
    return true;
}

static bool check_people(const Reply *reply, GError **error)
{
    guint count = reply->to->len + (reply->cc ? reply->cc->len : 0);

    if (reply->to->len == 0)
        return refuse(error, "it has no recipient");
    if (count > REPLY_RECIPIENTS_MAX)
        return refuse(error, "it has too many recipients");
    return check_address(reply->from, error) && check_addresses(reply->to, error) &&
           check_addresses(reply->cc, error);
}

/* Of a stranger's mail: it may be anything that is one line. */
static bool check_thread(const Reply *reply, GError **error)
{
    if (strlen(reply->message_id) > ID_MAX || !compose_is_message_id(reply->message_id))
        return refuse(error, "its Message-ID is none");
    if (reply->in_reply_to && !compose_is_line(reply->in_reply_to, G_MAXSIZE))
        return refuse(error, "control characters in the Message-ID that is answered");
    for (guint i = 0; reply->references && i < reply->references->len; i++)
        if (!compose_is_line(reply->references->pdata[i], G_MAXSIZE))
            return refuse(error, "control characters in References");
    return true;
}

/* Ours to write, or to be written by who delivers. */
static bool is_reserved(const char *name)
{
    static const char *const names[] = {
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "auto-submitted",
        "mime-version",
        "received",
        "return-path",
        "delivered-to",
        "x-auto-response-suppress",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(names[i], name) == 0)
            return true;
    return g_ascii_strncasecmp(name, "content-", 8) == 0 ||
           g_ascii_strncasecmp(name, "resent-", 7) == 0;
}

static bool check_headers(const ReplyHeader *headers, GError **error)
{
    for (; headers && headers->name; headers++) {
        if (!text_is_token(headers->name, HEADER_NAME_MAX) || is_reserved(headers->name))
            return refuse(error, "an extra header has a name it can't have");
        if (!compose_is_line(headers->value, HEADER_VALUE_MAX))
            return refuse(error, "an extra header is too long or has control characters");
    }
    return true;
}

static bool is_text(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (; *text; text = g_utf8_next_char(text))
        if (g_unichar_iscntrl(g_utf8_get_char(text)) && !strchr("\r\n\t", *text))
            return false;
    return true;
}

static bool check_text(const Reply *reply, GError **error)
{
    const char *signature = reply->signature ? reply->signature : "";

    if (!compose_is_line(reply->subject, REPLY_SUBJECT_MAX))
        return refuse(error, "its subject is too long or has control characters");
    if (strlen(reply->text) + strlen(signature) > REPLY_TEXT_MAX)
        return refuse(error, "its text is too long");
    if (!is_text(reply->text) || !is_text(signature))
        return refuse(error, "control characters in its text");
    return true;
}

/* -- Writing ---------------------------------------------------------------------------------- */

static bool write_date(GString *out, gint64 date, GError **error)
{
    g_autoptr(GDateTime) time = date > 0 ? g_date_time_new_from_unix_utc(date) : NULL;
    g_autofree char *text = time ? g_mime_utils_header_format_date(time) : NULL;

    if (!text)
        return refuse(error, "its date is none");
    compose_write_text(out, "Date", text);
    return true;
}

/* References of the mail that is answered, then that mail; of too many the first and the last. */
static GPtrArray *thread_ids(const Reply *reply)
{
    GPtrArray *ids = g_ptr_array_new();
    const char *answered = reply->in_reply_to ? reply->in_reply_to : "";

    for (guint i = 0; reply->references && i < reply->references->len; i++)
        if (compose_is_thread_id(reply->references->pdata[i], ID_MAX) &&
            strcmp(reply->references->pdata[i], answered) != 0)
            g_ptr_array_add(ids, reply->references->pdata[i]);
    if (compose_is_thread_id(answered, ID_MAX))
        g_ptr_array_add(ids, (gpointer)answered);
    if (ids->len > REPLY_REFERENCES_MAX)
        g_ptr_array_remove_range(ids, 1, ids->len - REPLY_REFERENCES_MAX);
    return ids;
}

static void write_thread(GString *out, const Reply *reply)
{
    g_autoptr(GPtrArray) ids = thread_ids(reply), one = g_ptr_array_new();

    g_ptr_array_add(one, (gpointer)reply->message_id);
    compose_write_ids(out, "Message-ID", one);
    if (ids->len == 0)
        return;
    if (reply->in_reply_to && strcmp(ids->pdata[ids->len - 1], reply->in_reply_to) == 0) {
        one->pdata[0] = ids->pdata[ids->len - 1];
        compose_write_ids(out, "In-Reply-To", one);
    }
    compose_write_ids(out, "References", ids);
}

static void write_people(GString *out, const Reply *reply)
{
    g_autoptr(GPtrArray) from = g_ptr_array_new();

    g_ptr_array_add(from, (gpointer)reply->from);
    compose_write_addresses(out, "From", from);
    compose_write_addresses(out, "To", reply->to);
    if (reply->cc && reply->cc->len > 0)
        compose_write_addresses(out, "Cc", reply->cc);
}

static void write_marks(GString *out, const Reply *reply)
{
    if (reply->automatic) {
        compose_write_text(out, "Auto-Submitted",
                           reply->in_reply_to ? "auto-replied" : "auto-generated");
        compose_write_text(out, "X-Auto-Response-Suppress", "All");
    }
    for (const ReplyHeader *header = reply->headers; header && header->name; header++)
        compose_write_text(out, header->name, header->value);
}

bool reply_compose(const Reply *reply, ReplyMail *mail, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *body = NULL;

    if (!check_people(reply, error) || !check_thread(reply, error) ||
        !check_headers(reply->headers, error) || !check_text(reply, error) ||
        !write_date(out, reply->date, error))
        return false;
    write_people(out, reply);
    compose_write_text(out, "Subject", reply->subject);
    write_thread(out, reply);
    write_marks(out, reply);
    /* Everything but addresses is encoded. */
    mail->needs_smtputf8 = !g_str_is_ascii(out->str);
    body = reply_body(reply);
    compose_write_body(out, body);
    mail->length = out->len;
    mail->bytes = g_string_free(g_steal_pointer(&out), FALSE);
    return true;
}

void reply_mail_clear(ReplyMail *mail)
{
    g_clear_pointer(&mail->bytes, g_free);
    mail->length = 0;
}
