/* One entry of a policy file: read and checked.
 *
 * The four kinds differ in what their settings mean and in which facts their condition may ask; the
 * table of kinds says so.  Everything wrong with an entry is noted in one go.  Actions are in
 * action.c, conditions in expression_parse.c. */
#include "policy/entry.h"

#include "base/settings.h"
#include "base/text.h"

#include <string.h>

#define ENTRY_NAME_MAX 100 /* bytes */
#define POINTS_MAX     1000

typedef struct {
    Entry *entry;
    const PolicySchema *schema;
    Diags *diags;
} Reader;

static void read_points(Reader *reader, const ConfItem *item);
static void read_value(Reader *reader, const ConfItem *item);
static void read_minimum(Reader *reader, const ConfItem *item);
static void read_action(Reader *reader, const ConfItem *item);

static const struct {
    const char *name;
    FactPhase latest; /* the last facts its condition may ask */
    void (*read)(Reader *reader, const ConfItem *item);
    const char *needs;
} kinds[ENTRY_KINDS] = {
    [ENTRY_FALLBACK] = { "fallback", PHASE_SCORE, read_value, "a field and its value" },
    [ENTRY_SCORE] = { "score", PHASE_CUSTOMER, read_points, "points" },
    [ENTRY_FLOOR] = { "floor", PHASE_SCORE, read_minimum, "a field and its lowest value" },
    [ENTRY_RULE] = { "rule", PHASE_VERDICT, read_action, "an action" },
};

const char *entry_kind_name(EntryKind kind)
{
    return kinds[kind].name;
}

const char *const *entry_kind_names(void)
{
    static const char *const names[] = { "words", "fallback", "score", "floor", "rule", NULL };
    return names;
}

bool entry_kind_find(const char *name, EntryKind *kind)
{
    for (guint i = 0; i < ENTRY_KINDS; i++) {
        if (g_str_equal(kinds[i].name, name)) {
            *kind = (EntryKind)i;
            return true;
        }
    }
    return false;
}

void entry_free(Entry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->name);
    expression_free(entry->when);
    verdict_free(entry->values);
    g_ptr_array_unref(entry->actions);
    g_free(entry);
}

bool entry_holds(const Entry *entry, const Facts *facts)
{
    return entry->when == NULL || expression_holds(entry->when, facts);
}

/* Its settings. */

static const ConfValue *first_value(const ConfItem *item)
{
    return g_ptr_array_index(item->values, 0);
}

static void read_points(Reader *reader, const ConfItem *item)
{
    static const Setting points = {
        .name = "points", .type = SETTING_TYPE_NUMBER, .min = -POINTS_MAX, .max = POINTS_MAX
    };
    g_autofree char *why = NULL;
    if (!g_str_equal(item->name, "points"))
        diags_add(reader->diags, item->place, "a score has 'when' and 'points', not '%s'",
                  item->name);
    else if (!settings_parse_number(&points, first_value(item)->text, &reader->entry->points, &why))
        diags_add(reader->diags, first_value(item)->place, "%s", why);
}

static const Field *find_field(Reader *reader, const ConfItem *item)
{
    const Field *field = field_find(reader->schema->fields, item->name);
    if (field != NULL)
        return field;
    const char *const *names = field_names(reader->schema->fields);
    const char *nearest = diags_nearest(item->name, names);
    g_autofree char *all = g_strjoinv(", ", (char **)names);
    if (nearest != NULL)
        diags_add(reader->diags, item->place, "unknown field '%s'; did you mean '%s'?", item->name,
                  nearest);
    else if (g_strv_contains(policy_action_names(), item->name))
        diags_add(reader->diags, item->place, "'%s' is an action; actions belong to rules",
                  item->name);
    else
        diags_add(reader->diags, item->place, "unknown field '%s'; there are: %s", item->name, all);
    return NULL;
}

