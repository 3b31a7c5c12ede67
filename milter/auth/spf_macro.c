/* Macros of SPF records (RFC 7208 7): one reader of "%{…}", used to check and to expand. */
#include "auth/spf_record.h"

#include <string.h>

#define LETTERS    "slodiphv"
#define DELIMITERS ".-+,/_="

typedef struct {
    char letter; /* as written: upper case asks for URL escapes */
    guint parts; /* from the right; 0: all */
    bool reversed;
    char delimiters[sizeof DELIMITERS];
} Macro;

/* Reads what stands after "%{"; NULL: it is no macro. */
static const char *read_macro(const char *at, Macro *macro)
{
    *macro = (Macro){ .letter = *at };
    if (*at == '\0' || strchr(LETTERS, g_ascii_tolower(*at)) == NULL)
        return NULL;
    at++;
    bool counted = g_ascii_isdigit(*at);
    for (; g_ascii_isdigit(*at); at++)
        macro->parts = MIN(macro->parts * 10 + (guint)(*at - '0'), DNS_NAME_MAX);
    if (counted && macro->parts == 0)
        return NULL;
    if (*at == 'r' || *at == 'R') {
        macro->reversed = true;
        at++;
    }
    gsize count = strspn(at, DELIMITERS);
    gsize kept = 0;
    for (const char *one = DELIMITERS; *one != '\0'; one++) {
        if (memchr(at, *one, count) != NULL)
            macro->delimiters[kept++] = *one;
    }
    if (count == 0)
        macro->delimiters[0] = '.';
    at += count;
    return *at == '}' ? at + 1 : NULL;
}

/* What stands at `at`: a literal character, "%%", "%_", "%-", or a macro.  NULL: none of them. */
static const char *skip_one(const char *at, bool *is_macro)
{
    Macro macro;
    *is_macro = false;
    if (*at != '%')
        return *at > ' ' && *at < 127 ? at + 1 : NULL;
    if (at[1] == '%' || at[1] == '_' || at[1] == '-')
        return at + 2;
    *is_macro = at[1] == '{';
    return *is_macro ? read_macro(at + 2, &macro) : NULL;
}

/* A label of letters, digits and inner hyphens that isn't a number. */
static bool is_top_label(const char *label, gsize length)
{
    bool number = true;
    if (length == 0 || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(label[i]) && label[i] != '-')
            return false;
        number = number && g_ascii_isdigit(label[i]);
    }
    return !number;
}

bool spf_macro_is_valid(const char *text, bool is_domain)
{
    const char *literal = text; /* after the last macro */
    bool is_macro = false;
    for (const char *at = text; *at != '\0';) {
        at = skip_one(at, &is_macro);
        if (at == NULL)
            return false;
        if (is_macro)
            literal = at;
    }
    if (!is_domain || (is_macro && *literal == '\0'))
        return true;
    gsize length = strlen(literal);
    if (length > 0 && literal[length - 1] == '.')
        length--;
    const char *dot = g_strrstr_len(literal, (gssize)length, ".");
    return dot != NULL && is_top_label(dot + 1, length - (gsize)(dot + 1 - literal));
}

bool spf_macro_wants_validated(const char *text)
{
    for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 2, '%')) {
        if (at[1] == '{' && g_ascii_tolower(at[2]) == 'p')
            return true;
    }
    return false;
}

/* IPv4 dotted; IPv6 as 32 hex digits with dots between (RFC 7208 7.3). */
static char *address_text(const SpfAddress *address)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < address->length; i++) {
        if (address->length == 4)
            g_string_append_printf(text, ".%u", address->bytes[i]);
        else
            g_string_append_printf(text, ".%x.%x", address->bytes[i] >> 4, address->bytes[i] & 15);
    }
    g_string_erase(text, 0, 1);
    return g_string_free(text, FALSE);
}

static char *value_of(char letter, const SpfMacros *macros)
{
    switch (letter) {
    case 's':
        return g_strdup(macros->sender);
    case 'l':
        return g_strdup(macros->local_part);
    case 'o':
        return g_strdup(macros->sender_domain);
    case 'd':
        return g_strdup(macros->domain);
    case 'i':
        return address_text(macros->client);
    case 'p':
        return g_strdup(macros->validated);
    case 'h':
        return g_strdup(macros->helo);
    default:
        return g_strdup(macros->client->length == 4 ? "in-addr" : "ip6");
    }
}

static void append_transformed(GString *text, const Macro *macro, const SpfMacros *macros)
{
    g_autofree char *value = value_of(g_ascii_tolower(macro->letter), macros);
    g_auto(GStrv) parts = g_strsplit_set(value, macro->delimiters, -1);
    guint count = g_strv_length(parts);
    guint wanted = macro->parts > 0 ? MIN(macro->parts, count) : count;
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < wanted; i++) {
        if (i > 0)
            g_string_append_c(joined, '.');
        /* Counted from the right, also when reversed. */
        g_string_append(joined, parts[macro->reversed ? wanted - 1 - i : count - wanted + i]);
    }
    if (g_ascii_isupper(macro->letter))
        g_string_append_uri_escaped(text, joined->str, NULL, FALSE);
    else
        g_string_append(text, joined->str);
}

/* RFC 7208 7.3: labels are removed from the left until it fits. */
static char *fitted(const char *name)
{
    while (strlen(name) > DNS_NAME_MAX && strchr(name, '.') != NULL)
        name = strchr(name, '.') + 1;
    return g_strdup(name);
}

char *spf_macro_expand(const char *text, const SpfMacros *macros)
{
    g_autoptr(GString) expanded = g_string_new(NULL);
    while (*text != '\0') {
        Macro macro;
        if (*text != '%') {
            g_string_append_c(expanded, *text++);
        } else if (text[1] == '{') {
            text = read_macro(text + 2, &macro);
            append_transformed(expanded, &macro, macros);
        } else {
            g_string_append(expanded, text[1] == '%' ? "%" : text[1] == '_' ? " " : "%20");
            text += 2;
        }
    }
    return fitted(expanded->str);
}
