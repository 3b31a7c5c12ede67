/* A Message out of the JSON that inspect.c makes of one: what the store kept of a mail is judged
 * again, or answered, as if it had just been read.
 *
 * The JSON comes from rows of ours, which outlive programs and may have been cut to what a site
 * keeps: what is missing is empty, what is of another type is missing. */
#include "mail/message.h"

#include "base/json.h"
#include "language/language.h"
#include "mail/attachment.h"
#include "mail/dsn.h"
#include "mail/hops.h"

#include <string.h>

/* Reasons are words of a fixed set; whatever else stands there is cut to one. */
#define REASON_MAX 64

static char *text_of(const cJSON *json, const char *path)
{
    const char *text = json_text_at(json, path);

    return g_strdup(text ? text : "");
}

static bool is_set(const cJSON *json, const char *path)
{
    return cJSON_IsTrue(json_at(json, path));
}

static MailAddress *address_of(const cJSON *json)
{
    const char *address = json_text_at(json, "address"), *name = json_text_at(json, "name");

    return address_new(address ? address : "", name ? name : "");
}

static GPtrArray *list_of(const cJSON *array, gpointer (*read)(const cJSON *), GDestroyNotify free)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(free);
    const cJSON *item;

    cJSON_ArrayForEach(item, array) g_ptr_array_add(list, read(item));
    return list;
}

static gpointer read_address(const cJSON *json)
{
    return address_of(json);
}

static gpointer read_text(const cJSON *json)
{
    return g_strdup(cJSON_IsString(json) ? json->valuestring : "");
}

static gpointer read_attachment(const cJSON *json)
{
    Attachment *attachment = g_new0(Attachment, 1);

    attachment->name = text_of(json, "name");
    attachment->type = text_of(json, "type");
    attachment->claimed_type = text_of(json, "claimed_type");
    attachment->size = (gsize)json_count_at(json, "size", 0);
    attachment->sha256 = text_of(json, "sha256");
    attachment->text = text_of(json, "text");
    return attachment;
}

static gpointer read_delivery(const cJSON *json)
{
    Delivery *delivery = g_new0(Delivery, 1);

    delivery->address = text_of(json, "address");
    delivery->action = text_of(json, "action");
    delivery->status = text_of(json, "status");
    return delivery;
}

/* The value of the enum's names that the text is; the first one if it is none. */
static int choice_of(const cJSON *json, const char *path, const char *(*name)(int), int last)
{
    const char *text = json_text_at(json, path);

    for (int value = 0; value <= last; value++)
        if (g_strcmp0(text, name(value)) == 0)
            return value;
    return 0;
}

static const char *name_of_kind(int kind)
{
    return automatic_kind_name((AutomaticKind)kind);
}

static const char *name_of_protection(int protection)
{
    return protection_name((Protection)protection);
}

static const char *name_of_source(int source)
{
    return person_source_name((PersonSource)source);
}

static void read_header(Message *message, const cJSON *json)
{
    const cJSON *reply_to = json_at(json, "reply_to"), *date = json_at(json, "date");

    message->from = address_of(json_at(json, "from"));
    message->from_count = (guint)json_count_at(json, "from_count", 1);
    message->person = address_of(json_at(json, "person"));
    message->person_source =
        (PersonSource)choice_of(json, "person.source", name_of_source, PERSON_FORM);
    message->reply_to = cJSON_IsObject(reply_to) ? address_of(reply_to) : NULL;
    message->to = list_of(json_at(json, "to"), read_address, (GDestroyNotify)address_free);
    message->cc = list_of(json_at(json, "cc"), read_address, (GDestroyNotify)address_free);
    message->subject = text_of(json, "subject");
    message->message_id = text_of(json, "message_id");
    message->in_reply_to = text_of(json, "in_reply_to");
    message->references = list_of(json_at(json, "references"), read_text, g_free);
    message->date = cJSON_IsNumber(date) ? (gint64)date->valuedouble : 0;
}

/* Its own static string; "" for a language that this program doesn't know. */
static const char *language_named(const cJSON *json)
{
    g_autofree char *code = text_of(json, "language");
    const ReplyLanguage *language = *code ? reply_language(code) : NULL;

    return language ? language->code : "";
}

static void read_body(Message *message, const cJSON *json)
{
    message->text = text_of(json, "text");
    message->reply = text_of(json, "reply");
    message->quoted = text_of(json, "quoted");
    message->signature = text_of(json, "signature");
    message->disclaimer = text_of(json, "disclaimer");
    message->language = language_named(json);
    message->attachments =
        list_of(json_at(json, "attachments"), read_attachment, (GDestroyNotify)attachment_free);
}

static void read_automatic(Automatic *automatic, const cJSON *json)
{
    automatic->kind =
        (AutomaticKind)choice_of(json, "automatic.kind", name_of_kind, AUTOMATIC_CALENDAR);
    automatic->why = text_of(json, "automatic.why");
    automatic->must_not_reply = is_set(json, "automatic.must_not_reply");
    automatic->skip = is_set(json, "automatic.skip");
}

static void read_authentication(Authentication *authentication, const cJSON *json)
{
    g_autofree char *reason = text_of(json, "authentication.reason");
    g_autofree char *source = text_of(json, "authentication.source");

    authentication->results = list_of(json_at(json, "authentication.results"), read_text, g_free);
    authentication->dmarc = text_of(json, "authentication.dmarc");
    authentication->dkim = text_of(json, "authentication.dkim");
    authentication->spf = text_of(json, "authentication.spf");
    authentication->proven = is_set(json, "authentication.proven");
    authentication->why = text_of(json, "authentication.why");
    authentication->reason = g_intern_string(strlen(reason) <= REASON_MAX ? reason : "");
    authentication->source = strcmp(source, "own") == 0 ? "own" : "trust";
    authentication->differs = text_of(json, "authentication.differs");
}

static void read_judgement(Message *message, const cJSON *json)
{
    read_automatic(&message->automatic, json);
    message->deliveries =
        list_of(json_at(json, "deliveries"), read_delivery, (GDestroyNotify)delivery_free);
    message->returned_id = text_of(json, "returned_id");
    message->marked_id = g_strdup("");
    message->hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);
    read_authentication(&message->authentication, json);
    message->protection =
        (Protection)choice_of(json, "protected", name_of_protection, PROTECTED_PORTAL);
    message->encrypted = is_set(json, "encrypted");
    message->forwarded = is_set(json, "forwarded");
    message->spam = is_set(json, "spam");
    message->suspicious = list_of(json_at(json, "suspicious"), read_text, g_free);
    message->hidden_text = is_set(json, "hidden_text");
    message->truncated = text_of(json, "truncated");
}

Message *message_from_json(const cJSON *json)
{
    Message *message = g_new0(Message, 1);

    message->size = (gsize)json_count_at(json, "size", 0);
    message->digest = text_of(json, "digest");
    read_header(message, json);
    read_body(message, json);
    read_judgement(message, json);
    return message;
}
