/* HTML to text, in one pass over its tokens; no tree is built.
 *
 * Paragraphs, lists, tables' cells and quotations keep their shape, links their address.  Scripts,
 * styles and comments are dropped, as is text that its attributes or style sheets hide; hidden text
 * is reported, because honest mail rarely and hostile mail often has it.  A style sheet that stands
 * behind text holds for it too: then all is read again, once.
 *
 * Linear in the input, with a bounded look around each tag.  Pure; any thread. */
#include "html/text.h"

#include "html/block.h"
#include "html/entity.h"
#include "html/link.h"
#include "html/look.h"
#include "html/picture.h"
#include "html/sheet.h"
#include "html/words.h"

#define REOPENED_MAX 32
#define RULE         "________________________________"

typedef struct {
    HtmlTokens tokens;
    HtmlOut out;
    HtmlStack stack;
    HtmlRules *rules;
    GString *scratch;
    HtmlReport *report;
    bool style;   /* the next text is a style sheet */
    bool begun;   /* there was more than a head */
    bool late;    /* a style sheet stood behind that */
    bool stopped; /* nothing is written any more */
} Reader;

/* Lines that begin now stand in the innermost element. */
static void follow(Reader *reader)
{
    const HtmlFrame *frame = html_stack_frame(&reader->stack, 0);

    reader->out.quotes = frame->quotes;
    reader->out.indent = frame->indent;
}

static void stop(Reader *reader)
{
    reader->stopped = reader->report->cut = true;
}

static void inherit(HtmlFrame *frame, const HtmlFrame *parent)
{
    frame->sight = parent->sight;
    frame->dropped = parent->dropped;
    frame->quotes = parent->quotes;
    frame->indent = parent->indent;
    /* A list in a list without an item between. */
    if (frame->kind & parent->kind & ELEMENT_LIST)
        frame->indent += HTML_LIST_INDENT;
}

static void apply_look(HtmlFrame *frame, const HtmlCss *css)
{
    if (!css->set)
        return;
    frame->own = g_memdup2(css, sizeof(*css));
    html_sight_apply(&frame->sight, css, frame->kind & (ELEMENT_CELL | ELEMENT_TABLE));
}

/* How the frame's text stands in the lines. */
static void apply_shape(HtmlFrame *frame, const HtmlToken *tag)
{
    /* Mail programs indent with quotations without a border. */
    if (frame->own && html_css_is(frame->own, CSS_BORDERLESS))
        frame->kind &= ~(guint)ELEMENT_QUOTE;
    if (frame->kind & (ELEMENT_BLOCK | ELEMENT_PARAGRAPH | ELEMENT_TABLE))
        frame->quote = html_quote_of(tag);
    if (frame->kind & ELEMENT_QUOTE || frame->quote == HTML_QUOTE_INSIDE)
        frame->quotes++;
    if (frame->kind & ELEMENT_INDENTED)
        frame->indent += HTML_LIST_INDENT;
    if (frame->kind & ELEMENT_NUMBERED)
        frame->items = html_token_number(tag, HTML_START, 1) - 1;
}

static char *link_of(Reader *reader, const HtmlToken *tag)
{
    HtmlSlice href = tag->attributes[HTML_HREF];

    if (href.length == 0)
        return NULL;
    html_entity_decode(href.at, href.length, reader->scratch);
    return html_link_target(reader->scratch->str);
}

static HtmlFrame frame_open(Reader *reader, const HtmlElement *element)
{
    const HtmlToken *tag = &reader->tokens.token;
    bool in_sheet = !html_rules_are_none(reader->rules);
    HtmlFrame frame = { .element = element,
                        .name = html_stack_name(tag->name),
                        .kind = element->kind,
                        .in_sheet = in_sheet,
                        .start = reader->out.text->len };
    HtmlCss css;

    /* The values behind bits that aren't set are never read. */
    css.set = css.important = 0;
    inherit(&frame, html_stack_frame(&reader->stack, 0));
    html_look_read(&css, tag, element, in_sheet ? reader->rules : NULL, reader->scratch);
    apply_look(&frame, &css);
    apply_shape(&frame, tag);
    frame.dropped |= (frame.kind & ELEMENT_DROPPED) != 0;
    frame.dropped |= element->group == GROUP_OPTION && !tag->attributes[HTML_SELECTED].at;
    if (frame.kind & ELEMENT_LINK)
        frame.link = link_of(reader, tag);
    return frame;
}

/* What follows the header lines of an older mail is that mail, up to the end of what both stand in;
 * of a block that holds nothing else, the end of what that stands in. */
