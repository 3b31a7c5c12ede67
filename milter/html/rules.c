/* Rules of names, classes and ids, and of these within others.
 *
 * Each word of a selector ("p", ".price", "#top") is an atom with a number.  A rule is tried on the
 * elements that have the most telling atom of its last part; all other atoms of that part must be
 * the element's own, those before must be had by some element around it, in whatever order.  What
 * is not understood (pseudo-classes, most attributes, siblings) holds for nothing.
 *
 * Bounded for each element: a list of rules that is too long is cut and said to be.  Pure; any
 * thread. */
#include "html/rules.h"

#include "html/selector.h"

#include <stdlib.h>
#include <string.h>

#define ATOMS_MAX   8  /* of one selector */
#define CLASSES_MAX 32 /* of one element */
#define NUMBERS_MAX 20000
#define NO_RULE     G_MAXUINT32
#define ANYTHING    0 /* the atom that every element has */

typedef struct {
    guint16 atoms[ATOMS_MAX];
    guint8 own, count;   /* the first `own` are the element's, those up to `count` stand around */
    guint32 specificity; /* ids, classes, names: a byte each */
    guint32 css;         /* in rules->blocks */
    guint32 next;        /* the next rule to try for the same atom */
} Rule;

typedef struct {
    guint32 first_rule; /* NO_RULE if it tells none */
    guint32 open;       /* elements that are open and have it */
    guint32 element;    /* the last element that had it */
} Atom;

struct HtmlRules {
    GHashTable *numbers; /* "p", ".price", "#top" ─▶ number of the atom + 1 */
    GArray *atoms;       /* Atom */
    GArray *list;        /* Rule */
    GArray *blocks;      /* HtmlCss */
    GArray *open;        /* guint16: the atoms of open elements, their count behind them */
    GString *word;
    guint32 element;
    bool cut;
};

static guint16 atom_number(HtmlRules *rules, const char *word)
{
    gpointer number = g_hash_table_lookup(rules->numbers, word);
    Atom atom = { .first_rule = NO_RULE };

    if (number)
        return (guint16)(GPOINTER_TO_UINT(number) - 1);
    g_array_append_val(rules->atoms, atom);
    g_hash_table_insert(rules->numbers, g_strdup(word), GUINT_TO_POINTER(rules->atoms->len));
    return (guint16)(rules->atoms->len - 1);
}

HtmlRules *html_rules_new(void)
{
    HtmlRules *rules = g_new0(HtmlRules, 1);

    rules->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    rules->atoms = g_array_new(FALSE, FALSE, sizeof(Atom));
    rules->list = g_array_new(FALSE, FALSE, sizeof(Rule));
    rules->blocks = g_array_new(FALSE, FALSE, sizeof(HtmlCss));
    rules->open = g_array_new(FALSE, FALSE, sizeof(guint16));
    rules->word = g_string_new(NULL);
    atom_number(rules, "*");
    return rules;
}

void html_rules_free(HtmlRules *rules)
{
    g_hash_table_unref(rules->numbers);
    g_array_unref(rules->atoms);
    g_array_unref(rules->list);
    g_array_unref(rules->blocks);
    g_array_unref(rules->open);
    g_string_free(rules->word, TRUE);
    g_free(rules);
}

bool html_rules_are_none(const HtmlRules *rules)
{
    return rules->list->len == 0;
}

bool html_rules_are_cut(const HtmlRules *rules)
{
    return rules->cut;
}

static guint32 word_weight(const char *word)
{
    return *word == '#' ? 1u << 16 : *word == '.' ? 1u << 8 : *word == '*' ? 0 : 1u;
}

static void add_atom(HtmlRules *rules, Rule *rule, guint8 part_begin, guint32 *best)
{
    guint32 weight = word_weight(rules->word->str);

    rule->atoms[rule->count++] = atom_number(rules, rules->word->str);
    rule->specificity += weight;
    /* The most telling atom of a part stands first in it. */
    if (weight <= *best)
        return;
    *best = weight;
    guint16 atom = rule->atoms[rule->count - 1];
    rule->atoms[rule->count - 1] = rule->atoms[part_begin];
    rule->atoms[part_begin] = atom;
}

/* The atoms of the last part go to the front. */
static void turn(Rule *rule, guint8 last_begin)
{
    guint16 turned[ATOMS_MAX];

    rule->own = (guint8)(rule->count - last_begin);
    memcpy(turned, rule->atoms + last_begin, rule->own * sizeof(guint16));
    memcpy(turned + rule->own, rule->atoms, last_begin * sizeof(guint16));
    memcpy(rule->atoms, turned, rule->count * sizeof(guint16));
}

/* False if the selector isn't understood. */
static bool read_selector(HtmlRules *rules, const char *at, const char *end, Rule *rule)
{
    guint8 part = 0;
    guint32 best = 0;

    while (at < end) {
        const char *behind = html_selector_skip(at, end);

        if (behind > at && rule->count > part) {
            part = rule->count;
            best = 0;
        }
        at = html_css_skip_comment(behind, end);
        if (at == end)
            break;
        if (rule->count == ATOMS_MAX || !(at = html_selector_word(at, end, rules->word)))
            return false;
        add_atom(rules, rule, part, &best);
    }
    if (rule->count == part)
        return false;
    turn(rule, part);
    return true;
}

