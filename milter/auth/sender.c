/* DKIM, SPF, DMARC and ARC of one message, put together.
 *
 * What DNS is asked doesn't hang on the body: all keys, the SPF record and what it includes, and
 * the DMARC records are wanted from the start, so they are asked for side by side.
 *
 * A domain with a DMARC record is proven by its rules.  A domain without one is proven by a DKIM
 * signature of its own, or of a domain above or below it in one organization.  SPF proves nothing
 * but as DMARC's second leg.  Where a DNS failure leaves open what would have come out, nothing is
 * proven and the result says that it isn't conclusive; only the From domain's own signature passes
 * whatever the missing DMARC record says. */
#include "auth/sender.h"

#include "auth/arc.h"
#include "auth/dmarc.h"
#include "base/domain.h"
#include "base/public_suffix.h"

#include <string.h>

#define VALUE_MAX      128 /* of a property; a longer one is left out, and no line gets too long */
#define SIGNATURE_PART 8   /* of b=, to tell signatures apart (RFC 6008) */

struct SenderCheck {
    DkimField *fields;
    gsize count;
    char *from, *client, *helo, *mail_from;
    DkimBody *body;
    DkimCheck *dkim;
    ArcCheck *arc;
    bool sealed; /* the last sealer is believed */
};

static bool is_in(const char *name, char *const *list)
{
    for (; name != NULL && list != NULL && *list != NULL; list++) {
        if (g_ascii_strcasecmp(name, *list) == 0)
            return true;
    }
    return false;
}

SenderCheck *sender_check_new(const SenderInput *input)
{
    SenderCheck *check = g_new0(SenderCheck, 1);
    check->fields = g_new(DkimField, input->count);
    check->count = input->count;
    for (gsize i = 0; i < input->count; i++)
        check->fields[i] = (DkimField){ .name = g_strdup(input->fields[i].name),
                                        .value = g_strdup(input->fields[i].value) };
    check->from = g_strdup(input->from);
    check->client = g_strdup(input->spf.client);
    check->helo = g_strdup(input->spf.helo);
    check->mail_from = g_strdup(input->spf.sender);
    check->body = dkim_body_new();
    g_autofree char *organization = public_suffix_organization(check->from);
    check->dkim = dkim_check_new(check->fields, check->count,
                                 organization != NULL ? organization : check->from, check->body);
    check->arc = arc_check_new(check->fields, check->count, check->body);
    check->sealed = is_in(arc_check_sealer(check->arc), input->sealers);
    return check;
}

void sender_check_free(SenderCheck *check)
{
    if (check == NULL)
        return;
    arc_check_free(check->arc);
    dkim_check_free(check->dkim);
    dkim_body_free(check->body);
    for (gsize i = 0; i < check->count; i++) {
        g_free((char *)check->fields[i].name);
        g_free((char *)check->fields[i].value);
    }
    g_free(check->fields);
    g_free(check->from);
    g_free(check->client);
    g_free(check->helo);
    g_free(check->mail_from);
    g_free(check);
}

static guint arc_queries(const SenderCheck *check)
{
    return check->sealed ? arc_check_query_count(check->arc) : 0;
}

static SpfQuery spf_query(const SenderCheck *check)
{
    return (SpfQuery){ .client = check->client, .helo = check->helo, .sender = check->mail_from };
}

bool sender_check_ask(DnsAnswers *answers, void *data)
{
    const SenderCheck *check = data;
    const SpfQuery query = spf_query(check);
    bool complete = true;
    for (guint i = 0; i < dkim_check_count(check->dkim); i++) {
        const char *name = dkim_check_signature(check->dkim, i)->query;
        complete &= name == NULL || dns_ask(answers, DNS_TXT, name) != NULL;
    }
    for (guint i = 0; i < arc_queries(check); i++)
        complete &= dns_ask(answers, DNS_TXT, arc_check_query(check->arc, i)) != NULL;
    SpfResult spf;
    if (check->client[0] != '\0')
        complete &= spf_check(&query, answers, &spf);
    DmarcRecord record;
    if (check->from[0] != '\0')
        complete &= dmarc_find(answers, check->from, &record);
    return complete;
}

