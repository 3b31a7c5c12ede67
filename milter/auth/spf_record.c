/* Reads an SPF record (RFC 7208 4.6.1, 5, 6, 12).  The whole record is read before any term is
 * looked at: one that is wrong makes all of it wrong. */
#include "auth/spf_record.h"

#include <arpa/inet.h>
#include <string.h>

typedef enum { NEVER, OPTIONAL, NEEDED } Need;

/* What may follow a mechanism's name. */
static const struct {
    const char *name;
    SpfMechanism mechanism;
    Need domain;
    bool prefix; /* a dual-cidr-length */
} mechanisms[] = {
    { "all", SPF_ALL, NEVER, false },    { "include", SPF_INCLUDE, NEEDED, false },
    { "a", SPF_HOSTS, OPTIONAL, true },  { "mx", SPF_MX, OPTIONAL, true },
    { "ptr", SPF_PTR, OPTIONAL, false }, { "ip4", SPF_IP4, NEEDED, false },
    { "ip6", SPF_IP6, NEEDED, false },   { "exists", SPF_EXISTS, NEEDED, false },
};

static const struct {
    char sign;
    SpfResult result;
} qualifiers[] = {
    { '+', SPF_PASS }, { '-', SPF_FAIL }, { '~', SPF_SOFTFAIL }, { '?', SPF_NEUTRAL }
};

bool spf_address_parse(const char *text, SpfAddress *address)
{
    static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
    *address = (SpfAddress){ .length = 4 };
    if (inet_pton(AF_INET, text, address->bytes) == 1)
        return true;
    address->length = 16;
    if (inet_pton(AF_INET6, text, address->bytes) != 1)
        return false;
    if (memcmp(address->bytes, mapped, sizeof mapped) == 0) {
        memmove(address->bytes, address->bytes + sizeof mapped, 4);
        address->length = 4;
    }
    return true;
}

static void term_free(gpointer data)
{
    SpfTerm *term = data;
    g_free(term->domain);
    g_free(term);
}

void spf_record_free(SpfRecord *record)
{
    if (record == NULL)
        return;
    g_ptr_array_unref(record->terms);
    g_free(record->redirect);
    g_free(record);
}

/* "0" to `max` without leading zeros. */
static bool read_bits(const char *digits, guint max, guint *bits)
{
    gsize length = strspn(digits, "0123456789");
    if (length == 0 || length > 3 || digits[length] != '\0' || (digits[0] == '0' && length > 1))
        return false;
    *bits = (guint)g_ascii_strtoull(digits, NULL, 10);
    return *bits <= max;
}

/* Where the prefix length begins that ends `text` after `mark`; NULL if it doesn't end in one. */
static char *prefix_at(char *text, const char *mark)
{
    char *end = text + strlen(text);
    char *at = end;
    while (at > text && g_ascii_isdigit(at[-1]))
        at--;
    gsize length = strlen(mark);
    if (at == end || (gsize)(at - text) < length || strncmp(at - length, mark, length) != 0)
        return NULL;
    return at - length;
}

/* Takes "/24", "//64" or "/24//64" off the end. */
static bool take_prefixes(char *text, SpfTerm *term)
{
    char *six = prefix_at(text, "//");
    if (six != NULL) {
        *six = '\0';
        if (!read_bits(six + 2, 128, &term->bits6))
            return false;
    }
    char *four = prefix_at(text, "/");
    if (four == NULL)
        return true;
    *four = '\0';
    return read_bits(four + 1, 32, &term->bits4);
}

static bool read_network(char *text, SpfTerm *term)
{
    bool is_four = term->mechanism == SPF_IP4;
    char *slash = strchr(text, '/');
    if (slash != NULL) {
        *slash = '\0';
        if (!read_bits(slash + 1, is_four ? 32 : 128, is_four ? &term->bits4 : &term->bits6))
            return false;
    }
    term->network.length = is_four ? 4 : 16;
    return inet_pton(is_four ? AF_INET : AF_INET6, text, term->network.bytes) == 1;
}

/* What follows a mechanism's name, with its ':' if there is one. */
static bool read_rest(char *rest, Need need, bool prefix, SpfTerm *term)
{
    if (prefix && !take_prefixes(rest, term))
        return false;
    if (*rest == '\0')
        return need != NEEDED;
    if (*rest != ':' || need == NEVER)
        return false;
    if (term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6)
        return read_network(rest + 1, term);
    term->domain = g_strdup(rest + 1);
    return spf_macro_is_valid(term->domain, true);
}

static bool read_directive(SpfRecord *record, char *text)
{
    SpfTerm *term = g_new0(SpfTerm, 1);
    g_ptr_array_add(record->terms, term);
    *term = (SpfTerm){ .result = SPF_PASS, .bits4 = 32, .bits6 = 128 };
    for (gsize i = 0; i < G_N_ELEMENTS(qualifiers); i++) {
        if (*text == qualifiers[i].sign) {
            term->result = qualifiers[i].result;
            text++;
            break;
        }
    }
    gsize length = strcspn(text, ":/");
    for (gsize i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
        const char *name = mechanisms[i].name;
        if (strlen(name) != length || g_ascii_strncasecmp(text, name, length) != 0)
            continue;
        term->mechanism = mechanisms[i].mechanism;
        return read_rest(text + length, mechanisms[i].domain, mechanisms[i].prefix, term);
    }
    return false;
}

/* The '=' of a modifier, NULL if it is none: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ). */
static char *equals_of(char *text)
{
    if (!g_ascii_isalpha(*text))
        return NULL;
    while (g_ascii_isalnum(*text) || (*text != '\0' && strchr("-_.", *text) != NULL))
        text++;
    return *text == '=' ? text : NULL;
}

/* redirect and exp may stand once each, others are checked and have no meaning. */
static bool read_modifier(SpfRecord *record, const char *name, const char *value, bool *explained)
{
    if (g_ascii_strcasecmp(name, "redirect") == 0) {
        if (record->redirect != NULL)
            return false;
        record->redirect = g_strdup(value);
        return spf_macro_is_valid(value, true);
    }
    if (g_ascii_strcasecmp(name, "exp") != 0)
        return spf_macro_is_valid(value, false);
    if (*explained)
        return false;
    *explained = true;
    return spf_macro_is_valid(value, true);
}

SpfRecord *spf_record_parse(const char *text, gsize length)
{
    if (memchr(text, '\0', length) != NULL)
        return NULL;
    g_autoptr(SpfRecord) record = g_new0(SpfRecord, 1);
    record->terms = g_ptr_array_new_with_free_func(term_free);
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) words = g_strsplit(copy, " ", -1);
    bool explained = false;
    for (char **word = words + 1; words[0] != NULL && *word != NULL; word++) {
        char *equals = equals_of(*word);
        if (equals != NULL)
            *equals = '\0';
        if (**word == '\0' && equals == NULL)
            continue;
        if (equals != NULL ? !read_modifier(record, *word, equals + 1, &explained)
                           : !read_directive(record, *word))
            return NULL;
    }
    return g_steal_pointer(&record);
}
