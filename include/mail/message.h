/* READ: bytes ─▶ Message.  Pure: no clock, no network, no other folder. */
#pragma once

#include "auth/sender_result.h"
#include "mail/address.h"

#include <cjson/cJSON.h>

typedef struct {
    char *name;         /* decoded file name, one line, "" if none */
    char *type;         /* by content: "application/pdf", "" if not recognised */
    char *claimed_type; /* as the mail says, lower case */
    gsize size;         /* decoded bytes */
    char *sha256;       /* of the decoded bytes, hex */
    char *text;         /* of a small text file or an invitation, cut where it is long; else "" */
} Attachment;

/* What one Received field says of where the mail came from. */
typedef struct {
    GPtrArray *addresses; /* char*: the IP addresses in its brackets and parentheses */
    bool authenticated;   /* the client logged in: ESMTPA, ESMTPSA, … (RFC 3848) */
    bool unclear;         /* it has more addresses than are read */
} Hop;

#define HOPS_MAX          50
#define HOP_ADDRESSES_MAX 16

typedef enum {
    AUTOMATIC_NONE,
    AUTOMATIC_AUTO_REPLY,
    AUTOMATIC_AUTO_GENERATED,
    AUTOMATIC_BOUNCE,
    AUTOMATIC_LIST,
    AUTOMATIC_BULK,
    AUTOMATIC_FEEDBACK,
    AUTOMATIC_OWN,
    AUTOMATIC_CALENDAR
} AutomaticKind;

/* Two facts: whether it may be answered (RFC 3834), and whether it need be triaged at all. */
typedef struct {
    AutomaticKind kind;
    char *why; /* "Auto-Submitted: auto-replied"; "" for a person's mail that may be answered */
    bool must_not_reply;
    bool
        skip; /* null sender, auto-replied, proven own mail, or written by a mail program at a click
                 (a reaction, a recall, an answer to an invitation): no model, no new ticket */
} Automatic;

/* What a report says about one recipient (RFC 3464). */
typedef struct {
    char *address; /* folded, "" if none is told */
    char *action;  /* failed, delayed, delivered, relayed, expanded, or "" */
    char *status;  /* "5.1.1", or "" */
} Delivery;

typedef struct {
    GPtrArray *results;       /* char*: one line per method seen, trusted ones only: "mx.example.com
                                 dmarc=pass header.from=…" */
    char *dmarc, *dkim, *spf; /* best trusted result of each, "none" if there is none */
    bool proven;
    char *why; /* in words: "DMARC pass for example.com by mx.example.com", "two From addresses" */
    const char *reason; /* the same as a word for statistics: "dmarc", "dkim", "no-trusted-result",
                           "two-from", … ; static */
    const char *source; /* who found that out: "own" verification, or the servers of "trust" */
    char *differs;      /* the two disagree: "own: no-pass; trust: dmarc"; "" if not */
} Authentication;

/* PERSON_FORM: written into a form, which sent it on in its own name; never proven. */
typedef enum { PERSON_FROM, PERSON_REPLY_TO, PERSON_FORM } PersonSource;
/* Signed or encrypted that way; an encrypted mail has no text, and that of PROTECTED_PORTAL is the
 * notice of a message that is read elsewhere. */
typedef enum { PROTECTED_NONE, PROTECTED_PGP, PROTECTED_SMIME, PROTECTED_PORTAL } Protection;

typedef struct {
    MailAddress *from; /* the first From address; if none is usable, address "" and as name what is
                      written there as one */
    guint from_count;  /* From addresses in all From fields */
    MailAddress *person; /* who wants something */
    PersonSource person_source;
    MailAddress *reply_to; /* NULL if none */
    GPtrArray *to, *cc;    /* MailAddress* */
    char *subject;         /* decoded, one line */
    char *message_id;      /* without <>, "" if none */
    char *in_reply_to;     /* the first one */
    GPtrArray *references; /* char*, oldest first, without doubles */
    gint64 date;           /* epoch seconds, before 1970 too; 0 if none or impossible */
    char *text;            /* whole decoded text: the plain part, else the HTML part as text */
    char *reply;           /* new text only */
    char *quoted;          /* what the sender quotes */
    char *signature;
    char *disclaimer;       /* what lawyers and gateways added */
    const char *language;   /* of the new text: "de"; "" if it is not evident; static */
    GPtrArray *attachments; /* Attachment* */
    Automatic automatic;
    GPtrArray *deliveries; /* Delivery*: of a bounce, else none */
    char *returned_id;     /* Message-ID of the mail that a bounce or report returns, else "" */
    Authentication authentication;
    Protection protection;
    bool encrypted;  /* its words are encrypted, or kept elsewhere: they can't be read here */
    GPtrArray *hops; /* Hop*: the first HOPS_MAX Received fields, topmost first; empty where it was
                        not read from bytes */
    char *marked_id; /* the decision that an X-Triage-Id names, "" if none; anybody may write it */
    bool forwarded;
    bool spam; /* marked so by a filter before us (X-Spam-Flag, X-Spam-Status, X-Spam: Yes) */
    GPtrArray *suspicious; /* char*: "two From fields", "control characters in Subject", … */
    bool hidden_text;      /* something written was hidden from the reader's eye */
    char *truncated;       /* what was cut, in words; "" if nothing */
    gsize size;            /* of the bytes read */
    char *digest;          /* hex SHA-256 of the bytes read */
} Message;

