/* Numbers, amounts, dates, times, addresses and links: found, and held against what is known.
 * Pure; any thread. */
#include "reply/check_parts.h"

#include "mail/address.h"

#include <string.h>

/* -- Links ------------------------------------------------------------------------------------ */

#define DECODINGS_MAX 5 /* of percent signs; what is still encoded then hides something */

/* Top-level domains that are also endings of file names.  A bare name that ends so, and stands in a
 * source, may be confirmed: "setup.py". */
static const char *const file_endings[] = { "ai", "cc", "md", "mov", "pl",  "ps",
                                            "py", "rs", "sh", "so",  "zip", NULL };

/* The scheme's length with "://", 0 if the link has none; -1 for one that no web address has. */
static int scheme_length(const char *link)
{
    const char *colon = strstr(link, "://");

    if (g_ascii_strncasecmp(link, "https://", 8) == 0)
        return 8;
    if (g_ascii_strncasecmp(link, "http://", 7) == 0)
        return 7;
    if (!colon && !strchr(link, ':'))
        return 0;
    return colon || !strchr(link, '.') || strchr(link, ':') < strchr(link, '.') ? -1 : 0;
}

/* Takes one layer of "%2F" off, in place; false: there was none. */
static bool decode(char *text)
{
    bool changed = false;
    char *to = text;

    for (const char *at = text; *at; to++) {
        int high = *at == '%' ? g_ascii_xdigit_value(at[1]) : -1;
        int low = high >= 0 ? g_ascii_xdigit_value(at[2]) : -1;

        changed |= low >= 0;
        *to = low >= 0 ? (char)(high * 16 + low) : *at;
        at += low >= 0 ? 3 : 1;
    }
    *to = '\0';
    return changed;
}

/* Is one of the values of a query or fragment a host: "u=evil.com", "u=evil.com&n=1"? */
static bool has_host(char *query)
{
    g_auto(GStrv) values = g_strsplit_set(query, "?#&;=", -1);

    for (char **value = values; *value; value++) {
        g_autoptr(GPtrArray) found = find_new();

        find_links(*value, found);
        for (guint i = 0; i < found->len; i++)
            if (((const Found *)found->pdata[i])->kind == DRAFT_MARK_LINK)
                return true;
    }
    return false;
}

/* Does an address within the link say where it leads on to? */
static bool leads_on(const char *path)
{
    g_autofree char *lower = g_ascii_strdown(path, -1);
    int decodings = 0;

    while (decodings <= DECODINGS_MAX && decode(lower))
        decodings++;
    if (decodings > DECODINGS_MAX || !g_utf8_validate(lower, -1, NULL))
        return true;
    char *query = strpbrk(lower, "?#");
    return strstr(lower, "//") || strstr(lower, "http:") || strstr(lower, "https:") ||
           strstr(lower, "www.") || strchr(lower, '\\') || (query && has_host(query));
}

static bool is_within(const char *host, const char *domain)
{
    gsize length = strlen(host), tail = strlen(domain);

    if (tail == 0 || length < tail || strcmp(host + length - tail, domain) != 0)
        return false;
    return length == tail || host[length - tail - 1] == '.';
}

/* In ASCII and lower case; "" for what is no host. */
static char *fold_host(const char *host, gsize length)
{
    g_autofree char *address = g_strdup_printf("x@%.*s", (int)length, host);
    g_autofree char *folded = address_fold(address);

    return g_strdup(address_domain(folded));
}

/* Why the link leads elsewhere, NULL if it leads into one of the domains. */
static const char *leads_elsewhere(const char *link, const char *const *domains)
{
    int scheme = scheme_length(link);
    const char *host = link + MAX(scheme, 0);
    gsize authority = strcspn(host, "/?#"), length = strcspn(host, ":/?#");
    g_autofree char *folded = NULL;

    if (scheme < 0)
        return "is no web address";
    if (memchr(host, '@', authority) || strchr(link, '\\') || memchr(host, '%', authority))
        return "is written so that it seems to lead elsewhere";
    folded = fold_host(host, length);
    if (leads_on(host + authority))
        return "leads on to another address";
    for (; domains && *domains; domains++) {
        g_autofree char *domain = fold_host(*domains, strlen(*domains));

        if (*folded && is_within(folded, domain))
            return NULL;
    }
    return "leads to a site that replies may not link to; remove it, or have its domain added to "
           "link_domains";
}

/* "setup.py": a bare name, without a path. */
static bool may_be_file(const char *link)
{
    const char *dot = strrchr(link, '.');
    g_autofree char *ending = dot ? g_ascii_strdown(dot + 1, -1) : NULL;

    return ending && !strpbrk(link, ":/?#") && g_strv_contains(file_endings, ending);
}

/* Into the site's own domains a link may be confirmed if no source has it; elsewhere it may not. */
static void judge_link(DraftCheck *check, const Found *found)
{
    const char *why = leads_elsewhere(found->value, check->input->link_domains);
    bool in_source = evidence_has(check->known, found);

    if (why && !(in_source && may_be_file(found->value)))
        check_add_unconfirmable(check, DRAFT_MARK_LINK, found->start, found->length, why);
    else if (why || !in_source)
        check_add(check, DRAFT_MARK_LINK, found->start, found->length,
                  why ? "looks like a link; a source has it" : "this link is in no source");
}

/* -- All -------------------------------------------------------------------------------------- */

static const char *const unknown[DRAFT_MARK_KINDS] = {
    [DRAFT_MARK_NUMBER] = "this number is in no source",
    [DRAFT_MARK_AMOUNT] = "this amount is in no source",
    [DRAFT_MARK_DATE] = "this date is in no source",
    [DRAFT_MARK_TIME] = "this time is in no source",
    [DRAFT_MARK_ADDRESS] = "this address is in no source",
};

static void judge(DraftCheck *check, const Found *found)
{
    static const char posed[] = "is written so that programs don't see it";

    if (found->kind == DRAFT_MARK_LINK && found->posed) {
        check_add_unconfirmable(check, found->kind, found->start, found->length, posed);
    } else if (found->kind == DRAFT_MARK_LINK) {
        judge_link(check, found);
    } else if (found->posed) {
        check_add(check, found->kind, found->start, found->length, posed);
    } else if (evidence_has(check->known, found)) {
        return;
    } else if (evidence_has(check->others, found)) {
        check_add(check, DRAFT_MARK_FOREIGN, found->start, found->length,
                  "stands in a reply to another customer, and in no source");
    } else {
        check_add(check, found->kind, found->start, found->length, unknown[found->kind]);
    }
}

void check_figures(DraftCheck *check)
{
    g_autoptr(GPtrArray) found = find_all(check->text);

    for (guint i = 0; i < found->len; i++)
        judge(check, found->pdata[i]);
}