bool sender_check_wants_body(const SenderCheck *check)
{
    for (guint i = 0; i < dkim_check_count(check->dkim); i++) {
        if (dkim_check_signature(check->dkim, i)->reason == DKIM_REASON_VALID)
            return true;
    }
    return check->sealed;
}

void sender_check_body(SenderCheck *check, const void *bytes, gsize length)
{
    dkim_body_add(check->body, bytes, length);
}

/* -- The results ---------------------------------------------------------------------------- */

typedef struct {
    GPtrArray *domains; /* const char*, d= of what passed; NULL at the end */
    bool undecided;     /* a key that could prove the From domain could not be had */
    DkimOutcome best;
    bool any;
} DkimFindings;

/* A quoted-string (RFC 5322 3.2.4) of printable ASCII; other bytes become '?'. */
static void append_quoted(GString *line, const char *name, const char *value)
{
    if (value == NULL || strlen(value) > VALUE_MAX)
        return;
    g_string_append_printf(line, " %s=\"", name);
    for (gsize i = 0; value[i] != '\0'; i++) {
        if (value[i] == '"' || value[i] == '\\')
            g_string_append_c(line, '\\');
        g_string_append_c(line, g_ascii_isprint(value[i]) ? value[i] : '?');
    }
    g_string_append_c(line, '"');
}

static GString *line_new(const char *method, const char *word)
{
    GString *line = g_string_new(NULL);
    g_string_printf(line, "%s=%s", method, word);
    return line;
}

static void line_end(SenderResult *result, GString *line)
{
    g_ptr_array_add(result->lines, g_string_free(line, FALSE));
}

/* The answer in the form that keys are read from; the array owns what it points to. */
static DkimAnswer key_answer(const DnsAnswer *answer, GPtrArray *bytes)
{
    if (answer == NULL || answer->outcome == DNS_FAILED)
        return (DkimAnswer){ .status = DKIM_ANSWER_UNAVAILABLE };
    for (guint i = 0; i < answer->records->len; i++) {
        const DnsRecord *record = g_ptr_array_index(answer->records, i);
        g_ptr_array_add(bytes, g_bytes_new(record->bytes, record->length));
    }
    return (DkimAnswer){ .status = bytes->len > 0 ? DKIM_ANSWER_FOUND : DKIM_ANSWER_NONE,
                         .records = (GBytes *const *)bytes->pdata,
                         .count = bytes->len };
}

static GPtrArray *bytes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

static DkimReason verify_one(const SenderCheck *check, guint i, DnsAnswers *answers, gint64 now)
{
    const char *query = dkim_check_signature(check->dkim, i)->query;
    g_autoptr(GPtrArray) bytes = bytes_new();
    DkimAnswer answer = { .status = DKIM_ANSWER_UNAVAILABLE };
    if (query != NULL)
        answer = key_answer(dns_ask(answers, DNS_TXT, query), bytes);
    return dkim_check_verify(check->dkim, i, query != NULL ? &answer : NULL, now).reason;
}

static void add_signature_line(SenderResult *result, const DkimSignature *signature,
                               DkimReason reason)
{
    DkimOutcome outcome = dkim_reason_outcome(reason);
    GString *line = line_new("dkim", dkim_outcome_name(outcome));
    if (outcome != DKIM_PASS)
        append_quoted(line, "reason", dkim_reason_text(reason));
    g_autofree char *part =
        signature->signature != NULL ? g_strndup(signature->signature, SIGNATURE_PART) : NULL;
    append_quoted(line, "header.d", signature->domain);
    append_quoted(line, "header.i", signature->identity);
    append_quoted(line, "header.s", signature->selector);
    append_quoted(line, "header.a", signature->algorithm);
    append_quoted(line, "header.b", part);
    line_end(result, line);
}

