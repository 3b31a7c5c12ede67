/* A policy as it is in memory: its entries by kind, in the order of the files. */
#pragma once

#include "policy/action.h"
#include "policy/expression.h"

typedef enum { ENTRY_FALLBACK, ENTRY_SCORE, ENTRY_FLOOR, ENTRY_RULE } EntryKind;
#define ENTRY_KINDS 4

typedef struct {
    EntryKind kind;
    char *name;
    Expression *when;   /* NULL: always */
    double points;      /* SCORE */
    Verdict *values;    /* FALLBACK, FLOOR */
    GPtrArray *actions; /* RULE: Action* */
} Entry;

struct Policy {
    FactTable *facts;
    FieldTable *fields;
    GPtrArray *entries[ENTRY_KINDS]; /* Entry* */
    char *hash;
};

void entry_free(Entry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, entry_free)
bool entry_holds(const Entry *entry, const Facts *facts);
const char *entry_kind_name(EntryKind kind);
/* Names of the kinds, and `words`; NULL-terminated. */
const char *const *entry_kind_names(void);
bool entry_kind_find(const char *name, EntryKind *kind);

/* `item` as an entry.  What is wrong is in diags; never NULL. */
Entry *entry_read(EntryKind kind, const ConfItem *item, const PolicySchema *schema,
                  GHashTable *words, Diags *diags);

/* Copies the value of one field, or its absence. */
void value_take(Verdict *to, const Verdict *from, const Field *field);
