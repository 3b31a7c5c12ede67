/* knowledge index, search. */
#include "knowledge/knowledge.h"

#include "base/json.h"
#include "ctl/shared.h"

/* As many as a person reads. */
#define PASSAGES_SHOWN 5
#define TOKENS_SHOWN   5000

/* The site, if it has knowledge; NULL after saying why. */
static const Site *site_with_knowledge(Ctl *ctl)
{
    const Site *site = ctl_site(ctl);
    if (site == NULL || site->knowledge_dir != NULL)
        return site;
    g_printerr("triagectl: %s names no knowledge_dir\n", ctl->conf);
    return NULL;
}

int ctl_knowledge_index(Ctl *ctl)
{
    const Site *site = site_with_knowledge(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    g_autoptr(GPtrArray) mailboxes = g_ptr_array_new();
    for (guint i = 0; i < site->mailboxes->len; i++)
        g_ptr_array_add(mailboxes, ((Mailbox *)g_ptr_array_index(site->mailboxes, i))->name);
    g_ptr_array_add(mailboxes, NULL);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    KnowledgeCount count;
    bool built = knowledge_build(site->knowledge_dir, site_sqlite_path(site->knowledge),
                                 (const char *const *)mailboxes->pdata, diags, &count, &error);
    ctl_say_findings(ctl, diags);
    if (!built)
        return ctl_fail(error);
    ctl_say(ctl, "%u files with %u passages indexed, %u findings", count.files, count.passages,
            diags_count(diags));
    return diags_count(diags) > 0 ? CTL_FINDINGS : CTL_GOOD;
}

static cJSON *passage_to_json(const Passage *passage)
{
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "source", passage->source);
    cJSON_AddNumberToObject(row, "line", passage->line);
    cJSON_AddNumberToObject(row, "score", passage->score);
    cJSON_AddNumberToObject(row, "tokens", (double)passage->tokens);
    cJSON_AddStringToObject(row, "text", passage->text);
    return row;
}

static void print_passages(const GPtrArray *passages)
{
    for (guint i = 0; i < passages->len; i++) {
        const Passage *passage = g_ptr_array_index(passages, i);
        g_print("%s%s, line %d, score %.1f\n\n", i > 0 ? "\n\n" : "", passage->source,
                passage->line, passage->score);
        g_print("%s", passage->text);
    }
    g_print(passages->len > 0 ? "\n" : "nothing found\n");
}

static void print_passages_json(const GPtrArray *passages)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(object, "passages");
    for (guint i = 0; i < passages->len; i++)
        cJSON_AddItemToArray(rows, passage_to_json(g_ptr_array_index(passages, i)));
    ctl_print_json(object);
}

/* NULL after saying why. */
static GPtrArray *search(const Site *site, const char *words, const char *mailbox, GError **error)
{
    const char *path = site_sqlite_path(site->knowledge);
    g_autoptr(Knowledge) knowledge = knowledge_open(path, error);
    if (knowledge == NULL)
        return NULL;
    if (!knowledge_is_current(site->knowledge_dir, path))
        g_printerr("triagectl: %s has changed since it was indexed; 'triagectl knowledge index' "
                   "does it anew\n",
                   site->knowledge_dir);
    return knowledge_search(knowledge, words, mailbox, TOKENS_SHOWN, PASSAGES_SHOWN, error);
}

int ctl_knowledge_search(Ctl *ctl)
{
    const char *mailbox = ctl_option(ctl, "--mailbox");
    if (ctl->argument_count == 0)
        return CTL_USAGE;
    const Site *site = site_with_knowledge(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    if (mailbox != NULL && site_mailbox(site, mailbox) == NULL) {
        g_printerr("triagectl: no mailbox '%s' in %s\n", mailbox, ctl->conf);
        return CTL_FINDINGS;
    }
    g_autofree char *words = g_strjoinv(" ", ctl->arguments);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) passages = search(site, words, mailbox, &error);
    if (passages == NULL)
        return ctl_fail(error);
    if (ctl->json)
        print_passages_json(passages);
    else
        print_passages(passages);
    return passages->len > 0 ? CTL_GOOD : CTL_FINDINGS;
}
