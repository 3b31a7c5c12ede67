/* How blocks, lists' items and tables' cells stand in the lines of the text.  Pure; any thread. */
#include "html/block.h"

static void write_breaks(HtmlOut *out, guint kind)
{
    if (kind & ELEMENT_PARAGRAPH)
        html_out_break(out, 2);
    else if (kind & ELEMENT_BLOCK)
        html_out_break(out, 1);
}

static void begin_item(HtmlOut *out, const HtmlStack *stack, const HtmlToken *tag, HtmlFrame *item)
{
    HtmlFrame *list = html_stack_nearest(stack, ELEMENT_LIST);
    g_autofree char *mark = NULL;

    if (html_sight_hides(&item->sight))
        return;
    out->indent = item->indent;
    if (list && list->kind & ELEMENT_NUMBERED) {
        list->items = html_token_number(tag, HTML_VALUE, list->items + 1);
        mark = g_strdup_printf("%u. ", list->items);
    }
    html_out_words(out, mark ? mark : "- ");
    html_out_hold_line(out);
    item->indent += HTML_LIST_INDENT;
}

static void end_item(HtmlOut *out)
{
    html_out_release_line(out);
    html_out_limit_breaks(out, 1);
}

/* Cells stand side by side, but beside one of many lines each begins its own. */
static void begin_cell(HtmlOut *out, const HtmlStack *stack, HtmlFrame *cell)
{
    HtmlFrame *row = html_stack_nearest(stack, ELEMENT_ROW);

    if (row && row->tall) {
        html_out_break(out, 1);
    } else if (row && row->cells > 0 && out->text->len > row->start) {
        html_out_limit_breaks(out, 0);
        html_out_blank(out, '\t');
    }
    if (row)
        row->cells++;
    html_out_hold_line(out);
    cell->lines = out->lines + (out->breaks > 0 || out->text->len == 0);
}

static void end_cell(HtmlOut *out, const HtmlStack *stack, const HtmlFrame *cell)
{
    HtmlFrame *row = html_stack_nearest(stack, ELEMENT_ROW);

    html_out_release_line(out);
    if (out->lines == cell->lines)
        html_out_limit_breaks(out, 1);
    else if (row)
        row->tall |= out->lines > cell->lines;
}

void html_block_begin(HtmlOut *out, const HtmlStack *stack, const HtmlToken *tag, HtmlFrame *frame)
{
    if (frame->kind & ELEMENT_TABLE)
        html_out_release_line(out);
    write_breaks(out, frame->kind);
    if (frame->kind & ELEMENT_CELL)
        begin_cell(out, stack, frame);
    if (frame->kind & ELEMENT_ITEM)
        begin_item(out, stack, tag, frame);
}

void html_block_end(HtmlOut *out, const HtmlStack *stack, const HtmlFrame *frame)
{
    if (frame->kind & ELEMENT_CELL)
        end_cell(out, stack, frame);
    if (frame->kind & ELEMENT_ITEM)
        end_item(out);
    write_breaks(out, frame->kind);
}
