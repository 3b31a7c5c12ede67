/* Settings from a tree of configuration into structs, by tables: who may be set, to what, and what
 * to say if it isn't that.
 *
 * Whatever is wrong, the member holds its default afterwards, so that the reader of the rest never
 * meets half a value.  Numbers and their units are in settings_number.c.  Pure; any thread. */
#include "base/settings.h"

#include "base/settings_number.h"

#include <string.h>

typedef struct {
    const SettingsTable *table;
    gpointer target;
    const ConfItem **given; /* by row: the first item of that name */
    Diags *diags;
} Reader;

#define MEMBER(type, target, row) ((type *)(gpointer)((char *)(target) + (row)->offset))

static gsize count_rows(const SettingsTable *table)
{
    gsize count = 0;

    while (table->rows[count].name)
        count++;
    return count;
}

static bool check_length(const Setting *row, const char *text, char **why)
{
    gsize length = strlen(text);

    if (length == 0)
        *why =
            g_strdup_printf("'%s' holds an empty text; give a value, or leave it out", row->name);
    else if (row->max > 0 && (double)length > row->max)
        *why = g_strdup_printf("'%s' may have at most %.0f bytes, not %zu", row->name, row->max,
                               length);
    else if ((double)length < row->min)
        *why = g_strdup_printf("'%s' must have at least %.0f bytes, not %zu", row->name, row->min,
                               length);
    return !*why;
}

static char *not_a_choice(const Setting *row, const char *text, const char *const *choices)
{
    g_autofree char *all = g_strjoinv(", ", (char **)choices);
    const char *nearest = diags_nearest(text, choices);

    if (nearest)
        return g_strdup_printf("'%s' must be one of %s, not '%s'; did you mean '%s'?", row->name,
                               all, text, nearest);
    return g_strdup_printf("'%s' must be one of %s, not '%s'", row->name, all, text);
}

static bool find_choice(const Setting *row, const char *text, const char *const *choices,
                        int *index, char **why)
{
    for (int i = 0; choices[i]; i++) {
        if (g_str_equal(choices[i], text)) {
            *index = i;
            return true;
        }
    }
    *why = not_a_choice(row, text, choices);
    return false;
}

static bool store_yes_no(const Setting *row, gpointer target, const char *text, char **why)
{
    static const char *const answers[] = { "no", "yes", NULL };
    int index = 0;

    if (!find_choice(row, text, answers, &index, why))
        return false;
    *MEMBER(bool, target, row) = index == 1;
    return true;
}

static bool store_number(const Setting *row, gpointer target, const char *text, char **why)
{
    double number;

    if (!settings_parse_number(row, text, &number, why))
        return false;
    if (row->type == SETTING_TYPE_NUMBER)
        *MEMBER(double, target, row) = number;
    else
        *MEMBER(gint64, target, row) = (gint64)number;
    return true;
}

static bool store_text(const Setting *row, gpointer target, const char *text, char **why)
{
    if (!check_length(row, text, why))
        return false;
    *MEMBER(char *, target, row) = g_strdup(text);
    return true;
}

/* One value into a member that is not a list. */
static bool store_one(const Setting *row, gpointer target, const char *text, char **why)
{
    switch (row->type) {
    case SETTING_TYPE_TEXT:
        return store_text(row, target, text, why);
    case SETTING_TYPE_CHOICE:
        return find_choice(row, text, row->choices, MEMBER(int, target, row), why);
    case SETTING_TYPE_YES_NO:
        return store_yes_no(row, target, text, why);
    default:
        return store_number(row, target, text, why);
    }
}

static void store_default(const Setting *row, gpointer target)
{
    g_autofree char *why = NULL;

    if (row->type == SETTING_TYPE_LIST) {
        char **items = g_strsplit(row->fallback ? row->fallback : "", ",", -1);

        for (char **item = items; *item; item++)
            g_strstrip(*item);
        *MEMBER(char **, target, row) = items;
    } else if (row->fallback && !store_one(row, target, row->fallback, &why)) {
        g_error("default of %s", why);
    }
}

