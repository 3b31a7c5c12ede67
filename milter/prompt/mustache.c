/* Templates, parsed: text ─▶ a tree of nodes, one node per line of text and per tag.
 *
 * The parser goes through the text once and keeps open sections on a stack of its own, so neither
 * long nor deeply nested templates cost more than their length.  Tags that stand alone on a line
 * take the line with them, as the spec has it.  Partials are looked up when a template is rendered,
 * not here. */
#include "prompt/mustache.h"

#include "prompt/mustache_node.h"

#include <string.h>

typedef struct {
    const char *text, *at;
    Place place; /* of `at` */
    bool line_start;
    char *open, *close;  /* the delimiters */
    GPtrArray *sections; /* Node*: those that are open, the innermost last */
    Mustache *mustache;
    Diags *diags;
} Parser;

typedef struct {
    char sign; /* '\0' for {{name}} */
    const char *begin, *end;
    const char *line; /* of a tag that stands alone: where its line begins; else NULL */
    char *content;    /* without the blanks around it */
    Place place;
} Tag;

static void node_free(Node *node)
{
    g_free(node->text);
    g_strfreev(node->path);
    g_free(node->indent);
    if (node->children)
        g_ptr_array_unref(node->children);
    g_free(node);
}

static GPtrArray *nodes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
}

void mustache_free(Mustache *mustache)
{
    if (!mustache)
        return;
    g_ptr_array_unref(mustache->nodes);
    g_free(mustache);
}

/* Adds a node where the parser stands; it takes `text`. */
static Node *add_node(Parser *parser, NodeType type, char *text, Place place)
{
    GPtrArray *nodes = parser->mustache->nodes;
    Node *node = g_new0(Node, 1);

    if (parser->sections->len > 0) {
        const Node *section = parser->sections->pdata[parser->sections->len - 1];

        nodes = section->children;
    }
    node->type = type;
    node->text = text;
    node->place = place;
    node->line_start = parser->line_start;
    parser->line_start = false;
    g_ptr_array_add(nodes, node);
    return node;
}

/* Goes on to `to`, counting lines and columns. */
static void advance(Parser *parser, const char *to)
{
    for (; parser->at < to; parser->at++) {
        if (*parser->at == '\n') {
            parser->place.line++;
            parser->place.column = 1;
        } else if (((guchar)*parser->at & 0xC0) != 0x80) {
            parser->place.column++;
        }
    }
}

/* Adds the text from where the parser stands to `end`, line by line. */
static void add_text(Parser *parser, const char *end)
{
    while (parser->at < end) {
        const char *newline = memchr(parser->at, '\n', (gsize)(end - parser->at));
        const char *stop = newline ? newline + 1 : end;

        add_node(parser, NODE_TEXT, g_strndup(parser->at, (gsize)(stop - parser->at)),
                 parser->place);
        parser->line_start = newline != NULL;
        advance(parser, stop);
    }
}

static bool is_name(const char *name)
{
    g_auto(GStrv) parts = NULL;

    if (strcmp(name, ".") == 0)
        return true;
    parts = g_strsplit(name, ".", -1);
    for (char **part = parts; *part; part++)
        if (!**part || strpbrk(*part, " \t\r\n"))
            return false;
    return parts[0] != NULL;
}

/* Adds a node for a tag with a name, NULL if it has none. */
static Node *add_named(Parser *parser, const Tag *tag, NodeType type)
{
    Node *node;

    if (!is_name(tag->content)) {
        diags_add(parser->diags, tag->place, "expected a name in the tag, not '%s'", tag->content);
        return NULL;
    }
    node = add_node(parser, type, g_strdup(tag->content), tag->place);
    node->path = strcmp(node->text, ".") == 0 ? g_new0(char *, 1) : g_strsplit(node->text, ".", -1);
    return node;
}

static bool take_value(Parser *parser, const Tag *tag)
{
    return add_named(parser, tag, tag->sign ? NODE_RAW : NODE_VALUE) != NULL;
}

static bool take_section(Parser *parser, const Tag *tag)
{
    bool line_start = parser->line_start;
    Node *node;

    if (parser->sections->len == MUSTACHE_DEPTH_MAX) {
        diags_add(parser->diags, tag->place, "sections nest deeper than %d", MUSTACHE_DEPTH_MAX);
        return false;
    }
    node = add_named(parser, tag, tag->sign == '#' ? NODE_SECTION : NODE_INVERTED);
    if (!node)
        return false;
    if (tag->line) {
        node->line_start = false;
        parser->line_start = line_start;
    }
    node->children = nodes_new();
    g_ptr_array_add(parser->sections, node);
    return true;
}

static bool take_end(Parser *parser, const Tag *tag)
{
    const Node *section =
        parser->sections->len > 0 ? parser->sections->pdata[parser->sections->len - 1] : NULL;

    if (!section || strcmp(section->text, tag->content) != 0) {
        diags_add(parser->diags, tag->place, "'/%s' closes a section that isn't open%s%s%s",
                  tag->content, section ? "; expected '/" : "", section ? section->text : "",
                  section ? "'" : "");
        return false;
    }
    /* The line began inside the section, and so does what indents it. */
    if (parser->line_start && !tag->line)
        add_node(parser, NODE_TEXT, g_strdup(""), tag->place);
    g_ptr_array_set_size(parser->sections, (gint)parser->sections->len - 1);
    return true;
}

