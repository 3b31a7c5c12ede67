/* Reads the tags of a signing field.  A tag is a row: in which fields it must stand, in which it is
 * read, and by which function.  The first fault found is the reason why the signature proves
 * nothing, but a malformed tag before any other.  Pure; any thread. */
#include "auth/signature.h"

#include "auth/arc.h"
#include "auth/tag_list.h"
#include "base/domain.h"

#include <string.h>

#define DOMAIN_MAX 253 /* RFC 1035 2.3.4, without the root's dot */
#define LABEL_MAX  63
#define DIGITS_MAX 12 /* of t= and x=, RFC 6376 3.5 */

/* Letters, digits, '-' and '_' in labels: no character that means something elsewhere, and none
 * that DNS wouldn't be asked for. */
static bool is_domain(const char *name)
{
    gsize label = 0, length = strlen(name);

    for (const char *c = name; *c; c++) {
        if (*c == '.' ? label == 0 : !g_ascii_isalnum(*c) && *c != '-' && *c != '_')
            return false;
        label = *c == '.' ? 0 : label + 1;
        if (label > LABEL_MAX)
            return false;
    }
    return label > 0 && length <= DOMAIN_MAX;
}

static DkimReason read_name(char **name, const Tag *tag)
{
    g_autofree char *text = tag_text(tag);

    if (!is_domain(text))
        return DKIM_REASON_MALFORMED;
    *name = g_ascii_strdown(text, -1);
    return DKIM_REASON_VALID;
}

static DkimReason read_domain(Signature *signature, const Tag *tag)
{
    return read_name(&signature->domain, tag);
}

static DkimReason read_selector(Signature *signature, const Tag *tag)
{
    return read_name(&signature->selector, tag);
}

static DkimReason read_version(Signature *signature, const Tag *tag)
{
    (void)signature;
    return tag_is(tag, "1") ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED;
}

static DkimReason read_algorithm(Signature *signature, const Tag *tag)
{
    g_autofree char *name = tag_text(tag);

    signature->algorithm = key_algorithm(name);
    if (signature->algorithm)
        return DKIM_REASON_VALID;
    return tag_is(tag, "rsa-sha1") ? DKIM_REASON_SHA1 : DKIM_REASON_UNKNOWN_ALGORITHM;
}

static DkimReason read_signature(Signature *signature, const Tag *tag)
{
    signature->compact = tag_compact(tag);
    signature->bytes = tag_bytes(tag);
    return signature->bytes ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED;
}

static DkimReason read_body_hash(Signature *signature, const Tag *tag)
{
    signature->body_hash = tag_bytes(tag);
    return signature->body_hash ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED;
}

static bool read_form(const char *name, bool *relaxed)
{
    *relaxed = g_ascii_strcasecmp(name, "relaxed") == 0;
    return *relaxed || g_ascii_strcasecmp(name, "simple") == 0;
}

/* "relaxed" alone is relaxed/simple. */
static DkimReason read_canonicalization(Signature *signature, const Tag *tag)
{
    g_autofree char *text = tag_text(tag);
    char *slash = strchr(text, '/');

    if (slash)
        *slash = '\0';
    return read_form(text, &signature->relaxed_header) &&
                   (!slash || read_form(slash + 1, &signature->relaxed_body))
               ? DKIM_REASON_VALID
               : DKIM_REASON_UNKNOWN_CANONICALIZATION;
}

static bool is_field_name(const char *name)
{
    const char *c = name;

    while (*c > ' ' && *c < 0x7F && *c != ':')
        c++;
    return *name && !*c;
}

static DkimReason read_names(Signature *signature, const Tag *tag)
{
    g_autofree char *text = g_ascii_strdown(tag->value, (gssize)tag->length);

    signature->names = g_strsplit(text, ":", -1);
    if (!signature->names[0])
        return DKIM_REASON_MALFORMED;
    for (char **name = signature->names; *name; name++)
        if (!is_field_name(g_strstrip(*name)))
            return DKIM_REASON_MALFORMED;
    bool seal = g_strv_contains((const char *const *)signature->names, "arc-seal");
    if (signature->kind == SIGNATURE_MESSAGE && seal)
        return DKIM_REASON_MALFORMED;
    return g_strv_contains((const char *const *)signature->names, "from")
               ? DKIM_REASON_VALID
               : DKIM_REASON_FROM_UNSIGNED;
}

