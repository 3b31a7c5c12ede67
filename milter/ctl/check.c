/* check: everything that can be wrong before start.  --online also looks at what is outside our
 * files: the user and the group, the databases, and Postfix's configuration where postconf(1) is at
 * hand. */
#include "ctl/postfix.h"
#include "ctl/probe.h"
#include "ctl/shared.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

/* What a program of Postfix prints, without the newline; NULL: it isn't here, or it failed. */
static char *ask(const char *program, const char *option, const char *name, const char *table)
{
    const char *words[] = { program, option, name, table, NULL }; /* name NULL: all */
    g_autofree char *out = NULL;
    int status = 0;
    if (!g_spawn_sync(NULL, (char **)(gpointer)words, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                      &status, NULL) ||
        status != 0)
        return NULL;
    return g_strdup(g_strchomp(out));
}

static char *postconf(const char *option, const char *name)
{
    return ask("postconf", option, name, NULL);
}

static guint say_findings(Ctl *ctl, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++)
        ctl_say(ctl, "postfix: %s", (const char *)g_ptr_array_index(findings, i));
    return findings->len;
}

/* Each once. */
static char *delimiters_of(const Site *site)
{
    bool used[] = { [DELIMITER_PLUS] = false, [DELIMITER_MINUS] = false, [DELIMITER_NONE] = false };
    for (guint i = 0; i < site->mailboxes->len; i++)
        used[((const Mailbox *)g_ptr_array_index(site->mailboxes, i))->delimiter] = true;
    return g_strconcat(used[DELIMITER_PLUS] ? "+" : "", used[DELIMITER_MINUS] ? "-" : "", NULL);
}

static guint check_bounces(Ctl *ctl, const Site *site)
{
    g_autofree char *delimiter = postconf("-h", "recipient_delimiter");
    g_autofree char *classes = postconf("-h", "internal_mail_filter_classes");
    g_autofree char *milters = postconf("-h", "non_smtpd_milters");
    if (site->submission_url == NULL || delimiter == NULL || classes == NULL || milters == NULL)
        return 0;
    const PostfixSettings postfix = { .recipient_delimiter = delimiter,
                                      .internal_mail_filter_classes = classes,
                                      .non_smtpd_milters = milters };
    g_autofree char *delimiters = delimiters_of(site);
    g_autoptr(GPtrArray) findings = postfix_bounce_findings(&postfix, delimiters);
    return say_findings(ctl, findings);
}

/* Do the tables of a *_header_checks parameter remove this header?  As in cleanup(8), the first
 * table that has it decides. */
static bool is_removed(const char *parameter, const char *header)
{
    g_autofree char *list = postconf("-xh", parameter);
    g_autoptr(GPtrArray) tables = postfix_tables(list != NULL ? list : "");
    for (guint i = 0; i < tables->len; i++) {
        g_autofree char *action = ask("postmap", "-q", header, g_ptr_array_index(tables, i));
        if (action != NULL)
            return postfix_removes(action);
    }
    return false;
}

static guint check_guard(Ctl *ctl)
{
    static const char written[] = "X-Triage-Queue: forged", folded[] = "x-triage-status: forged";
    bool guarded = is_removed("header_checks", written) && is_removed("header_checks", folded);
    g_autoptr(GPtrArray) findings =
        postfix_guard_findings(guarded, is_removed("nested_header_checks", written));
    return say_findings(ctl, findings);
}

static guint check_postfix(Ctl *ctl, const Site *site)
{
    g_autofree char *milters = postconf("-h", "smtpd_milters");
    g_autofree char *queue = postconf("-h", "queue_directory");
    g_autofree char *filter = postconf("-h", "content_filter");
    g_autofree char *options = postconf("-h", "receive_override_options");
    g_autofree char *checks = postconf("-h", "header_checks");
    g_autofree char *services = postconf("-M", NULL);
    g_autofree char *overrides = postconf("-P", NULL);
    g_autofree char *own = NULL;
    if (milters == NULL || queue == NULL || filter == NULL || options == NULL || checks == NULL ||
        services == NULL || overrides == NULL) {
        ctl_say(ctl, "postfix: no postconf here, not looked at");
        return 0;
    }
    PostfixSettings postfix = { .smtpd_milters = milters,
                                .queue_directory = queue,
                                .services = services,
                                .overrides = overrides,
                                .content_filter = filter,
                                .receive_override_options = options,
                                .header_checks = checks,
                                .trust = site->trust };
    g_autoptr(GPtrArray) handed_back = postfix_reinjection_findings(&postfix, site->socket);
    postfix_take_front(&postfix, &own);
    g_autoptr(GPtrArray) findings = postfix_findings(&postfix, site->socket);
    if (say_findings(ctl, findings) == 0)
        ctl_say(ctl, "postfix: our line is as it should be");
    return findings->len + check_guard(ctl) + say_findings(ctl, handed_back) +
           check_bounces(ctl, site);
}

