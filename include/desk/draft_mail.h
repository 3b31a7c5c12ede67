/* The mail that a draft is: the draft's recipients, subject and text, the brand's identity and
 * signature, and the mail that is answered.  It is the same when it is shown, approved and sent. */
#pragma once

#include "reply/compose.h"
#include "site/site.h"
#include "store/draft.h"

/* Points into the mailbox and the draft, which must outlive it. */
typedef struct {
    Reply reply;      /* dated when it was approved; with the draft's Message-ID, "" before */
    GPtrArray *mails; /* StoredMail*: the thread that it quotes from */
    char *who, *when; /* wrote what is quoted */
} DraftReply;

/* `mails` (of the draft's ticket) is kept for as long as it is needed. */
void draft_reply_fill(DraftReply *reply, const Mailbox *mailbox, const Draft *draft,
                      GPtrArray *mails);
/* The same with the mails that the store has. */
bool draft_reply_read(DraftReply *reply, Store *store, const Mailbox *mailbox, const Draft *draft,
                      GError **error);
void draft_reply_clear(DraftReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DraftReply, draft_reply_clear)

/* Whom it goes to: folded addresses, each once, those in Cc too.  Points into the draft. */
GPtrArray *draft_mail_recipients(const Draft *draft);
