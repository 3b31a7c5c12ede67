/* Is it proven who sent this mail?
 *
 * Only Authentication-Results of a trusted authserv-id count, and only above the first Received
 * that none of our own hops wrote; a hop is ours if its "by" is in trusted_hops or is itself a
 * trusted authserv-id.  Postfix and Sendmail show a milter the mail without their own Received, so
 * the first one there is the sender's, and what the filters before us found stands above it.  In a
 * stored mail our own Received comes first and is stepped over.
 *
 * A sender may write a field in our name above his own Received, and filters leave some of those
 * there.  The genuine field stands above them: so of servers whose methods the site doesn't name
 * the topmost field counts alone, and of the others, for each method, the topmost field that has
 * it.
 *
 * A sender can also write into a genuine field, because filters copy what he sent: d=, s= and i= of
 * his signatures, his envelope address, his HELO.  So none of those may hold a character that ends
 * a value there, a field that can't be read to its end or contradicts itself proves nothing, and
 * each dkim=pass must be about a signature that the mail has.  One that isn't makes the mail
 * unproven altogether, because the DMARC filter may have read it too.
 *
 * Proven means that DMARC passed, or DKIM with DMARC not failing, for the domain of the one From
 * address, and that answers stay in that domain.  Where a forwarder broke both, the same may stand
 * in what it sealed (ARC), if it is one whose seal the site believes; the same rules hold for that
 * field, and a signature that its dkim=pass is about must still be there.  Pure; any thread. */
#include "mail/authres_judge.h"

#include "base/domain.h"
#include "base/text.h"
#include "mail/arc.h"
#include "mail/authres_dmarc.h"
#include "mail/authres_fields.h"
#include "mail/dkim_signature.h"
#include "mail/reply_to.h"

#include <string.h>

#define RESULTS_MAX 50
#define TEXT_MAX    500
#define SERVER_MAX  255

/* RFC 5321 4.5.3.1.3 has 256; Postfix takes more. */
#define PATH_MAX_BYTES 320

const char *const mail_trust_methods[] = { "arc", "dkim", "dmarc", "spf", NULL };

typedef struct {
    const HeaderView *view;
    const Message *message;
    const GPtrArray *fields;     /* AuthField*, see TrustedFields */
    const GPtrArray *others;     /* NULL: none */
    const GPtrArray *signatures; /* SignatureTags* */
} Inquiry;

/* What the field that decides says.  Several signatures, or SPF identities, are normal, and a pass
 * among them counts; of the other methods a result that is no pass does. */
static char *result_of(const Inquiry *inquiry, const char *method)
{
    bool several = strcmp(method, "dkim") == 0 || strcmp(method, "spf") == 0;
    const AuthField *field = authres_field_deciding(inquiry->fields, method);
    const char *said = NULL;

    for (guint k = 0; field && k < field->results->len; k++) {
        const AuthResult *result = g_ptr_array_index(field->results, k);

        if (auth_result_is(result, method) && (!said || auth_result_passed(result) == several))
            said = auth_result_value(result);
    }
    g_autofree char *line = text_line(said ? said : "none", SERVER_MAX);
    return g_ascii_strdown(line, -1);
}

static char *result_line(const AuthField *field, const AuthResult *result)
{
    g_autoptr(GString) line = g_string_new(field->server);

    for (guint i = 0; i < result->pairs->len; i++) {
        const AuthPair *pair = g_ptr_array_index(result->pairs, i);

        g_string_append_printf(line, " %s=%s", pair->name, pair->value);
    }
    return text_line(line->str, TEXT_MAX);
}

static GPtrArray *result_lines(const Inquiry *inquiry)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < inquiry->fields->len; i++) {
        const AuthField *field = g_ptr_array_index(inquiry->fields, i);

        for (guint k = 0; k < field->results->len && lines->len < RESULTS_MAX; k++)
            g_ptr_array_add(lines, result_line(field, g_ptr_array_index(field->results, k)));
    }
    return lines;
}

/* A domain vouches for those below it and above it within one organizational domain, not for its
 * neighbours: a customer of a host that isn't on the public suffix list may sign for those. */
static bool vouches(const char *domain, const char *from)
{
    return domain_aligns(domain, from) &&
           (domain_is_within(domain, from) || domain_is_within(from, domain));
}

/* What DMARC passed is the From domain itself (RFC 7489 6.6). */
static bool is_same(const char *domain, const char *from)
{
    return *domain && strcmp(domain, from) == 0;
}

typedef struct {
    const char *method;
    const char *label;
    const char *properties[3];
    bool (*proves)(const char *domain, const char *from);
} Proof;

static const Proof by_dmarc = { "dmarc", "DMARC", { "header.from" }, is_same };
static const Proof by_dkim = { "dkim", "DKIM", { "header.d", "header.i" }, vouches };

/* Says in words which pass proves the From domain; NULL if none does.  *passed: there was a pass
 * for whatever domain. */