/* All signatures: the best outcome is a pass, then what another try might change. */
static DkimFindings verify_signatures(const SenderCheck *check, DnsAnswers *answers, gint64 now,
                                      SenderResult *result)
{
    DkimFindings found = { .domains = g_ptr_array_new() };
    for (guint i = 0; i < dkim_check_count(check->dkim); i++) {
        const DkimSignature *signature = dkim_check_signature(check->dkim, i);
        DkimReason reason = verify_one(check, i, answers, now);
        DkimOutcome outcome = dkim_reason_outcome(reason);
        add_signature_line(result, signature, reason);
        if (outcome == DKIM_PASS)
            g_ptr_array_add(found.domains, (char *)signature->domain);
        found.undecided |=
            outcome == DKIM_TEMPERROR && domain_aligns(signature->domain, check->from);
        if (!found.any || outcome == DKIM_PASS ||
            (outcome == DKIM_TEMPERROR && found.best != DKIM_PASS))
            found.best = outcome;
        found.any = true;
    }
    g_ptr_array_add(found.domains, NULL);
    result->dkim = found.any ? dkim_outcome_name(found.best) : "none";
    return found;
}

static SpfResult check_spf(const SenderCheck *check, DnsAnswers *answers, SenderResult *result)
{
    const SpfQuery query = spf_query(check);
    SpfResult spf = SPF_NONE;
    result->spf = spf_result_name(spf);
    if (check->client[0] == '\0')
        return spf;
    if (!spf_check(&query, answers, &spf))
        spf = SPF_TEMPERROR;
    result->spf = spf_result_name(spf);
    GString *line = line_new("spf", result->spf);
    if (check->mail_from[0] != '\0')
        append_quoted(line, "smtp.mailfrom", check->mail_from);
    else
        append_quoted(line, "smtp.helo", check->helo);
    line_end(result, line);
    return spf;
}

static void check_arc(const SenderCheck *check, DnsAnswers *answers, gint64 now,
                      SenderResult *result)
{
    guint count = arc_queries(check);
    if (!check->sealed)
        return;
    g_autofree DkimAnswer *keys = g_new(DkimAnswer, count);
    g_autoptr(GPtrArray) owners = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < count; i++) {
        g_ptr_array_add(owners, bytes_new());
        keys[i] = key_answer(dns_ask(answers, DNS_TXT, arc_check_query(check->arc, i)),
                             g_ptr_array_index(owners, i));
    }
    static const char *const words[] = { "none", "pass", "fail", "temperror" };
    ArcOutcome outcome = arc_check_verify(check->arc, keys, now).outcome;
    line_end(result, line_new("arc", words[outcome]));
    if (outcome != ARC_PASS)
        return;
    result->sealer = g_strdup(arc_check_sealer(check->arc));
    result->sealed = g_strdup(arc_check_results(check->arc));
}

static bool is_same(const char *domain, const char *from)
{
    return g_ascii_strcasecmp(domain, from) == 0;
}

static bool vouches(const char *domain, const char *from)
{
    return domain_aligns(domain, from) &&
           (domain_is_within(domain, from) || domain_is_within(from, domain));
}

static const char *first_that(const GPtrArray *domains, const char *from,
                              bool (*holds)(const char *domain, const char *from))
{
    for (guint i = 0; g_ptr_array_index(domains, i) != NULL; i++) {
        if (holds(g_ptr_array_index(domains, i), from))
            return g_ptr_array_index(domains, i);
    }
    return NULL;
}

static void conclude(SenderResult *result, bool proven, const char *reason, char *why)
{
    result->proven = proven;
    result->conclusive = strcmp(reason, "temperror") != 0;
    result->reason = reason;
    result->why = why;
}

