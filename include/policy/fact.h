/* Facts: what conditions may ask about a mail, its customer and its verdict.  One row each, in
 * milter/policy/fact.c; every field of the field table is a fact of the verdict's phase. */
#pragma once

#include "crm/customer.h"
#include "mail/envelope.h"
#include "mail/message.h"
#include "mail/thread.h"
#include "verdict/verdict.h"

typedef enum { FACT_TEXT, FACT_NUMBER, FACT_YES_NO, FACT_ENUM, FACT_ORDERED, FACT_LIST } FactType;
/* When a fact becomes known.  PHASE_SCORE is the sum of a policy's score entries alone. */
typedef enum { PHASE_MAIL, PHASE_CUSTOMER, PHASE_SCORE, PHASE_VERDICT } FactPhase;

typedef struct {
    const char *name;
    FactType type;
    FactPhase phase;
    const char *help;
    const char *const *values; /* ENUM, ORDERED: lowest first; NULL-terminated */
    double min, max;           /* NUMBER */
} Fact;

/* What a policy is checked against; fixed for the life of a snapshot. */
typedef struct FactTable FactTable;

/* `tiers`: the site's customer tiers, lowest first.  `mailboxes`: their names.  Takes references,
 * copies the lists.  A field that has the name of a fact of ours is a diagnostic. */
FactTable *fact_table_new(FieldTable *fields, const char *const *tiers,
                          const char *const *mailboxes, Diags *diags);
FactTable *fact_table_ref(FactTable *table);
void fact_table_unref(FactTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FactTable, fact_table_unref)

guint fact_table_size(const FactTable *table);
const Fact *fact_at(const FactTable *table, guint index);
int fact_find(const FactTable *table, const char *name); /* -1 if unknown */
const char *const *fact_names(const FactTable *table);

/* The values for one message, for one thread.  Texts are folded once, when they are set. */
typedef struct Facts Facts;

/* Items of a list that are looked at; what is behind them is not seen. */
#define FACT_LIST_MAX 1000

Facts *facts_new(FactTable *table);
void facts_free(Facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

/* A verdict that stands, and how it came about. */
typedef struct {
    const Verdict *verdict;
    const Verdict *baseline, *model; /* of the two what each said alone; model NULL: none did */
    const char *engine;
    bool quotes_failed;
} Judged;

/* The pipeline fills them phase by phase; what isn't set is unknown.  `envelope`, `thread`,
 * `customer`: NULL if there is none.  A second verdict replaces the first. */
void facts_add_mail(Facts *facts, const char *mailbox, const Envelope *envelope,
                    const Message *message);
void facts_add_customer(Facts *facts, const Thread *thread, const Customer *customer);
void facts_add_verdict(Facts *facts, const Judged *judged);

/* For `policy explain`: a value as a policy would write it but without quotes, the items of a list
 * between commas.  NULL if unknown.  Caller frees. */
char *facts_value_text(const Facts *facts, guint index);
/* The reverse, for tests.  false if the value can't occur. */
bool facts_set_text(Facts *facts, const char *name, const char *text);
