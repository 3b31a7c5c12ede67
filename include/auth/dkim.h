/* DKIM signatures (RFC 6376, 8301, 8463) of one message, verified.
 *
 * At the end of the header: dkim_body_new() and dkim_check_new(); the caller asks DNS for the TXT
 * records of dkim_check_signature(check, i)->query.  As the body arrives: dkim_body_add().  At its
 * end: dkim_body_end(), then dkim_check_verify() of each signature with the answer to its query.
 *
 * Nothing here asks DNS or a clock, and nothing depends on anything but its arguments.  Objects
 * belong to one thread at a time; different messages may be verified in different threads. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* How many signatures of a message are looked at. */
#define DKIM_SIGNATURES_MAX 8
/* How far ahead of our clock a signer's may be, in seconds. */
#define DKIM_CLOCK_SKEW 300

/* A header field, byte for byte as the MTA received it: all that precedes the colon, and all that
 * follows it, with the leading blank.  Lines of a folded value are separated by CRLF or LF. */
typedef struct {
    const char *name;
    const char *value;
} DkimField;

/* RFC 8601 2.7.1. */
typedef enum {
    DKIM_PASS,
    DKIM_FAIL,
    DKIM_POLICY,
    DKIM_NEUTRAL,
    DKIM_TEMPERROR,
    DKIM_PERMERROR
} DkimOutcome;

typedef enum {
    DKIM_REASON_VALID,
    /* the signature field */
    DKIM_REASON_MALFORMED,
    DKIM_REASON_UNKNOWN_ALGORITHM,
    DKIM_REASON_UNKNOWN_CANONICALIZATION,
    DKIM_REASON_UNKNOWN_QUERY,
    DKIM_REASON_SHA1,
    DKIM_REASON_PARTIAL_BODY,
    DKIM_REASON_FROM_COUNT,
    DKIM_REASON_FROM_UNSIGNED,
    DKIM_REASON_IDENTITY,
    DKIM_REASON_EXPIRED,
    DKIM_REASON_NOT_YET_VALID,
    /* the key */
    DKIM_REASON_KEY_MISSING,
    DKIM_REASON_KEY_UNAVAILABLE,
    DKIM_REASON_KEY_AMBIGUOUS,
    DKIM_REASON_KEY_MALFORMED,
    DKIM_REASON_KEY_REVOKED,
    DKIM_REASON_KEY_TYPE,
    DKIM_REASON_KEY_HASH,
    DKIM_REASON_KEY_SERVICE,
    DKIM_REASON_KEY_SUBDOMAIN,
    DKIM_REASON_KEY_TESTING,
    DKIM_REASON_KEY_SHORT,
    DKIM_REASON_KEY_LARGE,
    /* the message */
    DKIM_REASON_BODY_HASH,
    DKIM_REASON_SIGNATURE,
    DKIM_REASON_CHAIN, /* of ARC only */
    DKIM_REASON_COUNT
} DkimReason;

DkimOutcome dkim_reason_outcome(DkimReason reason);
/* In words, for logs: "the body hash differs". */
const char *dkim_reason_text(DkimReason reason);
/* "pass", "fail", … as RFC 8601 writes it. */
const char *dkim_outcome_name(DkimOutcome outcome);

/* -- The body --------------------------------------------------------------------------------- */

/* Hashes of a body, one for each canonicalization that a signature of the message names: whatever
 * the number of signatures, the body is hashed at most twice.  Constant memory. */
typedef struct DkimBody DkimBody;

DkimBody *dkim_body_new(void);
void dkim_body_free(DkimBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DkimBody, dkim_body_free)

/* The next bytes, in chunks of any size.  A line may end in CRLF or LF, both count as CRLF; a CR
 * alone is a byte like any other.  To be called after the checks of the message were made. */
void dkim_body_add(DkimBody *body, const void *bytes, gsize length);
/* Once, after the last byte, also for a message without a body. */
void dkim_body_end(DkimBody *body);

/* -- The signatures --------------------------------------------------------------------------- */

/* One DKIM-Signature field.  Texts are NULL where the field is malformed. */
typedef struct {
    const char *domain;    /* d=, in lower case */
    const char *selector;  /* s=, in lower case */
    const char *identity;  /* i=, decoded; "@" and the domain where the field has none */
    const char *algorithm; /* "rsa-sha256", "ed25519-sha256" */
    const char *signature; /* b=, without white space */
    const char *query;     /* whose TXT records hold the key; NULL if the key is not needed */
    DkimReason reason;     /* VALID, or why it proves nothing whatever its key */
} DkimSignature;

typedef struct DkimCheck DkimCheck;

/* Reads the signatures of a header section.  `fields` in the order of the message; they must
 * outlive the check, as must `body`.  `organization`: the organizational domain of the From
 * address, or NULL: signatures of its domains are looked at first, then the others, in the order of
 * the message; signatures that can prove nothing come last. */
DkimCheck *dkim_check_new(const DkimField *fields, gsize count, const char *organization,
                          DkimBody *body);
void dkim_check_free(DkimCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DkimCheck, dkim_check_free)

/* How many are looked at, and how many more there are. */
guint dkim_check_count(const DkimCheck *check);
guint dkim_check_left_out(const DkimCheck *check);
const DkimSignature *dkim_check_signature(const DkimCheck *check, guint i);

/* What DNS said when asked for TXT records. */
typedef struct {
    enum {
        DKIM_ANSWER_FOUND,      /* `records` holds them */
        DKIM_ANSWER_NONE,       /* no such name, or no TXT record */
        DKIM_ANSWER_UNAVAILABLE /* no answer in time, or an error */
    } status;
    GBytes *const *records; /* each with its strings joined; may be NULL where count is 0 */
    gsize count;
} DkimAnswer;

typedef struct {
    DkimReason reason;
    guint key_bits; /* 0: no key was read */
} DkimResult;

/* The verdict on signature i; `answer` is that to its query (NULL where it has none), `now` in
 * seconds since 1970.  After dkim_body_end(). */
DkimResult dkim_check_verify(const DkimCheck *check, guint i, const DkimAnswer *answer, gint64 now);
