/* A mail's text parted into what its sender wrote now and all the rest. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* What is known of a mail beside its text. */
typedef struct {
    const char *name, *address; /* of From, "" if unknown: the name below a text is no new text */
    bool answers;               /* it answers a mail and forwards none: its text may be empty */
    const char *const *signatures; /* what its HTML marks as one, with the same words as the text */
    gsize signature_count;
} QuoteMail;

/* Parts whole text, which is valid UTF-8, into the sender's new words, what is quoted, the
 * signature, and what lawyers and gateways added.  Where nothing new would be left, all is new,
 * unless `mail` says that it answers and a quotation is all there is.  `mail` may be NULL.  All
 * four are set, "" if empty; caller frees.  Linear in the text.  Any thread. */
void quote_split(const char *text, const QuoteMail *mail, char **reply, char **quoted,
                 char **signature, char **disclaimer);
