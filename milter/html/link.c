/* Links keep their address, and say so when they pose as another.  Pure; any thread. */
#include "html/link.h"

#include "base/domain.h"

#include <string.h>

#define LINK_MAX 200 /* bytes of an address that are shown */
#define HOST_MAX 253

/* Gateways that send every link through themselves, so that what is shown always differs. */
static const char *const gateways[] = {
    "safelinks.protection.outlook.com", "urldefense.com",         "urldefense.proofpoint.com",
    "linkprotect.cudasvc.com",          "clicktime.symantec.com", "url.emailprotection.link"
};

/* A text that is nothing but a name under these is an address, not a file or an abbreviation. */
static const char *const top_level[] = { ".com", ".org", ".net", ".info", ".biz", ".gov", ".edu" };

char *html_link_target(const char *href)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };

    href += strspn(href, " \t\r\n");
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (g_ascii_strncasecmp(href, schemes[i], strlen(schemes[i])) == 0)
            return g_strdup(href);
    return NULL;
}

static bool has_scheme(const char *address)
{
    return g_ascii_strncasecmp(address, "http://", 7) == 0 ||
           g_ascii_strncasecmp(address, "https://", 8) == 0;
}

/* The host of "https://user@host:443/path" or "host/path", in lower case; NULL if it has none. */
static char *host_of(const char *address)
{
    const char *begin = has_scheme(address) ? strstr(address, "//") + 2 : address;
    gsize length = strcspn(begin, "/?#\\ ");
    const char *user = memrchr(begin, '@', length);

    if (user) {
        length -= (gsize)(user + 1 - begin);
        begin = user + 1;
    }
    length = MIN(length, strcspn(begin, ":/?#\\ "));
    if (length > HOST_MAX || !memchr(begin, '.', length))
        return NULL;
    return g_ascii_strdown(begin, (gssize)length);
}

static bool looks_like_host(const char *host)
{
    for (gsize i = 0; i < G_N_ELEMENTS(top_level); i++)
        if (g_str_has_suffix(host, top_level[i]))
            return true;
    return false;
}

static bool is_gateway(const char *host)
{
    for (gsize i = 0; i < G_N_ELEMENTS(gateways); i++)
        if (g_str_has_suffix(host, gateways[i]))
            return true;
    return false;
}

static bool misleads(const char *shown, const char *target)
{
    g_autofree char *text = g_strndup(shown, strnlen(shown, LINK_MAX));
    g_autofree char *shown_host = NULL, *host = NULL;

    g_strstrip(text);
    if (!has_scheme(target) || strpbrk(text, has_scheme(text) ? " \n\t" : " \n\t@"))
        return false;
    shown_host = host_of(text);
    host = host_of(target);
    if (!shown_host || !host || is_gateway(host))
        return false;
    if (!has_scheme(text) && !g_str_has_prefix(shown_host, "www.") && !looks_like_host(shown_host))
        return false;
    return !domain_aligns(shown_host, host);
}

static void write_target(HtmlOut *out, const char *target)
{
    gsize length = strlen(target);

    if (length > LINK_MAX) {
        const char *end = g_utf8_find_prev_char(target, target + LINK_MAX);

        length = end ? (gsize)(end - target) : 0;
    }
    g_autofree char *cut = g_strndup(target, length);
    html_out_words(out, " <");
    html_out_words(out, cut);
    html_out_words(out, ">");
}

/* What of the target a text must show to make it needless: no scheme, no last slash, no subject. */
static bool is_shown(const char *shown, const char *target)
{
    const char *bare = strchr(target, ':') + 1;
    gsize length = strcspn(bare, "?");

    if (g_ascii_strncasecmp(target, "mailto:", 7) != 0)
        length = strlen(bare);
    for (; length > 0 && *bare == '/'; length--)
        bare++;
    if (length > 0 && bare[length - 1] == '/')
        length--;
    return length == 0 || memmem(shown, strlen(shown), bare, length);
}

bool html_link_write(HtmlOut *out, const char *target, gsize start)
{
    const char *shown = out->text->str + MIN(start, out->text->len);
    bool poses;

    if (*shown == '\0' || is_shown(shown, target))
        return false;
    poses = misleads(shown, target);
    write_target(out, target);
    return poses;
}
