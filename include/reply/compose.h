/* A reply as values ─▶ the bytes of its mail. */
#pragma once

#include "mail/address.h"

/* What the reply quotes below itself; `text` NULL or "": nothing. */
typedef struct {
    const char *who;  /* as it shall read: "Ann Lee <ann@example.com>" */
    const char *when; /* "3 March 2025 10:14" */
    const char *text; /* hostile, like any mail */
} ReplyQuote;

typedef struct {
    const char *name, *value;
} ReplyHeader;

typedef struct {
    const MailAddress *from;
    const GPtrArray *to, *cc; /* MailAddress*; at least one in `to`; cc may be NULL */
    const char *subject;
    const char *message_id;       /* its own, without <> */
    const char *in_reply_to;      /* the mail that is answered, without <>, "" if that has none;
                                     NULL: none is answered */
    const GPtrArray *references;  /* char*: those of that mail; NULL: none */
    gint64 date;                  /* epoch seconds */
    const char *text, *signature; /* signature "" or NULL: none */
    const char *language;         /* of the line above what is quoted: ISO 639-1; "" is English */
    ReplyQuote quote;
    bool automatic;             /* no person approved it: marked so, RFC 3834 */
    const ReplyHeader *headers; /* extra ones, the last with name NULL; NULL: none */
} Reply;

typedef struct {
    char *bytes; /* NUL-terminated, and no NUL within */
    gsize length;
    bool needs_smtputf8; /* an address is not ASCII: RFC 6531 */
} ReplyMail;

/* Recipients in To and Cc together; Message-IDs in References: the first and the last ones stay;
 * bytes of the original that are quoted, and of the text and signature together. */
#define REPLY_RECIPIENTS_MAX 100
#define REPLY_REFERENCES_MAX 30
#define REPLY_QUOTE_MAX      (16 * 1024)
#define REPLY_TEXT_MAX       (256 * 1024)

/* RFC 5322, text/plain in UTF-8, lines ending in CRLF.  Control characters and line ends in a name,
 * an address, a subject, a Message-ID or a header, and what can't be written as one at all, are
 * refused (TRIAGE_ERROR_INPUT), never mended; only Message-IDs of strangers that can't be written
 * are left out.  What is quoted is cleaned.  Call message_init() before.  Any thread. */
bool reply_compose(const Reply *reply, ReplyMail *mail, GError **error);
void reply_mail_clear(ReplyMail *mail);

/* The text as its recipient reads it: with signature and quotation.  Caller frees. */
char *reply_body(const Reply *reply);
/* What of that stands below the text: signature and quotation, "" for neither.  Caller frees. */
char *reply_below(const Reply *reply);
