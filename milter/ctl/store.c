/* stats show, forget, db check, db backup. */
#include "ctl/shared.h"

#include <stdlib.h>

#define SECONDS_PER_DAY 86400
#define DAYS_MAX        3650

int ctl_stats_show(Ctl *ctl)
{
    const char *days_text = ctl_option(ctl, "--days");
    gint64 days = 7;
    if (days_text != NULL && !g_ascii_string_to_signed(days_text, 10, 1, DAYS_MAX, &days, NULL)) {
        g_printerr("triagectl: '--days' must be a number from 1 to %d, not '%s'\n", DAYS_MAX,
                   days_text);
        return CTL_USAGE;
    }
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    gint64 since = g_get_real_time() / G_USEC_PER_SEC - days * SECONDS_PER_DAY;
    cJSON *stats = store_stats(store, since, &error);
    if (stats == NULL)
        return ctl_fail(error);
    ctl_print_object(ctl, stats);
    return CTL_GOOD;
}

int ctl_forget(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    g_autofree char *address = address_fold(ctl->arguments[0]);
    if (address[0] == '\0') {
        g_printerr("triagectl: '%s' is no address; expected one like ann@example.com\n",
                   ctl->arguments[0]);
        return CTL_USAGE;
    }
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autofree char *report = NULL;
    if (!store_forget(store, address, g_get_real_time() / G_USEC_PER_SEC, &report, &error))
        return ctl_fail(error);
    ctl_say(ctl, "%s", g_strchomp(report));
    return CTL_GOOD;
}

int ctl_db_check(Ctl *ctl)
{
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    if (!store_check(store, &error))
        return ctl_fail(error);
    ctl_say(ctl, "the store is sound");
    return CTL_GOOD;
}

int ctl_db_backup(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    if (!store_backup(store, ctl->arguments[0], &error))
        return ctl_fail(error);
    ctl_say(ctl, "written to %s", ctl->arguments[0]);
    return CTL_GOOD;
}