/* dkim-quoted-printable (RFC 6376 2.11); NULL if it is malformed. */
static char *decode(const Tag *tag)
{
    g_autofree char *text = tag_compact(tag);
    GString *out = g_string_new(NULL);

    for (const char *c = text; *c; c++) {
        if (*c == '=' && (!g_ascii_isxdigit(c[1]) || !g_ascii_isxdigit(c[2]))) {
            g_string_free(out, TRUE);
            return NULL;
        }
        if (*c == '=') {
            g_string_append_c(out,
                              (char)(16 * g_ascii_xdigit_value(c[1]) + g_ascii_xdigit_value(c[2])));
            c += 2;
        } else {
            g_string_append_c(out, *c);
        }
    }
    if (strlen(out->str) != out->len)
        g_string_assign(out, " "); /* a NUL, as unfit as this */
    return g_string_free(out, FALSE);
}

/* Such characters could be read as more than an address where the identity is written. */
static bool is_plain(const char *text)
{
    const char *c = text;

    while (*c > ' ' && *c < 0x7F && !strchr(";()\"", *c))
        c++;
    return !*c;
}

static DkimReason read_identity(Signature *signature, const Tag *tag)
{
    g_autofree char *identity = decode(tag);
    const char *at = identity ? strrchr(identity, '@') : NULL;

    if (!at || !is_plain(identity) || !is_domain(at + 1) || strchr(identity, '@') != at)
        return DKIM_REASON_MALFORMED;
    signature->identity = g_steal_pointer(&identity);
    return DKIM_REASON_VALID;
}

static gint64 number_in(const Tag *tag)
{
    g_autofree char *digits = tag_text(tag);
    gsize length = strlen(digits);

    if (length == 0 || length > DIGITS_MAX || strspn(digits, "0123456789") != length)
        return -1;
    return g_ascii_strtoll(digits, NULL, 10);
}

static DkimReason read_made(Signature *signature, const Tag *tag)
{
    signature->made = number_in(tag);
    return signature->made >= 0 ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED;
}

/* After read_made(). */
static DkimReason read_expires(Signature *signature, const Tag *tag)
{
    signature->expires = number_in(tag);
    return signature->expires > signature->made ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED;
}

static DkimReason read_instance(Signature *signature, const Tag *tag)
{
    gint64 number = number_in(tag);

    signature->instance = number >= 1 && number <= ARC_INSTANCES_MAX ? (guint)number : 0;
    return signature->instance ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED;
}

static DkimReason read_chain(Signature *signature, const Tag *tag)
{
    signature->chain = g_ascii_strdown(tag->value, (gssize)tag->length);
    return DKIM_REASON_VALID;
}

static DkimReason read_queries(Signature *signature, const Tag *tag)
{
    (void)signature;
    return tag_holds(tag, "dns/txt") ? DKIM_REASON_VALID : DKIM_REASON_UNKNOWN_QUERY;
}

/* Whatever its number: the part that it leaves out can grow after signing. */
static DkimReason read_length(Signature *signature, const Tag *tag)
{
    (void)signature;
    (void)tag;
    return DKIM_REASON_PARTIAL_BODY;
}

static DkimReason read_forbidden(Signature *signature, const Tag *tag)
{
    (void)signature;
    (void)tag;
    return DKIM_REASON_MALFORMED;
}

#define DKIM    SIGNATURE_DKIM
#define MESSAGE SIGNATURE_MESSAGE
#define SEAL    SIGNATURE_SEAL