static void quote_what_follows(Reader *reader, const HtmlFrame *closed, HtmlFrame *parent)
{
    gsize end = reader->out.text->len;
    bool header = closed->quote == HTML_QUOTE_BEHIND && end > closed->start &&
                  html_quote_is_header(reader->out.text->str + closed->start);
    bool wrapper = closed->behind && closed->behind_from == end;

    if (parent->behind || !(header || wrapper))
        return;
    parent->quotes++;
    parent->behind = true;
    parent->behind_from = end;
    html_out_break(&reader->out, 1);
}

/* Tells where the text of a signature stands; one around others stands for them. */
static void note_signature(Reader *reader, const HtmlFrame *frame)
{
    HtmlReport *report = reader->report;
    const HtmlSpan span = { frame->start, reader->out.text->len };

    if (frame->quotes > 0 || span.to == span.from)
        return;
    while (report->signature_count > 0 &&
           report->signatures[report->signature_count - 1].from >= span.from)
        report->signature_count--;
    if (report->signature_count < HTML_SIGNATURES_MAX)
        report->signatures[report->signature_count++] = span;
}

static void frame_close(Reader *reader)
{
    HtmlFrame *frame = html_stack_frame(&reader->stack, 0);
    HtmlFrame *parent = html_stack_frame(&reader->stack, 1);
    bool seen = html_stack_is_seen(&reader->stack);

    if (seen && frame->link)
        reader->report->poses |= html_link_write(&reader->out, frame->link, frame->start);
    if (frame->quote == HTML_SIGNATURE)
        note_signature(reader, frame);
    if (html_stack_may_be_seen(&reader->stack))
        html_block_end(&reader->out, &reader->stack, frame);
    quote_what_follows(reader, frame, parent);
    if (frame->in_sheet)
        html_rules_leave(reader->rules);
    html_stack_pop(&reader->stack);
    follow(reader);
}

static void push(Reader *reader, HtmlFrame *frame)
{
    html_stack_push(&reader->stack, frame);
    follow(reader);
}

/* Formatting goes on behind the block that closes over it; without a style of its own, it has no
 * effect here. */
static void reopen(Reader *reader, const HtmlFrame *closed)
{
    HtmlFrame frame = { .element = closed->element,
                        .name = closed->name,
                        .kind = closed->kind,
                        .own = closed->own,
                        .start = reader->out.text->len };

    inherit(&frame, html_stack_frame(&reader->stack, 0));
    html_sight_apply(&frame.sight, frame.own, false);
    push(reader, &frame);
}

static void close_frames(Reader *reader, guint count)
{
    HtmlFrame again[REOPENED_MAX];
    guint kept = 0;

    for (; count > 0; count--) {
        HtmlFrame *frame = html_stack_frame(&reader->stack, 0);

        if (frame->kind & ELEMENT_FORMAT && frame->own && count > 1) {
            if (kept == REOPENED_MAX) {
                stop(reader);
                break;
            }
            again[kept] = *frame;
            again[kept++].own = g_steal_pointer(&frame->own);
        }
        /* What is formatted in a cell ends with it. */
        if (frame->kind & ELEMENT_SCOPE)
            while (kept > 0)
                g_free(again[--kept].own);
        frame_close(reader);
    }
    while (kept > 0)
        reopen(reader, &again[--kept]);
}

static void on_picture(Reader *reader, const HtmlElement *element)
{
    const HtmlToken *tag = &reader->tokens.token;
    HtmlFrame frame;

    if (!html_picture_speaks(tag))
        return;
    frame = frame_open(reader, element);
    if (frame.in_sheet)
        html_rules_leave(reader->rules);
    if (!html_sight_hides(&frame.sight))
        html_picture_write(&reader->out, tag, reader->scratch);
    g_free(frame.own);
}

static void on_void(Reader *reader, const HtmlElement *element)
{
    if (!html_stack_may_be_seen(&reader->stack))
        return;
    if (element->kind & ELEMENT_BREAK) {
        html_out_line_break(&reader->out);
        html_stack_frame(&reader->stack, 0)->signs_next |=
            html_quote_is_before_signature(&reader->tokens.token);
    }
    if (!html_stack_is_seen(&reader->stack))
        return;
    if (element->kind & ELEMENT_IMAGE)
        on_picture(reader, element);
    if (element->kind & ELEMENT_RULE) {
        html_out_break(&reader->out, 1);
        html_out_words(&reader->out, RULE);
        html_out_break(&reader->out, 1);
    }
}

/* The block below iOS's line break is the signature. */
static void sign_next(HtmlFrame *parent, HtmlFrame *frame)
{
    if (!parent->signs_next || !(frame->kind & (ELEMENT_BLOCK | ELEMENT_PARAGRAPH)))
        return;
    parent->signs_next = false;
    if (frame->quote == HTML_QUOTE_NONE)
        frame->quote = HTML_SIGNATURE;
}