static bool read_list(const Reader *reader, const Setting *row, const GPtrArray *values)
{
    g_autoptr(GStrvBuilder) items = g_strv_builder_new();
    bool good = true;

    for (guint i = 0; i < values->len; i++) {
        const ConfValue *value = values->pdata[i];
        g_autofree char *why = NULL;

        if (!check_length(row, value->text, &why)) {
            diags_add(reader->diags, value->place, "%s", why);
            good = false;
        }
        g_strv_builder_add(items, value->text);
    }
    if (good)
        *MEMBER(char **, reader->target, row) = g_strv_builder_end(items);
    return good;
}

static bool read_one(const Reader *reader, const Setting *row, const ConfItem *item)
{
    const ConfValue *value = item->values->pdata[0];
    g_autofree char *why = NULL;

    if (item->values->len > 1) {
        const ConfValue *second = item->values->pdata[1];

        diags_add(reader->diags, second->place,
                  "'%s' takes one value, not %u; put it in quotes if the comma belongs to it",
                  row->name, item->values->len);
        return false;
    }
    if (store_one(row, reader->target, value->text, &why))
        return true;
    diags_add(reader->diags, value->place, "%s", why);
    return false;
}

static bool read_values(const Reader *reader, const Setting *row, const ConfItem *item)
{
    if (item->values->len == 0) /* the parser has said so */
        return false;
    return row->type == SETTING_TYPE_LIST ? read_list(reader, row, item->values)
                                          : read_one(reader, row, item);
}

static void say_unknown(const Reader *reader, const ConfItem *item)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *all = NULL;
    const char *nearest;

    for (const Setting *row = reader->table->rows; row->name; row++)
        g_ptr_array_add(names, (gpointer)row->name);
    g_ptr_array_add(names, NULL);
    nearest = diags_nearest(item->name, (const char *const *)names->pdata);
    if (nearest) {
        diags_add(reader->diags, item->place, "unknown setting '%s'; did you mean '%s'?",
                  item->name, nearest);
        return;
    }
    all = g_strjoinv(", ", (char **)names->pdata);
    diags_add(reader->diags, item->place, "unknown setting '%s'; there are: %s", item->name, all);
}

static bool is_well_formed(const Reader *reader, const ConfItem *item)
{
    if (item->items)
        diags_add(reader->diags, item->place, "'%s' is a setting, not a block; write %s = …",
                  item->name, item->name);
    else if (!item->values || item->head->len > 0)
        diags_add(reader->diags, item->place, "'%s' needs '=' directly behind it", item->name);
    else
        return true;
    return false;
}

/* The row of that name; behind the last one if there is none. */
static gsize find_row(const SettingsTable *table, const char *name)
{
    gsize row = 0;

    while (table->rows[row].name && !g_str_equal(table->rows[row].name, name))
        row++;
    return row;
}

bool settings_take(const SettingsTable *table, const ConfItem *item)
{
    bool formed = item->values && item->head->len == 0;
    const Setting *row = &table->rows[find_row(table, item->name)];

    return formed || (row->name && !(row->block_too && item->items));
}

void settings_refuse_others(const SettingsTable *table, const GPtrArray *items, Diags *diags)
{
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = items->pdata[i];

        if (!settings_take(table, item))
            diags_add(diags, item->place, "expected a setting: %s = …", item->name);
    }
}

/* Remembers the item under its row; what is no setting at all stays with the caller. */
static void assign(const Reader *reader, const ConfItem *item)
{
    gsize row = find_row(reader->table, item->name);

    if (!settings_take(reader->table, item))
        return;
    if (!reader->table->rows[row].name) {
        say_unknown(reader, item);
    } else if (reader->given[row]) {
        diags_add(reader->diags, item->place, "'%s' already given at %s:%d", item->name,
                  reader->given[row]->place.file, reader->given[row]->place.line);
    } else {
        reader->given[row] = item;
    }
}

