/* Policies: from the administrator's files to entries that can't go wrong.
 *
 * Each file is read once, and its very bytes are what the hash is made of.  Lists of words are
 * collected from all files first, so that their place doesn't matter; then every entry is checked.
 * All faults of all files come out of one run.  No `include`: a mailbox names its policies. */
#include "policy/entry.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"

#include <string.h>

#define WORD_MAX 200 /* bytes */
#define SUFFIX   ".policy"

typedef struct {
    const PolicySchema *schema;
    Policy *policy;
    GHashTable *words;  /* name ─▶ GPtrArray of folded char* */
    GHashTable *titles; /* "rule big company" ─▶ ConfItem* */
    Diags *diags;
} Loader;

static Policy *policy_new(const PolicySchema *schema)
{
    Policy *policy = g_new0(Policy, 1);
    policy->facts = fact_table_ref(schema->facts);
    policy->fields = field_table_ref(schema->fields);
    for (guint i = 0; i < ENTRY_KINDS; i++)
        policy->entries[i] = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
    return policy;
}

void policy_free(Policy *policy)
{
    if (policy == NULL)
        return;
    for (guint i = 0; i < ENTRY_KINDS; i++)
        g_ptr_array_unref(policy->entries[i]);
    field_table_unref(policy->fields);
    fact_table_unref(policy->facts);
    g_free(policy->hash);
    g_free(policy);
}

const char *policy_hash(const Policy *policy)
{
    return policy->hash;
}

/* Lists of words. */

static void add_word(GPtrArray *list, const ConfValue *value, Diags *diags)
{
    g_autofree char *folded = text_fold(value->text);
    if (*g_strstrip(folded) == '\0' || strlen(value->text) > WORD_MAX)
        diags_add(diags, value->place, "a word has 1 to %d bytes", WORD_MAX);
    else if (list->len == POLICY_WORDS_MAX)
        diags_add(diags, value->place, "a list has at most %d words", POLICY_WORDS_MAX);
    else
        g_ptr_array_add(list, g_steal_pointer(&folded));
}

static const char *why_not_a_name(const Loader *loader, const char *name)
{
    if (!text_is_token(name, FIELD_TOKEN_MAX))
        return "it takes letters, digits, '.', '_' and '-', at most 40";
    if (fact_find(loader->schema->facts, name) >= 0)
        return "a fact has that name";
    return g_hash_table_contains(loader->words, name) ? "another list has that name" : NULL;
}

static void read_words(Loader *loader, const ConfItem *item)
{
    const char *name = conf_title(item);
    if (name == NULL || item->head->len != 1 || item->values == NULL) {
        diags_add(loader->diags, item->place,
                  "a list of words needs a name and words: words greetings = 'hello', 'hi'");
        return;
    }
    const char *why = why_not_a_name(loader, name);
    if (why != NULL) {
        diags_add(loader->diags, item->place, "'%s' can't name a list of words: %s", name, why);
        return;
    }
    if (g_hash_table_size(loader->words) == POLICY_WORDS_MAX) {
        diags_add(loader->diags, item->place, "there are more than %d lists of words",
                  POLICY_WORDS_MAX);
        return;
    }
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < item->values->len; i++)
        add_word(list, g_ptr_array_index(item->values, i), loader->diags);
    g_hash_table_insert(loader->words, g_strdup(name), list);
}

/* Entries. */

static void say_unknown(const ConfItem *item, Diags *diags)
{
    const char *nearest = diags_nearest(item->name, entry_kind_names());
    g_autofree char *all = g_strjoinv(", ", (char **)entry_kind_names());
    if (nearest != NULL)
        diags_add(diags, item->place, "unknown entry '%s'; did you mean '%s'?", item->name,
                  nearest);
    else
        diags_add(diags, item->place, "unknown entry '%s'; a policy has: %s", item->name, all);
}

static void say_if_double(Loader *loader, const Entry *entry, const ConfItem *item)
{
    char *key = g_strdup_printf("%s '%s'", entry_kind_name(entry->kind), entry->name);
    const ConfItem *first = g_hash_table_lookup(loader->titles, key);
    if (first != NULL)
        diags_add(loader->diags, item->place, "there is a %s already: %s:%d", key,
                  first->place.file, first->place.line);
    g_hash_table_insert(loader->titles, key, (gpointer)item);
}

