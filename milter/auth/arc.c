/* Chains of ARC sets (RFC 8617 5.2).
 *
 * A set is three fields with the same instance: results, a signature of the message, and a seal
 * over all sets up to its own.  What can be said without a key is said when the fields are read; a
 * chain that is unsound then is never looked up.  Of the message signatures only the newest must
 * still be valid.  Each seal signs what the one before it did and a set more, so that one digest
 * which grows from set to set serves them all.  Pure; any thread. */
#include "auth/arc.h"

#include "auth/tag_list.h"
#include "auth/verify.h"

#include <string.h>

typedef struct {
    gsize results; /* index of the field */
    Signature *message, *seal;
} Set;

struct ArcCheck {
    const DkimField *fields;
    const DkimBody *body;
    Header *header;
    Set *sets; /* from instance 1 on */
    guint count;
    ArcResult unsound; /* FAIL: the sets are, whatever DNS says; NONE: there are none */
};

/* "i=1" before the first ';'; 0 if it is malformed.  *rest is what follows. */
static guint results_instance(const char *value, const char **rest)
{
    const char *end = strchr(value, ';');
    TagList list;

    if (!end || !tag_list_parse(&list, value, (gsize)(end - value)) || list.count != 1 ||
        !tag_list_find(&list, "i"))
        return 0;
    g_autofree char *digits = tag_text(&list.tags[0]);
    gsize length = strspn(digits, "0123456789");
    *rest = end + 1;
    return length >= 1 && length <= 2 && !digits[length] ? (guint)g_ascii_strtoull(digits, NULL, 10)
                                                         : 0;
}

static bool place_results(ArcCheck *check, const gsize *places)
{
    for (guint i = 0; i < check->count; i++)
        check->sets[i].results = G_MAXSIZE;
    for (guint i = 0; i < check->count; i++) {
        const char *rest;
        guint instance = results_instance(check->fields[places[i]].value, &rest);

        if (instance < 1 || instance > check->count ||
            check->sets[instance - 1].results != G_MAXSIZE)
            return false;
        check->sets[instance - 1].results = places[i];
    }
    return true;
}

/* Each instance once, from 1 on. */
static bool place_signatures(ArcCheck *check, const gsize *places, SignatureKind kind)
{
    for (guint i = 0; i < check->count; i++) {
        Signature *read = signature_read(kind, check->header, check->fields, places[i]);
        Set *set = read->instance >= 1 && read->instance <= check->count
                       ? &check->sets[read->instance - 1]
                       : NULL;
        Signature **place = !set ? NULL : kind == SIGNATURE_SEAL ? &set->seal : &set->message;

        if (!place || *place) {
            signature_free(read);
            return false;
        }
        *place = read;
    }
    return true;
}

static void find_fault(ArcCheck *check, guint instance, DkimReason reason)
{
    if (reason != DKIM_REASON_VALID && check->unsound.outcome == ARC_NONE)
        check->unsound = (ArcResult){ ARC_FAIL, instance, reason };
}

/* cv=: the first seal has nothing before it, all others found that valid. */
static DkimReason judge_chain(const char *chain, guint instance)
{
    if (strcmp(chain, "fail") == 0)
        return DKIM_REASON_CHAIN;
    return strcmp(chain, instance == 1 ? "none" : "pass") == 0 ? DKIM_REASON_VALID
                                                               : DKIM_REASON_MALFORMED;
}

/* What needs no key, from the newest set on. */
static void judge_sets(ArcCheck *check)
{
    find_fault(check, check->count, check->sets[check->count - 1].message->reason);
    for (guint i = check->count; i > 0; i--) {
        const Signature *seal = check->sets[i - 1].seal;

        find_fault(check, i, seal->reason);
        if (seal->chain)
            find_fault(check, i, judge_chain(seal->chain, i));
    }
}

