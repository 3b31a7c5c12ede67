/* The open elements, and what closes them: the rules of the HTML standard (13.2.4 to 13.2.6) that
 * decide which text stands in which element, because an element that browsers think open may hide
 * what follows.  Each step costs at most a look at all open elements, whose number is bounded.
 * Pure; any thread. */
#include "html/stack.h"

/* No end tag of an element without a meaning of its own reaches beyond these. */
#define SPECIAL                                                                                    \
    (ELEMENT_BLOCK | ELEMENT_PARAGRAPH | ELEMENT_CELL | ELEMENT_TABLE | ELEMENT_SCOPE |            \
     ELEMENT_PAGE)
#define TABLE_GROUPS (GROUP_CELL | GROUP_ROW | GROUP_SECTION)

static void frame_clear(gpointer data)
{
    HtmlFrame *frame = data;

    g_free(frame->own);
    g_free(frame->link);
}

void html_stack_clear(HtmlStack *stack)
{
    g_array_unref(stack->frames);
}

HtmlFrame *html_stack_frame(const HtmlStack *stack, guint back)
{
    if (stack->frames->len <= back)
        return NULL;
    return &g_array_index(stack->frames, HtmlFrame, stack->frames->len - 1 - back);
}

HtmlFrame *html_stack_nearest(const HtmlStack *stack, guint kinds)
{
    HtmlFrame *frame;

    for (guint back = 0; (frame = html_stack_frame(stack, back)) != NULL; back++) {
        if (frame->kind & kinds)
            return frame;
        if (frame->kind & ELEMENT_TABLE)
            return NULL;
    }
    return NULL;
}

guint32 html_stack_name(const char *name)
{
    guint32 hash = g_str_hash(name);

    return hash ? hash : 1;
}

void html_stack_push(HtmlStack *stack, const HtmlFrame *frame)
{
    g_array_append_vals(stack->frames, frame, 1);
    stack->names[frame->name & 0xFF]++;
    stack->groups += frame->element->group != GROUP_NONE;
}

void html_stack_init(HtmlStack *stack)
{
    HtmlFrame page = { .element = html_element(""), .sight = html_sight_plain };

    *stack = (HtmlStack){ .frames = g_array_new(FALSE, FALSE, sizeof(HtmlFrame)) };
    g_array_set_clear_func(stack->frames, frame_clear);
    html_stack_push(stack, &page);
}

void html_stack_pop(HtmlStack *stack)
{
    const HtmlFrame *frame = html_stack_frame(stack, 0);

    stack->names[frame->name & 0xFF]--;
    stack->groups -= frame->element->group != GROUP_NONE;
    g_array_set_size(stack->frames, stack->frames->len - 1);
}

static bool is_one(guint groups)
{
    return (groups & (groups - 1)) == 0;
}

guint html_stack_closed_by(const HtmlStack *stack, const HtmlElement *element)
{
    guint barrier, found = 0;
    guint groups = stack->groups > 0 ? html_element_closes(element, &barrier) : GROUP_NONE;
    const HtmlFrame *frame;

    if (groups == GROUP_NONE)
        return 0;
    for (guint back = 0; (frame = html_stack_frame(stack, back)) != NULL; back++) {
        if (frame->element->group & groups)
            found = back + 1;
        else if (frame->kind & barrier)
            break;
        if (found == back + 1 && (frame->element->group == element->group || is_one(groups)))
            break;
    }
    return found;
}

guint html_stack_closed_by_end(const HtmlStack *stack, const char *name, const HtmlElement *element)
{
    guint32 hash = html_stack_name(name);
    bool table = element->kind & ELEMENT_TABLE || element->group & TABLE_GROUPS;
    guint barrier = table                                        ? ELEMENT_TABLE
                    : element->kind & (SPECIAL | ELEMENT_FORMAT) ? ELEMENT_SCOPE
                                                                 : SPECIAL;
    const HtmlFrame *frame;

    if (stack->names[hash & 0xFF] == 0)
        return 0;
    for (guint back = 0; (frame = html_stack_frame(stack, back)) != NULL; back++) {
        if (frame->name == hash)
            return back + 1;
        if (frame->kind & barrier)
            return 0;
    }
    return 0;
}

static void look_again(HtmlFrame *frame, const HtmlFrame *parent)
{
    frame->sight = parent->sight;
    if (frame->own)
        html_sight_apply(&frame->sight, frame->own, frame->kind & (ELEMENT_CELL | ELEMENT_TABLE));
}

void html_stack_neutralise(HtmlStack *stack, guint back)
{
    HtmlFrame *frame = html_stack_frame(stack, back);

    stack->names[frame->name & 0xFF]--;
    stack->names[0]++;
    frame->name = 0;
    g_clear_pointer(&frame->own, g_free);
    g_clear_pointer(&frame->link, g_free);
    for (guint left = back + 1; left > 0; left--)
        look_again(html_stack_frame(stack, left - 1), html_stack_frame(stack, left));
}

bool html_stack_is_seen(const HtmlStack *stack)
{
    const HtmlFrame *frame = html_stack_frame(stack, 0);

    return !frame->dropped && !html_sight_hides(&frame->sight);
}

bool html_stack_may_be_seen(const HtmlStack *stack)
{
    const HtmlFrame *frame = html_stack_frame(stack, 0);

    return !frame->dropped && !frame->sight.gone;
}
