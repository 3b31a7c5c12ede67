/* Configuration out of arbitrary bytes.
 *
 * The reader never gives up, every text in the tree is UTF-8, nesting is bounded; settings keep
 * their ranges whatever is written, and what they are dumped as is read as the same again. */
#include "base/settings.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    char *name;
    char **list;
    int mode;
    bool switched;
    gint64 wait_ms, size, count, budget, price, file_mode;
    double share;
} Box;

static const char *const modes[] = { "observe", "tag", "full", NULL };

static const Setting rows[] = {
    SETTING_TEXT("n", Box, name, NULL, 20, "Name."),
    SETTING_LIST("l", Box, list, "a, b", 10, "List."),
    SETTING_CHOICE("m", Box, mode, "tag", modes, "Mode."),
    SETTING_YES_NO("y", Box, switched, "yes", "Switch."),
    SETTING_DURATION("d", Box, wait_ms, "8s", 100, 86400000, "Wait."),
    SETTING_SIZE("s", Box, size, "64k", 1, 1e12, "Size."),
    SETTING_COUNT("c", Box, count, "25", 0, 1e9, "Count."),
    SETTING_NUMBER("f", Box, share, "0.5", -1, 1, "Share."),
    SETTING_MONEY("b", Box, budget, 1e6, 1e15, "Budget."),
    SETTING_ROW(SETTING_TYPE_PRICE, "p", Box, price, "0.5", 0, 1e7, NULL, "Price."),
    SETTING_OCTAL("o", Box, file_mode, "0660", "Mode of the file."),
    { .name = NULL },
};

static const SettingsTable table = { .block = "", .size = sizeof(Box), .rows = rows };

static void check_items(const GPtrArray *items, int depth)
{
    g_assert(depth <= CONF_DEPTH_MAX || items->len == 0);
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = items->pdata[i];
        g_assert(item->place.line >= 1 && item->place.column >= 1);
        g_assert(g_utf8_validate(item->name, -1, NULL) && *item->name);
        for (guint n = 0; n < item->head->len; n++)
            g_assert(g_utf8_validate(((const Token *)item->head->pdata[n])->text, -1, NULL));
        for (guint n = 0; item->values && n < item->values->len; n++)
            g_assert(g_utf8_validate(((const ConfValue *)item->values->pdata[n])->text, -1, NULL));
        if (item->items != NULL)
            check_items(item->items, depth + 1);
    }
}

static void check_ranges(const Box *box)
{
    g_assert(box->name == NULL || strlen(box->name) <= 20);
    g_assert(box->list != NULL);
    g_assert(box->mode >= 0 && box->mode <= 2);
    g_assert(box->wait_ms >= 100 && box->wait_ms <= 86400000);
    g_assert(box->size >= 1 && box->size <= 1000000000000);
    g_assert(box->count >= 0 && box->count <= 1000000000);
    g_assert(box->share >= -1 && box->share <= 1);
    g_assert(box->budget == 0 ||
             (box->budget >= 1000000 && box->budget <= G_GINT64_CONSTANT(1000000000000000)));
    g_assert(box->price >= 0 && box->price <= 10000000);
    g_assert(box->file_mode >= 0 && box->file_mode <= 0777);
}

static char *dump(const Box *box)
{
    GString *text = g_string_new(NULL);
    for (const Setting *row = rows; row->name != NULL; row++) {
        g_autofree char *value = settings_value_text(row, box);
        if (*value != '\0')
            g_string_append_printf(text, "%s = %s\n", row->name, value);
    }
    return g_string_free(text, FALSE);
}

static char *read_and_dump(const GPtrArray *items, Diags *diags)
{
    Box box = { .name = NULL };
    settings_read(&table, &box, items, (Place){ "fuzz", 1, 1 }, diags);
    check_ranges(&box);
    char *text = dump(&box);
    settings_clear(&table, &box);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Diags) diags = diags_new(), none = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("fuzz", 1, (const char *)data, size, diags);
    check_items(tree->items, 0);

    g_autofree char *once = read_and_dump(tree->items, diags);
    g_autofree char *said = diags_to_text(diags);
    g_assert(g_utf8_validate(said, -1, NULL));

    g_autoptr(ConfTree) again = conf_read_text("again", 1, once, strlen(once), none);
    g_autofree char *twice = read_and_dump(again->items, none);
    g_assert_cmpint(diags_count(none), ==, 0);
    g_assert_cmpstr(once, ==, twice);
    return 0;
}
