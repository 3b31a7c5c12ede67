/* One prompt file: a head of settings, a line ---system with a template behind it, a line ---user
 * with another.
 *
 * Everything that can be known to be wrong before a mail arrives is reported when the file is read:
 * settings, the shape of the templates, and names that no view has.  A prompt with a fault is not
 * used at all. */
#include "prompt/prompt_file.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/settings.h"
#include "prompt/mustache_node.h"

#include <math.h>
#include <string.h>

/* In the order of FieldUse, and what asks for no fields. */
#define ASKS_REPLY (FIELD_FOR_LEAD + 1)
static const char *const uses[] = { [FIELD_FOR_BOTH] = "both",
                                    [FIELD_FOR_TICKET] = "ticket",
                                    [FIELD_FOR_LEAD] = "lead",
                                    [ASKS_REPLY] = "reply",
                                    NULL };

/* The first is no wish. */
static const char *const efforts[] = { "default", "low", "medium", "high", NULL };

typedef struct {
    int asks, effort;
    gint64 max_tokens, context_budget, words_min, words_max, knowledge_budget, examples;
    double temperature;
} Head;

static const Setting head_rows[] = {
    SETTING_CHOICE("asks", Head, asks, "both", uses, "Which fields are asked for, or a reply."),
    SETTING_COUNT("max_tokens", Head, max_tokens, "2048", 64, 32000,
                  "Longest answer, thinking included."),
    SETTING_NUMBER("temperature", Head, temperature, NULL, 0, 2,
                   "A wish; not sent where a provider refuses it."),
    SETTING_CHOICE("effort", Head, effort, "default", efforts, "A wish: how long to think."),
    SETTING_COUNT("context_budget", Head, context_budget, "1500", 0, 100000,
                  "Tokens of customer context."),
    SETTING_COUNT("words_min", Head, words_min, "150", 1, 5000, "Words of a reply, at least."),
    SETTING_COUNT("words_max", Head, words_max, "200", 1, 5000, "Words of a reply, at most."),
    SETTING_COUNT("knowledge_budget", Head, knowledge_budget, "1500", 0, 100000,
                  "Tokens of the site's knowledge, for a reply."),
    SETTING_COUNT("examples", Head, examples, "2", 0, 5,
                  "Approved replies to others that are shown, for a reply."),
    { .name = NULL },
};

static const SettingsTable head_table = {
    .block = "",
    .size = sizeof(Head),
    .rows = head_rows,
    .help = "The head of a prompt.",
};

void prompt_file_free(Prompt *prompt)
{
    if (!prompt)
        return;
    mustache_free(prompt->system);
    mustache_free(prompt->user);
    g_free(prompt->name);
    g_free(prompt->effort);
    g_free(prompt->digest);
    g_free(prompt->id);
    g_free(prompt);
}

static bool has_setting(const GPtrArray *items, const char *name)
{
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = items->pdata[i];

        if (item->values && strcmp(item->name, name) == 0)
            return true;
    }
    return false;
}

static void read_head(Prompt *prompt, const char *text, gsize length, Place start, Diags *diags)
{
    g_autoptr(ConfTree) tree = conf_read_text(start.file, start.line, text, length, diags);
    Head head = { .asks = 0 };

    settings_read(&head_table, &head, tree->items, start, diags);
    settings_refuse_others(&head_table, tree->items, diags);
    prompt->replies = head.asks == ASKS_REPLY;
    prompt->asks = prompt->replies ? FIELD_FOR_BOTH : (FieldUse)head.asks;
    prompt->max_tokens = head.max_tokens;
    prompt->context_budget = head.context_budget;
    prompt->words_min = head.words_min;
    prompt->words_max = MAX(head.words_max, head.words_min);
    prompt->knowledge_budget = head.knowledge_budget;
    prompt->examples = head.examples;
    prompt->temperature = has_setting(tree->items, "temperature") ? head.temperature : NAN;
    prompt->effort = head.effort > 0 ? g_strdup(efforts[head.effort]) : NULL;
    settings_clear(&head_table, &head);
}

/* What is another one for each mail has no place in the system part. */
static void refuse_of_each_mail(const GPtrArray *nodes, Diags *diags)
{
    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = nodes->pdata[i];

        if (node->path && g_strv_contains(prompt_names_of_each_mail, node->path[0]))
            diags_add(diags, node->place,
                      "'%s' is another one for each mail: it can stand in the user part only",
                      node->path[0]);
        if (node->children)
            refuse_of_each_mail(node->children, diags);
    }
}

static Mustache *read_template(const char *text, gsize length, Place start, Diags *diags)
{
    g_autofree char *part = g_strndup(text, length);
    g_autoptr(cJSON) example = prompt_view_example();
    Mustache *mustache = mustache_parse(part, start, diags);

    if (mustache)
        mustache_check(mustache, example, NULL, diags);
    return mustache;
}

/* Reads the three parts of a file that is UTF-8. */
static void read_parts(Prompt *prompt, const char *text, Place start, Diags *diags)
{
    Place system_place = start, user_place;
    const char *system = files_find_mark(text, "---system", &system_place), *user, *behind;

    if (!system) {
        diags_add(diags, start, "expected a line '---system' behind the head");
        return;
    }
    read_head(prompt, text, (gsize)(system - text), start, diags);
    behind = files_next_line(system);
    user_place = system_place;
    user_place.line++;
    system_place.line++;
    user = files_find_mark(behind, "---user", &user_place);
    if (!user) {
        diags_add(diags, system_place, "expected a line '---user' behind the system part");
        return;
    }
    user_place.line++;
    prompt->system = read_template(behind, (gsize)(user - behind), system_place, diags);
    if (prompt->system)
        refuse_of_each_mail(prompt->system->nodes, diags);
    user = files_next_line(user);
    prompt->user = read_template(user, strlen(user), user_place, diags);
}

Prompt *prompt_file_parse(const char *path, const char *text, gsize length, const char *name,
                          int version, Diags *diags)
{
    Place start = { .file = g_intern_string(path), .line = 1, .column = 1 };
    guint faults = diags_count(diags);
    g_autofree char *whole = NULL;
    Prompt *prompt;

    if (length > LEXER_FILE_MAX || !g_utf8_validate(text, (gssize)length, NULL)) {
        start.line = 0;
        diags_add(diags, start, "a prompt is UTF-8 without NUL, at most %d bytes", LEXER_FILE_MAX);
        return NULL;
    }
    prompt = g_new0(Prompt, 1);
    prompt->name = g_strdup(name);
    prompt->version = version;
    prompt->id = g_strdup_printf("%s@%d", name, version);
    prompt->digest = digest_of(text, length);
    whole = g_strndup(text, length);
    read_parts(prompt, whole, start, diags);
    if (diags_count(diags) == faults)
        return prompt;
    prompt_file_free(prompt);
    return NULL;
}

Prompt *prompt_file_read(const char *path, const char *name, int version, Diags *diags)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize length;

    text = files_read(path, LEXER_FILE_MAX, &length, &error);
    if (text)
        return prompt_file_parse(path, text, length, name, version, diags);
    diags_add(diags, (Place){ .file = path }, "can't be read: %s", error->message);
    return NULL;
}
