/* Is it proven who sent this mail?
 *
 * Only Authentication-Results of a trusted authserv-id count, and only above the first Received
 * that none of our own hops wrote; a hop is ours if its "by" is in trusted_hops or is itself a
 * trusted authserv-id.  Postfix and Sendmail show a milter the mail without their own Received, so
 * the first one there is the sender's, and what the filters before us found stands above it.  In a
 * stored mail our own Received comes first and is stepped over.
 *
 * A sender may write a field in our name above his own Received.  Removing it is the duty of the
 * filter whose name it bears (RFC 8601 5); where it slips through, the genuine one stands higher,
 * so for each method the topmost field that has it decides, and the fields below are not asked.
 *
 * Proven means that DMARC passed, or DKIM with DMARC not failing, for the domain of the one From
 * address, and that answers stay in that domain.  Where a forwarder broke both, the same may stand
 * in what it sealed (ARC), if it is one whose seal the site believes.  Pure; any thread. */
#include "mail/arc.h"

#include "base/domain.h"
#include "base/text.h"

#include <string.h>

#define FIELDS_MAX  20
#define RESULTS_MAX 50
#define TEXT_MAX    500
#define SERVER_MAX  255

typedef struct {
    const HeaderView *view;
    const Message *message;
    GPtrArray *fields; /* AuthField*: trusted, top first */
} Inquiry;

static bool is_in(const char *text, char *const *list)
{
    for (; list && *list; list++)
        if (g_ascii_strcasecmp(text, *list) == 0)
            return true;
    return false;
}

/* "[192.0.2.1]", "mx.example.com." as they stand in the settings. */
static char *plain_host(const char *host)
{
    gsize length;

    if (*host == '[')
        host++;
    if (g_str_has_prefix(host, "ipv6:"))
        host += strlen("ipv6:");
    length = strlen(host);
    while (length > 0 && strchr("].", host[length - 1]))
        length--;
    return g_strndup(host, length);
}

static bool is_own_hop(const char *received, const MailTrust *trust)
{
    g_autofree char *by = auth_received_by(received);
    g_autofree char *host = plain_host(by);

    return *host && (is_in(host, trust->trusted_hops) || is_in(host, trust->authserv_ids));
}

static void add_trusted(GPtrArray *fields, const char *value, const MailTrust *trust)
{
    AuthField *field = auth_field_parse(value);

    if (!field)
        return;
    if (fields->len < FIELDS_MAX && is_in(field->server, trust->authserv_ids))
        g_ptr_array_add(fields, field);
    else
        auth_field_free(field);
}

static GPtrArray *trusted_fields(const HeaderView *view, const MailTrust *trust)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func((GDestroyNotify)auth_field_free);

    for (guint i = 0; i < view->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        if (g_ascii_strcasecmp(field->name, "Received") == 0 && !is_own_hop(field->value, trust))
            break;
        if (g_ascii_strcasecmp(field->name, "Authentication-Results") == 0)
            add_trusted(fields, field->value, trust);
    }
    return fields;
}

static const AuthPair *verdict_of(const AuthResult *result)
{
    return g_ptr_array_index(result->pairs, 0);
}

static bool is_method(const AuthResult *result, const char *method)
{
    return strcmp(verdict_of(result)->name, method) == 0;
}

static bool is_pass(const AuthResult *result)
{
    return g_ascii_strcasecmp(verdict_of(result)->value, "pass") == 0;
}

/* The topmost field that says something about the method, NULL if none does. */
static const AuthField *deciding_field(const Inquiry *inquiry, const char *method)
{
    for (guint i = 0; i < inquiry->fields->len; i++) {
        const AuthField *field = g_ptr_array_index(inquiry->fields, i);

        for (guint k = 0; k < field->results->len; k++)
            if (is_method(g_ptr_array_index(field->results, k), method))
                return field;
    }
    return NULL;
}

