/* HTML to text, in one pass of libxml2's push parser; no tree is built.
 *
 * Paragraphs, lists, tables' cells and quotations keep their shape, links their address.  Scripts,
 * styles and comments are dropped, as is text that its own attributes hide; hidden text is
 * reported, because honest mail rarely and hostile mail often has it.  Style sheets are not
 * applied.
 *
 * Two habits of libxml2 are quadratic and kept away from it: it compares each attribute of a tag
 * with all before it, so tags with absurdly many become text; and an end tag looks at all open
 * elements, so nesting is bounded.  Pure; any thread. */
#include "mail/html_text.h"

#include "mail/html_element.h"
#include "mail/html_out.h"
#include "mail/html_style.h"

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <string.h>

#define CHUNK          4096
#define TAG_PIECES_MAX 2048 /* blanks, quotes and '=' within one tag */
#define LINK_MAX       200  /* bytes of a link's address that are shown */
/* libxml2 stops behind the root element, which mail closes early or hasn't: so we bring our own,
 * and no mail can close it. */
#define ROOT            "<whole-mail>"
#define ROOT_END        "</whole-mail"
#define RULE            "________________________________"
#define INVISIBLE_CHARS "\u00AD\u034F\u200B\u2060\uFEFF"

/* An open element. */
typedef struct {
    char *name;
    guint kind;
    HtmlSight sight;
    bool dropped; /* it, or what it stands in */
    bool pre;
    guint items;      /* of a list, so far */
    char *link;       /* where it leads, NULL if that needs no saying */
    gsize link_start; /* in the text */
} Frame;

typedef struct {
    HtmlOut out;
    GArray *frames; /* Frame, outermost first */
    bool hidden;
    bool stopped;
} Reader;

static void frame_clear(gpointer data)
{
    Frame *frame = data;

    g_free(frame->name);
    g_free(frame->link);
}

static Frame *frame_at(Reader *reader, guint back)
{
    if (reader->frames->len <= back)
        return NULL;
    return &g_array_index(reader->frames, Frame, reader->frames->len - 1 - back);
}

static const char *attribute(const xmlChar **attributes, const char *name)
{
    for (gsize i = 0; attributes && attributes[i]; i += 2)
        if (strcmp((const char *)attributes[i], name) == 0)
            return attributes[i + 1] ? (const char *)attributes[i + 1] : "";
    return NULL;
}

static char *shown_link(const char *href)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };

    for (gsize i = 0; href && i < G_N_ELEMENTS(schemes); i++)
        if (g_ascii_strncasecmp(href, schemes[i], strlen(schemes[i])) == 0)
            return g_strdup(href);
    return NULL;
}

static bool frame_is_seen(const Frame *frame)
{
    return !frame || !(frame->dropped || html_sight_hides(&frame->sight));
}

static Frame frame_open(Reader *reader, const char *name, const xmlChar **attributes)
{
    const Frame *parent = frame_at(reader, 0);
    Frame frame = { .name = g_strdup(name), .kind = html_element_kind(name) };
    const char *style = attribute(attributes, "style");

    if (parent) {
        frame.sight = parent->sight;
        frame.dropped = parent->dropped;
        frame.pre = parent->pre;
    }
    if (style)
        html_sight_apply(&frame.sight, style);
    frame.sight.gone |= attribute(attributes, "hidden") != NULL;
    frame.dropped |= (frame.kind & ELEMENT_DROPPED) != 0;
    frame.pre |= (frame.kind & ELEMENT_PRE) != 0;
    if (frame.kind & ELEMENT_QUOTE && style && html_style_is_borderless(style))
        frame.kind &= ~(guint)ELEMENT_QUOTE;
    if (frame.kind & ELEMENT_LINK)
        frame.link = shown_link(attribute(attributes, "href"));
    frame.link_start = reader->out.text->len;
    return frame;
}

static void write_item_mark(Reader *reader)
{
    Frame *list = frame_at(reader, 1);
    g_autofree char *mark = NULL;

    if (list && list->kind & ELEMENT_NUMBERED)
        mark = g_strdup_printf("%u. ", ++list->items);
    html_out_words(&reader->out, mark ? mark : "- ");
}

static void write_breaks(HtmlOut *out, guint kind)
{
    if (kind & ELEMENT_PARAGRAPH)
        html_out_break(out, 2);
    else if (kind & ELEMENT_BLOCK)
        html_out_break(out, 1);
}

static void write_start(Reader *reader, guint kind)
{
    HtmlOut *out = &reader->out;

    write_breaks(out, kind);
    if (kind & ELEMENT_BREAK)
        html_out_line_break(out);
    if (kind & ELEMENT_CELL)
        html_out_blank(out, '\t');
    if (kind & ELEMENT_ITEM)
        write_item_mark(reader);
    if (kind & ELEMENT_RULE) {
        html_out_break(out, 1);
        html_out_words(out, RULE);
        html_out_break(out, 1);
    }
}

