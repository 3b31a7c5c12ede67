/* The view of a prompt's templates, and the rendering.
 *
 * What strangers wrote gets into the view in one way only: through enclose(), which drops every
 * line that holds the call's fence, so that nothing inside the markers can end them.  Long mails
 * keep their beginning and their end.  Pure: the fence is given, dates are UTC. */
#include "base/text.h"
#include "prompt/prompt_file.h"

#include <string.h>

/* Longest header value that is shown, in bytes. */
#define HEADER_SHOWN_MAX 500

/* The text without the lines that hold the fence. */
static char *enclose(const char *text, const char *fence)
{
    GString *kept = g_string_new(NULL);

    while (*text) {
        const char *newline = strchr(text, '\n');
        gsize length = newline ? (gsize)(newline + 1 - text) : strlen(text);

        if (!g_strstr_len(text, (gssize)length, fence))
            g_string_append_len(kept, text, (gssize)length);
        text += length;
    }
    return g_string_free(kept, FALSE);
}

/* The last part of the text that has at most `max` bytes and begins at a character. */
static const char *tail_of(const char *text, gsize length, gsize max)
{
    const char *tail = text + (length - MIN(max, length));

    while (((guchar)*tail & 0xC0) == 0x80)
        tail++;
    return tail;
}

/* Two thirds of `max` bytes from the beginning, the rest from the end, and a line between that says
 * how much is missing. */
static char *shorten(const char *text, gsize max)
{
    gsize length = strlen(text), head;
    const char *tail;

    if (length <= max)
        return g_strdup(text);
    head = text_fit(text, max - max / 3);
    tail = tail_of(text, length, max / 3);
    return g_strdup_printf("%.*s\n[… %zu bytes are left out here …]\n%s", (int)head, text,
                           (gsize)(tail - text) - head, tail);
}

static void add_text(cJSON *object, const char *key, const char *text, const char *fence,
                     gint64 max)
{
    g_autofree char *enclosed = enclose(text, fence);
    g_autofree char *shown = shorten(enclosed, (gsize)MAX(max, 0));

    cJSON_AddStringToObject(object, key, shown);
}

static void add_line(cJSON *object, const char *key, const char *text, const char *fence)
{
    g_autofree char *line = text_line(text, HEADER_SHOWN_MAX);
    g_autofree char *enclosed = enclose(line, fence);

    cJSON_AddStringToObject(object, key, enclosed);
}

static void add_date(cJSON *object, gint64 date)
{
    g_autoptr(GDateTime) time = date > 0 ? g_date_time_new_from_unix_utc(date) : NULL;
    g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : NULL;

    cJSON_AddStringToObject(object, "date", text ? text : "");
}

/* Their texts share what the mail's own has left of its bytes. */
static void add_attachments(cJSON *object, const GPtrArray *attachments, const char *fence,
                            gint64 left)
{
    cJSON *list = cJSON_AddArrayToObject(object, "attachments");

    for (guint i = 0; i < MIN(attachments->len, PROMPT_ATTACHMENTS_MAX); i++) {
        const Attachment *attachment = attachments->pdata[i];
        cJSON *item = cJSON_CreateObject();

        add_line(item, "name", attachment->name, fence);
        add_line(item, "type", *attachment->type ? attachment->type : attachment->claimed_type,
                 fence);
        cJSON_AddNumberToObject(item, "size", (double)attachment->size);
        add_text(item, "text", left > 0 ? attachment->text : "", fence, left);
        left -= (gint64)strlen(attachment->text);
        cJSON_AddItemToArray(list, item);
    }
}

static void add_mail(cJSON *view, const PromptInput *input)
{
    const Message *message = input->message;
    cJSON *mail = cJSON_AddObjectToObject(view, "mail");

    add_line(mail, "from", message->from->address, input->fence);
    add_line(mail, "from_name", message->from->name, input->fence);
    add_line(mail, "subject", message->subject, input->fence);
    add_date(mail, message->date);
    add_text(mail, "text", message->reply, input->fence, input->max_mail_bytes);
    add_text(mail, "quoted", message->quoted, input->fence, input->max_mail_bytes / 4);
    add_attachments(mail, message->attachments, input->fence,
                    input->max_mail_bytes - (gint64)strlen(message->reply));
}

