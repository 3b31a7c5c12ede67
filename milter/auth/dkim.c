/* The DKIM signatures of a message.
 *
 * A verifier of our own, on libcrypto.  libopendkim (2.11.0~beta2 in Debian 12, without a release
 * since) was tried instead: it verifies both algorithms, but takes a signature with two d= tags,
 * and a message with a second From field, for valid, so that we would have to parse the same fields
 * again to find what it doesn't.  And no library in Debian verifies ARC, which needs the same tag
 * lists, canonical forms and keys.  So each is a file:
 *
 *   tag_list.c    "a=b; c=d" → tags
 *   signature.c   the field's tags → Signature, or the reason why it proves nothing
 *   header.c      header fields by name, and their canonical forms
 *   body.c        the body's canonical forms, hashed as chunks arrive
 *   key.c, der.c  TXT records → a public key of libcrypto
 *   verify.c      one signature against all of them, in the order of cost
 *   reason.c      the table of findings
 *
 * This file chooses which signatures are looked at; arc.c verifies chains.  Pure; any thread. */
#include "auth/dkim.h"

#include "auth/verify.h"
#include "base/domain.h"

typedef struct {
    Signature *read;
    DkimSignature shown;
    guint rank; /* the lowest are looked at first */
} Entry;

struct DkimCheck {
    const DkimField *fields;
    const DkimBody *body;
    Header *header;
    Entry *entries;
    guint count, left_out;
};

static Entry entry_of(Signature *read, const char *organization)
{
    bool aligned = read->domain && organization && domain_is_within(read->domain, organization);
    bool open = read->reason == DKIM_REASON_VALID;

    return (Entry){
        .read = read,
        .shown = { .domain = read->domain,
                   .selector = read->selector,
                   .identity = read->identity,
                   .algorithm = read->algorithm ? key_algorithm_name(read->algorithm) : NULL,
                   .signature = read->compact,
                   .query = open ? read->query : NULL,
                   .reason = read->reason },
        .rank = (open ? 0 : 2) + (aligned ? 0 : 1),
    };
}

static gint compare_entries(gconstpointer a, gconstpointer b)
{
    const Entry *one = a, *other = b;

    if (one->rank != other->rank)
        return one->rank < other->rank ? -1 : 1;
    return one->read->field < other->read->field ? -1 : one->read->field > other->read->field;
}

static void leave_out(DkimCheck *check, guint count)
{
    for (guint i = count; i < check->count; i++)
        signature_free(check->entries[i].read);
    check->left_out = check->count > count ? check->count - count : 0;
    check->count = MIN(check->count, count);
}

DkimCheck *dkim_check_new(const DkimField *fields, gsize count, const char *organization,
                          DkimBody *body)
{
    DkimCheck *check = g_new0(DkimCheck, 1);

    check->fields = fields;
    check->body = body;
    check->header = header_new(fields, count);
    const gsize *places;
    check->count = (guint)header_fields_of(check->header, "dkim-signature", &places);
    check->entries = g_new(Entry, check->count);
    for (guint i = 0; i < check->count; i++)
        check->entries[i] = entry_of(
            signature_read(SIGNATURE_DKIM, check->header, fields, places[i]), organization);
    if (check->count > 0)
        qsort(check->entries, check->count, sizeof *check->entries, compare_entries);
    leave_out(check, DKIM_SIGNATURES_MAX);
    for (guint i = 0; i < check->count; i++)
        if (check->entries[i].shown.reason == DKIM_REASON_VALID)
            dkim_body_want(body, check->entries[i].read->relaxed_body);
    return check;
}

void dkim_check_free(DkimCheck *check)
{
    if (!check)
        return;
    for (guint i = 0; i < check->count; i++)
        signature_free(check->entries[i].read);
    g_free(check->entries);
    header_free(check->header);
    g_free(check);
}

guint dkim_check_count(const DkimCheck *check)
{
    return check->count;
}

guint dkim_check_left_out(const DkimCheck *check)
{
    return check->left_out;
}

const DkimSignature *dkim_check_signature(const DkimCheck *check, guint i)
{
    g_assert(i < check->count);
    return &check->entries[i].shown;
}

DkimResult dkim_check_verify(const DkimCheck *check, guint i, const DkimAnswer *answer, gint64 now)
{
    DkimResult result = { DKIM_REASON_VALID, 0 };

    g_assert(i < check->count);
    result.reason = verify_message(check->entries[i].read, check->header, check->fields,
                                   check->body, answer, now, &result.key_bits);
    return result;
}
