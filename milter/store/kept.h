/* What of a mail is kept, as the columns of its row. */
#pragma once

#include "store/store.h"

typedef struct {
    char *message_id, *digest, *subject, *sender;
    gint64 size;
    bool kept;
    char *envelope, *headers, *attachments; /* JSON */
    char *text, *quoted;
    char *participants; /* JSON: From, To, Cc and who wants something, without doubles */
} KeptMail;

/* `keep_text`: bytes of new and of quoted text each. */
void kept_mail_fill(KeptMail *kept, const Message *message, const Envelope *envelope, KeepMail keep,
                    gint64 keep_text);
void kept_mail_clear(KeptMail *kept);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KeptMail, kept_mail_clear)

/* Entries of one list of addresses, references or attachments that are kept. */
#define KEPT_LIST_MAX 100
