/* Postfix's master.cf, as far as it is about us: which smtpd takes mail from outside, and which
 * ones take it back from a content filter (amavis and its like).  A mail that is handed back to an
 * smtpd with our milter is judged a second time, and comes out of our own network then. */
#include "ctl/postfix_parts.h"

#include <string.h>

#define NAME     0
#define TYPE     1
#define CHROOT   4
#define COMMAND  7
#define OVERRIDE "receive_override_options"

typedef struct {
    char *name; /* smtp/inet, 127.0.0.1:10025/inet */
    bool chrooted;
} Smtpd;

static void smtpd_free(gpointer data)
{
    Smtpd *smtpd = data;
    g_free(smtpd->name);
    g_free(smtpd);
}

static void add_if_smtpd(GPtrArray *services, const char *line)
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t", -1);
    const char *words[COMMAND + 1];
    guint count = 0;
    for (char **part = parts; *part != NULL && count <= COMMAND; part++) {
        if ((*part)[0] != '\0')
            words[count++] = *part;
    }
    if (count <= COMMAND || !g_str_equal(words[COMMAND], "smtpd"))
        return;
    Smtpd *smtpd = g_new0(Smtpd, 1);
    smtpd->name = g_strconcat(words[NAME], "/", words[TYPE], NULL);
    smtpd->chrooted = words[CHROOT][0] == 'y';
    g_ptr_array_add(services, smtpd);
}

static GPtrArray *smtpds_of(const PostfixSettings *postfix)
{
    GPtrArray *services = g_ptr_array_new_with_free_func(smtpd_free);
    g_auto(GStrv) lines = g_strsplit(postfix->services, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        add_if_smtpd(services, *line);
    return services;
}

/* Its own -o, NULL if it has none.  Caller frees. */
static char *override_of(const PostfixSettings *postfix, const Smtpd *smtpd, const char *parameter)
{
    g_autofree char *start = g_strdup_printf("%s/%s =", smtpd->name, parameter);
    g_auto(GStrv) lines = g_strsplit(postfix->overrides, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, start))
            return g_strstrip(g_strdup(*line + strlen(start)));
    }
    return NULL;
}

static char *value_of(const PostfixSettings *postfix, const Smtpd *smtpd, const char *parameter,
                      const char *usual)
{
    char *own = override_of(postfix, smtpd, parameter);
    return own != NULL ? own : g_strdup(usual);
}

/* The one that takes mail from outside; NULL: there is no smtpd. */
static const Smtpd *front_of(const GPtrArray *services)
{
    const Smtpd *front = services->len > 0 ? services->pdata[0] : NULL;
    for (guint i = 0; i < services->len; i++) {
        const Smtpd *smtpd = g_ptr_array_index(services, i);
        if (g_str_equal(smtpd->name, "smtp/inet"))
            front = smtpd;
    }
    return front;
}

void postfix_take_front(PostfixSettings *postfix, char **own)
{
    g_autoptr(GPtrArray) services = smtpds_of(postfix);
    const Smtpd *front = front_of(services);
    *own = front != NULL ? override_of(postfix, front, "smtpd_milters") : NULL;
    postfix->chrooted = front != NULL && front->chrooted;
    if (*own != NULL)
        postfix->smtpd_milters = *own;
}

/* People's programs and other servers come to these. */
static bool is_public(const Smtpd *smtpd)
{
    static const char *const ports[] = { "smtp",  "25",          "submission", "587",
                                         "smtps", "submissions", "465",        "smtpd" };
    g_autofree char *name = g_strndup(smtpd->name, strcspn(smtpd->name, "/"));
    const char *colon = strrchr(name, ':');
    for (gsize i = 0; i < G_N_ELEMENTS(ports); i++) {
        if (g_str_equal(colon != NULL ? colon + 1 : name, ports[i]))
            return true;
    }
    return false;
}

static bool has_filter(const PostfixSettings *postfix, const Smtpd *smtpd)
{
    g_autofree char *filter = value_of(postfix, smtpd, "content_filter", postfix->content_filter);
    return filter[0] != '\0';
}

static bool meets_us(const PostfixSettings *postfix, const Smtpd *smtpd, const char *socket)
{
    const PostfixSettings own = { .queue_directory = postfix->queue_directory,
                                  .chrooted = smtpd->chrooted };
    g_autofree char *milters = value_of(postfix, smtpd, "smtpd_milters", postfix->smtpd_milters);
    g_autoptr(GPtrArray) list = postfix_entries(milters);
    return postfix_entry_of_ours(&own, list, socket) >= 0;
}

static void check_handed_back(GPtrArray *findings, const PostfixSettings *postfix,
                              const Smtpd *smtpd, const char *socket)
{
    g_autofree char *options =
        value_of(postfix, smtpd, OVERRIDE, postfix->receive_override_options);
    if (strstr(options, "no_milters") == NULL && meets_us(postfix, smtpd, socket))
        postfix_find(findings,
                     "master.cf: %s: mail that a content filter hands back meets us a second time; "
                     "add -o " OVERRIDE "=no_header_body_checks,no_milters",
                     smtpd->name);
    else if (strstr(options, "no_header_body_checks") == NULL && postfix->header_checks[0] != '\0')
        postfix_find(findings,
                     "master.cf: %s: header_checks may remove our headers from mail that a content "
                     "filter hands back; add -o " OVERRIDE "=no_header_body_checks,no_milters",
                     smtpd->name);
}

/* Mail is handed back to an smtpd that is not for programs or other servers and has no content
 * filter, if there is one, or if the service turns it off: an access table may name it. */
static bool is_handed_back(const PostfixSettings *postfix, const Smtpd *smtpd, bool filtered)
{
    g_autofree char *own = override_of(postfix, smtpd, "content_filter");
    return !is_public(smtpd) && !has_filter(postfix, smtpd) && (filtered || own != NULL);
}

GPtrArray *postfix_reinjection_findings(const PostfixSettings *postfix, const char *socket)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) services = smtpds_of(postfix);
    const Smtpd *front = front_of(services);
    bool filtered = false;
    if (front == NULL || !meets_us(postfix, front, socket))
        return findings;
    for (guint i = 0; i < services->len; i++)
        filtered |= has_filter(postfix, services->pdata[i]);
    for (guint i = 0; i < services->len; i++) {
        const Smtpd *smtpd = g_ptr_array_index(services, i);
        if (smtpd != front && is_handed_back(postfix, smtpd, filtered))
            check_handed_back(findings, postfix, smtpd, socket);
    }
    return findings;
}
