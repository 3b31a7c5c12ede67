/* The context: what the model may know about the customer, fitted to a token budget.  Pure. */
#pragma once

#include "crm/customer.h"
#include "mail/message.h"
#include "mail/thread.h"

typedef enum {
    CONTEXT_USED,
    CONTEXT_SHORTENED,
    CONTEXT_CUT,
    CONTEXT_WITHHELD,
    CONTEXT_EMPTY
} ContextFate;

typedef struct {
    const char *name;   /* sender, company, contact, tickets, issues, lead, summary, interactions,
                           health, trend, usage, owner, history */
    const char *source; /* mail, crm, store */
    char *text;         /* "" unless used or shortened */
    gint64 age;         /* seconds since the source wrote it, -1 if unknown */
    gint64 tokens;
    ContextFate fate;
    const char *why; /* why withheld or cut: "sender unproven", "match by domain", "budget"; "" */
} ContextPart;

typedef struct {
    GPtrArray *parts; /* ContextPart*, in order of declared priority */
    char *text;       /* the used parts, one after another */
    gint64 tokens;
} Context;

/* An unproven sender opens nothing but our own words for it (the part "sender"); a match by domain
 * opens company, tier and this thread's tickets, never other persons' interactions or money.  Proof
 * covers the From address: a person who was found in a Reply-To and has another address is
 * unproven.  Interactions: the best 5 by recency and words shared with the mail.
 * `budget` in tokens (context_tokens()). */
Context *context_build(const Customer *customer, const Thread *thread, const Message *message,
                       gint64 budget, gint64 now);
void context_free(Context *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Context, context_free)

/* A careful estimate: one token per 4 bytes of ASCII, one per character beyond. */
gint64 context_tokens(const char *text);

/* The manifest as JSON text (an array, a row per part: name, source, age, tokens, fate, why).
 * Caller frees. */
char *context_manifest(const Context *context);
const char *context_fate_name(ContextFate fate);
