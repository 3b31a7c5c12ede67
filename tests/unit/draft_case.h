/* The marks of a draft as text. */
#pragma once

#include "reply/check.h"

/* "number:42|name:Ann Lee", in order of position; "link!:…" is one that can't be confirmed although
 * others of its kind can. */
static inline char *draft_marks(const DraftInput *input)
{
    g_autoptr(GPtrArray) marks = draft_check(input);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < marks->len; i++) {
        const DraftMark *mark = g_ptr_array_index(marks, i);

        bool fixed = draft_mark_kinds[mark->kind].confirmable && !mark->confirmable;
        g_string_append_printf(text, "%s%s%s:%s", i ? "|" : "", draft_mark_kinds[mark->kind].name,
                               fixed ? "!" : "", mark->text);
    }
    return g_string_free(text, FALSE);
}

/* Of a draft of any length with one source, no other customer's reply, links to example.com. */
static inline char *draft_marks_against(const char *text, const char *source)
{
    const char *const sources[] = { source, NULL };
    const char *const domains[] = { "example.com", "bücher.example", NULL };
    const char *const addresses[] = { "support@example.com", NULL };
    const DraftInput input = { .text = text,
                               .sources = sources,
                               .link_domains = domains,
                               .addresses = addresses,
                               .words_max = 100000 };

    return draft_marks(&input);
}
