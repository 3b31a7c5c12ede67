/* The set of prompts: every version in the folder, and which of each is in use.
 *
 * All versions are read and checked, the inactive ones too, so that going back to one can't fail at
 * night.  Files that don't end in .prompt are left alone: notes may stand beside the prompts.  A
 * set is immutable after loading. */
#include "prompt/prompt.h"

#include "base/files.h"
#include "base/text.h"
#include "prompt/prompt_file.h"

#include <string.h>

#define SUFFIX          ".prompt"
#define PROMPT_NAME_MAX 64

struct PromptSet {
    GPtrArray *prompts; /* Prompt*, by name and version */
    GHashTable *active; /* name ─▶ Prompt, of `prompts` */
    GPtrArray *names;   /* char*, NULL-terminated once loaded */
    GPtrArray *replies; /* of `names`: those in use that ask for replies */
};

/* A version as it is written: 1, 2, 17; 0 if it isn't one. */
static int parse_version(const char *text)
{
    guint64 version = 0;

    if (*text == '0' || !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT, &version, NULL))
        return 0;
    return (int)version;
}

static void load_version(PromptSet *set, const char *folder, const char *name, const char *file,
                         Diags *diags)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *stem = NULL;
    Prompt *prompt;
    int version;

    if (!g_str_has_suffix(file, SUFFIX))
        return;
    stem = g_strndup(file, strlen(file) - strlen(SUFFIX));
    version = parse_version(stem);
    if (version == 0) {
        diags_add(diags, (Place){ .file = path },
                  "the version must be a number from 1 without leading zeros: 1" SUFFIX);
        return;
    }
    prompt = prompt_file_read(path, name, version, diags);
    if (prompt)
        g_ptr_array_add(set->prompts, prompt);
}

static void load_name(PromptSet *set, const char *folder, const char *name, Diags *diags)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GPtrArray) files = NULL;
    g_autoptr(GError) error = NULL;

    if (*name == '.' || !g_file_test(path, G_FILE_TEST_IS_DIR))
        return;
    if (!text_is_token(name, PROMPT_NAME_MAX)) {
        diags_add(diags, (Place){ .file = path },
                  "a prompt's name takes letters, digits, '.', '_' and '-', at most %d",
                  PROMPT_NAME_MAX);
        return;
    }
    g_ptr_array_add(set->names, g_strdup(name));
    files = files_in(path, &error);
    if (!files)
        diags_add(diags, (Place){ .file = path }, "can't be read: %s", error->message);
    for (guint i = 0; files && i < files->len; i++)
        load_version(set, path, name, files->pdata[i], diags);
}

static const Prompt *find_version(const PromptSet *set, const char *name, int version)
{
    for (guint i = 0; i < set->prompts->len; i++) {
        const Prompt *prompt = set->prompts->pdata[i];

        if (prompt->version == version && strcmp(prompt->name, name) == 0)
            return prompt;
    }
    return NULL;
}

static void refuse_version(const PromptSet *set, const char *name, const ConfValue *value,
                           Diags *diags)
{
    g_autoptr(GString) versions = g_string_new(NULL);

    for (guint i = 0; i < set->prompts->len; i++) {
        const Prompt *prompt = set->prompts->pdata[i];

        if (strcmp(prompt->name, name) == 0)
            g_string_append_printf(versions, "%s%d", versions->len > 0 ? ", " : "",
                                   prompt->version);
    }
    diags_add(diags, value->place, "prompt '%s' has no good version %s; there is: %s", name,
              value->text, versions->len > 0 ? versions->str : "none");
}

static void refuse_name(const PromptSet *set, const ConfItem *item, Diags *diags)
{
    const char *const *names = prompts_names(set), *meant = diags_nearest(item->name, names);
    g_autofree char *all = g_strjoinv(", ", (char **)names);

    if (meant)
        diags_add(diags, item->place, "unknown prompt '%s'; did you mean '%s'?", item->name, meant);
    else
        diags_add(diags, item->place, "unknown prompt '%s'; the folder has: %s", item->name, all);
}

/* Takes a line "NAME = VERSION" of active.conf. */
static void activate(PromptSet *set, const ConfItem *item, Diags *diags)
{
    const ConfValue *value;
    const Prompt *prompt;

    if (!item->values || item->values->len != 1 || item->head->len > 0) {
        diags_add(diags, item->place, "expected a prompt and the one version in use: %s = 1",
                  item->name);
        return;
    }
    value = item->values->pdata[0];
    prompt = find_version(set, item->name, parse_version(value->text));
    if (!g_strv_contains(prompts_names(set), item->name))
        refuse_name(set, item, diags);
    else if (parse_version(value->text) == 0)
        diags_add(diags, value->place, "'%s' is no version; expected a number from 1", value->text);
    else if (!prompt)
        refuse_version(set, item->name, value, diags);
    else if (g_hash_table_contains(set->active, item->name))
        diags_add(diags, item->place, "prompt '%s' is set twice; one version can be in use",
                  item->name);
    else
        g_hash_table_insert(set->active, prompt->name, (gpointer)prompt);
}

static void load_active(PromptSet *set, const char *folder, Diags *diags)
{
    g_autofree char *path = g_build_filename(folder, "active.conf", NULL);
    g_autoptr(ConfTree) tree = conf_read_file(path, diags);

    for (guint i = 0; i < tree->items->len; i++)
        activate(set, tree->items->pdata[i], diags);
}

static PromptSet *prompts_new(void)
{
    PromptSet *set = g_new0(PromptSet, 1);

    set->prompts = g_ptr_array_new_with_free_func((GDestroyNotify)prompt_file_free);
    set->active = g_hash_table_new(g_str_hash, g_str_equal);
    set->names = g_ptr_array_new_with_free_func(g_free);
    set->replies = g_ptr_array_new();
    return set;
}

static void find_replies(PromptSet *set)
{
    for (guint i = 0; i + 1 < set->names->len; i++) {
        const Prompt *prompt = prompts_active(set, set->names->pdata[i]);

        if (prompt && prompt->replies)
            g_ptr_array_add(set->replies, set->names->pdata[i]);
    }
    g_ptr_array_add(set->replies, NULL);
}

PromptSet *prompts_load(const char *folder, Diags *diags)
{
    PromptSet *set = prompts_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = files_in(folder, &error);

    if (!names)
        diags_add(diags, (Place){ .file = folder }, "the prompts can't be read: %s",
                  error->message);
    for (guint i = 0; names && i < names->len; i++)
        load_name(set, folder, names->pdata[i], diags);
    g_ptr_array_add(set->names, NULL);
    if (names)
        load_active(set, folder, diags);
    find_replies(set);
    return set;
}

void prompts_free(PromptSet *set)
{
    if (!set)
        return;
    g_hash_table_unref(set->active);
    g_ptr_array_unref(set->prompts);
    g_ptr_array_unref(set->replies);
    g_ptr_array_unref(set->names);
    g_free(set);
}

const Prompt *prompts_active(const PromptSet *set, const char *name)
{
    return g_hash_table_lookup(set->active, name);
}

const char *const *prompts_reply_names(const PromptSet *set)
{
    return (const char *const *)set->replies->pdata;
}

const char *const *prompts_names(const PromptSet *set)
{
    return (const char *const *)set->names->pdata;
}