/* A pass if there is one (DKIM may speak of several signatures), else the first result. */
static char *best_of(const Inquiry *inquiry, const char *method)
{
    const AuthField *field = deciding_field(inquiry, method);
    const char *best = NULL;

    for (guint k = 0; field && k < field->results->len; k++) {
        const AuthResult *result = g_ptr_array_index(field->results, k);

        if (is_method(result, method) && (!best || is_pass(result)))
            best = verdict_of(result)->value;
    }
    g_autofree char *line = text_line(best ? best : "none", SERVER_MAX);
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

/* The domain of "example.com", "@example.com" or "ann@example.com" in the form of folded addresses;
 * "" if it is none. */
static char *domain_of(const char *value)
{
    const char *at = strrchr(value, '@');
    g_autofree char *address = g_strconcat("x@", at ? at + 1 : value, NULL);
    g_autofree char *folded = address_fold(address);

    return g_strdup(address_domain(folded));
}

/* Whose pass it is, by the first of these properties that it has. */
static char *domain_passed(const AuthResult *result, const char *const *properties)
{
    for (; *properties; properties++) {
        const char *value = auth_result_find(result, *properties);

        if (value)
            return domain_of(value);
    }
    return g_strdup("");
}

static bool is_within(const char *inner, const char *outer)
{
    gsize length = strlen(inner);
    gsize end = strlen(outer);

    return g_str_has_suffix(inner, outer) && (length == end || inner[length - end - 1] == '.');
}

/* A domain vouches for those below it and above it within one organizational domain, not for its
 * neighbours: a customer of a host that isn't on the public suffix list may sign for those. */
static bool vouches(const char *domain, const char *from)
{
    return domain_aligns(domain, from) && (is_within(domain, from) || is_within(from, domain));
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
    const AuthField *field = deciding_field(inquiry, proof->method);
    const char *from = address_domain(inquiry->view->from_address);

    if (field && field->broken)
        return NULL;
    for (guint k = 0; field && k < field->results->len; k++) {
        const AuthResult *result = g_ptr_array_index(field->results, k);

        if (!is_method(result, proof->method) || !is_pass(result))
            continue;
        g_autofree char *domain = domain_passed(result, proof->properties);
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

static bool has_broken_field(const Inquiry *inquiry)
{
    for (guint i = 0; i < inquiry->fields->len; i++)
        if (((const AuthField *)g_ptr_array_index(inquiry->fields, i))->broken)
            return true;
    return false;
}

static bool has_two_from(const Inquiry *inquiry)
{
    return inquiry->message->from_count > 1 || header_count(inquiry->view, "From") > 1;
}

static bool has_answers_elsewhere(const Inquiry *inquiry)
{
    const MailAddress *reply_to = inquiry->message->reply_to;
    const char *from = address_domain(inquiry->view->from_address);

    return header_count(inquiry->view, "Reply-To") > 1 ||
           (reply_to && !domain_aligns(address_domain(reply_to->address), from));
}

typedef struct {
    bool (*holds)(const Inquiry *inquiry);
    const char *reason;
    const char *why;
} Objection;

/* Whatever a result says, it proves nothing if one of these holds. */
static const Objection objections[] = {
    { has_no_from, "no-from", "no usable From address" },
    { has_no_field, "no-trusted-result", "no result by a trusted server" },
    { has_two_from, "two-from", "two From addresses" },
    { has_answers_elsewhere, "reply-to", "Reply-To in another domain" },
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

/* The proof among the results of one sealer, if the chain held on its way to us. */
static char *find_sealed(const Inquiry *inquiry, const MailTrust *trust)
{
    g_autofree char *arc = best_of(inquiry, "arc");
    const AuthField *deciding = deciding_field(inquiry, "arc");
    g_autofree char *sealer = NULL;
    g_autofree char *proof = NULL;
    bool passed = false;

    if (strcmp(arc, "pass") != 0 || deciding->broken)
        return NULL;
    AuthField *field = arc_results(inquiry->view, trust, &sealer);
    if (!field)
        return NULL;
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)auth_field_free);
    g_ptr_array_add(fields, field);
    const Inquiry sealed = { inquiry->view, inquiry->message, fields };
    g_autofree char *dmarc = best_of(&sealed, "dmarc");
    proof = find_proof(&sealed, &by_dmarc, &passed);
    if (!proof && strcmp(dmarc, "fail") != 0)
        proof = find_proof(&sealed, &by_dkim, &passed);
    g_autofree char *name = text_line(sealer, SERVER_MAX);
    return proof ? g_strdup_printf("%s, sealed by %s (ARC)", proof, name) : NULL;
}

static void weigh_results(const Inquiry *inquiry, const MailTrust *trust, Authentication *out)
{
    bool failed = strcmp(out->dmarc, "fail") == 0;
    bool passed = false;
    char *proof = find_proof(inquiry, &by_dmarc, &passed);

    if (proof)
        accept(out, proof, "dmarc");
    else if (!failed && (proof = find_proof(inquiry, &by_dkim, &passed)))
        accept(out, proof, "dkim");
    else if ((proof = find_sealed(inquiry, trust)))
        accept(out, proof, "arc");
    else if (failed)
        refuse(out, "DMARC failed", "dmarc-fail");
    else if (has_broken_field(inquiry))
        refuse(out, "a trusted result has a comment or a quote without end", "malformed");
    else if (passed)
        refuse(out, "what passed is not the domain of From", "not-aligned");
    else
        refuse(out, "neither DMARC nor DKIM passed", "no-pass");
}

void authentication_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                          Authentication *out)
{
    g_autoptr(GPtrArray) fields = trusted_fields(view, trust);
    Inquiry inquiry = { view, message, fields };

    out->results = result_lines(&inquiry);
    out->dmarc = best_of(&inquiry, "dmarc");
    out->dkim = best_of(&inquiry, "dkim");
    out->spf = best_of(&inquiry, "spf");
    for (gsize i = 0; i < G_N_ELEMENTS(objections); i++)
        if (objections[i].holds(&inquiry)) {
            refuse(out, objections[i].why, objections[i].reason);
            return;
        }
    weigh_results(&inquiry, trust, out);
}