static void read_entry(Loader *loader, const ConfItem *item)
{
    EntryKind kind;
    if (!entry_kind_find(item->name, &kind)) {
        say_unknown(item, loader->diags);
        return;
    }
    GPtrArray *entries = loader->policy->entries[kind];
    if (entries->len >= POLICY_ENTRIES_MAX) {
        if (entries->len == POLICY_ENTRIES_MAX)
            diags_add(loader->diags, item->place, "a policy has at most %d entries of a kind",
                      POLICY_ENTRIES_MAX);
        return;
    }
    Entry *entry = entry_read(kind, item, loader->schema, loader->words, loader->diags);
    say_if_double(loader, entry, item);
    g_ptr_array_add(entries, entry);
}

static void for_each_item(Loader *loader, const GPtrArray *trees, bool words)
{
    for (guint i = 0; i < trees->len; i++) {
        const ConfTree *tree = g_ptr_array_index(trees, i);
        for (guint k = 0; k < tree->items->len; k++) {
            const ConfItem *item = g_ptr_array_index(tree->items, k);
            if (g_str_equal(item->name, "words") != words)
                continue;
            if (words)
                read_words(loader, item);
            else
                read_entry(loader, item);
        }
    }
}

static Policy *load_trees(const PolicySchema *schema, const GPtrArray *trees, const GString *bytes,
                          Diags *diags)
{
    g_autoptr(GHashTable) words =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) titles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Policy *policy = policy_new(schema);
    Loader loader = {
        .schema = schema, .policy = policy, .words = words, .titles = titles, .diags = diags
    };
    for_each_item(&loader, trees, true);
    for_each_item(&loader, trees, false);
    policy->hash = digest_of(bytes->str, bytes->len);
    return policy;
}

Policy *policy_load_text(const PolicySchema *schema, const char *file, const char *text,
                         gsize length, Diags *diags)
{
    g_autoptr(GPtrArray) trees = g_ptr_array_new_with_free_func((GDestroyNotify)conf_tree_free);
    g_autoptr(GString) bytes = g_string_new_len(text, (gssize)length);
    g_ptr_array_add(trees, conf_read_text(file, 1, text, length, diags));
    return load_trees(schema, trees, bytes, diags);
}

/* Files. */

/* The names of the policies in FOLDER, for a suggestion. */
static char **policies_in(const char *folder)
{
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *file;
    while (directory != NULL && (file = g_dir_read_name(directory)) != NULL)
        if (g_str_has_suffix(file, SUFFIX) && names->len < POLICY_ENTRIES_MAX)
            g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(SUFFIX)));
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

static void say_missing(const char *folder, const char *name, const char *why, Place place,
                        Diags *diags)
{
    g_auto(GStrv) known = policies_in(folder);
    const char *nearest = diags_nearest(name, (const char *const *)known);
    if (nearest != NULL && !g_str_equal(nearest, name))
        diags_add(diags, place, "no policy '%s' in %s; did you mean '%s'?", name, folder, nearest);
    else
        diags_add(diags, place, "no policy '%s': %s", name, why);
}

/* Its bytes, also added to `bytes`; NULL if it can't be read. */
static ConfTree *read_file(const char *folder, const char *name, GString *bytes, Place place,
                           Diags *diags)
{
    g_autofree char *file = g_strconcat(name, SUFFIX, NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;
    text = files_read(path, LEXER_FILE_MAX, &length, &error);
    if (text == NULL) {
        g_autofree char *why = g_strdup_printf("can't read %s: %s", path, error->message);
        say_missing(folder, name, why, place, diags);
        return NULL;
    }
    g_string_append_len(bytes, text, (gssize)length);
    return conf_read_text(path, 1, text, length, diags);
}

Policy *policy_load(const PolicySchema *schema, const char *folder, const char *const *names,
                    Place asked_at, Diags *diags)
{
    g_autoptr(GPtrArray) trees = g_ptr_array_new_with_free_func((GDestroyNotify)conf_tree_free);
    g_autoptr(GString) bytes = g_string_new(NULL);
    for (guint i = 0; names[i] != NULL; i++) {
        if (!text_is_token(names[i], FIELD_TOKEN_MAX)) {
            diags_add(diags, asked_at,
                      "'%s' is not a policy's name: its file's without the folder and '%s'",
                      names[i], SUFFIX);
            continue;
        }
        ConfTree *tree = read_file(folder, names[i], bytes, asked_at, diags);
        if (tree != NULL)
            g_ptr_array_add(trees, tree);
    }
    return load_trees(schema, trees, bytes, diags);
}
