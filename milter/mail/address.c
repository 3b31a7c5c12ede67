/* Addresses in one form, so that they can be compared as strings everywhere else: local part in
 * lower case and NFC, domain in ASCII (UTS 46) and lower case.
 *
 * What no mail could be sent to becomes "", never something half folded.  Whether an address exists
 * is nobody's question here.  The organizational domain is a rule of thumb, not the public suffix
 * list: it errs towards too many labels only for the second levels in the table.  Pure; any
 * thread. */
#include "mail/address.h"

#include "base/text.h"

#include <idn2.h>
#include <string.h>

#define DOMAIN_MAX 255

MailAddress *address_new(const char *address, const char *name)
{
    MailAddress *new = g_new0(MailAddress, 1);

    new->address = address_fold(address ? address : "");
    new->name = text_line(name ? name : "", NAME_MAX_BYTES);
    return new;
}

void address_free(MailAddress *address)
{
    if (!address)
        return;
    g_free(address->address);
    g_free(address->name);
    g_free(address);
}

static bool is_literal(const char *domain)
{
    gsize length = strlen(domain);

    return length > 2 && domain[0] == '[' && domain[length - 1] == ']' &&
           strspn(domain + 1, "0123456789abcdefipv.:") == length - 2;
}

/* The root's dot at its end may be written. */
static bool is_host_name(const char *domain)
{
    return domain[0] != '.' && domain[0] != '\0' && !strstr(domain, "..") &&
           domain[strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

/* NULL for what is no domain. */
static char *fold_domain(const char *domain)
{
    g_autofree char *lower = g_ascii_strdown(domain, -1);

    if (!g_str_is_ascii(lower)) {
        char *ascii = NULL;

        if (idn2_to_ascii_8z(lower, &ascii, IDN2_NONTRANSITIONAL) != IDN2_OK)
            return NULL;
        g_free(lower);
        lower = g_ascii_strdown(ascii, -1);
        idn2_free(ascii);
    }
    if (strlen(lower) > DOMAIN_MAX || !(is_literal(lower) || is_host_name(lower)))
        return NULL;
    if (g_str_has_suffix(lower, "."))
        lower[strlen(lower) - 1] = '\0';
    return g_steal_pointer(&lower);
}

static bool is_quoted(const char *local)
{
    gsize length = strlen(local);

    return length > 2 && local[0] == '"' && local[length - 1] == '"';
}

/* NULL for what is no local part.  Blanks and specials stand only within quotes, RFC 5322 3.4.1. */
static char *fold_local(const char *local)
{
    g_autofree char *lower = g_utf8_strdown(local, -1);
    char *folded = g_utf8_normalize(lower, -1, G_NORMALIZE_DEFAULT_COMPOSE);

    for (const char *at = folded; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool special = c == ' ' || (c < 0x80 && strchr("\"()<>[]:;@\\,", (int)c));

        if (g_unichar_iscntrl(c) || (special && !is_quoted(folded))) {
            g_free(folded);
            return NULL;
        }
    }
    return folded;
}

static char *without_brackets(const char *address)
{
    char *inner = g_strstrip(g_strdup(address));
    gsize length = strlen(inner);

    if (length >= 2 && inner[0] == '<' && inner[length - 1] == '>') {
        inner[length - 1] = '\0';
        inner[0] = ' ';
    }
    return g_strstrip(inner);
}

char *address_fold(const char *address)
{
    g_autofree char *inner = without_brackets(address);
    g_autofree char *local = NULL;
    g_autofree char *domain = NULL;
    g_autofree char *folded = NULL;
    char *at = strrchr(inner, '@');

    if (!at || at == inner || strlen(inner) > 2 * ADDRESS_MAX || !g_utf8_validate(inner, -1, NULL))
        return g_strdup("");
    *at = '\0';
    local = fold_local(inner);
    domain = fold_domain(at + 1);
    if (!local || !domain)
        return g_strdup("");
    folded = g_strconcat(local, "@", domain, NULL);
    return strlen(folded) <= ADDRESS_MAX ? g_steal_pointer(&folded) : g_strdup("");
}

char *address_without_tag(const char *folded)
{
    const char *domain = strrchr(folded, '@');
    const char *tag = strchr(folded, '+');

    if (!domain || !tag || tag == folded || tag > domain || folded[0] == '"')
        return g_strdup(folded);
    return g_strdup_printf("%.*s%s", (int)(tag - folded), folded, domain);
}

const char *address_domain(const char *folded)
{
    const char *at = strrchr(folded, '@');

    return at ? at + 1 : folded + strlen(folded);
}

static bool is_common_second_level(const char *label, gsize length)
{
    static const char *const labels[] = { "ac",  "co",  "com", "edu", "go",  "gob", "gov", "gv",
                                          "ltd", "mil", "ne",  "net", "nom", "or",  "org", "plc" };

    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strlen(labels[i]) == length && g_ascii_strncasecmp(label, labels[i], length) == 0)
            return true;
    return false;
}

/* The start of the last label before `end`. */
static const char *label_before(const char *domain, const char *end)
{
    const char *start = end;

    while (start > domain && start[-1] != '.')
        start--;
    return start;
}

static const char *organizational(const char *domain)
{
    const char *end = domain + strlen(domain);
    const char *top = label_before(domain, end);
    const char *second;

    if (top == domain)
        return domain;
    second = label_before(domain, top - 1);
    if (second == domain)
        return domain;
    if (end - top == 2 && is_common_second_level(second, (gsize)(top - 1 - second)))
        return label_before(domain, second - 1);
    return second;
}

bool address_domains_align(const char *domain, const char *other)
{
    if (domain[0] == '\0' || other[0] == '\0' || domain[0] == '[' || other[0] == '[')
        return false;
    return g_ascii_strcasecmp(organizational(domain), organizational(other)) == 0;
}