static void add_rule(HtmlRules *rules, Rule *rule)
{
    Atom *atom = &g_array_index(rules->atoms, Atom, rule->atoms[0]);

    rule->next = atom->first_rule;
    atom->first_rule = rules->list->len;
    g_array_append_val(rules->list, *rule);
}

static const char *trim_end(const char *begin, const char *end)
{
    while (end > begin && g_ascii_isspace(end[-1]))
        end--;
    return end;
}

void html_rules_add(HtmlRules *rules, const char *at, const char *end, const HtmlCss *css)
{
    g_array_append_val(rules->blocks, *css);
    for (; at < end; at++) {
        const char *stop = html_css_find(at, end, ",");
        Rule rule = { .css = rules->blocks->len - 1 };

        if (rules->list->len >= HTML_RULES_MAX || rules->atoms->len >= NUMBERS_MAX) {
            rules->cut = true;
            return;
        }
        if (read_selector(rules, at, trim_end(at, stop), &rule))
            add_rule(rules, &rule);
        at = stop;
    }
}

/* The element has the atom of this name, if any rule speaks of it. */
static void note_atom(HtmlRules *rules, guint16 *count)
{
    gpointer number = g_hash_table_lookup(rules->numbers, rules->word->str);

    if (!number)
        return;
    guint16 index = (guint16)(GPOINTER_TO_UINT(number) - 1);
    Atom *atom = &g_array_index(rules->atoms, Atom, index);
    if (atom->element == rules->element)
        return;
    atom->element = rules->element;
    g_array_append_val(rules->open, index);
    ++*count;
}

static void note_words(HtmlRules *rules, char mark, const char *words, guint16 *count)
{
    for (int i = 0; i < CLASSES_MAX && *words; i++) {
        gsize length;

        words += strspn(words, " \t\r\n\f");
        length = strcspn(words, " \t\r\n\f");
        if (length > 0 && length <= HTML_WORD_MAX) {
            g_string_truncate(rules->word, 0);
            g_string_append_c(rules->word, mark);
            g_string_append_len(rules->word, words, (gssize)length);
            g_string_ascii_down(rules->word);
            note_atom(rules, count);
        }
        words += length;
    }
}

static bool rule_holds(const HtmlRules *rules, const Rule *rule)
{
    for (guint8 i = 0; i < rule->count; i++) {
        const Atom *atom = &g_array_index(rules->atoms, Atom, rule->atoms[i]);

        if (i < rule->own ? atom->element != rules->element && rule->atoms[i] != ANYTHING
                          : atom->open == 0 && rule->atoms[i] != ANYTHING)
            return false;
    }
    return true;
}

typedef struct {
    const Rule *rules[HTML_MATCHES_MAX];
    guint count, tried;
} Matches;

static void collect(HtmlRules *rules, guint16 atom, Matches *matches)
{
    guint32 next = g_array_index(rules->atoms, Atom, atom).first_rule;

    while (next != NO_RULE) {
        const Rule *rule = &g_array_index(rules->list, Rule, next);

        if (matches->tried++ >= HTML_MATCHES_MAX) {
            rules->cut = true;
            return;
        }
        if (rule_holds(rules, rule))
            matches->rules[matches->count++] = rule;
        next = rule->next;
    }
}

static int compare_rules(const void *one, const void *other)
{
    const Rule *a = *(const Rule *const *)one, *b = *(const Rule *const *)other;

    if (a->specificity != b->specificity)
        return a->specificity < b->specificity ? -1 : 1;
    return a->css < b->css ? -1 : a->css > b->css;
}

static void apply(HtmlRules *rules, guint16 atoms, HtmlCss *css)
{
    Matches matches;

    matches.count = matches.tried = 0;
    collect(rules, ANYTHING, &matches);
    for (guint i = 0; i < atoms; i++)
        collect(rules, g_array_index(rules->open, guint16, rules->open->len - 1 - i), &matches);
    if (matches.count > 1)
        qsort(matches.rules, matches.count, sizeof(matches.rules[0]), compare_rules);
    for (guint i = 0; i < matches.count; i++)
        html_css_merge(css, &g_array_index(rules->blocks, HtmlCss, matches.rules[i]->css));
}

void html_rules_enter(HtmlRules *rules, const char *name, const char *classes, const char *id,
                      HtmlCss *css)
{
    guint16 count = 0;

    rules->element++;
    g_string_assign(rules->word, name);
    note_atom(rules, &count);
    note_words(rules, '.', classes, &count);
    note_words(rules, '#', id, &count);
    apply(rules, count, css);
    for (guint i = 0; i < count; i++)
        g_array_index(rules->atoms, Atom,
                      g_array_index(rules->open, guint16, rules->open->len - 1 - i))
            .open++;
    g_array_append_val(rules->open, count);
}

void html_rules_leave(HtmlRules *rules)
{
    guint count = g_array_index(rules->open, guint16, rules->open->len - 1);

    g_array_set_size(rules->open, rules->open->len - 1);
    for (guint i = 0; i < count; i++) {
        guint16 atom = g_array_index(rules->open, guint16, rules->open->len - 1);

        g_array_index(rules->atoms, Atom, atom).open--;
        g_array_set_size(rules->open, rules->open->len - 1);
    }
}
