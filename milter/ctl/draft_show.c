/* How a draft looks in a terminal and as JSON.
 *
 * In the text each mark is a number in ⟦⟧ behind what it is about; below, each number says why. */
#include "ctl/draft_show.h"

#include "base/json.h"
#include "base/text.h"
#include "ctl/shared.h"

#include <string.h>

/* Of each mail of the thread that is shown in text. */
#define EXCERPT_MAX 400

static char *address_text(const MailAddress *address)
{
    return address->name[0] != '\0' ? g_strdup_printf("%s <%s>", address->name, address->address)
                                    : g_strdup(address->address);
}

char *draft_addresses_text(const GPtrArray *addresses)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < addresses->len; i++) {
        g_autofree char *one = address_text(addresses->pdata[i]);
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", one);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ── text ── */

static void add_line(GString *out, const char *label, const char *text)
{
    if (text[0] != '\0')
        g_string_append_printf(out, "%-10s %s\n", label, text);
}

static void add_letter_head(GString *out, const DraftView *view)
{
    const Draft *draft = view->draft;
    const MailAddress *from = view->reply.reply.from;
    g_autofree char *sender = from != NULL ? address_text(from) : g_strdup("");
    g_autofree char *to = draft_addresses_text(draft->to), *cc = draft_addresses_text(draft->cc);
    add_line(out, "From:", sender);
    add_line(out, "To:", to);
    add_line(out, "Cc:", cc);
    add_line(out, "Subject:", draft->subject);
}

static void add_history(GString *out, const DraftView *view)
{
    const Draft *draft = view->draft;
    g_autofree char *created = ctl_time(draft->created), *at = ctl_time(draft->approved_at);
    g_autofree char *written =
        g_strdup_printf("%s by %s %s, topic %s", created, draft->engine, draft->prompt,
                        draft->topic[0] != '\0' ? draft->topic : "none");
    g_autofree char *approved = g_strdup_printf("%s by %s", at, draft->approved_by);
    g_autofree char *state = g_strdup_printf("%s%s%s", draft_state_name(draft->state),
                                             draft->why[0] != '\0' ? ": " : "", draft->why);
    add_line(out, "State:", state);
    add_line(out, "Written:", written);
    add_line(out, "Approved:", draft->approved_at != 0 ? approved : "");
    add_line(out, "Sender:", view->proven ? "proven" : "not proven; name whom you answer");
    add_line(out, "Code:", view->code);
}

/* A mark's place, as bytes of the text; false: it is about the whole. */
static bool mark_end(const cJSON *mark, gsize length, gsize *end)
{
    gint64 start = json_count_at(mark, "start", 0), count = json_count_at(mark, "length", 0);
    *end = (gsize)(start + count);
    return count > 0 && start <= (gint64)length && count <= (gint64)length - start;
}

static void add_numbers(GString *out, const cJSON *marks, gsize length, gsize at)
{
    const cJSON *mark;
    int number = 0;
    cJSON_ArrayForEach(mark, marks)
    {
        gsize end;
        number++;
        if (mark_end(mark, length, &end) && end == at)
            g_string_append_printf(out, "⟦%d⟧", number);
    }
}

static void add_marked_text(GString *out, const DraftView *view)
{
    const char *text = view->draft->text;
    gsize length = strlen(text);
    g_autoptr(GHashTable) ends = g_hash_table_new(NULL, NULL);
    const cJSON *mark;
    cJSON_ArrayForEach(mark, view->marks)
    {
        gsize end;
        if (mark_end(mark, length, &end))
            g_hash_table_add(ends, GSIZE_TO_POINTER(end));
    }
    for (const char *at = text;; at = g_utf8_next_char(at)) {
        gsize offset = (gsize)(at - text);
        if (g_hash_table_contains(ends, GSIZE_TO_POINTER(offset)))
            add_numbers(out, view->marks, length, offset);
        if (*at == '\0')
            break;
        g_string_append_len(out, at, g_utf8_next_char(at) - at);
    }
    if (!g_str_has_suffix(out->str, "\n"))
        g_string_append_c(out, '\n');
}

/* Signature and quotation, as they go out. */
static void add_below(GString *out, const DraftView *view)
{
    g_autofree char *below =
        view->reply.reply.from != NULL ? reply_below(&view->reply.reply) : g_strdup("");
    g_string_append(out, below);
}

static void add_marks(GString *out, const cJSON *marks)
{
    const cJSON *mark;
    int number = 0;
    if (cJSON_GetArraySize(marks) > 0)
        g_string_append(out, "\n── to be looked at ──\n");
    cJSON_ArrayForEach(mark, marks)
    {
        g_autofree char *text = text_line(json_text_at(mark, "text"), EXCERPT_MAX);
        g_string_append_printf(out, "⟦%d⟧ %s%s%s%s: %s%s\n", ++number, json_text_at(mark, "kind"),
                               text[0] != '\0' ? " '" : "", text, text[0] != '\0' ? "'" : "",
                               json_text_at(mark, "why"),
                               desk_mark_is_confirmable(mark) ? "" : " (edit it away)");
    }
}

static void add_sources(GString *out, const char *list)
{
    g_autoptr(cJSON) sources = json_parse(list, strlen(list), NULL);
    const cJSON *source;
    if (cJSON_GetArraySize(sources) > 0)
        g_string_append(out, "\n── sources ──\n");
    cJSON_ArrayForEach(source, sources)
    {
        const char *kind = json_text_at(source, "kind"), *name = json_text_at(source, "name");
        g_string_append_printf(out, "%s %s\n", kind != NULL ? kind : "source",
                               name != NULL ? name : "");
    }
}

static void add_mail(GString *out, const StoredMail *mail)
{
    const Message *message = mail->message;
    g_autofree char *at = ctl_time(mail->created);
    g_autofree char *excerpt = text_line(message->reply, EXCERPT_MAX);
    g_string_append_printf(out, "%s %s %s: %s\n", at, mail->outgoing ? "we, as" : "from",
                           message->person->address, message->subject);
    add_line(out, "", excerpt);
}

char *draft_view_text(const DraftView *view)
{
    const Draft *draft = view->draft;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "Draft %" G_GINT64_FORMAT " of %s in mailbox %s\n", draft->id,
                           draft->ticket, draft->mailbox);
    add_history(out, view);
    add_letter_head(out, view);
    g_string_append(out, "\n");
    add_marked_text(out, view);
    add_below(out, view);
    add_marks(out, view->marks);
    add_sources(out, draft->sources);
    g_string_append(out, "\n── the thread ──\n");
    for (guint i = 0; i < view->mails->len; i++)
        add_mail(out, g_ptr_array_index(view->mails, i));
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ── JSON ── */

static cJSON *addresses_json(const GPtrArray *addresses)
{
    cJSON *list = cJSON_CreateArray();
    for (guint i = 0; i < addresses->len; i++) {
        const MailAddress *address = g_ptr_array_index(addresses, i);
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "name", address->name);
        cJSON_AddStringToObject(entry, "address", address->address);
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}

cJSON *draft_to_json(const Draft *draft)
{
    cJSON *json = cJSON_CreateObject();
    const struct {
        const char *key, *value;
    } texts[] = {
        { "ticket", draft->ticket },
        { "mailbox", draft->mailbox },
        { "state", draft_state_name(draft->state) },
        { "why", draft->why },
        { "subject", draft->subject },
        { "text", draft->text },
        { "engine", draft->engine },
        { "prompt", draft->prompt },
        { "topic", draft->topic },
        { "language", draft->language },
        { "approved_by", draft->approved_by },
        { "message_id", draft->message_id },
    };
    const struct {
        const char *key;
        gint64 value;
    } numbers[] = {
        { "id", draft->id },
        { "version", draft->version },
        { "created", draft->created },
        { "updated", draft->updated },
        { "approved_at", draft->approved_at },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        cJSON_AddStringToObject(json, texts[i].key, texts[i].value);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        cJSON_AddNumberToObject(json, numbers[i].key, (double)numbers[i].value);
    cJSON_AddItemToObject(json, "to", addresses_json(draft->to));
    cJSON_AddItemToObject(json, "cc", addresses_json(draft->cc));
    cJSON_AddBoolToObject(json, "confirmed", draft->confirmed);
    if (draft->similarity >= 0)
        cJSON_AddNumberToObject(json, "similarity", draft->similarity);
    return json;
}

static cJSON *marks_json(const cJSON *marks)
{
    cJSON *list = cJSON_Duplicate(marks, true), *mark;
    cJSON_ArrayForEach(mark, list)
        cJSON_AddBoolToObject(mark, "confirmable", desk_mark_is_confirmable(mark));
    return list;
}

static cJSON *mail_json(const StoredMail *mail)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "direction", mail->outgoing ? "out" : "in");
    cJSON_AddStringToObject(json, "sender", mail->message->person->address);
    cJSON_AddStringToObject(json, "subject", mail->message->subject);
    cJSON_AddStringToObject(json, "text", mail->message->reply);
    cJSON_AddNumberToObject(json, "created", (double)mail->created);
    return json;
}

/* What goes out beside the draft's own values, and how it is approved. */
static void add_mail_json(cJSON *json, const DraftView *view)
{
    const Reply *reply = &view->reply.reply;
    if (reply->from != NULL) {
        g_autofree char *from = address_text(reply->from), *below = reply_below(reply);
        cJSON_AddStringToObject(json, "from", from);
        cJSON_AddStringToObject(json, "below", below);
    }
    cJSON_AddStringToObject(json, "digest", view->digest);
    cJSON_AddStringToObject(json, "code", view->code);
}

cJSON *draft_view_to_json(const DraftView *view)
{
    const char *sources = view->draft->sources;
    cJSON *json = draft_to_json(view->draft);
    add_mail_json(json, view);
    cJSON_AddBoolToObject(json, "proven", view->proven);
    cJSON_AddItemToObject(json, "marks", marks_json(view->marks));
    cJSON_AddItemToObject(json, "sources", json_parse(sources, strlen(sources), NULL));
    cJSON *mails = cJSON_AddArrayToObject(json, "mails");
    for (guint i = 0; i < view->mails->len; i++)
        cJSON_AddItemToArray(mails, mail_json(g_ptr_array_index(view->mails, i)));
    return json;
}
