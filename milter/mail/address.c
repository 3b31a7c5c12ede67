/* Addresses in one form, so that they can be compared as strings everywhere else: local part in
 * lower case and NFC, in quotes only where it needs them, domain in ASCII (UTS 46) and lower case.
 * Folding what is folded changes nothing.
 *
 * What no mail could be sent to becomes "", never something half folded.  Whether an address exists
 * is nobody's question here.  Pure; any thread. */
#include "mail/address.h"

#include "base/text.h"

#include <idn2.h>
#include <string.h>

#define DOMAIN_MAX 255

#define CAPITAL_DOTTED_I      0x0130
#define DOT_ABOVE             0x0307
#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER     0x200D

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

static bool is_host_name(const char *domain)
{
    gsize length = strlen(domain);

    return length > 0 && domain[0] != '.' && domain[length - 1] != '.' && !strstr(domain, "..") &&
           strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == length;
}

/* Lower case letter by letter and composed, in no locale.  Capital I with a dot keeps its dot. */
static char *lower_case(const char *text)
{
    g_autofree char *composed = NULL;
    g_autoptr(GString) lower = NULL;

    if (g_str_is_ascii(text))
        return g_ascii_strdown(text, -1);
    composed = g_utf8_normalize(text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
    lower = g_string_new(NULL);

    for (const char *at = composed; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_string_append_unichar(lower, g_unichar_tolower(c));
        if (c == CAPITAL_DOTTED_I)
            g_string_append_unichar(lower, DOT_ABOVE);
    }
    return g_utf8_normalize(lower->str, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

/* With the dots of East Asian keyboards (UTS 46, 2.3) as dots. */
static char *with_ascii_dots(const char *domain)
{
    GString *dotted;

    if (g_str_is_ascii(domain))
        return g_strdup(domain);
    dotted = g_string_sized_new(strlen(domain));
    for (; *domain; domain = g_utf8_next_char(domain)) {
        gunichar c = g_utf8_get_char(domain);
        bool dot = c == 0x3002 || c == 0xFF0E || c == 0xFF61;

        g_string_append_unichar(dotted, dot ? '.' : c);
    }
    return g_string_free(dotted, FALSE);
}

/* Appends a label in ASCII form.  One that is ASCII stays, even where IDNA knows no such label: a
 * name server may. */
static bool append_label(GString *domain, const char *label)
{
    char *ascii = NULL;
    bool good = true;

    if (domain->len > 0)
        g_string_append_c(domain, '.');
    if (g_str_is_ascii(label)) {
        g_string_append(domain, label);
        return true;
    }
    good = idn2_to_ascii_8z(label, &ascii, IDN2_NONTRANSITIONAL) == IDN2_OK;
    if (good)
        g_string_append(domain, ascii);
    idn2_free(ascii);
    return good;
}

/* NULL if a label is none. */
static char *with_ascii_labels(const char *domain)
{
    g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
    g_autoptr(GString) folded = g_string_new(NULL);

    for (gsize i = 0; labels[i]; i++)
        if (labels[i][0] == '\0' || !append_label(folded, labels[i]))
            return NULL;
    return g_strdup(folded->str);
}

/* NULL for what is no domain. */
static char *fold_domain(const char *domain)
{
    g_autofree char *lower = lower_case(domain);
    g_autofree char *dotted = with_ascii_dots(lower);
    g_autofree char *folded = NULL;

    if (g_str_has_suffix(dotted, "."))
        dotted[strlen(dotted) - 1] = '\0';
    if (is_literal(dotted))
        return g_steal_pointer(&dotted);
    folded = g_str_is_ascii(dotted) ? g_steal_pointer(&dotted) : with_ascii_labels(dotted);
    if (!folded || strlen(folded) > DOMAIN_MAX || !is_host_name(folded))
        return NULL;
    return g_steal_pointer(&folded);
}

/* What stands between the quotes, its quoted pairs undone; a plain local part as it is.  NULL for a
 * quote that doesn't close where the local part ends. */
static char *unquoted(const char *local)
{
    g_autoptr(GString) content = g_string_new(NULL);
    const char *at = local + 1;

    if (local[0] != '"')
        return g_strdup(local);
    for (; *at && *at != '"'; at++) {
        if (*at == '\\' && *++at == '\0')
            return NULL;
        g_string_append_c(content, *at);
    }
    return strcmp(at, "\"") == 0 ? g_strdup(content->str) : NULL;
}

/* Blanks and specials stand only within quotes, RFC 5322 3.4.1. */
static bool needs_quotes(gunichar c)
{
    return g_unichar_isspace(c) || (c < 0x80 && strchr("\"()<>[]:;@\\,", (int)c));
}

/* Nobody can see it, and no script needs it. */
static bool is_unwritable(gunichar c)
{
    return g_unichar_iscntrl(c) || (g_unichar_type(c) == G_UNICODE_FORMAT &&
                                    c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER);
}

static char *quoted(const char *content)
{
    GString *local = g_string_new("\"");

    for (; *content; content++) {
        if (*content == '"' || *content == '\\')
            g_string_append_c(local, '\\');
        g_string_append_c(local, *content);
    }
    g_string_append_c(local, '"');
    return g_string_free(local, FALSE);
}

/* NULL for what is no local part.  Quotes stay only where they are needed. */
static char *fold_local(const char *local)
{
    g_autofree char *content = unquoted(local);
    g_autofree char *lower = content ? lower_case(content) : NULL;
    bool special = false;

    if (!lower || lower[0] == '\0')
        return NULL;
    for (const char *at = lower; *at; at = g_utf8_next_char(at)) {
        if (is_unwritable(g_utf8_get_char(at)))
            return NULL;
        special |= needs_quotes(g_utf8_get_char(at));
    }
    if (special && local[0] != '"')
        return NULL;
    return special ? quoted(lower) : g_steal_pointer(&lower);
}

/* RFC 5321 appendix C: "@relay.example,@other.example:" is accepted and ignored. */
static const char *without_route(const char *address)
{
    const char *colon = address[0] == '@' ? strchr(address, ':') : NULL;

    return colon ? colon + 1 : address;
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
    g_autofree char *bare = without_brackets(address);
    const char *mailbox = without_route(bare);
    const char *at = strrchr(mailbox, '@');
    g_autofree char *written = NULL;
    g_autofree char *local = NULL;
    g_autofree char *domain = NULL;
    g_autofree char *folded = NULL;

    if (!at || strlen(mailbox) > 2 * ADDRESS_MAX || !g_utf8_validate(mailbox, -1, NULL))
        return g_strdup("");
    written = g_strndup(mailbox, (gsize)(at - mailbox));
    local = fold_local(written);
    domain = fold_domain(at + 1);
    if (!local || !domain)
        return g_strdup("");
    folded = g_strconcat(local, "@", domain, NULL);
    return strlen(folded) <= ADDRESS_MAX ? g_steal_pointer(&folded) : g_strdup("");
}

char *address_reverse_path(const char *path)
{
    g_autofree char *written = g_strstrip(g_strdup(path));
    g_autofree char *bare = without_brackets(written);
    g_autofree char *line = text_line(bare, ADDRESS_MAX);
    g_autofree char *folded = address_fold(written);

    if (*folded || strcmp(written, "<>") == 0)
        return g_steal_pointer(&folded);
    return *line ? g_steal_pointer(&line) : g_strdup("?");
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
