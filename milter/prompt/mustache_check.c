/* A template held against an example of its view, when it is loaded: a misspelt name would
 * otherwise be an empty place in every prompt, and nobody would see why.
 *
 * Names are looked up as they are when rendering, through the sections they stand in; a list
 * stands for its first item.  What partials contain is checked with the partials.  Pure. */
#include "prompt/mustache_node.h"

typedef struct {
    const cJSON *contexts[MUSTACHE_DEPTH_MAX + 1];
    guint count;
    GHashTable *partials;
    Diags *diags;
} Checker;

static void add_keys(GPtrArray *keys, const cJSON *object)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object) if (item->string) g_ptr_array_add(keys, item->string);
}

/* The keys that could have stood where the path breaks off, and the part that broke it. */
static const char *find_break(const Checker *checker, char **path, GPtrArray *keys)
{
    char *first[] = { path[0], NULL };
    const cJSON *found = mustache_find(checker->contexts, checker->count, first), *next;

    for (guint i = checker->count; i-- > 0 && !found;)
        add_keys(keys, checker->contexts[i]);
    if (!found)
        return path[0];
    for (path++; (next = cJSON_GetObjectItemCaseSensitive(found, *path)); path++)
        found = next;
    add_keys(keys, found);
    return *path;
}

static void add_unknown(const Checker *checker, const Node *node)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    const char *part = find_break(checker, node->path, keys), *meant;
    g_autofree char *all = NULL;

    g_ptr_array_add(keys, NULL);
    meant = diags_nearest(part, (const char *const *)keys->pdata);
    if (meant) {
        diags_add(checker->diags, node->place, "unknown name '%s'; did you mean '%s'?", part,
                  meant);
        return;
    }
    all = g_strjoinv(", ", (char **)keys->pdata);
    diags_add(checker->diags, node->place, "unknown name '%s'; known here are: %s", part,
              *all ? all : "none");
}

static void check_nodes(Checker *checker, const GPtrArray *nodes);

static void check_section(Checker *checker, const Node *node, const cJSON *value)
{
    bool inside = node->type == NODE_SECTION;

    if (inside)
        checker->contexts[checker->count++] =
            value != NULL && cJSON_IsArray(value) ? value->child : value;
    check_nodes(checker, node->children);
    if (inside)
        checker->count--;
}

static void check_node(Checker *checker, const Node *node)
{
    const cJSON *value =
        node->path ? mustache_find(checker->contexts, checker->count, node->path) : NULL;

    if (node->type == NODE_PARTIAL) {
        if (!checker->partials || !g_hash_table_contains(checker->partials, node->text))
            diags_add(checker->diags, node->place, "there is no partial '%s'", node->text);
    } else if (node->path && !value) {
        add_unknown(checker, node);
    } else if (node->children) {
        check_section(checker, node, value);
    }
}

static void check_nodes(Checker *checker, const GPtrArray *nodes)
{
    for (guint i = 0; i < nodes->len; i++)
        check_node(checker, nodes->pdata[i]);
}

void mustache_check(const Mustache *mustache, const cJSON *example, GHashTable *partials,
                    Diags *diags)
{
    Checker checker = { .contexts = { example }, .count = 1, .partials = partials, .diags = diags };

    check_nodes(&checker, mustache->nodes);
}
