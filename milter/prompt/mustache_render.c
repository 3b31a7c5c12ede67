/* Templates, rendered: nodes and a view ─▶ text.
 *
 * The view may hold what strangers wrote, so everything that grows is bounded: how deep sections
 * and partials go, how much is written, and how many nodes are gone through (a section over a long
 * list inside itself writes nothing and never ends).  Pure. */
#include "prompt/mustache.h"

#include "base/error.h"
#include "base/text.h"
#include "prompt/mustache_node.h"

#include <string.h>

typedef struct {
    GString *out;
    GHashTable *partials;
    MustacheEscape escape;
    const cJSON *contexts[MUSTACHE_DEPTH_MAX + 2]; /* the view's, and one too deep to render */
    guint count;                                   /* of contexts */
    guint depth, steps; /* of nodes inside nodes; of nodes gone through */
    GError **error;
} Renderer;

static bool render_nodes(Renderer *renderer, const GPtrArray *nodes, const char *indent);

static bool refuse(Renderer *renderer, const char *what, int limit)
{
    g_set_error(renderer->error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "the template %s %d", what,
                limit);
    return false;
}

static bool append(Renderer *renderer, const char *text)
{
    gsize length = strlen(text);

    if (length > MUSTACHE_OUTPUT_MAX - renderer->out->len)
        return refuse(renderer, "gives more bytes than", MUSTACHE_OUTPUT_MAX);
    g_string_append_len(renderer->out, text, (gssize)length);
    return true;
}

/* Strings, numbers, true and false as text; "" for everything else. */
static char *value_text(const cJSON *value)
{
    if (value == NULL)
        return g_strdup("");
    if (cJSON_IsString(value))
        return g_strdup(value->valuestring);
    if (cJSON_IsBool(value))
        return g_strdup(cJSON_IsTrue(value) ? "true" : "false");
    if (cJSON_IsNumber(value))
        return text_number(value->valuedouble);
    return g_strdup("");
}

const cJSON *mustache_find(const cJSON *const *contexts, guint count, char **path)
{
    const cJSON *found = NULL;

    if (!path[0])
        return contexts[count - 1];
    for (guint i = count; i-- > 0 && !found;)
        found = cJSON_GetObjectItemCaseSensitive(contexts[i], path[0]);
    for (char **part = path + 1; found && *part; part++)
        found = cJSON_GetObjectItemCaseSensitive(found, *part);
    return found;
}

static bool is_false(const cJSON *value)
{
    return !value || cJSON_IsNull(value) || cJSON_IsFalse(value) ||
           (cJSON_IsArray(value) && !value->child) ||
           (cJSON_IsString(value) && !*value->valuestring);
}

static bool render_value(Renderer *renderer, const Node *node, const cJSON *value)
{
    g_autofree char *text = value_text(value);
    g_autofree char *escaped = NULL;

    if (node->type == NODE_RAW)
        return append(renderer, text);
    escaped = renderer->escape == MUSTACHE_HTML ? g_markup_escape_text(text, -1) : g_strdup(text);
    return append(renderer, escaped);
}

static bool render_with(Renderer *renderer, const Node *node, const cJSON *context,
                        const char *indent)
{
    bool rendered;

    renderer->contexts[renderer->count++] = context;
    rendered = render_nodes(renderer, node->children, indent);
    renderer->count--;
    return rendered;
}

static bool render_section(Renderer *renderer, const Node *node, const cJSON *value,
                           const char *indent)
{
    const cJSON *item;

    if (is_false(value))
        return true;
    if (!cJSON_IsArray(value))
        return render_with(renderer, node, value, indent);
    cJSON_ArrayForEach(item, value) if (!render_with(renderer, node, item, indent)) return false;
    return true;
}

/* A partial alone on its line is indented like the line; beside other text it isn't. */
static bool render_partial(Renderer *renderer, const Node *node, const char *indent)
{
    const Mustache *partial =
        renderer->partials ? g_hash_table_lookup(renderer->partials, node->text) : NULL;
    g_autofree char *deeper = NULL;

    if (!partial)
        return true;
    if (!node->indent)
        return render_nodes(renderer, partial->nodes, "");
    deeper = g_strconcat(indent, node->indent, NULL);
    return render_nodes(renderer, partial->nodes, deeper);
}

static bool render_node(Renderer *renderer, const Node *node, const char *indent)
{
    const cJSON *value =
        node->path ? mustache_find(renderer->contexts, renderer->count, node->path) : NULL;

    if (++renderer->steps > MUSTACHE_STEPS_MAX)
        return refuse(renderer, "takes more steps than", MUSTACHE_STEPS_MAX);
    if (node->line_start && !append(renderer, indent))
        return false;
    switch (node->type) {
    case NODE_VALUE:
    case NODE_RAW:
        return render_value(renderer, node, value);
    case NODE_SECTION:
        return render_section(renderer, node, value, indent);
    case NODE_INVERTED:
        return !is_false(value) || render_nodes(renderer, node->children, indent);
    case NODE_PARTIAL:
        return render_partial(renderer, node, indent);
    case NODE_TEXT:
        break;
    }
    return append(renderer, node->text);
}

static bool render_nodes(Renderer *renderer, const GPtrArray *nodes, const char *indent)
{
    if (renderer->depth > MUSTACHE_DEPTH_MAX)
        return refuse(renderer, "nests sections and partials deeper than", MUSTACHE_DEPTH_MAX);
    renderer->depth++;
    for (guint i = 0; i < nodes->len; i++)
        if (!render_node(renderer, nodes->pdata[i], indent))
            return false;
    renderer->depth--;
    return true;
}

char *mustache_render(const Mustache *mustache, const cJSON *view, GHashTable *partials,
                      MustacheEscape escape_as, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Renderer renderer = { .out = out,
                          .partials = partials,
                          .escape = escape_as,
                          .contexts = { view },
                          .count = 1,
                          .error = error };

    if (!render_nodes(&renderer, mustache->nodes, ""))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