static void read_row(const Reader *reader, const Setting *row, const ConfItem *item, Place where)
{
    if (item && is_well_formed(reader, item) && read_values(reader, row, item))
        return;
    if (!item && row->required)
        diags_add(reader->diags, where, "'%s' is missing: %s", row->name, row->help);
    store_default(row, reader->target);
}

void settings_read(const SettingsTable *table, gpointer target, const GPtrArray *items, Place where,
                   Diags *diags)
{
    gsize count = count_rows(table);
    g_autofree const ConfItem **given = g_new0(const ConfItem *, count + 1);
    Reader reader = { .table = table, .target = target, .given = given, .diags = diags };

    for (guint i = 0; i < items->len; i++)
        assign(&reader, items->pdata[i]);
    for (gsize i = 0; i < count; i++)
        read_row(&reader, &table->rows[i], given[i], where);
}

void settings_clear(const SettingsTable *table, gpointer target)
{
    for (const Setting *row = table->rows; row->name; row++) {
        if (row->type == SETTING_TYPE_TEXT)
            g_clear_pointer(MEMBER(char *, target, row), g_free);
        else if (row->type == SETTING_TYPE_LIST)
            g_clear_pointer(MEMBER(char **, target, row), g_strfreev);
    }
}

/* Plain if every reader sees one word in it, else in quotes. */
static void append_text(GString *out, const char *text)
{
    if (*text && *text != '#' && !text[strcspn(text, " \t\r\n\\{}();,=<>!'\"")]) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if (*text == '\n' || *text == '\t') {
            g_string_append(out, *text == '\n' ? "\\n" : "\\t");
            continue;
        }
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static void append_list(GString *out, char *const *items)
{
    for (char *const *item = items; *item; item++) {
        if (item != items)
            g_string_append(out, ", ");
        append_text(out, *item);
    }
}

char *settings_value_text(const Setting *row, gconstpointer target)
{
    GString *out = g_string_new(NULL);
    g_autofree char *number = NULL;

    switch (row->type) {
    case SETTING_TYPE_TEXT:
        if (*MEMBER(const char *const, target, row))
            append_text(out, *MEMBER(const char *const, target, row));
        break;
    case SETTING_TYPE_LIST:
        append_list(out, *MEMBER(char *const *const, target, row));
        break;
    case SETTING_TYPE_CHOICE:
        g_string_append(out, row->choices[*MEMBER(const int, target, row)]);
        break;
    case SETTING_TYPE_YES_NO:
        g_string_append(out, *MEMBER(const bool, target, row) ? "yes" : "no");
        break;
    case SETTING_TYPE_NUMBER:
        number = settings_number_text(row, *MEMBER(const double, target, row));
        g_string_append(out, number);
        break;
    default:
        if (row->type == SETTING_TYPE_MONEY && *MEMBER(const gint64, target, row) == 0)
            break;
        number = settings_number_text(row, (double)*MEMBER(const gint64, target, row));
        g_string_append(out, number);
    }
    return g_string_free(out, FALSE);
}

char *settings_range_text(const Setting *row)
{
    g_autofree char *list = NULL;
    g_autofree char *min = NULL;
    g_autofree char *max = NULL;

    switch (row->type) {
    case SETTING_TYPE_CHOICE:
        list = g_strjoinv(", ", (char **)row->choices);
        return g_strdup_printf("one of %s", list);
    case SETTING_TYPE_YES_NO:
        return g_strdup("yes or no");
    case SETTING_TYPE_TEXT:
        return g_strdup_printf("at most %.0f bytes", row->max);
    case SETTING_TYPE_LIST:
        return g_strdup_printf("at most %.0f bytes each", row->max);
    default:
        min = settings_number_text(row, row->min);
        max = settings_number_text(row, row->max);
        return g_strdup_printf("%s to %s", min, max);
    }
}
