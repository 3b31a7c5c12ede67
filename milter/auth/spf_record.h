/* Private to auth/: an SPF record as terms, and what macros make of their domains. */
#pragma once

#include "auth/spf.h"

typedef struct {
    gsize length;     /* 4 or 16 */
    guint8 bytes[16]; /* in network order; IPv4-mapped addresses are IPv4 */
} SpfAddress;

typedef enum {
    SPF_ALL,
    SPF_INCLUDE,
    SPF_HOSTS, /* a */
    SPF_MX,
    SPF_PTR,
    SPF_IP4,
    SPF_IP6,
    SPF_EXISTS,
} SpfMechanism;

typedef struct {
    SpfMechanism mechanism;
    SpfResult result;   /* where it matches */
    char *domain;       /* with macros; NULL: the domain that is checked */
    SpfAddress network; /* of ip4 and ip6 */
    guint bits4, bits6;
} SpfTerm;

typedef struct {
    GPtrArray *terms; /* SpfTerm* */
    char *redirect;   /* with macros, NULL if none */
} SpfRecord;

/* text[0..length) begins with "v=spf1".  NULL: a term is wrong, wherever it stands. */
SpfRecord *spf_record_parse(const char *text, gsize length);
void spf_record_free(SpfRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpfRecord, spf_record_free)

/* false: no address. */
bool spf_address_parse(const char *text, SpfAddress *address);

/* What the letters of macros stand for (RFC 7208 7.2). */
typedef struct {
    const char *sender, *local_part, *sender_domain, *domain, *helo;
    const char *validated; /* %{p} */
    const SpfAddress *client;
} SpfMacros;

/* Is it a macro-string, and if `is_domain` a domain-spec (RFC 7208 7.1)? */
bool spf_macro_is_valid(const char *text, bool is_domain);
/* Does the valid text ask for %{p}? */
bool spf_macro_wants_validated(const char *text);
/* The valid text with its macros replaced, cut from the left to DNS_NAME_MAX.  Caller frees. */
char *spf_macro_expand(const char *text, const SpfMacros *macros);
