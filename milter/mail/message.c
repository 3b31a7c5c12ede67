/* READ: the bytes of a mail become one Message.
 *
 * The order matters: the guards see the bytes before GMime does; who sent it, what it says and what
 * it quotes is known before it is asked whether that is proven, and that before it is asked whether
 * a person wrote it.  Nothing of GMime outlives message_read(). */
#include "mail/message.h"

#include "base/digest.h"
#include "base/text.h"
#include "language/detect.h"
#include "mail/attachment.h"
#include "mail/body.h"
#include "mail/dsn.h"
#include "mail/findings.h"
#include "mail/forward.h"
#include "mail/gmime.h"
#include "mail/guard.h"
#include "mail/headers.h"
#include "mail/hops.h"
#include "mail/mend.h"
#include "mail/person.h"
#include "mail/portal.h"
#include "mail/report.h"
#include "mail/two_types.h"
#include "quote/split.h"

#include <string.h>

#define TYPE_NAME_MAX 128
#define MARKED_ID_MAX 16

void message_init(void)
{
    g_mime_init();
}

static Message *message_new(const char *bytes, gsize length)
{
    Message *message = g_new0(Message, 1);

    message->text = g_strdup("");
    message->truncated = g_strdup("");
    message->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
    message->deliveries = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
    message->returned_id = g_strdup("");
    message->suspicious = g_ptr_array_new_with_free_func(g_free);
    message->size = length;
    message->digest = digest_of(bytes, length);
    return message;
}

void authentication_clear(Authentication *authentication)
{
    if (authentication->results)
        g_ptr_array_unref(authentication->results);
    g_free(authentication->dmarc);
    g_free(authentication->dkim);
    g_free(authentication->spf);
    g_free(authentication->why);
    g_free(authentication->differs);
}

void message_free(Message *message)
{
    if (!message)
        return;
    address_free(message->from);
    address_free(message->person);
    address_free(message->reply_to);
    g_ptr_array_unref(message->to);
    g_ptr_array_unref(message->cc);
    g_free(message->subject);
    g_free(message->message_id);
    g_free(message->in_reply_to);
    g_ptr_array_unref(message->references);
    g_free(message->text);
    g_free(message->reply);
    g_free(message->quoted);
    g_free(message->signature);
    g_free(message->disclaimer);
    g_ptr_array_unref(message->attachments);
    g_free(message->automatic.why);
    g_ptr_array_unref(message->deliveries);
    g_free(message->returned_id);
    g_free(message->marked_id);
    g_ptr_array_unref(message->hops);
    authentication_clear(&message->authentication);
    g_ptr_array_unref(message->suspicious);
    g_free(message->truncated);
    g_free(message->digest);
    g_free(message);
}

/* A copy that is guarded and may be parsed; what the guards did is a finding. */
static GByteArray *guarded(const char *bytes, gsize length, const MailLimits *limits,
                           Message *message)
{
    GByteArray *mail = g_byte_array_new();
    GuardReport report;

    g_byte_array_append(mail, (const guint8 *)bytes, (guint)MIN(length, G_MAXINT));
    if (length > G_MAXINT)
        finding_truncated(message, "mail");
    mend_header(mail);
    report = guard_apply(mail, limits);
    mend_parts(mail);
    if (two_types_settle(mail))
        finding_suspicious(message, "several Content-Type fields");
    if (report.header_cut)
        finding_truncated(message, "header");
    if (report.parts_cut)
        finding_truncated(message, "parts");
    if (report.groups_blanked)
        finding_suspicious(message, "nested groups in an address field");
    if (length > 0 && memchr(bytes, '\0', length))
        finding_suspicious(message, "NUL bytes");
    return mail;
}

/* An empty mail if there is nothing that could be one. */
static GMimeMessage *parsed(GByteArray *mail)
{
    g_autoptr(GMimeParserOptions) options = gmime_options_new();
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    g_autoptr(GMimeParser) parser = NULL;
    GMimeMessage *message;

    g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, mail);
    g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
    parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    message = g_mime_parser_construct_message(parser, options);
    return message ? message : g_mime_message_new(FALSE);
}

