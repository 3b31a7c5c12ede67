/* Why a policy did what it did, in words: each entry with its outcome, each comparison with what
 * the fact was.  Every comparison is evaluated here, also those that deciding didn't need. */
#include "policy/entry.h"

#include "base/text.h"
#include "policy/expression_node.h"
#include "policy/fact_value.h"

#include <string.h>

#define SHOWN_MAX 60 /* bytes of a comparison, and of a value */

static void add_short(GString *out, const char *text)
{
    gsize fits = text_fit(text, SHOWN_MAX);
    g_string_append_len(out, text, (gssize)fits);
    if (text[fits] != '\0')
        g_string_append(out, "…");
}

static void add_value(GString *out, const Facts *facts, guint index)
{
    const Fact *fact = fact_at(facts_table(facts), index);
    g_autofree char *value = facts_value_text(facts, index);
    g_string_append(out, fact->name);
    if (value == NULL) {
        g_string_append(out, " is unknown");
        return;
    }
    const char *quote = fact->type == FACT_TEXT || fact->type == FACT_LIST ? "'" : "";
    g_string_append_printf(out, " is %s", quote);
    add_short(out, value);
    g_string_append(out, quote);
}

static void explain_node(GString *out, const Node *node, const Facts *facts)
{
    if (node->children != NULL) {
        for (guint i = 0; i < node->children->len; i++)
            explain_node(out, g_ptr_array_index(node->children, i), facts);
        return;
    }
    g_string_append(out, node_holds(node, facts) ? "    yes  " : "    no   ");
    add_short(out, node->source);
    g_string_append(out, "  (");
    add_value(out, facts, node->fact);
    g_string_append(out, ")\n");
}

char *expression_explain(const Expression *expression, const Facts *facts)
{
    GString *out = g_string_new(NULL);
    explain_node(out, expression->root, facts);
    return g_string_free(out, FALSE);
}

static void explain_entry(GString *out, const Entry *entry, const Facts *facts)
{
    g_string_append_printf(out, "%-3s  %s \"%s\"\n", entry_holds(entry, facts) ? "yes" : "no",
                           entry_kind_name(entry->kind), entry->name);
    if (entry->when == NULL)
        return;
    g_autofree char *why = expression_explain(entry->when, facts);
    g_string_append(out, why);
}

char *policy_explain(const Policy *policy, const Facts *facts)
{
    static const EntryKind order[ENTRY_KINDS] = { ENTRY_SCORE, ENTRY_FALLBACK, ENTRY_FLOOR,
                                                  ENTRY_RULE };
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < ENTRY_KINDS; i++) {
        const GPtrArray *entries = policy->entries[order[i]];
        for (guint k = 0; k < entries->len; k++)
            explain_entry(out, g_ptr_array_index(entries, k), facts);
    }
    return g_string_free(out, FALSE);
}
