/* Whether a condition holds.
 *
 * A walk over the tree, as deep as the parser allows.  It reads values that were folded before and
 * allocates nothing.  A comparison with an unknown fact is false, a negated operator included; only
 * a NOT before it turns that round. */
#include "policy/expression_node.h"

#include "base/text.h"
#include "policy/fact_value.h"

#include <string.h>

static int order(double left, double right)
{
    return left < right ? LESS : left > right ? GREATER : EQUAL;
}

static double number_at(const Node *node, guint index)
{
    return g_array_index(node->numbers, double, index);
}

static const char *text_at(const GPtrArray *texts, guint index)
{
    return g_ptr_array_index(texts, index);
}

static bool compare(const Node *node, const FactValue *value)
{
    int found = value->text != NULL
                    ? (g_str_equal(value->text, text_at(node->texts, 0)) ? EQUAL : LESS)
                    : order(value->number, number_at(node, 0));
    return (found & node->accepted) != 0;
}

static bool is_in(const Node *node, const FactValue *value)
{
    for (guint i = 0; node->texts != NULL && i < node->texts->len; i++)
        if (g_str_equal(value->text, text_at(node->texts, i)))
            return true;
    for (guint i = 0; node->numbers != NULL && i < node->numbers->len; i++)
        if (order(value->number, number_at(node, i)) == EQUAL)
            return true;
    return false;
}

static bool is_between(const Node *node, const FactValue *value)
{
    return value->number >= number_at(node, 0) && value->number <= number_at(node, 1);
}

/* '%' is any text, '_' one character.  Only the last '%' is ever tried anew: no pattern takes more
 * than its length times the text's. */
static bool is_like(const char *text, const char *pattern)
{
    const char *behind_any = NULL, *resume = NULL;
    while (*text != '\0') {
        if (*pattern == '%') {
            behind_any = ++pattern;
            resume = text;
        } else if (*pattern == '_') {
            pattern++;
            text = g_utf8_next_char(text);
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (behind_any != NULL) {
            pattern = behind_any;
            text = resume = g_utf8_next_char(resume);
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "%")] == '\0';
}

static bool one_is_like(const Node *node, const FactValue *value)
{
    const char *pattern = text_at(node->texts, 0);
    if (value->list == NULL)
        return is_like(value->text, pattern);
    for (guint i = 0; i < value->list->len; i++)
        if (is_like(text_at(value->list, i), pattern))
            return true;
    return false;
}

/* Whole words of a text, whole items of a list. */
static bool has_word(const FactValue *value, const char *word)
{
    if (value->list == NULL)
        return text_has_word(value->text, word);
    for (guint i = 0; i < value->list->len; i++)
        if (g_str_equal(text_at(value->list, i), word))
            return true;
    return false;
}

static bool has_any(const FactValue *value, const GPtrArray *words)
{
    for (guint i = 0; words != NULL && i < words->len; i++)
        if (has_word(value, text_at(words, i)))
            return true;
    return false;
}

static bool has(const Node *node, const FactValue *value)
{
    if (has_any(value, node->texts))
        return true;
    for (guint i = 0; node->lists != NULL && i < node->lists->len; i++)
        if (has_any(value, g_ptr_array_index(node->lists, i)))
            return true;
    return false;
}

static bool all_hold(const Node *node, const Facts *facts)
{
    for (guint i = 0; i < node->children->len; i++)
        if (!node_holds(g_ptr_array_index(node->children, i), facts))
            return false;
    return true;
}

static bool any_holds(const Node *node, const Facts *facts)
{
    for (guint i = 0; i < node->children->len; i++)
        if (node_holds(g_ptr_array_index(node->children, i), facts))
            return true;
    return false;
}

static bool comparison_holds(const Node *node, const FactValue *value)
{
    switch (node->type) {
    case NODE_COMPARE:
        return compare(node, value);
    case NODE_IN:
        return is_in(node, value);
    case NODE_BETWEEN:
        return is_between(node, value);
    case NODE_LIKE:
        return one_is_like(node, value);
    case NODE_HAS:
        return has(node, value);
    default:
        g_assert_not_reached();
    }
}

bool node_holds(const Node *node, const Facts *facts)
{
    if (node->type == NODE_AND)
        return all_hold(node, facts);
    if (node->type == NODE_OR)
        return any_holds(node, facts);
    if (node->type == NODE_NOT)
        return !all_hold(node, facts);
    const FactValue *value = facts_value(facts, node->fact);
    if (node->type == NODE_KNOWN)
        return value->known;
    return value->known && comparison_holds(node, value) != node->negated;
}

bool expression_holds(const Expression *expression, const Facts *facts)
{
    return node_holds(expression->root, facts);
}
