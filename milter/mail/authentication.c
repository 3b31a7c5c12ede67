/* Is it proven who sent this mail?  Two witnesses: what was verified here (auth/), and what other
 * servers wrote into the mail (authres.c).
 *
 * Our own result counts wherever it is conclusive, which a field in the mail never is: strangers
 * can write one.  Only where DNS failed do the servers of `trust` decide alone.  Where both speak
 * and disagree, that is said: then a filter before us changes mail, or a field is forged.  The
 * objections that are about the mail itself hold for both.  Pure; any thread. */
#include "mail/authres_judge.h"

#include <string.h>

static void decide(Authentication *out, bool proven, const char *reason, char *why)
{
    out->proven = proven;
    out->reason = reason;
    out->why = why;
}

/* Fills the decision; false: not conclusive. */
static bool judge_own(const HeaderView *view, const Message *message, const SenderResult *own,
                      Authentication *out)
{
    const char *why;
    const char *objection = authres_objection(view, message, &why);

    if (objection) {
        decide(out, false, objection, g_strdup(why));
        return true;
    }
    char *sealed = !own->proven && own->sealed
                       ? authres_sealed_proof(view, message, own->sealer, own->sealed)
                       : NULL;
    if (sealed)
        decide(out, true, "arc", sealed);
    else
        decide(out, own->proven, own->reason, g_strdup(own->why));
    return sealed || own->conclusive;
}

static GPtrArray *all_lines(const SenderResult *own, const GPtrArray *others)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < own->lines->len; i++)
        g_ptr_array_add(lines, g_strconcat("own ", g_ptr_array_index(own->lines, i), NULL));
    for (guint i = 0; i < others->len; i++)
        g_ptr_array_add(lines, g_strdup(g_ptr_array_index(others, i)));
    return lines;
}

static void take_words(Authentication *out, const SenderResult *own)
{
    out->dmarc = g_strdup(own->dmarc);
    out->dkim = g_strdup(own->dkim);
    out->spf = g_strdup(own->spf);
    out->source = "own";
}

/* The site counts nothing but what is verified here, and nothing was. */
static void judge_nothing(Authentication *out)
{
    decide(out, false, "not-verified", g_strdup("not verified: DNS was not asked"));
    out->results = g_ptr_array_new_with_free_func(g_free);
    out->dmarc = g_strdup("none");
    out->dkim = g_strdup("none");
    out->spf = g_strdup("none");
    out->differs = g_strdup("");
    out->source = "own";
}

static void judge_both(const HeaderView *view, const Message *message, const SenderResult *own,
                       Authentication *trusted, Authentication *out)
{
    bool conclusive = judge_own(view, message, own, out);
    bool differs = conclusive && trusted->results->len > 0 && trusted->proven != out->proven;

    out->results = all_lines(own, trusted->results);
    out->differs = differs ? g_strdup_printf("own: %s; trust: %s", out->reason, trusted->reason)
                           : g_strdup("");
    if (conclusive || !trusted->proven) {
        take_words(out, own);
        return;
    }
    g_free(out->why);
    decide(out, true, trusted->reason, g_strdup(trusted->why));
    out->dmarc = g_strdup(trusted->dmarc);
    out->dkim = g_strdup(trusted->dkim);
    out->spf = g_strdup(trusted->spf);
    out->source = "trust";
}

void authentication_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                          Authentication *out)
{
    const SenderResult *own = trust->own;
    Authentication trusted = { 0 };

    /* A From address that was read differently is another mail's result. */
    if (own && strcmp(own->from, address_domain(view->from_address)) != 0)
        own = NULL;
    if (!own && trust->own_only) {
        judge_nothing(out);
        return;
    }
    authres_judge(view, message, trust, &trusted);
    if (own) {
        judge_both(view, message, own, &trusted, out);
        authentication_clear(&trusted);
        return;
    }
    trusted.source = "trust";
    trusted.differs = g_strdup("");
    *out = trusted;
}