static void add_choices(cJSON *object, const Field *field)
{
    cJSON *list = cJSON_AddArrayToObject(object, "choices");

    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];
        cJSON *item;

        if (choice->retired)
            continue;
        item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "token", choice->token);
        cJSON_AddStringToObject(item, "label", choice->label);
        cJSON_AddItemToArray(list, item);
    }
}

static void add_fields(cJSON *view, const VerdictQuestion *question)
{
    cJSON *list = cJSON_AddArrayToObject(view, "fields");

    for (guint i = 0; i < field_table_size(question->fields); i++) {
        const Field *field = field_at(question->fields, i);
        g_autofree char *allowed = verdict_allowed(field, question->team);
        cJSON *item;

        if (!verdict_asked(question, field))
            continue;
        item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "name", field->name);
        cJSON_AddStringToObject(item, "label", field->label);
        cJSON_AddStringToObject(item, "type", field_type_name(field->type));
        cJSON_AddStringToObject(item, "allowed", allowed);
        add_choices(item, field);
        cJSON_AddItemToArray(list, item);
    }
}

static void add_team(cJSON *view, const char *const *team)
{
    cJSON *list = cJSON_AddArrayToObject(view, "team");

    for (; team && *team; team++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*team));
}

cJSON *prompt_view(const PromptInput *input)
{
    cJSON *view = cJSON_CreateObject();
    const char *context = input->context ? input->context->text : "";
    CustomerMatch match = input->customer ? input->customer->match : MATCH_NONE;

    cJSON_AddStringToObject(view, "fence", input->fence);
    cJSON_AddStringToObject(view, "mailbox", input->mailbox);
    add_mail(view, input);
    add_text(view, "context", context, input->fence, G_MAXINT32);
    cJSON_AddBoolToObject(view, "proven", message_person_is_proven(input->message));
    cJSON_AddStringToObject(view, "match", customer_match_name(match));
    add_fields(view, input->question);
    add_team(view, input->question->team);
    return view;
}

const char *const prompt_names_of_each_mail[] = { "fence",  "mail",  "context",
                                                  "proven", "match", NULL };

cJSON *prompt_view_example(void)
{
    static const char example[] =
        "{\"fence\":\"\",\"mailbox\":\"\",\"mail\":{\"from\":\"\",\"from_name\":\"\",\"subject\":"
        "\"\","
        "\"date\":\"\",\"text\":\"\",\"quoted\":\"\","
        "\"attachments\":[{\"name\":\"\",\"type\":\"\",\"size\":0,\"text\":\"\"}]},"
        "\"context\":\"\",\"proven\":true,\"match\":\"\","
        "\"fields\":[{\"name\":\"\",\"label\":\"\",\"type\":\"\",\"allowed\":\"\","
        "\"choices\":[{\"token\":\"\",\"label\":\"\"}]}],"
        "\"team\":[\"\"]}";

    return cJSON_Parse(example);
}

PromptText *prompt_render(const Prompt *prompt, const PromptInput *input, GError **error)
{
    g_autoptr(cJSON) view = prompt_view(input);
    g_autoptr(PromptText) text = g_new0(PromptText, 1);

    text->system = mustache_render(prompt->system, view, NULL, MUSTACHE_TEXT, error);
    if (!text->system)
        return NULL;
    text->user = mustache_render(prompt->user, view, NULL, MUSTACHE_TEXT, error);
    return text->user ? g_steal_pointer(&text) : NULL;
}

void prompt_text_free(PromptText *text)
{
    if (!text)
        return;
    g_free(text->system);
    g_free(text->user);
    g_free(text);
}
