/* DMARC on the table of answers.
 *
 * A record's first tag must be v=DMARC1, the rest is read as far as it can be (RFC 7489 6.3): a tag
 * that is unknown or malformed has its default, of a tag that is given twice the first counts.  pct
 * is about what to do with mail that fails and of no interest here.  Pure; any thread. */
#include "auth/dmarc.h"

#include "base/domain.h"
#include "base/public_suffix.h"

#include <string.h>

#define PREFIX "_dmarc."

typedef enum { TAG_V, TAG_P, TAG_SP, TAG_ADKIM, TAG_ASPF, TAG_RUA, TAGS } Tag;

static const char *const tags[TAGS] = { "v", "p", "sp", "adkim", "aspf", "rua" };

static const char *const policies[] = { "none", "quarantine", "reject" };

const char *dmarc_result_name(DmarcResult result)
{
    static const char *const names[] = { "none", "pass", "fail", "temperror" };
    return names[result];
}

const char *dmarc_policy_name(DmarcPolicy policy)
{
    return policies[policy];
}

/* Splits "a=b; c=d" into the values of the tags we know; they point into `text`. */
static void read_tags(char *text, const char *values[TAGS])
{
    for (char *next = text; next != NULL;) {
        char *item = next;
        next = strchr(item, ';');
        if (next != NULL)
            *next++ = '\0';
        char *equals = strchr(item, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        g_strstrip(item);
        for (Tag tag = 0; tag < TAGS; tag++) {
            if (values[tag] == NULL && strcmp(item, tags[tag]) == 0)
                values[tag] = g_strstrip(equals + 1);
        }
    }
}

static bool read_policy(const char *value, DmarcPolicy *policy)
{
    for (gsize i = 0; value != NULL && i < G_N_ELEMENTS(policies); i++) {
        if (g_ascii_strcasecmp(value, policies[i]) == 0) {
            *policy = (DmarcPolicy)i;
            return true;
        }
    }
    return false;
}

static bool is_strict(const char *value)
{
    return value != NULL && g_ascii_strcasecmp(value, "s") == 0;
}

/* v = *WSP "=" *WSP "DMARC1", in this case, before anything else. */
static bool is_dmarc(const char *text)
{
    if (*text != 'v')
        return false;
    text += 1 + strspn(text + 1, " \t");
    if (*text != '=')
        return false;
    text += 1 + strspn(text + 1, " \t");
    if (!g_str_has_prefix(text, "DMARC1"))
        return false;
    text += strlen("DMARC1");
    text += strspn(text, " \t");
    return *text == ';' || *text == '\0';
}

bool dmarc_read(const char *text, bool is_own, DmarcRecord *record)
{
    if (!is_dmarc(text))
        return false;
    g_autofree char *copy = g_strdup(text);
    const char *values[TAGS] = { NULL };
    read_tags(copy, values);
    DmarcPolicy policy, subdomains;
    bool reports = values[TAG_RUA] != NULL && strchr(values[TAG_RUA], ':') != NULL;
    bool usable = read_policy(values[TAG_P], &policy);
    bool parted = read_policy(values[TAG_SP], &subdomains);
    /* 6.6.3: without a usable policy, but with somebody who wants reports, it is p=none. */
    if (!usable || (values[TAG_SP] != NULL && !parted)) {
        if (!reports)
            return false;
        policy = subdomains = DMARC_POLICY_NONE;
    }
    *record = (DmarcRecord){ .result = DMARC_PASS,
                             .policy = is_own || !parted ? policy : subdomains,
                             .strict_dkim = is_strict(values[TAG_ADKIM]),
                             .strict_spf = is_strict(values[TAG_ASPF]) };
    return true;
}

typedef enum { FOUND, NOT_HERE, AMBIGUOUS, FAILED } Finding;

/* The one DMARC record at a domain. */
static Finding find_at(const DnsAnswer *answer, const char **text)
{
    guint count = 0;
    if (answer->outcome == DNS_FAILED)
        return FAILED;
    for (guint i = 0; i < answer->records->len; i++) {
        const DnsRecord *record = g_ptr_array_index(answer->records, i);
        if (!is_dmarc(record->bytes))
            continue;
        *text = record->bytes;
        count++;
    }
    return count == 0 ? NOT_HERE : count == 1 ? FOUND : AMBIGUOUS;
}

/* Both places are asked for at once: the second answer is wanted for most subdomains. */
bool dmarc_find(DnsAnswers *answers, const char *from, DmarcRecord *record)
{
    g_autofree char *organization = public_suffix_organization(from);
    g_autofree char *own = g_strconcat(PREFIX, from, NULL);
    g_autofree char *above =
        organization != NULL ? g_strconcat(PREFIX, organization, NULL) : g_strdup(own);
    const DnsAnswer *at_own = dns_ask(answers, DNS_TXT, own);
    const DnsAnswer *at_above = dns_ask(answers, DNS_TXT, above);
    const char *text = NULL;
    *record = (DmarcRecord){ .result = DMARC_NONE };
    if (at_own == NULL || at_above == NULL)
        return false;
    Finding finding = find_at(at_own, &text);
    bool is_own = finding != NOT_HERE || at_own == at_above;
    if (!is_own)
        finding = find_at(at_above, &text);
    if (finding == FAILED)
        record->result = DMARC_TEMPERROR;
    else if (finding == FOUND)
        (void)dmarc_read(text, is_own, record);
    return true;
}

bool dmarc_aligns(const char *domain, const char *from, bool strict)
{
    return strict ? domain[0] != '\0' && g_ascii_strcasecmp(domain, from) == 0
                  : domain_aligns(domain, from);
}

DmarcResult dmarc_evaluate(const DmarcRecord *record, const char *from, const DmarcPasses *passes)
{
    if (record->result != DMARC_PASS)
        return record->result;
    for (const char *const *domain = passes->dkim; *domain != NULL; domain++) {
        if (dmarc_aligns(*domain, from, record->strict_dkim))
            return DMARC_PASS;
    }
    if (passes->spf != NULL && dmarc_aligns(passes->spf, from, record->strict_spf))
        return DMARC_PASS;
    return passes->undecided ? DMARC_TEMPERROR : DMARC_FAIL;
}