/* " <address>" behind a link whose text doesn't show it. */
static void write_link(HtmlOut *out, const Frame *frame)
{
    const char *shown = out->text->str + MIN(frame->link_start, out->text->len);
    const char *colon = strchr(frame->link, ':');
    const char *bare = colon ? colon + 1 : frame->link;
    gsize length = strlen(frame->link);

    while (*bare == '/')
        bare++;
    if (*shown == '\0' || *bare == '\0' || strstr(shown, bare))
        return;
    if (length > LINK_MAX) {
        const char *end = g_utf8_find_prev_char(frame->link, frame->link + LINK_MAX);

        length = end ? (gsize)(end - frame->link) : 0;
    }
    g_autofree char *cut = g_strndup(frame->link, length);
    html_out_words(out, " <");
    html_out_words(out, cut);
    html_out_words(out, ">");
}

static void frame_close(Reader *reader)
{
    const Frame *frame = frame_at(reader, 0);

    if (frame->kind & ELEMENT_QUOTE)
        reader->out.quotes--;
    if (frame_is_seen(frame)) {
        if (frame->link)
            write_link(&reader->out, frame);
        write_breaks(&reader->out, frame->kind);
    }
    g_array_set_size(reader->frames, reader->frames->len - 1);
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    Reader *reader = context;
    Frame frame;

    if (reader->stopped || reader->frames->len >= HTML_DEPTH_MAX) {
        reader->stopped = reader->out.cut = true;
        return;
    }
    frame = frame_open(reader, (const char *)name, attributes);
    g_array_append_val(reader->frames, frame);
    if (frame_is_seen(&frame))
        write_start(reader, frame.kind);
    /* Whoever counts down in frame_close() was counted here, seen or not. */
    if (frame.kind & ELEMENT_QUOTE)
        reader->out.quotes++;
}

static void on_end(void *context, const xmlChar *name)
{
    Reader *reader = context;
    const Frame *frame = frame_at(reader, 0);

    if (!reader->stopped && frame && strcmp(frame->name, (const char *)name) == 0)
        frame_close(reader);
}

static bool is_invisible(gunichar c)
{
    return c == 0 || g_utf8_strchr(INVISIBLE_CHARS, -1, c) != NULL;
}

static void write_text(Reader *reader, const Frame *frame, const char *text, gsize length)
{
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char_validated(at, text + length - at);

        if (c >= (gunichar)-2)
            return;
        if (c == '\n' && frame && frame->pre)
            html_out_line_break(&reader->out);
        else if (g_unichar_isspace(c))
            html_out_blank(&reader->out, ' ');
        else if (!is_invisible(c))
            html_out_char(&reader->out, c);
    }
}

static bool has_words(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isalnum(text[i]))
            return true;
    return false;
}

static void on_text(void *context, const xmlChar *text, int length)
{
    Reader *reader = context;
    const Frame *frame = frame_at(reader, 0);

    if (reader->stopped || length <= 0)
        return;
    if (frame_is_seen(frame))
        write_text(reader, frame, (const char *)text, (gsize)length);
    else if (!frame->dropped && has_words((const char *)text, (gsize)length))
        reader->hidden = true;
}

static void on_error(void *context, xmlErrorPtr error)
{
    /* Mail is never well-formed; and without this, libxml2 would write to stderr. */
    (void)context;
    (void)error;
}

static bool is_tag_piece(char c)
{
    return c == '=' || c == '"' || c == '\'' || g_ascii_isspace(c);
}

static void untag(char *html, gsize from, gsize to)
{
    for (gsize at = from; at < to; at++)
        if (html[at] == '<')
            html[at] = ' ';
}

/* Makes text of tags with too many pieces, and of the end of our root, by taking their '<' away. */
static void tame_tags(char *html, gsize length)
{
    gsize tag = length;
    guint pieces = 0;

    for (gsize at = 0; at < length; at++) {
        if (g_ascii_strncasecmp(html + at, ROOT_END, strlen(ROOT_END)) == 0)
            untag(html, at, at + 1);
        if (tag == length && html[at] == '<') {
            tag = at;
            pieces = 0;
        } else if (html[at] == '>') {
            tag = length;
        } else if (tag < length && is_tag_piece(html[at]) && ++pieces > TAG_PIECES_MAX) {
            untag(html, tag, at);
            tag = length;
        }
    }
}

static void parse(Reader *reader, const char *html, gsize length)
{
    xmlSAXHandler handler = {
        .startElement = on_start,
        .endElement = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .initialized = XML_SAX2_MAGIC,
        .serror = on_error,
    };
    htmlParserCtxtPtr parser =
        htmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

    g_assert(parser);
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_NOIMPLIED);
    htmlParseChunk(parser, ROOT, (int)strlen(ROOT), 0);
    for (gsize at = 0; at < length && !reader->stopped && !reader->out.cut; at += CHUNK)
        htmlParseChunk(parser, html + at, (int)MIN(CHUNK, length - at), 0);
    htmlParseChunk(parser, NULL, 0, 1);
    htmlFreeParserCtxt(parser);
}

char *html_text(const char *html, gsize length, gsize max, bool *hidden, bool *cut)
{
    Reader reader = {
        .out = { .text = g_string_new(NULL), .max = max },
        .frames = g_array_new(FALSE, FALSE, sizeof(Frame)),
    };
    g_autofree char *tame = g_strndup(html, length);

    g_array_set_clear_func(reader.frames, frame_clear);
    tame_tags(tame, length);
    parse(&reader, tame, strlen(tame));
    g_array_unref(reader.frames);
    *hidden = reader.hidden;
    *cut = reader.out.cut;
    return g_string_free(reader.out.text, FALSE);
}