static const struct {
    const char *name;
    int required, read_in; /* kinds of fields */
    DkimReason (*read)(Signature *signature, const Tag *tag);
} rows[] = {
    { "v", DKIM, DKIM, read_version },
    { "a", DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_algorithm },
    { "b", DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_signature },
    { "d", DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_domain },
    { "s", DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_selector },
    { "t", 0, DKIM | MESSAGE | SEAL, read_made },
    { "x", 0, DKIM | MESSAGE, read_expires },
    { "bh", DKIM | MESSAGE, DKIM | MESSAGE, read_body_hash },
    { "c", 0, DKIM | MESSAGE, read_canonicalization },
    { "h", DKIM | MESSAGE, DKIM | MESSAGE, read_names },
    { "l", 0, DKIM | MESSAGE, read_length },
    { "q", 0, DKIM | MESSAGE, read_queries },
    { "i", 0, DKIM, read_identity },
    { "i", MESSAGE | SEAL, MESSAGE | SEAL, read_instance },
    { "cv", SEAL, SEAL, read_chain },
    { "h", 0, SEAL, read_forbidden },  /* RFC 8617 4.1.3 */
    { "bh", 0, SEAL, read_forbidden }, /* as h=, it would claim what a seal does not sign */
};

static void note(Signature *signature, DkimReason reason)
{
    if (signature->reason == DKIM_REASON_VALID || reason == DKIM_REASON_MALFORMED)
        signature->reason = reason;
}

static void read_tags(Signature *signature, const TagList *list)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Tag *tag = tag_list_find(list, rows[i].name);

        if (tag && (rows[i].read_in & (int)signature->kind))
            note(signature, rows[i].read(signature, tag));
        else if (!tag && (rows[i].required & (int)signature->kind))
            note(signature, DKIM_REASON_MALFORMED);
    }
}

/* What only two tags together say. */
static void judge_together(Signature *signature)
{
    if (!signature->domain || !signature->selector)
        return;
    signature->query = g_strdup_printf("%s._domainkey.%s", signature->selector, signature->domain);
    if (strlen(signature->query) > DOMAIN_MAX)
        note(signature, DKIM_REASON_MALFORMED);
    if (!signature->identity)
        signature->identity = g_strdup_printf("@%s", signature->domain);
    if (!domain_is_within(strchr(signature->identity, '@') + 1, signature->domain))
        note(signature, DKIM_REASON_IDENTITY);
}

Signature *signature_read(SignatureKind kind, const Header *header, const DkimField *fields,
                          gsize field)
{
    Signature *signature = g_new0(Signature, 1);
    const char *value = fields[field].value;
    TagList list;

    signature->kind = kind;
    signature->field = field;
    signature->made = signature->expires = -1;
    signature->relaxed_header = kind == SIGNATURE_SEAL;
    if (!tag_list_parse(&list, value, strlen(value))) {
        signature->reason = DKIM_REASON_MALFORMED;
        return signature;
    }
    read_tags(signature, &list);
    judge_together(signature);
    const Tag *own = tag_list_find(&list, "b");
    if (own) {
        signature->cut_from = (gsize)(own->after_equals - value);
        signature->cut_to = (gsize)(own->end - value);
    }
    const gsize *from;
    if (kind != SIGNATURE_SEAL && header_fields_of(header, "from", &from) != 1)
        note(signature, DKIM_REASON_FROM_COUNT);
    return signature;
}

void signature_free(Signature *signature)
{
    if (!signature)
        return;
    g_free(signature->domain);
    g_free(signature->selector);
    g_free(signature->identity);
    g_free(signature->compact);
    g_free(signature->query);
    g_free(signature->chain);
    g_strfreev(signature->names);
    g_clear_pointer(&signature->bytes, g_bytes_unref);
    g_clear_pointer(&signature->body_hash, g_bytes_unref);
    g_free(signature);
}

DkimReason signature_judge_time(const Signature *signature, gint64 now)
{
    if (signature->expires >= 0 && signature->expires < now)
        return DKIM_REASON_EXPIRED;
    return signature->made > now + DKIM_CLOCK_SKEW ? DKIM_REASON_NOT_YET_VALID : DKIM_REASON_VALID;
}

bool signature_is_of_domain(const Signature *signature)
{
    return g_ascii_strcasecmp(strchr(signature->identity, '@') + 1, signature->domain) == 0;
}
