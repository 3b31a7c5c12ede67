/* Both forms say the same, from one table: the names and values of policies and fields, nothing
 * that a stranger wrote unless the administrator asks for the texts. */
#include "jobs/notice.h"

#include "base/json.h"

#include <string.h>

static const struct {
    const char *key, *label;
    gsize offset;
} rows[] = {
    { "ticket", "Ticket", G_STRUCT_OFFSET(Notice, ticket) },
    { "mailbox", "Mailbox", G_STRUCT_OFFSET(Notice, mailbox) },
    { "queue", "Queue", G_STRUCT_OFFSET(Notice, queue) },
    { "priority", "Priority", G_STRUCT_OFFSET(Notice, priority) },
    { "category", "Category", G_STRUCT_OFFSET(Notice, category) },
    { "subject", "Subject", G_STRUCT_OFFSET(Notice, subject) },
    { "summary", "Summary", G_STRUCT_OFFSET(Notice, summary) },
};

static const char *value_of(const Notice *notice, gsize row)
{
    return G_STRUCT_MEMBER(const char *, notice, rows[row].offset);
}

static cJSON *tags_of(const Notice *notice)
{
    cJSON *list = cJSON_CreateArray();
    for (char **tag = notice->tags; *tag != NULL; tag++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*tag));
    return list;
}

char *notice_json(const Notice *notice)
{
    g_autoptr(cJSON) json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "v", NOTICE_JSON_VERSION);
    cJSON_AddStringToObject(json, "event", notice->event);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (value_of(notice, i) != NULL)
            cJSON_AddStringToObject(json, rows[i].key, value_of(notice, i));
    }
    cJSON_AddItemToObject(json, "tags", tags_of(notice));
    cJSON_AddNumberToObject(json, "due", (double)notice->due);
    return json_print(json);
}

static void add_word(GString *out, const char *before, const char *word)
{
    if (word[0] != '\0')
        g_string_append_printf(out, "%s%s", before, word);
}

char *notice_subject(const Notice *notice)
{
    GString *out = g_string_new(notice->ticket);
    if (out->len == 0)
        g_string_append(out, "Mail");
    add_word(out, " ", g_str_equal(notice->event, "overdue") ? "is overdue" : "");
    g_string_append_printf(out, " at %s", notice->mailbox);
    add_word(out, ", priority ", notice->priority);
    add_word(out, ", queue ", notice->queue);
    return g_string_free(out, FALSE);
}

static void add_line(GString *out, const char *label, const char *value)
{
    if (value != NULL && value[0] != '\0')
        g_string_append_printf(out, "%-9s %s\n", label, value);
}

char *notice_text(const Notice *notice)
{
    GString *out = g_string_new(NULL);
    g_autofree char *tags = g_strjoinv(", ", notice->tags);
    g_autoptr(GDateTime) time = notice->due > 0 ? g_date_time_new_from_unix_utc(notice->due) : NULL;
    g_autofree char *due = time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        add_line(out, rows[i].label, value_of(notice, i));
    add_line(out, "Tags", tags);
    add_line(out, "Due", due);
    return g_string_free(out, FALSE);
}
