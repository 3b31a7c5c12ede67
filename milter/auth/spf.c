/* check_host() of RFC 7208 4, on the table of answers.
 *
 * An answer that isn't there yet reads like a temporary failure and sets `waiting`, which makes the
 * whole result void until the next run; where several answers are wanted at once (the hosts of an
 * MX, the names of a client) all of them are asked for in one run.  include and redirect recurse;
 * the limit on look-ups bounds the depth. */
#include "auth/spf_record.h"

#include <string.h>

#define VERSION "v=spf1"

typedef struct {
    DnsAnswers *answers;
    SpfAddress client;
    const char *sender, *local_part, *sender_domain, *helo;
    guint lookups, voids;
    bool waiting;
} Check;

typedef enum { MATCHES, DIFFERS, FAILS, BREAKS /* permerror */ } Match;

static SpfResult check_host(Check *check, const char *domain);

const char *spf_result_name(SpfResult result)
{
    static const char *const names[] = { "none",     "neutral",   "pass",     "fail",
                                         "softfail", "temperror", "permerror" };
    return names[result];
}

static const DnsAnswer *ask(Check *check, DnsType type, const char *name)
{
    static const DnsAnswer later = { .outcome = DNS_FAILED };
    const DnsAnswer *answer = dns_ask(check->answers, type, name);
    if (answer != NULL)
        return answer;
    check->waiting = true;
    return &later;
}

static bool is_void(const DnsAnswer *answer)
{
    return answer->outcome == DNS_NO_DATA || answer->outcome == DNS_NO_NAME;
}

/* What an answer means to the term that asked for it, before its records are looked at. */
static Match weigh(Check *check, const DnsAnswer *answer)
{
    if (answer->outcome == DNS_FAILED)
        return FAILS;
    if (is_void(answer))
        return ++check->voids > SPF_VOIDS_MAX ? BREAKS : DIFFERS;
    return MATCHES;
}

static bool is_within(const SpfAddress *address, const guint8 *network, gsize length, guint bits)
{
    if (address->length != length || memcmp(address->bytes, network, bits / 8) != 0)
        return false;
    guint rest = bits % 8;
    return rest == 0 || ((address->bytes[bits / 8] ^ network[bits / 8]) >> (8 - rest)) == 0;
}

static DnsType address_type(const Check *check)
{
    return check->client.length == 4 ? DNS_A : DNS_AAAA;
}

/* Is the client among the addresses of an answer? */
static bool has_client(const Check *check, const DnsAnswer *answer, guint bits)
{
    for (guint i = 0; answer->outcome == DNS_FOUND && i < answer->records->len; i++) {
        const DnsRecord *record = g_ptr_array_index(answer->records, i);
        if (is_within(&check->client, (const guint8 *)record->bytes, record->length, bits))
            return true;
    }
    return false;
}

static guint term_bits(const Check *check, const SpfTerm *term)
{
    return check->client.length == 4 ? term->bits4 : term->bits6;
}

static Match match_all(Check *check, const SpfTerm *term, const char *domain)
{
    (void)check, (void)term, (void)domain;
    return MATCHES;
}

static Match match_network(Check *check, const SpfTerm *term, const char *domain)
{
    (void)domain;
    return is_within(&check->client, term->network.bytes, term->network.length,
                     term_bits(check, term))
               ? MATCHES
               : DIFFERS;
}

static Match match_include(Check *check, const SpfTerm *term, const char *domain)
{
    (void)term;
    switch (check_host(check, domain)) {
    case SPF_PASS:
        return MATCHES;
    case SPF_TEMPERROR:
        return FAILS;
    case SPF_NONE:
    case SPF_PERMERROR:
        return BREAKS;
    default:
        return DIFFERS;
    }
}

static Match match_hosts(Check *check, const SpfTerm *term, const char *domain)
{
    const DnsAnswer *answer = ask(check, address_type(check), domain);
    Match match = weigh(check, answer);
    if (match != MATCHES)
        return match;
    return has_client(check, answer, term_bits(check, term)) ? MATCHES : DIFFERS;
}

