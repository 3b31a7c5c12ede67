/* What the files of mail/ say to each other while one message is read: its header fields as values,
 * and the judgements that message_read() asks for. */
#pragma once

#include "mail/message.h"

typedef struct {
    char *name;
    char *value; /* raw (encoded words stay as they are) but unfolded; valid UTF-8; bounded */
    bool spaced; /* white space stands between the name and the colon (RFC 5322 4.5) */
    bool cut;    /* the value was longer than HEADER_VALUE_MAX */
} HeaderField;

typedef struct {
    GPtrArray *fields;         /* HeaderField*, in order of the mail, top first */
    const char *content_type;  /* of the whole mail, "multipart/report", lower case; never NULL */
    const char *content_class; /* of the whole mail, Microsoft's Content-Class; NULL if none */
    const char *report_type;   /* its report-type parameter, lower case; "" if none */
    const char
        *charset; /* of the body: what bytes beyond ASCII in the header are in; may be NULL */
    const char *envelope_sender; /* address_reverse_path(); "" is the null sender, NULL unknown */
    const char *envelope_path;   /* the same as the client gave it; NULL unknown */
    const char *from_address;    /* folded, "" if none is usable */
    const char *calendar_method; /* "request" if the mail is an invitation or an answer to one; NULL
                                    or "" if not; static */
    bool delivery_status;        /* a part of it is a delivery report's */
    bool feedback_report;        /* a part of it is a feedback report's, RFC 5965 */
    bool reaction;               /* a part of it is Gmail's reaction */
    bool complaint;              /* an attached mail names the recipient who complained of it, in
                                    Microsoft's field X-HmXmrOriginalRecipient */
} HeaderView;

/* Longest value that is kept of one field, in bytes. */
#define HEADER_VALUE_MAX 16384

/* The value of the first field of that name in any case, NULL if there is none. */
const char *header_find(const HeaderView *view, const char *name);
/* How many fields of that name there are. */
guint header_count(const HeaderView *view, const char *name);

/* Fills *out and allocates out->why.  Everything else of `message` but authentication and automatic
 * is already set. */
void automatic_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                     Automatic *out);

/* Frees what it owns. */
void authentication_clear(Authentication *authentication);
/* Fills *out and allocates what it owns.  Is asked before automatic_judge(). */
void authentication_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                          Authentication *out);
