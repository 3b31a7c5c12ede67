/* What a report or an invitation says in parts of its own.
 *
 * Of a bounce the Message-ID of the mail that came back is what leads to its ticket: told by a
 * field of the report, by the header section of the attached mail, or by the one that servers
 * without MIME copy into their text.  Attached mails are not looked into further, so a bounce of a
 * bounce of a bounce costs no more than one.  Pure; any thread. */
#include "mail/report.h"

#include "mail/charset.h"
#include "mail/dsn.h"
#include "mail/part.h"

#include <string.h>

#define DEPTH_MAX 5 /* reports are one level deep; gateways wrap them once or twice */
#define PARTS_MAX 50
#define TEXT_MAX  65536

typedef struct {
    HeaderView *view;
    Message *message;
    int parts;
} Search;

static char *text_of(GMimeObject *part)
{
    g_autoptr(GByteArray) bytes = part_bytes((GMimePart *)part, TEXT_MAX);
    const char *charset = g_mime_object_get_content_type_parameter(part, "charset");
    bool cut;

    return charset_decode((const char *)bytes->data, bytes->len, charset, TEXT_MAX, &cut);
}

static void return_id(Message *message, char *id)
{
    if (*message->returned_id || !*id) {
        g_free(id);
        return;
    }
    g_free(message->returned_id);
    message->returned_id = id;
}

/* The first Message-ID line of a text, which may be quoted; its id may stand in the next line. */
static char *id_in_text(const char *text)
{
    static const char name[] = "Message-ID:";

    for (const char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        line += strspn(line, "> \t");
        if (g_ascii_strncasecmp(line, name, strlen(name)) != 0)
            continue;
        const char *value = line + strlen(name) + strspn(line + strlen(name), " \t\n>");
        g_autofree char *field = g_strndup(value, strcspn(value, "\n"));
        char *id = dsn_message_id(field);

        if (*id)
            return id;
        g_free(id);
    }
    return g_strdup("");
}

static void take_fields(Search *search, GMimeObject *part)
{
    g_autofree char *text = text_of(part);

    dsn_read(text, search->message->deliveries, &search->message->returned_id);
}

static void take_delivery_status(Search *search, GMimeObject *part)
{
    search->view->delivery_status = true;
    take_fields(search, part);
}

static void take_feedback(Search *search, GMimeObject *part)
{
    (void)part;
    search->view->feedback_report = true;
}

/* https://developers.google.com/gmail/reactions/format */
static void take_reaction(Search *search, GMimeObject *part)
{
    (void)part;
    search->view->reaction = true;
}

static void take_returned_headers(Search *search, GMimeObject *part)
{
    g_autofree char *text = text_of(part);

    return_id(search->message, id_in_text(text));
}

/* RFC 5546 1.4.  A calendar that is attached is a file like others. */
static void take_calendar(Search *search, GMimeObject *part)
{
    static const char *const methods[] = { "request", "reply",   "cancel",        "counter",
                                           "add",     "refresh", "declinecounter" };
    const char *method = g_mime_object_get_content_type_parameter(part, "method");
    const char *disposition = g_mime_object_get_disposition(part);

    if (!method || (disposition && g_ascii_strcasecmp(disposition, "attachment") == 0))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
        if (g_ascii_strcasecmp(method, methods[i]) == 0)
            search->view->calendar_method = methods[i];
}

static const struct {
    const char *type, *subtype;
    void (*take)(Search *search, GMimeObject *part);
} takers[] = {
    { "message", "delivery-status", take_delivery_status },
    { "message", "global-delivery-status", take_delivery_status },
    { "message", "disposition-notification", take_fields },
    { "message", "global-disposition-notification", take_fields },
    { "text", "rfc822-headers", take_returned_headers },
    { "text", "rfc822-header", take_returned_headers },
    { "message", "rfc822-headers", take_returned_headers },
    { "message", "global-headers", take_returned_headers },
    { "message", "rfc822", take_returned_headers },
    { "message", "global", take_returned_headers },
    { "text", "calendar", take_calendar },
    { "message", "feedback-report", take_feedback },
    { "text", "vnd.google.email-reaction+json", take_reaction },
};

static void take_attached(Search *search, GMimeMessagePart *part)
{
    GMimeMessage *mail = g_mime_message_part_get_message(part);
    const char *value = mail ? g_mime_object_get_header((GMimeObject *)mail, "Message-ID") : NULL;

    if (value)
        return_id(search->message, dsn_message_id(value));
    search->view->complaint |=
        mail && g_mime_object_get_header((GMimeObject *)mail, "X-HmXmrOriginalRecipient");
}

static void take_leaf(Search *search, GMimeObject *part)
{
    GMimeContentType *type = g_mime_object_get_content_type(part);

    for (gsize i = 0; i < G_N_ELEMENTS(takers); i++)
        if (g_mime_content_type_is_type(type, takers[i].type, takers[i].subtype)) {
            takers[i].take(search, part);
            return;
        }
}

static void look_at(Search *search, GMimeObject *part, int depth)
{
    if (!part || ++search->parts > PARTS_MAX || depth > DEPTH_MAX)
        return;
    if (GMIME_IS_MESSAGE_PART(part))
        take_attached(search, (GMimeMessagePart *)part);
    else if (GMIME_IS_PART(part))
        take_leaf(search, part);
    else if (GMIME_IS_MULTIPART(part))
        for (int i = 0; i < MIN(g_mime_multipart_get_count((GMimeMultipart *)part), PARTS_MAX); i++)
            look_at(search, g_mime_multipart_get_part((GMimeMultipart *)part, i), depth + 1);
}

void report_read(GMimeObject *root, HeaderView *view, Message *message)
{
    Search search = { view, message, 0 };

    look_at(&search, root, 1);
}

static bool is_report(const Message *message)
{
    const Automatic *automatic = &message->automatic;

    return automatic->kind == AUTOMATIC_BOUNCE || automatic->kind == AUTOMATIC_FEEDBACK ||
           (automatic->kind == AUTOMATIC_AUTO_REPLY && automatic->skip);
}

void report_settle(Message *message)
{
    if (message->automatic.kind == AUTOMATIC_BOUNCE)
        return_id(message, id_in_text(message->text));
    else
        g_ptr_array_set_size(message->deliveries, 0);
    if (!is_report(message)) {
        g_free(message->returned_id);
        message->returned_id = g_strdup("");
    }
}
