/* A mail as far as it is kept: the envelope, named headers, the new and the quoted text up to a
 * limit, names and hashes of attachments.  Never bytes of an attachment or of the mail itself.
 *
 * `keep = none` leaves its row with what later mails need to find their thread by.  Participants
 * are kept either way: they say who may follow up. */
#include "store/kept.h"

#include "base/json.h"
#include "base/text.h"
#include "store/codec.h"

#define WORD_MAX    320
#define SUBJECT_MAX 500

/* What message_to_json() has beyond headers. */
static const char *const bodies[] = { "v", "text", "reply", "quoted", "signature", "attachments" };
static const char *const long_lists[] = { "to", "cc", "references" };

static void add_line(cJSON *object, const char *key, const char *text)
{
    g_autofree char *line = text_line(text, WORD_MAX);
    cJSON_AddStringToObject(object, key, line);
}

static char *envelope_json(const Envelope *envelope)
{
    g_autoptr(cJSON) json = cJSON_CreateObject();
    add_line(json, "id", envelope->id);
    add_line(json, "queue_id", envelope->queue_id);
    add_line(json, "sender", envelope->sender);
    add_line(json, "client_address", envelope->client_address);
    add_line(json, "client_name", envelope->client_name);
    add_line(json, "authenticated", envelope->authenticated);
    cJSON *recipients = cJSON_AddArrayToObject(json, "recipients");
    for (guint i = 0; i < envelope->recipients->len && i < KEPT_LIST_MAX; i++) {
        g_autofree char *line = text_line(envelope->recipients->pdata[i], WORD_MAX);
        cJSON_AddItemToArray(recipients, cJSON_CreateString(line));
    }
    return json_print(json);
}

static void shorten(cJSON *list, int max)
{
    for (int extra = cJSON_GetArraySize(list) - max; extra > 0; extra--)
        cJSON_DeleteItemFromArray(list, max);
}

/* The JSON of the message, taken apart: attachments here, headers there. */
static void fill_from_json(KeptMail *kept, const Message *message)
{
    g_autoptr(cJSON) json = message_to_json(message);
    cJSON *attachments = cJSON_GetObjectItemCaseSensitive(json, "attachments");
    if (attachments != NULL) {
        shorten(attachments, KEPT_LIST_MAX);
        kept->attachments = json_print(attachments);
    } else {
        kept->attachments = g_strdup("[]");
    }
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++)
        cJSON_DeleteItemFromObjectCaseSensitive(json, bodies[i]);
    for (guint i = 0; i < G_N_ELEMENTS(long_lists); i++)
        shorten(cJSON_GetObjectItemCaseSensitive(json, long_lists[i]), KEPT_LIST_MAX);
    kept->headers = json_print(json);
}

static void add_participant(GPtrArray *list, const MailAddress *address)
{
    if (address != NULL && address->address[0] != '\0' && list->len < KEPT_LIST_MAX &&
        !g_ptr_array_find_with_equal_func(list, address->address, g_str_equal, NULL))
        g_ptr_array_add(list, address->address);
}

static char *participants_json(const Message *message)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    add_participant(list, message->from);
    add_participant(list, message->person);
    for (guint i = 0; i < message->to->len; i++)
        add_participant(list, message->to->pdata[i]);
    for (guint i = 0; i < message->cc->len; i++)
        add_participant(list, message->cc->pdata[i]);
    return codec_list(list, KEPT_LIST_MAX);
}

void kept_mail_fill(KeptMail *kept, const Message *message, const Envelope *envelope, KeepMail keep,
                    gint64 keep_text)
{
    kept->message_id = g_strdup(message->message_id);
    kept->digest = g_strdup(message->digest);
    kept->subject = g_strndup(message->subject, text_fit(message->subject, SUBJECT_MAX));
    kept->sender = g_strdup(message->person->address);
    kept->size = (gint64)message->size;
    kept->kept = keep == KEEP_TEXT;
    kept->participants = participants_json(message);
    if (!kept->kept) {
        kept->envelope = g_strdup("{}");
        kept->headers = g_strdup("{}");
        kept->attachments = g_strdup("[]");
        kept->text = g_strdup("");
        kept->quoted = g_strdup("");
        return;
    }
    gsize max = (gsize)MAX(keep_text, 0);
    kept->envelope = envelope_json(envelope);
    kept->text = g_strndup(message->reply, text_fit(message->reply, max));
    kept->quoted = g_strndup(message->quoted, text_fit(message->quoted, max));
    fill_from_json(kept, message);
}

void kept_mail_clear(KeptMail *kept)
{
    g_free(kept->message_id);
    g_free(kept->digest);
    g_free(kept->subject);
    g_free(kept->sender);
    g_free(kept->envelope);
    g_free(kept->headers);
    g_free(kept->attachments);
    g_free(kept->text);
    g_free(kept->quoted);
    g_free(kept->participants);
    *kept = (KeptMail){ 0 };
}