static char *lower_line(const char *value)
{
    g_autofree char *line = text_line(value ? value : "", TYPE_NAME_MAX);

    return g_ascii_strdown(line, -1);
}

static char *content_type_name(GMimeObject *root)
{
    GMimeContentType *type = root ? g_mime_object_get_content_type(root) : NULL;
    g_autofree char *name = type ? g_mime_content_type_get_mime_type(type) : NULL;

    return lower_line(name);
}

static char *report_type_name(GMimeObject *root)
{
    return lower_line(root ? g_mime_object_get_content_type_parameter(root, "report-type") : NULL);
}

static char *marked_id(const HeaderView *view)
{
    const char *value =
        header_count(view, "X-Triage-Id") == 1 ? header_find(view, "X-Triage-Id") : NULL;

    return g_strdup(value && text_is_token(value, MARKED_ID_MAX) ? value : "");
}

/* What the MTA before us wrote about the envelope; NULL if it wrote nothing. */
static const char *return_path(const HeaderView *view)
{
    const char *value = header_find(view, "Return-Path");

    return value && *value ? value : NULL;
}

/* Parts the text.  What is forwarded is what the sender wants to say. */
static void split_text(Message *message, const GPtrArray *signatures)
{
    bool answers = *message->in_reply_to || message->references->len > 0;
    const QuoteMail mail = { .name = message->from->name,
                             .address = message->from->address,
                             .answers = answers && !message->forwarded,
                             .signatures = (const char *const *)signatures->pdata,
                             .signature_count = signatures->len };

    quote_split(message->text, &mail, &message->reply, &message->quoted, &message->signature,
                &message->disclaimer);
    message->language = language_of_text(message->reply);
}

static void note_portal(const HeaderView *view, Message *message)
{
    if (message->encrypted || !portal_is(view, message))
        return;
    message->protection = PROTECTED_PORTAL;
    message->encrypted = true;
}

static void judge(const HeaderView *view, const MailTrust *trust, const GPtrArray *signatures,
                  Message *message)
{
    message->forwarded = forward_is(view, message);
    split_text(message, signatures);
    note_portal(view, message);
    person_find(message, trust);
    authentication_judge(view, message, trust, &message->authentication);
    if (strcmp(message->authentication.reason, "malformed") == 0)
        finding_suspicious(message, "%s", message->authentication.why);
    automatic_judge(view, message, trust, &message->automatic);
    report_settle(message);
}

Message *message_read(const char *bytes, gsize length, const char *envelope_sender,
                      const MailLimits *limits, const MailTrust *trust)
{
    Message *message = message_new(bytes, length);
    g_autoptr(GByteArray) guarded_bytes = guarded(bytes, length, limits, message);
    g_autoptr(GMimeMessage) mail = parsed(guarded_bytes);
    GMimeObject *root = g_mime_message_get_mime_part(mail);
    g_autofree char *content_type = content_type_name(root);
    g_autofree char *report_type = report_type_name(root);
    g_autofree char *charset = body_charset(root);
    g_autofree char *sender = NULL;
    g_autoptr(GPtrArray) fields = header_fields(mail, message);
    g_autoptr(GPtrArray) signatures = g_ptr_array_new_with_free_func(g_free);
    HeaderView view = { .fields = fields,
                        .content_type = content_type,
                        .content_class =
                            root ? g_mime_object_get_header(root, "Content-Class") : NULL,
                        .report_type = report_type,
                        .charset = charset };

    headers_read(mail, &view, message);
    message->marked_id = marked_id(&view);
    message->hops = hops_read(&view);
    body_read(root, charset, limits, signatures, message);
    report_read(root, &view, message);
    view.envelope_path = envelope_sender ? envelope_sender : return_path(&view);
    if (view.envelope_path)
        sender = *view.envelope_path ? address_reverse_path(view.envelope_path) : g_strdup("");
    view.envelope_sender = sender;
    view.from_address = message->from->address;
    judge(&view, trust, signatures, message);
    return message;
}
