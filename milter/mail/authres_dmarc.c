/* Whether a DMARC pass is explained by results that count.
 *
 * OpenDMARC computes its own from what every field in the name of the site's filters says of DKIM
 * and SPF, those too that the sender wrote and that OpenDKIM left there: any about SPF, and some
 * about DKIM that it can't read.  Such a field stands below those of our filters.  Pure; any
 * thread. */
#include "mail/authres_dmarc.h"

#include "base/domain.h"

/* Would the DMARC filter take it for a pass of the From domain? */
static bool is_aligned_pass(const AuthResult *result, const char *from)
{
    static const char *const of_dkim[] = { "header.d", "header.i", NULL };
    static const char *const of_spf[] = { "smtp.mailfrom", "smtp.mail", NULL };
    bool spf = auth_result_is(result, "spf");

    if (!auth_result_passed(result) || !(spf || auth_result_is(result, "dkim")))
        return false;
    g_autofree char *domain = authres_domain(result, spf ? of_spf : of_dkim);
    return domain_aligns(domain, from);
}

static bool has_aligned_pass(const AuthField *field, bool dkim_only, const char *from)
{
    for (guint i = 0; i < field->results->len; i++) {
        const AuthResult *result = g_ptr_array_index(field->results, i);

        if (is_aligned_pass(result, from) && (!dkim_only || auth_result_is(result, "dkim")))
            return true;
    }
    return false;
}

/* The index after the lowest field that one of our filters is known to have written. */
static guint end_of_ours(const GPtrArray *fields, const AuthField *dkim)
{
    const AuthField *dmarc = authres_field_deciding(fields, "dmarc");
    const AuthField *spf = authres_field_deciding(fields, "spf");
    guint end = 0;

    for (guint i = 0; i < fields->len; i++) {
        const AuthField *field = g_ptr_array_index(fields, i);

        if (field == dkim || field == dmarc || field == spf)
            end = i + 1;
    }
    return end;
}

static bool claims(const GPtrArray *fields, guint from_index, const char *from)
{
    for (guint i = from_index; i < fields->len; i++)
        if (has_aligned_pass(g_ptr_array_index(fields, i), false, from))
            return true;
    return false;
}

bool authres_dmarc_is_unconfirmed(const GPtrArray *fields, const GPtrArray *others,
                                  const char *from_domain)
{
    const AuthField *dkim = authres_field_topmost(fields, "dkim");

    if (dkim && has_aligned_pass(dkim, true, from_domain))
        return false;
    return claims(fields, end_of_ours(fields, dkim), from_domain) || claims(others, 0, from_domain);
}
