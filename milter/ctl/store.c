/* forget, db check, db backup. */
#include "crm/log.h"
#include "ctl/shared.h"

static int forget_in_timeline(Ctl *ctl, const char *address)
{
    g_autoptr(GError) error = NULL;
    gint64 rows;
    if (ctl->site->crm == NULL)
        return CTL_GOOD;
    if (!crm_log_forget(site_sqlite_path(ctl->site->crm), address, &rows, &error))
        return ctl_fail(error);
    ctl_say(ctl, "Interactions of the timeline: %" G_GINT64_FORMAT, rows);
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
    return forget_in_timeline(ctl, address);
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
