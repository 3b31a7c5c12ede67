/* Numbers, amounts, dates, times, addresses and links: found, and held against what is known.
 * Pure; any thread. */
#include "reply/check_parts.h"

#include "mail/address.h"

#include <string.h>

/* -- Links ------------------------------------------------------------------------------------ */

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

/* Does an address within the link tell where it goes on to? */
static bool leads_on(const char *path)
{
    g_autofree char *lower = g_ascii_strdown(path, -1);

    return strstr(lower, "//") || strstr(lower, "%2f%2f") || strstr(lower, "http:") ||
           strstr(lower, "https:") || strstr(lower, "http%3a") || strstr(lower, "https%3a") ||
           strstr(lower, "www.");
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

const char *check_link(const char *link, const char *const *domains)
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
    return "leads to a site that replies may not link to";
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
    if (found->posed) {
        check_add(check, found->kind, found->start, found->length,
                  "is written so that programs don't see it");
    } else if (found->kind == DRAFT_MARK_LINK) {
        const char *why = check_link(found->value, check->input->link_domains);

        if (why)
            check_add(check, DRAFT_MARK_LINK, found->start, found->length, why);
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