static char *find_proof(const Inquiry *inquiry, const Proof *proof, bool *passed)
{
    const AuthField *field = authres_field_deciding(inquiry->fields, proof->method);
    const char *from = address_domain(inquiry->view->from_address);

    if (!field || authres_field_proves_nothing(field))
        return NULL;
    for (guint k = 0; k < field->results->len; k++) {
        const AuthResult *result = g_ptr_array_index(field->results, k);

        if (!auth_result_is(result, proof->method) || !auth_result_passed(result))
            continue;
        g_autofree char *domain = authres_domain(result, proof->properties);
        g_autofree char *server = text_line(field->server, SERVER_MAX);
        *passed = true;
        if (proof->proves(domain, from))
            return g_strdup_printf("%s pass for %s by %s", proof->label, domain, server);
    }
    return NULL;
}

static bool has_no_from(const Inquiry *inquiry)
{
    return inquiry->view->from_address[0] == '\0';
}

static bool has_no_field(const Inquiry *inquiry)
{
    return inquiry->fields->len == 0;
}

static bool has_odd_signature(const Inquiry *inquiry)
{
    for (guint i = 0; i < inquiry->signatures->len; i++)
        if (!((const SignatureTags *)g_ptr_array_index(inquiry->signatures, i))->plain)
            return true;
    return false;
}

static bool has_odd_path(const Inquiry *inquiry)
{
    const char *path = inquiry->view->envelope_path;
    gsize length = path ? strlen(path) : 0;

    return length > PATH_MAX_BYTES || (path && !auth_is_plain(path, length));
}

static bool is_odd(const AuthResult *result)
{
    static const char *const names[] = { "smtp.helo", "smtp.mailfrom" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = auth_result_find(result, names[i]);

        if (value && !auth_is_plain(value, strlen(value)))
            return true;
    }
    return false;
}

static bool has_odd_copy(const Inquiry *inquiry)
{
    for (guint i = 0; i < inquiry->fields->len; i++) {
        const AuthField *field = g_ptr_array_index(inquiry->fields, i);

        for (guint k = 0; k < field->results->len; k++)
            if (is_odd(g_ptr_array_index(field->results, k)))
                return true;
    }
    return false;
}

static bool all_agree(const GPtrArray *fields, const GPtrArray *signatures)
{
    for (guint i = 0; fields && i < fields->len; i++)
        if (!dkim_signatures_agree(signatures, g_ptr_array_index(fields, i)))
            return false;
    return true;
}

/* Wherever it stands: the DMARC filter reads them all. */
static bool has_pass_without_signature(const Inquiry *inquiry)
{
    return !all_agree(inquiry->fields, inquiry->signatures) ||
           !all_agree(inquiry->others, inquiry->signatures);
}

static bool decides_nothing(const Inquiry *inquiry)
{
    static const char *const methods[] = { "dmarc", "dkim" };

    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        const AuthField *field = authres_field_deciding(inquiry->fields, methods[i]);

        if (field && authres_field_proves_nothing(field))
            return true;
    }
    return false;
}

/* What is beyond the limits may be a Reply-To, or a signature that filters before us have read. */
static bool has_cut_header(const Inquiry *inquiry)
{
    const char *truncated = inquiry->message->truncated;

    return truncated && strstr(truncated, "header");
}

static bool has_two_from(const Inquiry *inquiry)
{
    return inquiry->message->from_count > 1 || header_count(inquiry->view, "From") > 1;
}

static bool has_answers_elsewhere(const Inquiry *inquiry)
{
    return header_count(inquiry->view, "Reply-To") > 1 ||
           !reply_to_stays(inquiry->view, address_domain(inquiry->view->from_address));
}

#define MAY_END_A_VALUE " holds a character that may end a value in Authentication-Results"

typedef struct {
    bool (*holds)(const Inquiry *inquiry);
    const char *reason;
    const char *why;
    bool always; /* whoever verified the mail */
} Objection;

/* Whatever a result says, it proves nothing if one of these holds. */
static const Objection objections[] = {
    { has_no_from, "no-from", "no usable From address", true },
    { has_cut_header, "malformed", "the header section is longer than is read", true },
    { has_no_field, "no-trusted-result", "no result by a trusted server", false },
    { has_odd_signature, "malformed", "d=, s= or i= of a DKIM-Signature" MAY_END_A_VALUE, false },
    { has_odd_path, "malformed", "the envelope sender is too long or" MAY_END_A_VALUE, false },
    { has_odd_copy, "malformed", "smtp.helo or smtp.mailfrom" MAY_END_A_VALUE, false },
    { decides_nothing, "malformed", "a trusted result can't be read or contradicts itself", false },
    { has_pass_without_signature, "dkim-mismatch", "a DKIM pass is about no signature of the mail",
      false },
    { has_two_from, "two-from", "two From addresses", true },
    { has_answers_elsewhere, "reply-to", "Reply-To in another domain", true },
};

static void accept(Authentication *out, char *why, const char *reason)
{
    out->proven = true;
    out->why = why;
    out->reason = reason;
}

static void refuse(Authentication *out, const char *why, const char *reason)
{
    out->proven = false;
    out->why = g_strdup(why);
    out->reason = reason;
}

