/* A Message as JSON, for people and for scripts: `triagectl inspect --json`.  Keys are only ever
 * added; restore.c reads them. */
#include "mail/message.h"

#include "base/json.h"

static cJSON *address_json(const MailAddress *address)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "address", address->address);
    cJSON_AddStringToObject(object, "name", address->name);
    return object;
}

static cJSON *person_json(const Message *message)
{
    cJSON *object = address_json(message->person);

    cJSON_AddStringToObject(object, "source", person_source_name(message->person_source));
    return object;
}

static cJSON *addresses_json(const GPtrArray *addresses)
{
    cJSON *array = cJSON_CreateArray();

    for (guint i = 0; i < addresses->len; i++)
        cJSON_AddItemToArray(array, address_json(g_ptr_array_index(addresses, i)));
    return array;
}

static cJSON *attachments_json(const GPtrArray *attachments)
{
    cJSON *array = cJSON_CreateArray();

    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = g_ptr_array_index(attachments, i);
        cJSON *object = cJSON_CreateObject();

        cJSON_AddStringToObject(object, "name", attachment->name);
        cJSON_AddStringToObject(object, "type", attachment->type);
        cJSON_AddStringToObject(object, "claimed_type", attachment->claimed_type);
        cJSON_AddNumberToObject(object, "size", (double)attachment->size);
        cJSON_AddStringToObject(object, "sha256", attachment->sha256);
        if (attachment->text[0] != '\0')
            cJSON_AddStringToObject(object, "text", attachment->text);
        cJSON_AddItemToArray(array, object);
    }
    return array;
}

static cJSON *automatic_json(const Automatic *automatic)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "kind", automatic_kind_name(automatic->kind));
    cJSON_AddStringToObject(object, "why", automatic->why);
    cJSON_AddBoolToObject(object, "must_not_reply", automatic->must_not_reply);
    cJSON_AddBoolToObject(object, "skip", automatic->skip);
    return object;
}

static cJSON *deliveries_json(const GPtrArray *deliveries)
{
    cJSON *array = cJSON_CreateArray();

    for (guint i = 0; i < deliveries->len; i++) {
        const Delivery *delivery = g_ptr_array_index(deliveries, i);
        cJSON *object = cJSON_CreateObject();

        cJSON_AddStringToObject(object, "address", delivery->address);
        cJSON_AddStringToObject(object, "action", delivery->action);
        cJSON_AddStringToObject(object, "status", delivery->status);
        cJSON_AddItemToArray(array, object);
    }
    return array;
}

static cJSON *authentication_json(const Authentication *authentication)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddItemToObject(object, "results", json_list(authentication->results));
    cJSON_AddStringToObject(object, "dmarc", authentication->dmarc);
    cJSON_AddStringToObject(object, "dkim", authentication->dkim);
    cJSON_AddStringToObject(object, "spf", authentication->spf);
    cJSON_AddBoolToObject(object, "proven", authentication->proven);
    cJSON_AddStringToObject(object, "why", authentication->why);
    cJSON_AddStringToObject(object, "reason", authentication->reason);
    cJSON_AddStringToObject(object, "source", authentication->source);
    cJSON_AddStringToObject(object, "differs", authentication->differs);
    return object;
}

static void add_header(cJSON *object, const Message *message)
{
    cJSON_AddItemToObject(object, "from", address_json(message->from));
    cJSON_AddNumberToObject(object, "from_count", message->from_count);
    cJSON_AddItemToObject(object, "person", person_json(message));
    cJSON_AddItemToObject(object, "reply_to",
                          message->reply_to ? address_json(message->reply_to) : cJSON_CreateNull());
    cJSON_AddItemToObject(object, "to", addresses_json(message->to));
    cJSON_AddItemToObject(object, "cc", addresses_json(message->cc));
    cJSON_AddStringToObject(object, "subject", message->subject);
    cJSON_AddStringToObject(object, "message_id", message->message_id);
    cJSON_AddStringToObject(object, "in_reply_to", message->in_reply_to);
    cJSON_AddItemToObject(object, "references", json_list(message->references));
    cJSON_AddNumberToObject(object, "date", (double)message->date);
}

static void add_body(cJSON *object, const Message *message)
{
    cJSON_AddStringToObject(object, "text", message->text);
    cJSON_AddStringToObject(object, "reply", message->reply);
    cJSON_AddStringToObject(object, "quoted", message->quoted);
    cJSON_AddStringToObject(object, "signature", message->signature);
    cJSON_AddStringToObject(object, "disclaimer", message->disclaimer);
    cJSON_AddStringToObject(object, "language", message->language);
    cJSON_AddItemToObject(object, "attachments", attachments_json(message->attachments));
}

static void add_judgement(cJSON *object, const Message *message)
{
    cJSON_AddItemToObject(object, "automatic", automatic_json(&message->automatic));
    cJSON_AddItemToObject(object, "deliveries", deliveries_json(message->deliveries));
    cJSON_AddStringToObject(object, "returned_id", message->returned_id);
    cJSON_AddItemToObject(object, "authentication", authentication_json(&message->authentication));
    cJSON_AddStringToObject(object, "protected", protection_name(message->protection));
    cJSON_AddBoolToObject(object, "encrypted", message->encrypted);
    cJSON_AddBoolToObject(object, "forwarded", message->forwarded);
    cJSON_AddBoolToObject(object, "spam", message->spam);
    cJSON_AddItemToObject(object, "suspicious", json_list(message->suspicious));
    cJSON_AddBoolToObject(object, "hidden_text", message->hidden_text);
    cJSON_AddStringToObject(object, "truncated", message->truncated);
}

cJSON *message_to_json(const Message *message)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "v", 1);
    cJSON_AddNumberToObject(object, "size", (double)message->size);
    cJSON_AddStringToObject(object, "digest", message->digest);
    add_header(object, message);
    add_body(object, message);
    add_judgement(object, message);
    return object;
}