static void read_value(Reader *reader, const ConfItem *item)
{
    const Field *field = find_field(reader, item);
    const ConfValue *value = first_value(item);
    g_autoptr(GError) error = NULL;
    if (field != NULL && item->values->len > 1)
        diags_add(reader->diags, item->place, "%s takes one value", item->name);
    else if (field != NULL && !verdict_set_text(reader->entry->values, field, value->text, &error))
        diags_add(reader->diags, value->place, "%s", error->message);
}

static void read_minimum(Reader *reader, const ConfItem *item)
{
    const Field *field = field_find(reader->schema->fields, item->name);
    if (field != NULL && field->type != FIELD_ORDERED)
        diags_add(reader->diags, item->place,
                  "%s has no order, so that it can't have a lowest value; use a fallback",
                  item->name);
    else
        read_value(reader, item);
}

static void read_action(Reader *reader, const ConfItem *item)
{
    Action *action = action_read(item, reader->schema, reader->diags);
    if (action != NULL)
        g_ptr_array_add(reader->entry->actions, action);
}

/* The entry. */

static char *read_name(EntryKind kind, const ConfItem *item, Diags *diags)
{
    const char *title = conf_title(item) != NULL ? conf_title(item) : "";
    g_autofree char *name = text_line(title, ENTRY_NAME_MAX);
    if (name[0] == '\0')
        diags_add(diags, item->place, "a %s needs a name: %s \"what it is for\" { … }",
                  kinds[kind].name, kinds[kind].name);
    else if (!g_str_equal(name, title))
        diags_add(diags, item->place, "a name is one line of at most %d bytes", ENTRY_NAME_MAX);
    return g_steal_pointer(&name);
}

static void read_when(Reader *reader, const ConfItem *item, GHashTable *words)
{
    Entry *entry = reader->entry;
    expression_free(entry->when);
    entry->when = expression_compile(reader->schema->facts, words, kinds[entry->kind].latest,
                                     item->head, item->place, reader->diags);
}

/* Has it been given before?  Then that is said. */
static bool is_double(Reader *reader, GHashTable *seen, const ConfItem *item)
{
    const ConfItem *first = g_hash_table_lookup(seen, item->name);
    g_hash_table_insert(seen, (gpointer)item->name, (gpointer)item);
    if (first == NULL || action_repeats(item->name))
        return false;
    diags_add(reader->diags, item->place, "'%s' is already given in line %d", item->name,
              first->place.line);
    return true;
}

static bool is_setting(const ConfItem *item, Diags *diags)
{
    if (item->items == NULL && item->values != NULL && item->values->len > 0 &&
        item->head->len == 0)
        return true;
    diags_add(diags, item->place, "'%s' is not understood here; write 'when …' or '%s = …'",
              item->name, item->name);
    return false;
}

static guint read_items(Reader *reader, const ConfItem *item, GHashTable *words)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    guint settings = 0;
    for (guint i = 0; i < item->items->len; i++) {
        const ConfItem *inner = g_ptr_array_index(item->items, i);
        bool when = g_str_equal(inner->name, "when");
        settings += !when;
        if (is_double(reader, seen, inner))
            continue;
        if (when)
            read_when(reader, inner, words);
        else if (is_setting(inner, reader->diags))
            kinds[reader->entry->kind].read(reader, inner);
    }
    return settings;
}

Entry *entry_read(EntryKind kind, const ConfItem *item, const PolicySchema *schema,
                  GHashTable *words, Diags *diags)
{
    Entry *entry = g_new0(Entry, 1);
    Reader reader = { .entry = entry, .schema = schema, .diags = diags };
    entry->kind = kind;
    entry->name = read_name(kind, item, diags);
    entry->values = verdict_new(schema->fields);
    entry->actions = g_ptr_array_new_with_free_func((GDestroyNotify)action_free);
    if (item->items == NULL)
        diags_add(diags, item->place, "'{ … }' is expected behind the %s's name", kinds[kind].name);
    else if (read_items(&reader, item, words) == 0)
        diags_add(diags, item->place, "the %s '%s' does nothing: %s is missing", kinds[kind].name,
                  entry->name, kinds[kind].needs);
    return entry;
}