/* Settings of the site: milter/site/settings.c */
typedef struct {
    gint64 max_header_bytes; /* 256 k; the rest of the header section is dropped */
    gint64 max_parts;        /* 1000 separator lines: a mail with more is read up to there */
    gint64 max_depth;        /* 30 levels of multipart that are looked into */
    gint64 max_text_bytes;   /* 256 k of text, quoted included */
    gint64 max_work;         /* 128 M: a byte of an attachment is 1, of text or HTML 16, a part 4 k;
                                parts behind that are left out */
} MailLimits;

/* A server of whose Authentication-Results only some methods count: for each of them the topmost
 * field that has it. */
typedef struct {
    char *name;     /* the authserv-id */
    char **methods; /* of mail_trust_methods */
} TrustedServer;

/* What the methods of a TrustedServer may be; NULL-terminated. */
extern const char *const mail_trust_methods[];

/* Whom READ believes. */
typedef struct {
    char **authserv_ids; /* whose Authentication-Results count, whatever methods they speak of; only
                            the topmost field of all of them */
    char **trusted_hops; /* host names or addresses of our own MTAs whose Received fields are
                            stepped over */
    char **own_lists; /* List-Id values or addresses of the mailbox's own groups: mail through them
                         is no list mail */
    char **own_domains; /* domains of our Message-IDs, to recognise our own mail; proven by the
                           caller only */
    char **arc_sealers; /* domains whose ARC seals are believed, if a trusted server says that the
                           chain holds; may be NULL */
    const GPtrArray *servers; /* TrustedServer*, beside authserv_ids; may be NULL */
    bool own_only;            /* results of other servers don't count */
    const SenderResult *own;  /* what was verified here; NULL: nothing was */
} MailTrust;

/* Never fails: a mail nobody can read still gives a Message with what could be read, `suspicious`
 * and `truncated` say so. `envelope_sender` is the path of MAIL FROM as the client gave it, with or
 * without <>; "" for the null sender, NULL if unknown (then Return-Path is looked at).  Thread-safe
 * after message_init(). */
Message *message_read(const char *bytes, gsize length, const char *envelope_sender,
                      const MailLimits *limits, const MailTrust *trust);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* What a mail says about the delivery of one of ours. */
typedef enum {
    REPORT_NONE,     /* nothing: it is no report */
    REPORT_FAILED,   /* it came back, as far as somebody is concerned */
    REPORT_DELAYED,  /* it is still being tried */
    REPORT_DELIVERED /* it went on */
} MessageReport;

/* *why in words ("failed 5.1.1 for ann@example.org"), "" for none; caller frees. */
MessageReport message_report(const Message *message, char **why);

/* Is the one who wants something the one whose address was proven?  Proof is about From; a person
 * found in Reply-To or in a form is never proven by it. */
bool message_person_is_proven(const Message *message);

/* Does an Authentication-Results field bear that server's name?  Also where its start can't be read
 * and holds the name. */
bool message_results_are_of(const char *value, const char *server);

/* Once, before any thread. */
void message_init(void);

/* What site/settings.c has as defaults. */
extern const MailLimits mail_limits_default;

/* The object that `triagectl inspect --json` prints ("v": 1; keys are only ever added).  Caller
 * frees. */
cJSON *message_to_json(const Message *message);

/* The reverse.  Rows of earlier programs have fewer keys, and what is missing is empty: never
 * fails.
 */
Message *message_from_json(const cJSON *json);

const char *automatic_kind_name(AutomaticKind kind); /* "auto-reply" */
const char *protection_name(Protection protection);  /* none, pgp, smime, portal */
const char *person_source_name(PersonSource source); /* from, reply_to, form */
