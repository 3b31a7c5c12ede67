/* config dump, config doc. */
#include "ctl/shared.h"

static const char *const types[] = {
    [SETTING_TYPE_TEXT] = "text",         [SETTING_TYPE_LIST] = "list",
    [SETTING_TYPE_CHOICE] = "choice",     [SETTING_TYPE_YES_NO] = "yes or no",
    [SETTING_TYPE_DURATION] = "duration", [SETTING_TYPE_SIZE] = "size",
    [SETTING_TYPE_COUNT] = "count",       [SETTING_TYPE_NUMBER] = "number",
    [SETTING_TYPE_MONEY] = "money",       [SETTING_TYPE_PRICE] = "price",
    [SETTING_TYPE_OCTAL] = "file mode",
};

int ctl_config_dump(Ctl *ctl)
{
    const Site *site = ctl_site(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    g_autofree char *text = site_dump(site);
    ctl_say(ctl, "%s", g_strchomp(text));
    return CTL_GOOD;
}

static void say_setting(Ctl *ctl, const Setting *row)
{
    const char *fallback = row->fallback != NULL ? row->fallback : "none";
    g_autofree char *range = settings_range_text(row);
    ctl_say(ctl, "    %-24s %-10s %s%s; %s%s\n        %s", row->name, types[row->type],
            row->required ? "required" : "default ", row->required ? "" : fallback, range,
            row->restart ? " (restart)" : "", row->help);
}

int ctl_config_doc(Ctl *ctl)
{
    for (const SettingsTable *const *table = site_tables(); *table != NULL; table++) {
        ctl_say(ctl, "%s", (*table)->help);
        for (const Setting *row = (*table)->rows; row->name != NULL; row++)
            say_setting(ctl, row);
        ctl_say(ctl, "%s", "");
    }
    return CTL_GOOD;
}