static Match match_mx(Check *check, const SpfTerm *term, const char *domain)
{
    const DnsAnswer *answer = ask(check, DNS_MX, domain);
    Match match = weigh(check, answer);
    if (match != MATCHES)
        return match;
    if (answer->records->len > SPF_LOOKUPS_MAX)
        return BREAKS;
    match = DIFFERS;
    for (guint i = 0; i < answer->records->len; i++) {
        const DnsRecord *exchange = g_ptr_array_index(answer->records, i);
        const DnsAnswer *addresses = ask(check, address_type(check), exchange->bytes);
        if (addresses->outcome == DNS_FAILED)
            match = FAILS;
        else if (match == DIFFERS && has_client(check, addresses, term_bits(check, term)))
            return MATCHES;
    }
    return match;
}

static Match match_exists(Check *check, const SpfTerm *term, const char *domain)
{
    (void)term;
    return weigh(check, ask(check, DNS_A, domain));
}

/* The client's name in the tree of reversed addresses. */
static char *reversed_name(const SpfAddress *client)
{
    GString *name = g_string_new(NULL);
    for (gsize i = client->length; i-- > 0;) {
        if (client->length == 4)
            g_string_append_printf(name, "%u.", client->bytes[i]);
        else
            g_string_append_printf(name, "%x.%x.", client->bytes[i] & 15, client->bytes[i] >> 4);
    }
    g_string_append(name, client->length == 4 ? "in-addr.arpa" : "ip6.arpa");
    return g_string_free(name, FALSE);
}

static bool is_below(const char *name, const char *domain)
{
    gsize length = strlen(name);
    gsize end = strlen(domain);
    return length >= end && g_ascii_strcasecmp(name + length - end, domain) == 0 &&
           (length == end || name[length - end - 1] == '.');
}

/* 2: the domain itself, 1: a name below it, 0: another. */
static int closeness(const char *name, const char *domain)
{
    return is_below(name, domain) ? 1 + (strlen(name) == strlen(domain)) : 0;
}

/* The client's names that lead back to it (RFC 7208 5.5), of those the one that is closest to
 * `domain`; NULL if none does.  Failures are as if the name weren't there. */
static const char *validated_name(Check *check, const char *domain)
{
    g_autofree char *reversed = reversed_name(&check->client);
    const DnsAnswer *answer = ask(check, DNS_PTR, reversed);
    const char *closest = NULL;
    for (guint i = 0;
         answer->outcome == DNS_FOUND && i < MIN(answer->records->len, SPF_LOOKUPS_MAX); i++) {
        const char *name = ((const DnsRecord *)g_ptr_array_index(answer->records, i))->bytes;
        const DnsAnswer *addresses = ask(check, address_type(check), name);
        if (has_client(check, addresses, (guint)check->client.length * 8) &&
            (closest == NULL || closeness(name, domain) > closeness(closest, domain)))
            closest = name;
    }
    return closest;
}

static Match match_ptr(Check *check, const SpfTerm *term, const char *domain)
{
    (void)term;
    const char *name = validated_name(check, domain);
    if (check->waiting)
        return FAILS;
    return name != NULL && is_below(name, domain) ? MATCHES : DIFFERS;
}

static const struct {
    Match (*match)(Check *check, const SpfTerm *term, const char *domain);
    bool asks; /* counts as a look-up */
} mechanisms[] = {
    [SPF_ALL] = { match_all, false },     [SPF_INCLUDE] = { match_include, true },
    [SPF_HOSTS] = { match_hosts, true },  [SPF_MX] = { match_mx, true },
    [SPF_PTR] = { match_ptr, true },      [SPF_IP4] = { match_network, false },
    [SPF_IP6] = { match_network, false }, [SPF_EXISTS] = { match_exists, true },
};

/* A domain of the record with its macros replaced; NULL: it hangs on a name that is still asked
 * for. */
