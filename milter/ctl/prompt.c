/* prompt list, prompt render. */
#include "base/json.h"
#include "ctl/judge.h"

#include <string.h>

int ctl_prompt_list(Ctl *ctl)
{
    const Site *site = ctl_site(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    for (const char *const *name = prompts_names(site->prompt_set); *name != NULL; name++) {
        const Prompt *prompt = prompts_active(site->prompt_set, *name);
        if (prompt != NULL)
            ctl_say(ctl, "%-16s %-20s %.12s", *name, prompt->id, prompt->digest);
        else
            ctl_say(ctl, "%-16s none active", *name);
    }
    return CTL_GOOD;
}

static const LlmModel *find_engine(const Site *site, const Mailbox *mailbox, const char *name)
{
    for (guint i = 0; name != NULL && i < site->models->len; i++) {
        const LlmModel *model = g_ptr_array_index(site->models, i);
        if (g_str_equal(model->name, name))
            return model;
    }
    return name == NULL ? mailbox->models[0] : NULL;
}

/* The engine asked for; NULL after saying what is missing. */
static const LlmModel *engine_of(const Ctl *ctl, const Mailbox *mailbox, const char *name)
{
    const LlmModel *engine = find_engine(ctl->site, mailbox, name);
    if (name != NULL && engine == NULL)
        g_printerr("triagectl: no llm '%s' in %s\n", name, ctl->conf);
    else if (engine == NULL)
        g_printerr("triagectl: mailbox '%s' has no engines; name one: --engine NAME\n",
                   mailbox->name);
    else if (mailbox->active_prompt == NULL)
        g_printerr("triagectl: mailbox '%s' has no prompt: prompt = …\n", mailbox->name);
    return mailbox->active_prompt != NULL ? engine : NULL;
}

/* The key stays here. */
static char *header_to_show(const LlmModel *engine, const char *line)
{
    if (engine->key[0] == '\0' || strstr(line, engine->key) == NULL)
        return g_strdup(line);
    return g_strdup_printf("%.*s: (the key)", (int)strcspn(line, ":"), line);
}

static cJSON *preview_to_json(const ClassifyPreview *preview, const LlmModel *engine,
                              const char *unasked)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "engine", engine->name);
    cJSON_AddStringToObject(object, "unasked", unasked != NULL ? unasked : "");
    cJSON_AddItemToObject(object, "replaced", redaction_counts(preview->text->redaction));
    cJSON_AddStringToObject(object, "url", preview->http->url);
    cJSON *headers = cJSON_AddArrayToObject(object, "headers");
    for (char **line = preview->http->headers; *line != NULL; line++) {
        g_autofree char *shown = header_to_show(engine, *line);
        cJSON_AddItemToArray(headers, cJSON_CreateString(shown));
    }
    cJSON_AddItemToObject(object, "body", cJSON_Parse(preview->http->body));
    return object;
}

static void print_part(const char *title, const char *text)
{
    g_print("\n--- %s\n", title);
    g_print("%s", text);
    g_print("\n");
}

static void print_preview(const ClassifyPreview *preview, const LlmModel *engine,
                          const char *unasked)
{
    g_autoptr(cJSON) replaced = redaction_counts(preview->text->redaction);
    if (unasked != NULL)
        g_print("no model is asked about such a mail: %s\n", unasked);
    for (const cJSON *kind = replaced->child; kind != NULL; kind = kind->next)
        g_print("replaced: %.0f %s\n", kind->valuedouble, kind->string);
    g_print("POST %s\n", preview->http->url);
    for (char **line = preview->http->headers; *line != NULL; line++) {
        g_autofree char *shown = header_to_show(engine, *line);
        g_print("%s\n", shown);
    }
    print_part("system", preview->text->system);
    print_part("user", preview->text->user);
}

int ctl_prompt_render(Ctl *ctl)
{
    const char *name = ctl_option(ctl, "--engine");
    const Mailbox *mailbox = ctl_mailbox(ctl);
    const LlmModel *engine = mailbox != NULL ? engine_of(ctl, mailbox, name) : NULL;
    g_autoptr(CtlJudged) mail = engine != NULL ? ctl_judge_read(ctl, mailbox) : NULL;
    if (mail == NULL)
        return CTL_FINDINGS;
    const char *unasked;
    g_autoptr(GError) error = NULL;
    g_autoptr(ClassifyPreview) preview =
        pipeline_preview(ctl->site, ctl->services, mailbox, engine, mail->submission, mail->message,
                         &unasked, &error);
    if (preview == NULL)
        return ctl_fail(error);
    if (ctl->json)
        ctl_print_json(preview_to_json(preview, engine, unasked));
    else
        print_preview(preview, engine, unasked);
    return CTL_GOOD;
}
