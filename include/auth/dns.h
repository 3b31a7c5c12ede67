/* Answers of the DNS, as a table.
 *
 * Whoever needs an answer asks the table, and gets it or NULL; what isn't in the table is noted as
 * missing.  So SPF, DMARC and the look-up of keys are pure functions that are run again whenever
 * answers have arrived, until nothing is missing: no state machines, no clock, no network. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The values of RFC 1035 3.2.2 and RFC 3596 2.1. */
typedef enum { DNS_A = 1, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28 } DnsType;

typedef enum {
    DNS_FOUND,   /* at least one record */
    DNS_NO_DATA, /* the name exists, without a record of this type */
    DNS_NO_NAME, /* NXDOMAIN */
    DNS_FAILED   /* no answer in time, SERVFAIL, or an answer that can't be used */
} DnsOutcome;

/* What one answer may hold; an answer with more is DNS_FAILED as a whole, because a record left out
 * could be the one that changes the result. */
#define DNS_RECORDS_MAX 100
#define DNS_BYTES_MAX   65536
/* RFC 1035 2.3.4, without the root's dot. */
#define DNS_NAME_MAX  253
#define DNS_LABEL_MAX 63

typedef struct {
    guint16 preference; /* of an MX record, else 0 */
    gsize length;
    char *bytes; /* A: 4 bytes, AAAA: 16; TXT: its strings joined; MX, PTR: the name in lower case,
                    "" for the root; a NUL follows */
} DnsRecord;

typedef struct {
    DnsOutcome outcome;
    GPtrArray *records; /* DnsRecord*, as they came; MX by preference after dns_answer_sort() */
    gsize size;         /* bytes of all records */
} DnsAnswer;

DnsAnswer *dns_answer_new(DnsOutcome outcome);
void dns_answer_free(DnsAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DnsAnswer, dns_answer_free)

/* Adds a record as it stands on the wire, names uncompressed.  false: malformed, or beyond the
 * limits above; the answer is then DNS_FAILED and without records.  A record whose name has bytes
 * that no host name has is left out. */
bool dns_answer_add(DnsAnswer *answer, DnsType type, const void *rdata, gsize length);
/* MX records by preference, those of one preference in the order of their names. */
void dns_answer_sort(DnsAnswer *answer);

typedef struct {
    DnsType type;
    char *name; /* lower case, no dot at the end */
} DnsQuestion;

const char *dns_type_name(DnsType type); /* "TXT" */

typedef struct DnsAnswers DnsAnswers;

DnsAnswers *dns_answers_new(void);
void dns_answers_free(DnsAnswers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DnsAnswers, dns_answers_free)

/* The answer, valid as long as the table; NULL if it isn't there, and then it is noted as missing.
 * What can't be a name (empty or long labels, too long, bytes outside printable ASCII, '\\') is
 * DNS_NO_NAME without a look-up. */
const DnsAnswer *dns_ask(DnsAnswers *answers, DnsType type, const char *name);

/* What was asked for and isn't there: DnsQuestion*, each once, in the order of asking. */
const GPtrArray *dns_answers_missing(const DnsAnswers *answers);
/* A new run begins: nothing is missing yet. */
void dns_answers_forget_missing(DnsAnswers *answers);

/* Takes the answer over.  The first answer to a question stays. */
void dns_answers_put(DnsAnswers *answers, DnsType type, const char *name, DnsAnswer *answer);
