/* The view of a prompt's templates, and the rendering.
 *
 * What strangers wrote gets into the view through enclose_text() alone.  Pure: the fence is given,
 * dates are UTC. */
#include "base/text.h"
#include "prompt/prompt_enclose.h"
#include "prompt/prompt_file.h"

#include <string.h>

/* Longest header value that is shown, in bytes. */
#define HEADER_SHOWN_MAX 500
/* Longest example of a reply, in bytes. */
#define EXAMPLE_MAX 4096

const char *const prompt_send_names[] = { "all", "no-context", "no-body", NULL };

/* A view while it is made. */
typedef struct {
    const PromptInput *input;
    const PromptPrivacy *privacy;
    const Enclosure *enclosure;
} View;

static void add_shown(cJSON *object, const char *key, char *text)
{
    cJSON_AddStringToObject(object, key, text);
    g_free(text);
}

static void add_text(const View *view, cJSON *object, const char *key, const char *text, gint64 max)
{
    bool withheld = view->privacy->send == PROMPT_SEND_NO_BODY || max <= 0;

    add_shown(object, key,
              withheld
                  ? g_strdup("")
                  : enclose_mark(view->enclosure, enclose_text(view->enclosure, text, (gsize)max)));
}

static void add_line(const View *view, cJSON *object, const char *key, const char *text)
{
    g_autofree char *enclosed = enclose_text(view->enclosure, text, G_MAXSIZE);

    add_shown(object, key, enclose_mark(view->enclosure, text_line(enclosed, HEADER_SHOWN_MAX)));
}

static void add_date(cJSON *object, gint64 date)
{
    g_autoptr(GDateTime) time = date > 0 ? g_date_time_new_from_unix_utc(date) : NULL;
    g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : NULL;

    cJSON_AddStringToObject(object, "date", text ? text : "");
}

/* Their texts share what the mail's own has left of its bytes. */
static void add_attachments(const View *view, cJSON *object, gint64 left)
{
    const GPtrArray *attachments = view->input->message->attachments;
    cJSON *list = cJSON_AddArrayToObject(object, "attachments");

    for (guint i = 0; i < MIN(attachments->len, PROMPT_ATTACHMENTS_MAX); i++) {
        const Attachment *attachment = attachments->pdata[i];
        cJSON *item = cJSON_CreateObject();

        add_line(view, item, "name", attachment->name);
        add_line(view, item, "type",
                 *attachment->type ? attachment->type : attachment->claimed_type);
        cJSON_AddNumberToObject(item, "size", (double)attachment->size);
        add_text(view, item, "text", attachment->text, left);
        left -= (gint64)strlen(attachment->text);
        cJSON_AddItemToArray(list, item);
    }
}

static void add_mail(const View *view, cJSON *object)
{
    const Message *message = view->input->message;
    gint64 max = view->input->max_mail_bytes;
    cJSON *mail = cJSON_AddObjectToObject(object, "mail");

    add_line(view, mail, "from", message->from->address);
    add_line(view, mail, "from_name", message->from->name);
    add_line(view, mail, "subject", message->subject);
    add_date(mail, message->date);
    add_text(view, mail, "text", message->reply, max);
    add_text(view, mail, "quoted", message->quoted, max / 4);
    add_attachments(view, mail, max - (gint64)strlen(message->reply));
}

/* The customer's record opens to proven senders, and to engines that may see it. */
static void add_customer(const View *view, cJSON *object)
{
    const PromptInput *input = view->input;
    bool proven = message_person_is_proven(input->message);
    bool shown = view->privacy->send == PROMPT_SEND_ALL;
    const char *context = shown && input->context ? input->context->text : "";
    CustomerMatch match = shown && proven && input->customer ? input->customer->match : MATCH_NONE;

    add_shown(object, "context", enclose_text(view->enclosure, context, G_MAXSIZE));
    cJSON_AddBoolToObject(object, "proven", proven);
    cJSON_AddStringToObject(object, "match", customer_match_name(match));
}