static void on_start(Reader *reader, const HtmlElement *element)
{
    HtmlFrame frame;

    close_frames(reader, html_stack_closed_by(&reader->stack, element));
    if (element->kind & ELEMENT_VOID) {
        on_void(reader, element);
        return;
    }
    if (reader->stack.frames->len >= HTML_DEPTH_MAX) {
        stop(reader);
        return;
    }
    frame = frame_open(reader, element);
    sign_next(html_stack_frame(&reader->stack, 0), &frame);
    if (!frame.dropped && !frame.sight.gone)
        html_block_begin(&reader->out, &reader->stack, &reader->tokens.token, &frame);
    push(reader, &frame);
}

static bool crosses_block(const HtmlStack *stack, guint count)
{
    for (guint back = 0; back + 1 < count; back++)
        if (html_stack_frame(stack, back)->kind & (ELEMENT_BLOCK | ELEMENT_PARAGRAPH))
            return true;
    return false;
}

static void on_end(Reader *reader, const HtmlElement *element)
{
    HtmlStack *stack = &reader->stack;
    guint count = html_stack_closed_by_end(stack, reader->tokens.token.name, element);

    if (element->kind & ELEMENT_PAGE)
        return;
    if (element->kind & ELEMENT_BREAK)
        on_void(reader, element);
    else if (element->kind & ELEMENT_FORMAT && crosses_block(stack, count))
        html_stack_neutralise(stack, count - 1);
    else
        close_frames(reader, count);
}

static void on_text(Reader *reader)
{
    const HtmlFrame *frame = html_stack_frame(&reader->stack, 0);

    if (html_stack_is_seen(&reader->stack))
        html_words_write(&reader->out, &reader->tokens.token, frame->sight.pre);
    else if (!frame->dropped && !reader->report->hidden)
        reader->report->hidden = html_words_any(&reader->tokens.token);
}

static void read_sheet(Reader *reader)
{
    HtmlSlice text = reader->tokens.token.text;

    reader->late |= reader->begun;
    html_sheet_read(reader->rules, text.at, text.length);
}

/* Style sheets are read to the end, even if nothing else is. */
static void on_token(Reader *reader, bool styles)
{
    const HtmlToken *token = &reader->tokens.token;
    const HtmlElement *element = html_element(token->type == HTML_TEXT ? "" : token->name);
    bool style = reader->style;

    reader->style = false;
    if (token->type == HTML_TEXT && style) {
        read_sheet(reader);
        return;
    }
    if (token->type == HTML_START_TAG && element->kind & ELEMENT_STYLE)
        reader->style = styles && html_sheet_is_for_screens(token->attributes[HTML_MEDIA].at,
                                                            token->attributes[HTML_MEDIA].length);
    reader->begun |= token->type == HTML_START_TAG && !(element->kind & ELEMENT_HEAD);
    if (reader->stopped || reader->out.cut || reader->late)
        return;
    if (token->type == HTML_TEXT)
        on_text(reader);
    else if (token->type == HTML_START_TAG)
        on_start(reader, element);
    else
        on_end(reader, element);
}

/* True if it must be read again, now that its style sheets are known. */
static bool read_through(Reader *reader, const char *html, gsize length, bool styles)
{
    *reader->report = (HtmlReport){ 0 };
    reader->tokens = (HtmlTokens){ .at = html, .end = html + length };
    html_stack_init(&reader->stack);
    while (html_token_next(&reader->tokens) && (styles || !reader->stopped))
        on_token(reader, styles);
    while (reader->stack.frames->len > 1)
        frame_close(reader);
    html_stack_clear(&reader->stack);
    return reader->late;
}

static void reader_report(Reader *reader)
{
    HtmlReport *report = reader->report;

    report->cut |= reader->out.cut;
    report->unseen = reader->out.unseen;
    report->overdone = html_rules_are_cut(reader->rules);
}

char *html_text(const char *html, gsize length, gsize max, HtmlReport *report)
{
    Reader reader = { .out = { .text = g_string_new(NULL), .max = max },
                      .rules = html_rules_new(),
                      .scratch = g_string_new(NULL),
                      .report = report };

    if (read_through(&reader, html, length, true)) {
        g_string_truncate(reader.out.text, 0);
        reader.out = (HtmlOut){ .text = reader.out.text, .max = max };
        reader.late = reader.stopped = false;
        read_through(&reader, html, length, false);
    }
    reader_report(&reader);
    html_rules_free(reader.rules);
    g_string_free(reader.scratch, TRUE);
    return g_string_free(reader.out.text, FALSE);
}