static bool take_comment(Parser *parser, const Tag *tag)
{
    (void)parser;
    (void)tag;
    return true;
}

static bool take_delimiters(Parser *parser, const Tag *tag)
{
    const char *behind = tag->content + strcspn(tag->content, " \t\r\n");
    const char *second = behind + strspn(behind, " \t\r\n");

    if (behind == tag->content || !*second || strpbrk(second, " \t\r\n=") ||
        memchr(tag->content, '=', (gsize)(behind - tag->content))) {
        diags_add(parser->diags, tag->place, "expected two delimiters without '=': {{=<%% %%>=}}");
        return false;
    }
    g_free(parser->open);
    g_free(parser->close);
    parser->open = g_strndup(tag->content, (gsize)(behind - tag->content));
    parser->close = g_strdup(second);
    return true;
}

static bool take_partial(Parser *parser, const Tag *tag)
{
    bool line_start = parser->line_start;
    Node *node = add_named(parser, tag, NODE_PARTIAL);

    if (node && tag->line) {
        node->indent = g_strndup(tag->line, (gsize)(tag->begin - tag->line));
        node->line_start = false;
        parser->line_start = line_start;
    }
    return node != NULL;
}

static const struct {
    char sign;
    const char *closing; /* stands before the closing delimiter */
    bool alone;          /* can have a line of its own */
    bool (*take)(Parser *parser, const Tag *tag);
} signs[] = {
    { '\0', "", false, take_value }, { '{', "}", false, take_value },
    { '&', "", false, take_value },  { '#', "", true, take_section },
    { '^', "", true, take_section }, { '/', "", true, take_end },
    { '!', "", true, take_comment }, { '=', "=", true, take_delimiters },
    { '>', "", true, take_partial },
};

static gsize sign_row(char sign)
{
    for (gsize i = 1; i < G_N_ELEMENTS(signs); i++)
        if (signs[i].sign == sign)
            return i;
    return 0;
}

/* Where the line of a tag begins, if there are only blanks beside it; else NULL. */
static const char *own_line(const Parser *parser, const Tag *tag)
{
    const char *line = tag->begin, *behind = tag->end + strspn(tag->end, " \t");

    while (line > parser->text && (line[-1] == ' ' || line[-1] == '\t'))
        line--;
    if (line > parser->text && line[-1] != '\n')
        return NULL;
    return !*behind || *behind == '\n' || g_str_has_prefix(behind, "\r\n") ? line : NULL;
}

/* Reads the tag at `begin`; the parser stays where it is.  Free tag->content. */
static bool read_tag(const Parser *parser, const char *begin, Tag *tag)
{
    const char *inner = begin + strlen(parser->open);
    gsize row = sign_row(*inner);
    g_autofree char *closing = g_strconcat(signs[row].closing, parser->close, NULL);
    const char *stop;

    tag->begin = begin;
    tag->sign = signs[row].sign;
    inner += tag->sign != '\0';
    stop = strstr(inner, closing);
    if (!stop)
        return false;
    tag->end = stop + strlen(closing);
    tag->content = g_strstrip(g_strndup(inner, (gsize)(stop - inner)));
    tag->line = signs[row].alone ? own_line(parser, tag) : NULL;
    return true;
}

/* Goes behind a tag, and behind its line if it has one of its own. */
static void leave_tag(Parser *parser, const Tag *tag)
{
    const char *behind = tag->end;

    if (tag->line) {
        behind += strspn(behind, " \t");
        behind += *behind == '\r';
        behind += *behind == '\n';
        parser->line_start = true;
    }
    advance(parser, behind);
}

static bool take_tag(Parser *parser, const char *begin)
{
    Tag tag = { .sign = '\0' };
    bool read = read_tag(parser, begin, &tag), taken = false;

    add_text(parser, tag.line ? tag.line : begin);
    advance(parser, begin);
    tag.place = parser->place;
    if (read) {
        taken = signs[sign_row(tag.sign)].take(parser, &tag);
        leave_tag(parser, &tag);
    } else {
        diags_add(parser->diags, tag.place, "the tag is not closed; expected '%s'", parser->close);
    }
    g_free(tag.content);
    return taken;
}

static bool take_all(Parser *parser)
{
    const char *tag;

    while ((tag = strstr(parser->at, parser->open)))
        if (!take_tag(parser, tag))
            return false;
    add_text(parser, parser->at + strlen(parser->at));
    if (parser->sections->len > 0) {
        const Node *section = parser->sections->pdata[parser->sections->len - 1];

        diags_add(parser->diags, section->place, "section '%s' is not closed", section->text);
        return false;
    }
    return true;
}

Mustache *mustache_parse(const char *text, Place start, Diags *diags)
{
    g_autoptr(Mustache) mustache = g_new0(Mustache, 1);
    g_autoptr(GPtrArray) sections = g_ptr_array_new();
    Parser parser = { .text = text,
                      .at = text,
                      .place = start,
                      .line_start = true,
                      .open = g_strdup("{{"),
                      .close = g_strdup("}}"),
                      .sections = sections,
                      .mustache = mustache,
                      .diags = diags };
    bool taken;

    mustache->nodes = nodes_new();
    taken = take_all(&parser);
    g_free(parser.open);
    g_free(parser.close);
    return taken ? g_steal_pointer(&mustache) : NULL;
}