/* May what the sealer found count?  The same rules hold as for our own servers' fields. */
static bool is_usable(const Inquiry *sealed)
{
    return !decides_nothing(sealed) && !has_odd_signature(sealed) && !has_odd_copy(sealed) &&
           !has_pass_without_signature(sealed);
}

/* The proof among the results of one sealer, whose chain held on its way to us. */
static char *proof_in(const Inquiry *inquiry, AuthField *field, const char *sealer)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    g_ptr_array_add(fields, field);
    const Inquiry sealed = { .view = inquiry->view,
                             .message = inquiry->message,
                             .fields = fields,
                             .signatures = inquiry->signatures };
    bool passed = false;

    if (!is_usable(&sealed))
        return NULL;
    g_autofree char *dmarc = result_of(&sealed, "dmarc");
    g_autofree char *proof = find_proof(&sealed, &by_dmarc, &passed);
    if (!proof && strcmp(dmarc, "fail") != 0)
        proof = find_proof(&sealed, &by_dkim, &passed);
    g_autofree char *name = text_line(sealer, SERVER_MAX);
    return proof ? g_strdup_printf("%s, sealed by %s (ARC)", proof, name) : NULL;
}

/* The same where a trusted server says that the chain held. */
static char *find_sealed(const Inquiry *inquiry, const MailTrust *trust)
{
    g_autofree char *arc = result_of(inquiry, "arc");
    const AuthField *deciding = authres_field_deciding(inquiry->fields, "arc");
    g_autofree char *sealer = NULL;

    if (strcmp(arc, "pass") != 0 || authres_field_proves_nothing(deciding))
        return NULL;
    g_autoptr(AuthField) field = arc_results(inquiry->view, trust, &sealer);
    return field ? proof_in(inquiry, field, sealer) : NULL;
}

static void weigh_results(const Inquiry *inquiry, const MailTrust *trust, Authentication *out)
{
    bool failed = strcmp(out->dmarc, "fail") == 0;
    bool passed = false;
    char *proof = find_proof(inquiry, &by_dmarc, &passed);

    if (proof && authres_dmarc_is_unconfirmed(inquiry->fields, inquiry->others,
                                              address_domain(inquiry->view->from_address))) {
        g_free(proof);
        refuse(out, "DMARC passed, maybe by a result that the sender wrote", "unconfirmed");
    } else if (proof)
        accept(out, proof, "dmarc");
    else if (!failed && (proof = find_proof(inquiry, &by_dkim, &passed)))
        accept(out, proof, "dkim");
    else if ((proof = find_sealed(inquiry, trust)))
        accept(out, proof, "arc");
    else if (failed)
        refuse(out, "DMARC failed", "dmarc-fail");
    else if (passed)
        refuse(out, "what passed is not the domain of From", "not-aligned");
    else
        refuse(out, "neither DMARC nor DKIM passed", "no-pass");
}

static void judge(const Inquiry *inquiry, const MailTrust *trust, Authentication *out)
{
    out->results = result_lines(inquiry);
    out->dmarc = result_of(inquiry, "dmarc");
    out->dkim = result_of(inquiry, "dkim");
    out->spf = result_of(inquiry, "spf");
    for (gsize i = 0; i < G_N_ELEMENTS(objections); i++)
        if (objections[i].holds(inquiry)) {
            refuse(out, objections[i].why, objections[i].reason);
            return;
        }
    weigh_results(inquiry, trust, out);
}

void authres_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                   Authentication *out)
{
    g_autoptr(GPtrArray) signatures = dkim_signatures_read(view);
    TrustedFields found;

    authres_fields_find(&found, view, trust);
    const Inquiry inquiry = { view, message, found.fields, found.others, signatures };
    judge(&inquiry, trust, out);
    g_ptr_array_unref(found.fields);
    g_ptr_array_unref(found.others);
}

const char *authres_objection(const HeaderView *view, const Message *message, const char **why)
{
    const Inquiry inquiry = { .view = view, .message = message };

    for (gsize i = 0; i < G_N_ELEMENTS(objections); i++)
        if (objections[i].always && objections[i].holds(&inquiry)) {
            *why = objections[i].why;
            return objections[i].reason;
        }
    return NULL;
}

char *authres_sealed_proof(const HeaderView *view, const Message *message, const char *sealer,
                           const char *sealed)
{
    g_autoptr(GPtrArray) signatures = dkim_signatures_read(view);
    const Inquiry inquiry = { .view = view, .message = message, .signatures = signatures };
    g_autoptr(AuthField) field = auth_field_parse(sealed);

    return field ? proof_in(&inquiry, field, sealer) : NULL;
}

bool message_results_are_of(const char *value, const char *server)
{
    g_autoptr(AuthField) field = auth_field_parse(value);
    g_autofree char *start = g_strndup(value, strcspn(value, ";"));
    g_autofree char *lower = g_ascii_strdown(start, -1);
    g_autofree char *name = g_ascii_strdown(server, -1);

    return field ? g_ascii_strcasecmp(field->server, server) == 0 : strstr(lower, name) != NULL;
}
