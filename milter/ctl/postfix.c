/* Postfix's main.cf, as far as it is about us; master.c is about master.cf.
 *
 * The five ways of enabling us in main.cf that look right and lose sleep: not named at all, without
 * an action of our own for when we are down (Postfix's global default is tempfail), without our
 * timeouts, before other filters, or behind a chroot that can't see the socket.  Two ways in which
 * the bounce of a reply gets lost.  Header_checks, which must remove forged headers of ours when
 * we are down, but not from attached messages.  And several filters before us, of which we hear
 * one. */
#include "ctl/postfix_parts.h"

#include "site/site.h"

#include <string.h>

void postfix_find(GPtrArray *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(findings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

#define SEPARATORS " ,\t\n"

/* How far an entry of a list goes: to a separator that stands outside of braces. */
static gsize entry_length(const char *entry)
{
    int depth = 0;
    gsize length = 0;
    for (; entry[length] != '\0'; length++) {
        if (depth <= 0 && strchr(SEPARATORS, entry[length]) != NULL)
            break;
        depth += (entry[length] == '{') - (entry[length] == '}');
    }
    return length;
}

/* smtpd_milters is a list of names, or of { name, attribute = value, … } groups; a list of tables
 * may have inline:{ … } in it. */
GPtrArray *postfix_entries(const char *list)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    for (const char *at = list; *at != '\0';) {
        at += strspn(at, SEPARATORS);
        gsize length = entry_length(at);
        if (length > 0)
            g_ptr_array_add(found, g_strndup(at, length));
        at += length;
    }
    return found;
}

/* How a chrooted or unchrooted smtpd writes our socket. */
static char *as_smtpd_sees_it(const PostfixSettings *postfix, const char *socket)
{
    const char *path = site_unix_path(socket);
    if (path == NULL)
        return g_strdup(socket);
    if (!postfix->chrooted)
        return g_strdup(path);
    gsize root = strlen(postfix->queue_directory);
    if (!g_str_has_prefix(path, postfix->queue_directory) || path[root] != '/')
        return NULL;
    return g_strdup(path + root + strspn(path + root, "/"));
}

static int entry_with(const GPtrArray *list, const char *name)
{
    for (guint i = 0; i < list->len; i++) {
        if (strstr(g_ptr_array_index(list, i), name) != NULL)
            return (int)i;
    }
    return -1;
}

/* "inet:PORT@HOST" is libmilter's writing, "inet:HOST:PORT" is Postfix's. */
static char *postfix_writing(const char *socket)
{
    g_auto(GStrv) parts = g_strsplit(socket, ":", 2);
    g_auto(GStrv) ends = g_strsplit(parts[1] != NULL ? parts[1] : "", "@", 2);
    if (!g_str_has_prefix(socket, "inet") || ends[0] == NULL)
        return g_strdup(socket);
    return g_strdup_printf("%s:%s", ends[1] != NULL ? ends[1] : "127.0.0.1", ends[0]);
}

static void check_entry(GPtrArray *findings, const char *entry)
{
    static const struct {
        const char *attribute, *advice;
    } needed[] = {
        { "default_action", "default_action=accept: without it mail is deferred when we are down" },
        { "connect_timeout", "connect_timeout=5s: Postfix's own is 30s" },
        { "command_timeout", "command_timeout=30s" },
        { "content_timeout", "content_timeout=60s: Postfix's own is 300s" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (strstr(entry, needed[i].attribute) == NULL)
            postfix_find(findings, "smtpd_milters: our entry should say %s", needed[i].advice);
    }
    const char *action = strstr(entry, "default_action");
    if (action != NULL) {
        action += strlen("default_action");
        action += strspn(action, " =\t");
        if (!g_str_has_prefix(action, "accept"))
            postfix_find(findings, "smtpd_milters: default_action of our entry should be accept");
    }
}

int postfix_entry_of_ours(const PostfixSettings *postfix, const GPtrArray *list, const char *socket)
{
    g_autofree char *seen = as_smtpd_sees_it(postfix, socket);
    g_autofree char *name = seen != NULL ? postfix_writing(seen) : NULL;
    return name != NULL ? entry_with(list, name) : -1;
}

/* Without methods the topmost field counts alone, whoever of several filters wrote it. */
static void check_trust(GPtrArray *findings, char *const *trust, guint filters)
{
    for (; filters > 1 && trust != NULL && *trust != NULL; trust++)
        postfix_find(
            findings,
            "trust = %s: %u filters run before us, and only the topmost Authentication-Results "
            "field counts; if more than one of them writes that field, as OpenDKIM and OpenDMARC "
            "do, name what they write instead: trust %s { methods = dkim, dmarc }",
            *trust, filters, *trust);
}

GPtrArray *postfix_findings(const PostfixSettings *postfix, const char *socket)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) list = postfix_entries(postfix->smtpd_milters);
    g_autofree char *seen = as_smtpd_sees_it(postfix, socket);
    if (seen == NULL) {
        postfix_find(findings,
                     "socket %s: smtpd is chrooted to %s and can't reach it; move it below", socket,
                     postfix->queue_directory);
        return findings;
    }
    g_autofree char *name = postfix_writing(seen);
    int at = entry_with(list, name);
    if (at < 0) {
        postfix_find(findings,
                     "smtpd_milters doesn't name us; add { %s%s, default_action=accept, "
                     "connect_timeout=5s, command_timeout=30s, content_timeout=60s }",
                     site_unix_path(socket) != NULL ? "unix:" : "inet:", name);
        return findings;
    }
    if ((guint)at + 1 < list->len)
        postfix_find(findings, "smtpd_milters: we should stand last, behind the filters that write "
                               "Authentication-Results and reject mail");
    check_entry(findings, g_ptr_array_index(list, (guint)at));
    check_trust(findings, postfix->trust, (guint)at);
    return findings;
}

