/* RECALL's thinking: identity, follow-up and proof, over rows that the store brings as values.
 * Pure. */
#pragma once

#include "mail/message.h"

/* A ticket that this mail may belong to, because the mail names it or one of its Message-IDs. */
typedef struct {
    gint64 id;    /* ticket row */
    char *name;   /* SUP-1042 */
    char *status; /* new, open, waiting, closed */
    char *subject;
    char *customer_id;       /* "" if none */
    char *sender;            /* folded: who began it */
    GPtrArray *participants; /* char*: folded From, To, Cc of earlier mails in it */
    bool by_reference;       /* References or In-Reply-To name a Message-ID recorded in it */
    bool by_token;           /* the subject or a plus-address names it */
    bool by_bounce;          /* it came to the bounce address of a reply in it */
} ThreadCandidate;

/* One of our tickets with the sender or the customer, for the context. */
typedef struct {
    char *name, *status, *subject, *queue, *priority;
    gint64 updated; /* epoch seconds */
} ThreadTicket;

typedef struct {
    gint64 ticket_id;         /* the ticket it follows up, 0 if none */
    char *ticket_name;        /* "" */
    bool unproven_follow_up;  /* cases (b) to (d): a participant without proof, a bounce */
    gint64 linked_ticket_id;  /* named by the mail, but the sender is not entitled to it: for the
                                 agent's eye, 0 if none */
    char *linked_ticket_name; /* "" */
    GPtrArray *tickets;       /* ThreadTicket*: newest first */
    char *why;                /* in words */
} Thread;

Thread *thread_new(void);
void thread_free(Thread *thread);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Thread, thread_free)
ThreadCandidate *thread_candidate_new(void);
void thread_candidate_free(ThreadCandidate *candidate);
void thread_ticket_free(ThreadTicket *ticket);

/* Fills ticket_id, linked_ticket_id, unproven_follow_up and why, by four rules:
 * (a) proven, and the sender is a participant, an agent, or an exact-match contact of the
 * ticket's customer; (b) unproven, a participant, and by_reference; (c) a bounce, and by_reference
 * to the mail that it returns; (d) by_bounce; these two unproven whoever sent it.  A token alone
 * never suffices unproven. `customer_id`: of the exact match, "" if none.  `agents`: folded
 * addresses.  Forwarded mail is no follow-up. */
void thread_follow_up(Thread *thread, const Message *message, const GPtrArray *candidates,
                      const char *customer_id, const char *const *agents);

/* What a mail says, whatever way it came: hex digest over From, the subject without tags and
 * prefixes, attachments and the words of the decoded text.  Caller frees. */
char *thread_content(const Message *message);

/* What names this message in one mailbox: hex digest over mailbox, Message-ID and content.  Without
 * a Message-ID, Date and envelope join in, and of the subject's tags only those of filters are left
 * out.  Rows of programs that made it otherwise match no mail any more.  Caller frees. */
char *thread_identity(const char *mailbox, const Message *message, const char *envelope_sender,
                      const GPtrArray *recipients);

/* What copies of a mail have in common whatever was added to their text: hex digest over
 * Message-ID, From, subject and attachments; "" without a Message-ID.  Caller frees. */
char *thread_copy_key(const Message *message);
/* The lines of its new and quoted text, 16 digits each; "" for more than 1000.  Caller frees. */
char *thread_lines(const Message *message);
/* Of two texts as thread_lines() gives them, both with lines: is one the other with at most 30
 * lines more at its start and its end? */
bool thread_differs_by_footer(const char *lines, const char *other);

/* What names it over all tries of its delivery: only what its sender wrote, because the filters
 * before us may write something new into each try (a queue id).  Two mails may share one.  Caller
 * frees. */
char *thread_try_identity(const char *mailbox, const Message *message, const char *envelope_sender);

/* How long the same mail is a duplicate: `window_ms`, but at most an hour without a Message-ID,
 * because machines send the same words each time something happens. */
gint64 thread_duplicate_window(const Message *message, gint64 window_ms);

/* Ticket names (PREFIX-NUMBER) in subject and plus-tags, without doubles; at most 10.  Array of
 * char*. */
GPtrArray *thread_tokens(const Message *message, const char *ticket_prefix);