static bool ask_one(DnsAnswers *answers, void *name)
{
    return dns_ask(answers, DNS_TXT, name) != NULL;
}

/* Does the resolver answer?  What it answers to is of no interest. */
static guint check_resolver(Ctl *ctl, const Site *site)
{
    g_autoptr(GError) error = NULL;
    if (site->authenticate == AUTHENTICATE_TRUST)
        return 0;
    g_autoptr(Resolver) resolver = resolver_new(site->resolver, &error);
    if (resolver == NULL) {
        ctl_say(ctl, "dns: %s", error->message);
        return 1;
    }
    g_autofree char *name = g_strconcat(
        "_dmarc.", site->local_domains[0] != NULL ? site->local_domains[0] : "invalid", NULL);
    Lookups *lookups = lookups_begin(resolver, ask_one, name);
    DnsAnswers *answers = lookups_finish(lookups, G_MAXINT64, NULL, NULL);
    bool answered = dns_ask(answers, DNS_TXT, name)->outcome != DNS_FAILED;
    lookups_free(lookups);
    if (answered) {
        ctl_say(ctl, "dns: the resolver answers");
        return 0;
    }
    ctl_say(ctl,
            "dns: no answer for %s within %d ms; without one no sender is verified here: see "
            "'resolver'",
            name, LOOKUPS_LIMIT_MS);
    return 1;
}

/* The daemon would not start without them. */
static guint check_accounts(Ctl *ctl, const Site *site)
{
    guint findings = 0;
    if (site->user != NULL && getpwnam(site->user) == NULL) {
        ctl_say(ctl, "user: there is no user '%s' here", site->user);
        findings++;
    }
    if (site->socket_group != NULL && getgrnam(site->socket_group) == NULL) {
        ctl_say(ctl, "socket_group: there is no group '%s' here", site->socket_group);
        findings++;
    }
    return findings;
}

/* Is there a budget that would count a call to the model? */
static bool is_budgeted(const Site *site, const LlmModel *model)
{
    bool budgeted = site->budget != 0 || site->sender_budget != 0 || model->budget != 0;
    for (guint i = 0; i < site->mailboxes->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        budgeted |= mailbox->budget != 0 &&
                    g_strv_contains((const char *const *)mailbox->engines, model->name);
    }
    return budgeted;
}

static void say_without_price(Ctl *ctl, const Site *site, const LlmModel *model)
{
    if (site->prices == NULL)
        ctl_say(ctl, "budget: nobody knows what llm '%s' costs: name a file with 'prices'",
                model->name);
    else
        ctl_say(ctl, "budget: nobody knows what llm '%s' costs: %s has no 'price %s %s'",
                model->name, site->prices, llm_api_names[model->api], model->model);
}

/* Nothing that would keep the daemon from starting, but hardly meant. */
static void advise_on_money(Ctl *ctl, const Site *site)
{
    bool any = false;
    for (guint i = 0; i < site->models->len; i++) {
        const LlmModel *model = g_ptr_array_index(site->models, i);
        if (!is_budgeted(site, model))
            continue;
        any = true;
        if (!model->priced)
            say_without_price(ctl, site, model);
    }
    if (any && site->sender_budget == 0)
        ctl_say(ctl, "budget: without 'sender_budget' a single sender can spend all of it");
}

int ctl_check(Ctl *ctl)
{
    bool online = ctl_flag(ctl, "--online");
    const char *address = ctl_option(ctl, "--probe");
    if (ctl->argument_count > 0 || (address != NULL && !online))
        return CTL_USAGE;
    const Site *site = ctl_site(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    ctl_say(ctl, "%s: good, %u mailbox%s", site->path, site->mailboxes->len,
            site->mailboxes->len == 1 ? "" : "es");
    advise_on_money(ctl, site);
    if (!online)
        return CTL_GOOD;
    guint findings = check_accounts(ctl, site);
    Services *services = ctl_services(ctl);
    g_autoptr(GError) error = NULL;
    if (services == NULL)
        return CTL_FINDINGS;
    if (services_crm(services) != NULL && !crm_check(services_crm(services), &error))
        return ctl_fail(error);
    ctl_say(ctl, "store and CRM: good");
    findings += check_resolver(ctl, site);
    findings += check_postfix(ctl, site);
    if (address != NULL)
        findings += probe(ctl, address);
    return findings == 0 ? CTL_GOOD : CTL_FINDINGS;
}