/* As many fields of each name, and not more than a chain may have. */
static void read_sets(ArcCheck *check)
{
    const gsize *results, *messages, *seals;
    gsize count = header_fields_of(check->header, "arc-authentication-results", &results);
    gsize message_count = header_fields_of(check->header, "arc-message-signature", &messages);
    gsize seal_count = header_fields_of(check->header, "arc-seal", &seals);

    if (count == 0 && message_count == 0 && seal_count == 0)
        return;
    if (count > ARC_INSTANCES_MAX || message_count != count || seal_count != count) {
        find_fault(check, 0, DKIM_REASON_MALFORMED);
        return;
    }
    check->count = (guint)count;
    check->sets = g_new0(Set, count);
    if (place_results(check, results) && place_signatures(check, messages, SIGNATURE_MESSAGE) &&
        place_signatures(check, seals, SIGNATURE_SEAL))
        judge_sets(check);
    else
        find_fault(check, 0, DKIM_REASON_MALFORMED);
}

ArcCheck *arc_check_new(const DkimField *fields, gsize count, DkimBody *body)
{
    ArcCheck *check = g_new0(ArcCheck, 1);

    check->fields = fields;
    check->body = body;
    check->header = header_new(fields, count);
    read_sets(check);
    if (check->count > 0 && check->unsound.outcome == ARC_NONE)
        dkim_body_want(body, check->sets[check->count - 1].message->relaxed_body);
    return check;
}

void arc_check_free(ArcCheck *check)
{
    if (!check)
        return;
    for (guint i = 0; i < check->count; i++) {
        signature_free(check->sets[i].message);
        signature_free(check->sets[i].seal);
    }
    g_free(check->sets);
    header_free(check->header);
    g_free(check);
}

/* NULL where no chain could be valid. */
static const Set *newest(const ArcCheck *check)
{
    return check->count > 0 && check->unsound.outcome == ARC_NONE ? &check->sets[check->count - 1]
                                                                  : NULL;
}

const char *arc_check_sealer(const ArcCheck *check)
{
    const Set *set = newest(check);

    return set ? set->seal->domain : NULL;
}

const char *arc_check_results(const ArcCheck *check)
{
    const Set *set = newest(check);
    const char *rest = NULL;

    if (set)
        results_instance(check->fields[set->results].value, &rest);
    return rest;
}

guint arc_check_query_count(const ArcCheck *check)
{
    return newest(check) ? check->count + 1 : 0;
}

/* The seals' in the order of instances, then the newest message signature's. */
const char *arc_check_query(const ArcCheck *check, guint i)
{
    g_assert(i < arc_check_query_count(check));
    return i < check->count ? check->sets[i].seal->query : newest(check)->message->query;
}

/* Keeps the first fault, but a failure rather than one that may pass. */
static void keep(ArcResult *result, guint instance, DkimReason reason)
{
    ArcOutcome outcome = reason == DKIM_REASON_VALID                     ? ARC_PASS
                         : dkim_reason_outcome(reason) == DKIM_TEMPERROR ? ARC_TEMPERROR
                                                                         : ARC_FAIL;

    if (result->outcome == ARC_PASS ? outcome != ARC_PASS
                                    : result->outcome == ARC_TEMPERROR && outcome == ARC_FAIL)
        *result = (ArcResult){ outcome, instance, reason };
}

ArcResult arc_check_verify(const ArcCheck *check, const DkimAnswer *answers, gint64 now)
{
    ArcResult result = { ARC_PASS, check->count, DKIM_REASON_VALID };
    guint bits;

    if (!newest(check))
        return check->unsound;
    keep(&result, check->count,
         verify_message(newest(check)->message, check->header, check->fields, check->body,
                        &answers[check->count], now, &bits));
    Digest *before = digest_new();
    for (guint i = 0; i < check->count && result.outcome != ARC_FAIL; i++) {
        const Set *set = &check->sets[i];

        header_add_field(&check->fields[set->results], true, before);
        header_add_field(&check->fields[set->message->field], true, before);
        keep(&result, i + 1, verify_seal(set->seal, check->fields, before, &answers[i], now));
        header_add_field(&check->fields[set->seal->field], true, before);
    }
    digest_free(before);
    return result;
}
