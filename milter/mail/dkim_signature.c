/* DKIM-Signature fields as values, and a filter's dkim=pass held against them.
 *
 * A filter copies d=, s= and i= into its field, so whoever signs a mail writes into it.  A result
 * of his own making lacks a signature that it could be about.  Pure; any thread. */
#include "mail/dkim_signature.h"

#include "base/domain.h"

#include <string.h>

/* A field with more tags is not whole; RFC 6376 and its extensions know 14. */
#define TAGS_MAX 40

typedef enum { TAG_V, TAG_A, TAG_B, TAG_BH, TAG_D, TAG_H, TAG_S, TAG_I, TAG_COUNT } Tag;

static const struct {
    const char *name;
    bool needed;
    bool copied; /* filters write it into their field */
} tags[TAG_COUNT] = {
    [TAG_V] = { "v", true, false }, [TAG_A] = { "a", true, false },
    [TAG_B] = { "b", true, false }, [TAG_BH] = { "bh", true, false },
    [TAG_D] = { "d", true, true },  [TAG_H] = { "h", true, false },
    [TAG_S] = { "s", true, true },  [TAG_I] = { "i", false, true },
};

static void signature_free(gpointer data)
{
    SignatureTags *signature = data;

    g_free(signature->domain);
    g_free(signature->selector);
    g_free(signature->signature);
    g_free(signature);
}

/* dkim-quoted-printable (RFC 6376 2.11); the bytes may be any. */
static GString *decoded(const char *text)
{
    GString *bytes = g_string_new(NULL);

    for (; *text; text++) {
        bool escape = *text == '=' && g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2]);

        if (!escape) {
            g_string_append_c(bytes, *text);
            continue;
        }
        g_string_append_c(
            bytes, (char)(g_ascii_xdigit_value(text[1]) << 4 | g_ascii_xdigit_value(text[2])));
        text += 2;
    }
    return bytes;
}

static bool is_plain(Tag tag, const char *value)
{
    g_autoptr(GString) bytes = tag == TAG_I ? decoded(value) : g_string_new(value);

    return auth_is_plain(bytes->str, bytes->len);
}

static Tag tag_named(const char *name)
{
    Tag tag = 0;

    while (tag < TAG_COUNT && g_ascii_strcasecmp(tags[tag].name, name) != 0)
        tag++;
    return tag;
}

static char *without_blanks(const char *text)
{
    GString *out = g_string_new(NULL);

    for (; *text; text++)
        if (!g_ascii_isspace(*text))
            g_string_append_c(out, *text);
    return g_string_free(out, FALSE);
}

/* "name=value"; *values keeps the first of each name. */
static void read_tag(char *text, char *values[TAG_COUNT], SignatureTags *signature)
{
    char *equals = strchr(text, '=');

    if (!equals) {
        signature->whole &= *g_strstrip(text) == '\0';
        return;
    }
    *equals = '\0';
    Tag tag = tag_named(g_strstrip(text));
    char *value = g_strstrip(equals + 1);
    if (tag == TAG_COUNT)
        return;
    if (tags[tag].copied && !is_plain(tag, value))
        signature->plain = false;
    if (values[tag])
        signature->whole = false;
    else
        values[tag] = value;
}

static SignatureTags *read_signature(const HeaderField *field)
{
    g_auto(GStrv) pieces = g_strsplit(field->value, ";", TAGS_MAX + 1);
    char *values[TAG_COUNT] = { NULL };
    SignatureTags *signature = g_new0(SignatureTags, 1);

    signature->plain = true;
    signature->whole = !field->cut && !field->spaced && g_strv_length(pieces) <= TAGS_MAX;
    for (char **piece = pieces; *piece; piece++)
        read_tag(*piece, values, signature);
    for (Tag tag = 0; tag < TAG_COUNT; tag++)
        if (tags[tag].needed && (!values[tag] || !*values[tag]))
            signature->whole = false;
    if (signature->whole && strcmp(values[TAG_V], "1") != 0)
        signature->whole = false;
    signature->domain = g_strdup(values[TAG_D] ? values[TAG_D] : "");
    signature->selector = g_strdup(values[TAG_S] ? values[TAG_S] : "");
    signature->signature = without_blanks(values[TAG_B] ? values[TAG_B] : "");
    return signature;
}

GPtrArray *dkim_signatures_read(const HeaderView *view)
{
    GPtrArray *signatures = g_ptr_array_new_with_free_func(signature_free);

    for (guint i = 0; i < view->fields->len && signatures->len < SIGNATURE_TAGS_MAX; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        if (g_ascii_strcasecmp(field->name, "DKIM-Signature") == 0)
            g_ptr_array_add(signatures, read_signature(field));
    }
    return signatures;
}

/* What a result says of the signature it is about; each NULL if it doesn't. */
typedef struct {
    const char *domain, *identity, *selector, *begin;
} Reference;

static Reference reference_of(const AuthResult *result)
{
    return (Reference){ .domain = auth_result_find(result, "header.d"),
                        .identity = auth_result_find(result, "header.i"),
                        .selector = auth_result_find(result, "header.s"),
                        .begin = auth_result_find(result, "header.b") };
}

/* Of "ann@example.org", "@example.org" or "example.org". */
static const char *domain_of_identity(const char *identity)
{
    const char *at = strrchr(identity, '@');

    return at ? at + 1 : identity;
}

static bool is_about(const Reference *reference, const SignatureTags *signature)
{
    const char *within = reference->domain ? reference->domain : signature->domain;

    if (!signature->whole)
        return false;
    if (reference->domain && g_ascii_strcasecmp(reference->domain, signature->domain) != 0)
        return false;
    if (reference->identity && !domain_is_within(domain_of_identity(reference->identity), within))
        return false;
    if (reference->selector && g_ascii_strcasecmp(reference->selector, signature->selector) != 0)
        return false;
    return !reference->begin ||
           (*reference->begin && g_str_has_prefix(signature->signature, reference->begin));
}

static guint count_signatures(const GPtrArray *signatures, const Reference *reference)
{
    guint count = 0;

    for (guint i = 0; i < signatures->len; i++)
        count += is_about(reference, g_ptr_array_index(signatures, i));
    return count;
}

/* Could two results be about one signature? */
static bool may_be_same(const Reference *one, const Reference *other)
{
    return one->domain && other->domain && g_ascii_strcasecmp(one->domain, other->domain) == 0 &&
           (!one->begin || !other->begin || strcmp(one->begin, other->begin) == 0);
}

static bool is_result(const AuthResult *result)
{
    return auth_result_is(result, "dkim") &&
           g_ascii_strcasecmp(auth_result_value(result), "none") != 0;
}

/* Results of the field that may be about the same signature as this one, itself included. */
static guint count_results(const AuthField *field, const Reference *reference)
{
    guint count = reference->domain ? 0 : 1;

    for (guint i = 0; i < field->results->len; i++) {
        const AuthResult *result = g_ptr_array_index(field->results, i);
        Reference other = reference_of(result);

        count += is_result(result) && may_be_same(reference, &other);
    }
    return count;
}

bool dkim_signatures_agree(const GPtrArray *signatures, const AuthField *field)
{
    guint results = 0;
    bool passed = false;

    for (guint i = 0; i < field->results->len; i++) {
        const AuthResult *result = g_ptr_array_index(field->results, i);

        if (!is_result(result))
            continue;
        results++;
        if (!auth_result_passed(result))
            continue;
        Reference reference = reference_of(result);
        if (count_results(field, &reference) > count_signatures(signatures, &reference))
            return false;
        passed = true;
    }
    return !passed || results <= signatures->len;
}