/* Without a DMARC record, or without its answer. */
static void weigh_signatures(SenderResult *result, const DkimFindings *dkim, bool record_failed)
{
    const char *signer = first_that(dkim->domains, result->from, record_failed ? is_same : vouches);
    if (signer != NULL)
        conclude(result, true, "dkim", g_strdup_printf("DKIM pass for %s, verified here", signer));
    else if (record_failed)
        conclude(result, false, "temperror", g_strdup("DNS gave no answer to the DMARC record"));
    else if (dkim->undecided)
        conclude(result, false, "temperror", g_strdup("DNS gave no answer to a DKIM key"));
    else if (dkim->domains->len > 1)
        conclude(result, false, "not-aligned",
                 g_strdup("the signature that passed is not of the domain of From"));
    else
        conclude(result, false, "no-pass",
                 g_strdup(dkim->any ? "no DKIM signature passed" : "not signed (DKIM)"));
}

static void weigh(SenderResult *result, const DmarcRecord *record, const DmarcPasses *passes,
                  const DkimFindings *dkim)
{
    DmarcResult dmarc = dmarc_evaluate(record, result->from, passes);
    result->dmarc = dmarc_result_name(dmarc);
    GString *line = line_new("dmarc", result->dmarc);
    append_quoted(line, "header.from", result->from);
    line_end(result, line);
    if (dmarc == DMARC_PASS)
        conclude(result, true, "dmarc",
                 g_strdup_printf("DMARC pass for %s, verified here", result->from));
    else if (dmarc == DMARC_FAIL)
        conclude(result, false, "dmarc-fail", g_strdup("DMARC failed, verified here"));
    else if (dmarc == DMARC_TEMPERROR && record->result == DMARC_PASS)
        conclude(result, false, "temperror", g_strdup("DNS gave no answer to a DKIM key or SPF"));
    else
        weigh_signatures(result, dkim, dmarc == DMARC_TEMPERROR);
}

/* Could SPF have proven the From domain, if DNS had answered, or if the client were known? */
static bool may_have_passed(const SenderCheck *check, const SpfQuery *query, SpfResult spf)
{
    bool unknown = spf == SPF_TEMPERROR || query->client[0] == '\0';

    return unknown && domain_aligns(spf_domain(query), check->from);
}

SenderResult *sender_check_end(SenderCheck *check, DnsAnswers *answers, gint64 now)
{
    SenderResult *result = g_new0(SenderResult, 1);
    result->from = g_strdup(check->from);
    result->lines = g_ptr_array_new_with_free_func(g_free);
    result->dmarc = "none";
    dkim_body_end(check->body);
    const SpfQuery query = spf_query(check);
    DkimFindings dkim = verify_signatures(check, answers, now, result);
    SpfResult spf = check_spf(check, answers, result);
    check_arc(check, answers, now, result);
    const DmarcPasses passes = { .dkim = (const char *const *)dkim.domains->pdata,
                                 .spf = spf == SPF_PASS ? spf_domain(&query) : NULL,
                                 .undecided =
                                     dkim.undecided || may_have_passed(check, &query, spf) };
    DmarcRecord record = { .result = DMARC_TEMPERROR };
    if (check->from[0] == '\0') {
        conclude(result, false, "no-from", g_strdup("no usable From address"));
    } else {
        if (!dmarc_find(answers, check->from, &record))
            record = (DmarcRecord){ .result = DMARC_TEMPERROR };
        weigh(result, &record, &passes, &dkim);
    }
    g_ptr_array_unref(dkim.domains);
    return result;
}

void sender_result_free(SenderResult *result)
{
    if (result == NULL)
        return;
    g_free(result->from);
    g_free(result->why);
    g_free(result->sealer);
    g_free(result->sealed);
    g_ptr_array_unref(result->lines);
    g_free(result);
}

char *sender_result_field(const SenderResult *result, const char *name)
{
    GString *field = g_string_new(name);
    for (guint i = 0; i < result->lines->len; i++)
        g_string_append_printf(field, ";\n\t%s", (char *)g_ptr_array_index(result->lines, i));
    if (result->lines->len == 0)
        g_string_append(field, "; none");
    return g_string_free(field, FALSE);
}
