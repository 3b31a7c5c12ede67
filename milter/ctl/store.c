/* forget, db check, db backup. */
#include "crm/log.h"
#include "ctl/shared.h"

/* ── forget ── */

/* What the store and the timeline knew of the person. */
typedef struct {
    Forgotten store;
    gint64 interactions;
    bool complete;
} Known;

static bool forget_in_timeline(Ctl *ctl, const char *address, bool dry_run, Known *known,
                               GError **error)
{
    bool complete = true;
    if (ctl->site->crm != NULL && !crm_log_forget(site_sqlite_path(ctl->site->crm), address,
                                                  dry_run, &known->interactions, &complete, error))
        return false;
    known->complete = known->store.complete && complete;
    return true;
}

static int say_forgotten(Ctl *ctl, const char *address, const Known *known)
{
    bool found = known->store.rows + known->interactions > 0;
    if (found)
        ctl_say(ctl, "%s", known->store.report);
    else
        ctl_say(ctl, "nothing is known of %s: nothing was changed", address);
    if (found && ctl->site->crm != NULL)
        ctl_say(ctl, "Interactions of the timeline: %" G_GINT64_FORMAT, known->interactions);
    if (!known->complete) {
        ctl_say(ctl, "Others use the store: its free space or its write-ahead log may still hold "
                     "traces.  Run this again later.");
        return CTL_LATER;
    }
    return found ? CTL_GOOD : CTL_FINDINGS;
}

int ctl_forget(Ctl *ctl)
{
    const bool dry_run = ctl_flag(ctl, "--dry-run");
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
    Known known = { 0 };
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    if (!store_forget(store, address, dry_run, now, &known.store, &error))
        return ctl_fail(error);
    g_strchomp(known.store.report);
    int result = forget_in_timeline(ctl, address, dry_run, &known, &error)
                     ? say_forgotten(ctl, address, &known)
                     : ctl_fail(error);
    g_free(known.store.report);
    return result;
}

/* ── the file ── */

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
