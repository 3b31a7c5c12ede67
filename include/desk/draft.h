/* Verbs about drafts.  TRIAGE_ERROR_NOT_FOUND: there is no such draft; TRIAGE_ERROR_INPUT: it can't
 * be, and why.  Then nothing has changed. */
#pragma once

#include "desk/actor.h"
#include "desk/draft_mail.h"
#include "reply/check.h"
#include "store/draft.h"
#include "store/mail.h"

#include <cjson/cJSON.h>

/* Mails of the thread that are shown, and that a text is checked against. */
#define DESK_MAILS_MAX 50

/* A draft with all that a person must see of it before they approve it. */
typedef struct {
    Draft *draft;
    GPtrArray *mails; /* StoredMail*: the latest of its ticket, oldest first */
    cJSON *marks;     /* as desk_draft_marks() writes them */
    bool proven;      /* those it goes to stand in a mail that is proven to be its sender's */
    DraftReply reply; /* the mail it is; without `from` if the mailbox is not configured any more,
                         and then there is neither digest nor code */
    char *digest;     /* approval_digest() of that mail, "" */
    char *code;       /* of all this, to approve it; "" in a state that allows no approval */
} DraftView;
DraftView *desk_draft_view(const Desk *desk, gint64 id, GError **error);
void draft_view_free(DraftView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftView, draft_view_free)

/* What "7" means, or "SUP-1042" if exactly one draft of it waits.  0 and an error. */
gint64 desk_draft_id(const Desk *desk, const char *word, GError **error);

/* What must be looked at in `text`, as a text of this draft: a JSON list of {"kind", "start",
 * "length", "text", "why"}, see reply/check.h.  Caller frees.  An editor may write as much as they
 * like: from 1 to DRAFT_TEXT_MAX words. */
char *desk_draft_marks(const Site *site, const Draft *draft, const GPtrArray *mails,
                       const char *text, guint words_min, guint words_max);

/* May a person say that this mark is all right?  Else the text must be edited. */
bool desk_mark_is_confirmable(const cJSON *mark);

/* Gives it another text, in place of the `version` that the person saw: at most DRAFT_TEXT_MAX
 * bytes of valid UTF-8, checked anew. */
bool desk_draft_edit(const Desk *desk, gint64 id, gint64 version, const char *text, GError **error);

/* What a person says beside "yes". */
typedef struct {
    const char *code;    /* DraftView.code of what they saw; as people write it */
    const char *confirm; /* numbers of the marks that are all right, from 1, with commas between; or
                            "all", also where it may arrive twice; NULL: none */
    const char *to;      /* whom they name as recipients, with commas between; NULL: they don't.
                           Needed where the sender is not proven */
} Consent;

/* Approves exactly what has this code, or nothing.  From here on it is sent.  Its Message-ID is
 * fixed now. */
bool desk_draft_approve(const Desk *desk, gint64 id, const Consent *consent, GError **error);
/* It has arrived: what a person has found out of one that is uncertain. */
bool desk_draft_settle(const Desk *desk, gint64 id, GError **error);
/* Is not sent, even if it was approved and has not gone yet. */
bool desk_draft_reject(const Desk *desk, gint64 id, const char *reason, GError **error);