static void add_privacy(const View *view, cJSON *object)
{
    const PromptPrivacy *privacy = view->privacy;

    cJSON_AddBoolToObject(object, "redacted", redaction_is_wanted(view->enclosure->redaction));
    cJSON_AddBoolToObject(object, "withheld", privacy->send == PROMPT_SEND_NO_BODY);
    cJSON_AddStringToObject(object, "mark", privacy->datamark ? PROMPT_MARK : "");
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

static void add_thread(const View *view, cJSON *object, const GPtrArray *thread)
{
    cJSON *list = cJSON_AddArrayToObject(object, "thread");

    for (guint i = 0; thread && i < thread->len; i++) {
        const PromptMail *mail = thread->pdata[i];
        cJSON *item = cJSON_CreateObject();

        cJSON_AddBoolToObject(item, "ours", mail->ours);
        add_date(item, mail->date);
        add_text(view, item, "text", mail->text, view->input->max_mail_bytes / 4);
        cJSON_AddItemToArray(list, item);
    }
}

/* The house's own words, but written by many hands: enclosed like any other. */
static void add_passages(const View *view, cJSON *object, const GPtrArray *passages)
{
    cJSON *list = cJSON_AddArrayToObject(object, "passages");

    for (guint i = 0; passages && i < passages->len; i++) {
        const Passage *passage = passages->pdata[i];
        cJSON *item = cJSON_CreateObject();

        add_shown(item, "source", enclose_text(view->enclosure, passage->source, G_MAXSIZE));
        add_shown(item, "text", enclose_text(view->enclosure, passage->text, G_MAXSIZE));
        cJSON_AddItemToArray(list, item);
    }
}

static void add_examples(const View *view, cJSON *object, const char *const *examples)
{
    cJSON *list = cJSON_AddArrayToObject(object, "examples");

    for (; examples && *examples; examples++) {
        cJSON *item = cJSON_CreateObject();

        add_shown(item, "text", enclose_text(view->enclosure, *examples, EXAMPLE_MAX));
        cJSON_AddItemToArray(list, item);
    }
}

static void add_reply(const View *view, cJSON *object)
{
    static const PromptReply none = { .brand = "", .language = "" };
    const PromptReply *reply = view->input->reply ? view->input->reply : &none;

    cJSON_AddStringToObject(object, "brand", reply->brand);
    cJSON_AddStringToObject(object, "language", reply->language);
    cJSON_AddNumberToObject(object, "words_min", (double)reply->words_min);
    cJSON_AddNumberToObject(object, "words_max", (double)reply->words_max);
    add_thread(view, object, reply->thread);
    add_passages(view, object, reply->passages);
    add_examples(view, object, reply->examples);
}

cJSON *prompt_view(const PromptInput *input, const PromptPrivacy *privacy, Redaction *redaction)
{
    g_auto(Enclosure) enclosure = { 0 };
    const View view = { input, privacy, &enclosure };
    cJSON *object = cJSON_CreateObject();

    enclosure_init(&enclosure, input->fence, privacy, redaction);
    cJSON_AddStringToObject(object, "fence", input->fence);
    cJSON_AddStringToObject(object, "mailbox", input->mailbox);
    add_mail(&view, object);
    add_customer(&view, object);
    add_privacy(&view, object);
    add_fields(object, input->question);
    add_team(object, input->question->team);
    add_reply(&view, object);
    return object;
}

const char *const prompt_names_of_each_mail[] = { "fence",    "mail",     "context", "proven",
                                                  "match",    "language", "thread",  "passages",
                                                  "examples", NULL };

cJSON *prompt_view_example(void)
{
    static const char example[] =
        "{\"fence\":\"\",\"mailbox\":\"\",\"mail\":{\"from\":\"\",\"from_name\":\"\",\"subject\":"
        "\"\","
        "\"date\":\"\",\"text\":\"\",\"quoted\":\"\","
        "\"attachments\":[{\"name\":\"\",\"type\":\"\",\"size\":0,\"text\":\"\"}]},"
        "\"context\":\"\",\"proven\":true,\"match\":\"\","
        "\"redacted\":true,\"withheld\":true,\"mark\":\"\","
        "\"fields\":[{\"name\":\"\",\"label\":\"\",\"type\":\"\",\"allowed\":\"\","
        "\"choices\":[{\"token\":\"\",\"label\":\"\"}]}],"
        "\"team\":[\"\"],\"brand\":\"\",\"language\":\"\",\"words_min\":1,\"words_max\":1,"
        "\"thread\":[{\"ours\":true,\"date\":\"\",\"text\":\"\"}],"
        "\"passages\":[{\"source\":\"\",\"text\":\"\"}],\"examples\":[{\"text\":\"\"}]}";

    return cJSON_Parse(example);
}

/* Subject and texts as they were shown. */
static char *quotable_of(const cJSON *view)
{
    g_autofree char *shown =
        g_strjoin("\n", json_text_at(view, "mail.subject"), json_text_at(view, "mail.text"),
                  json_text_at(view, "mail.quoted"), NULL);

    prompt_unmark(shown);
    return text_fold(shown);
}

PromptText *prompt_render(const Prompt *prompt, const PromptInput *input,
                          const PromptPrivacy *privacy, GError **error)
{
    g_autoptr(PromptText) text = g_new0(PromptText, 1);
    g_autoptr(cJSON) view = NULL;

    text->redaction = redaction_new((const char *const *)privacy->redact);
    view = prompt_view(input, privacy, text->redaction);
    text->quotable = quotable_of(view);
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
    g_free(text->quotable);
    redaction_free(text->redaction);
    g_free(text);
}