GPtrArray *postfix_tables(const char *list)
{
    return postfix_entries(list);
}

bool postfix_removes(const char *action)
{
    static const char *const removing[] = { "IGNORE", "STRIP", "REJECT" };
    gsize length = action != NULL ? strcspn(action, " \t") : 0;
    for (gsize i = 0; i < G_N_ELEMENTS(removing); i++) {
        if (length == strlen(removing[i]) && g_ascii_strncasecmp(action, removing[i], length) == 0)
            return true;
    }
    return false;
}

GPtrArray *postfix_guard_findings(bool guarded, bool nested)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(g_free);
    if (!guarded)
        postfix_find(findings,
                     "header_checks leaves forged X-Triage headers in mail, which then sort it "
                     "while the filter is down; add regexp:/etc/postfix/triage_header_checks "
                     "(contrib/postfix)");
    if (nested)
        postfix_find(findings,
                     "nested_header_checks removes X-Triage headers from attached messages, "
                     "whose signatures break; its default is header_checks: set it to the other "
                     "tables, or to nothing");
    return findings;
}

GPtrArray *postfix_bounce_findings(const PostfixSettings *postfix, const char *delimiters)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(g_free);
    for (const char *delimiter = delimiters; *delimiter != '\0'; delimiter++) {
        if (strchr(postfix->recipient_delimiter, *delimiter) == NULL)
            postfix_find(findings,
                         "recipient_delimiter should have '%c': bounces of replies come to tagged "
                         "addresses; or set delimiter = none",
                         *delimiter);
    }
    if (strstr(postfix->internal_mail_filter_classes, "bounce") == NULL ||
        postfix->non_smtpd_milters[0] == '\0')
        postfix_find(findings,
                     "bounces that Postfix makes itself pass no milter; add "
                     "internal_mail_filter_classes = bounce and name us in non_smtpd_milters");
    return findings;
}
