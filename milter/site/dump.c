/* The snapshot as text: `triagectl config dump` prints it, and a reload compares it. */
#include "site/site.h"

#include "site/settings.h"

static void dump_rows(GString *out, const SettingsTable *table, gconstpointer values,
                      const char *indent)
{
    for (const Setting *row = table->rows; row->name != NULL; row++) {
        g_autofree char *text = settings_value_text(row, values);
        if (text != NULL && text[0] != '\0')
            g_string_append_printf(out, "%s%s = %s\n", indent, row->name, text);
    }
}

static void dump_blocks(GString *out, const SettingsTable *table, const GPtrArray *blocks)
{
    for (guint i = 0; i < blocks->len; i++) {
        const char *block = g_ptr_array_index(blocks, i);
        const char *title = *(char *const *)(block + table->title_offset);
        g_string_append_printf(out, "\n%s %s {\n", table->block, title);
        dump_rows(out, table, block, "    ");
        g_string_append(out, "}\n");
    }
}

char *site_dump(const Site *site)
{
    GString *out = g_string_new(NULL);
    dump_rows(out, &site_settings, site, "");
    dump_blocks(out, &llm_settings, site->models);
    dump_blocks(out, &brand_settings, site->brands);
    dump_blocks(out, &notify_settings, site->notifies);
    dump_blocks(out, &trust_settings, site->trusted_servers);
    dump_blocks(out, &mailbox_settings, site->mailboxes);
    return g_string_free(out, FALSE);
}

char *site_needs_restart(const Site *old, const Site *new_site)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (const Setting *row = site_settings.rows; row->name != NULL; row++) {
        g_autofree char *before = settings_value_text(row, old);
        g_autofree char *after = settings_value_text(row, new_site);
        if (row->restart && g_strcmp0(before, after) != 0)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", row->name);
    }
    return names->len > 0 ? g_string_free(g_steal_pointer(&names), FALSE) : NULL;
}
