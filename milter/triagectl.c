/* triagectl(1): options, then the command table (milter/ctl/ctl.c). */
#include "ctl/ctl.h"

#include "base/log.h"
#include "base/process.h"

#define DEFAULT_CONF "/etc/triage-milter/triage-milter.conf"

int main(int argc, char **argv)
{
    g_autofree char *conf = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        { "conf", 'c', 0, G_OPTION_ARG_FILENAME, &conf, "Configuration file", "FILE" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("COMMAND …");
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_ignore_unknown_options(context, TRUE);
    process_print_safely();
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("triagectl: %s\n", error->message);
        return CTL_USAGE;
    }
    log_open("triagectl", false, LOG_LEVEL_WARNING);
    message_init();
    Ctl ctl = { .conf = conf != NULL ? conf : DEFAULT_CONF, .json = json };
    int code = ctl_run(&ctl, argv + 1);
    services_close(ctl.services);
    store_close(ctl.store);
    site_unref(ctl.site);
    return code;
}