static char *target_of(Check *check, const char *spec, const char *domain)
{
    if (spec == NULL)
        return g_strdup(domain);
    const char *validated = spf_macro_wants_validated(spec) ? validated_name(check, domain) : NULL;
    const SpfMacros macros = { .sender = check->sender,
                               .local_part = check->local_part,
                               .sender_domain = check->sender_domain,
                               .domain = domain,
                               .helo = check->helo,
                               .validated = validated != NULL ? validated : "unknown",
                               .client = &check->client };
    return check->waiting ? NULL : spf_macro_expand(spec, &macros);
}

static Match match_term(Check *check, const SpfTerm *term, const char *domain)
{
    if (mechanisms[term->mechanism].asks && ++check->lookups > SPF_LOOKUPS_MAX)
        return BREAKS;
    g_autofree char *target = target_of(check, term->domain, domain);
    return target != NULL ? mechanisms[term->mechanism].match(check, term, target) : FAILS;
}

static SpfResult follow(Check *check, const SpfRecord *record, const char *domain)
{
    if (record->redirect == NULL)
        return SPF_NEUTRAL;
    if (++check->lookups > SPF_LOOKUPS_MAX)
        return SPF_PERMERROR;
    g_autofree char *target = target_of(check, record->redirect, domain);
    SpfResult result = target != NULL ? check_host(check, target) : SPF_TEMPERROR;
    return result == SPF_NONE ? SPF_PERMERROR : result;
}

static SpfResult evaluate(Check *check, const SpfRecord *record, const char *domain)
{
    for (guint i = 0; i < record->terms->len; i++) {
        const SpfTerm *term = g_ptr_array_index(record->terms, i);
        switch (match_term(check, term, domain)) {
        case MATCHES:
            return term->result;
        case FAILS:
            return SPF_TEMPERROR;
        case BREAKS:
            return SPF_PERMERROR;
        case DIFFERS:
            break;
        }
    }
    return follow(check, record, domain);
}

static bool is_spf(const DnsRecord *record)
{
    gsize length = strlen(VERSION);
    return record->length >= length && g_ascii_strncasecmp(record->bytes, VERSION, length) == 0 &&
           (record->length == length || record->bytes[length] == ' ');
}

static SpfResult check_host(Check *check, const char *domain)
{
    const DnsAnswer *answer = ask(check, DNS_TXT, domain);
    const DnsRecord *found = NULL;
    if (answer->outcome == DNS_FAILED)
        return SPF_TEMPERROR;
    for (guint i = 0; i < answer->records->len; i++) {
        const DnsRecord *record = g_ptr_array_index(answer->records, i);
        if (is_spf(record) && found != NULL)
            return SPF_PERMERROR;
        if (is_spf(record))
            found = record;
    }
    if (found == NULL)
        return SPF_NONE;
    if (found->length > SPF_RECORD_MAX)
        return SPF_PERMERROR;
    g_autoptr(SpfRecord) record = spf_record_parse(found->bytes, found->length);
    return record != NULL ? evaluate(check, record, domain) : SPF_PERMERROR;
}

/* A name of several labels that isn't an address literal (RFC 7208 4.3). */
static bool is_checkable(const char *domain)
{
    const char *dot = strchr(domain, '.');
    return domain[0] != '[' && dot != NULL && dot[1] != '\0';
}

const char *spf_domain(const SpfQuery *query)
{
    const char *at = strrchr(query->sender, '@');
    if (query->sender[0] == '\0')
        return query->helo;
    return at != NULL ? at + 1 : query->sender;
}

bool spf_check(const SpfQuery *query, DnsAnswers *answers, SpfResult *result)
{
    const char *domain = spf_domain(query);
    const char *at = strrchr(query->sender, '@');
    g_autofree char *local_part = at == NULL || at == query->sender
                                      ? g_strdup("postmaster")
                                      : g_strndup(query->sender, (gsize)(at - query->sender));
    g_autofree char *sender = g_strconcat(local_part, "@", domain, NULL);
    Check check = { .answers = answers,
                    .sender = sender,
                    .local_part = local_part,
                    .sender_domain = domain,
                    .helo = query->helo };
    *result = SPF_NONE;
    if (!is_checkable(domain) || !spf_address_parse(query->client, &check.client))
        return true;
    *result = check_host(&check, domain);
    return !check.waiting;
}
