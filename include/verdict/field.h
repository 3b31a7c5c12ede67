/* Fields: one row per value a verdict can have (conf/fields.conf and the site's own).  Immutable
 * after load. */
#pragma once

#include "base/conf.h"

#include <cjson/cJSON.h>

typedef enum {
    FIELD_ENUM,
    FIELD_ORDERED,
    FIELD_NUMBER,
    FIELD_YES_NO,
    FIELD_TEXT,
    FIELD_LIST
} FieldType;
typedef enum { FIELD_FOR_BOTH, FIELD_FOR_TICKET, FIELD_FOR_LEAD } FieldUse;

typedef struct {
    char *token;  /* ASCII, at most FIELD_TOKEN_MAX */
    char *label;  /* what a person reads, and the model: any language */
    char *makes;  /* of `kind` only: "ticket", "lead", "nothing" */
    bool retired; /* no longer given, still understood */
} FieldChoice;

typedef struct {
    char *name;
    FieldType type;
    FieldUse use;
    char *label;
    GPtrArray *choices;           /* FieldChoice*; ENUM and ORDERED; in order, lowest first */
    double min, max;              /* NUMBER */
    bool whole;                   /* NUMBER: integers only */
    gsize min_length, max_length; /* TEXT, and each item of a LIST: characters */
    guint min_items, max_items;   /* LIST */
    bool team;                    /* its values are the mailbox's team (suggested_assignee) */
    bool quotes;                  /* each text must stand in the mail (evidence) */
    guint index;                  /* position in the table */
    Place place;
} Field;

#define FIELD_TOKEN_MAX   40
#define FIELDS_MAX        64
#define FIELD_CHOICES_MAX 100

typedef struct FieldTable FieldTable;

/* Reads every `field` item of `items`; what is wrong with one is in `diags`, and it is left out.
 * Never NULL.
 *
 *   field NAME [ordered] [for ticket|lead] ["label"] {
 *       token "description" [makes ticket|lead|nothing] [retired]
 *   }
 *   field NAME TYPE [team] [quotes] [for ticket|lead] ["label"]
 *       TYPE = text MAX | list MINITEMS-MAXITEMS of MIN-MAX | number MIN-MAX | whole MIN-MAX
 *            | yes_no
 *
 * `makes` is for the values of `kind`, each of which needs it.  NAME is of a-z, 0-9 and '_';
 * `confidence` is taken. */
FieldTable *field_table_load(const GPtrArray *items, Diags *diags);
FieldTable *field_table_ref(FieldTable *table);
void field_table_unref(FieldTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FieldTable, field_table_unref)

guint field_table_size(const FieldTable *table);
const Field *field_at(const FieldTable *table, guint index);
const Field *field_find(const FieldTable *table, const char *name); /* NULL if unknown */
const char *const *field_names(const FieldTable *table);            /* for suggestions */
int field_choice(const Field *field, const char *token); /* ASCII case-insensitive; -1 if none */
const char *field_type_name(FieldType type);
