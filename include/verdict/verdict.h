/* A verdict: a value for some of the fields.  Values of known fields only, checked when they are
 * set. */
#pragma once

#include "verdict/field.h"

typedef struct {
    bool known;
    union {
        int choice; /* ENUM, ORDERED: index into the field's choices */
        double number;
        bool yes;
        char *text;
        GPtrArray *list; /* char* */
    };
} Value;

typedef struct {
    FieldTable *fields;
    Value *values;                 /* field_table_size() of them */
    double confidence;             /* 0 … 1, ours; -1 if none */
    const char *confidence_source; /* provider, calibrated, table; "" */
} Verdict;

Verdict *verdict_new(FieldTable *fields); /* takes a reference */
Verdict *verdict_copy(const Verdict *verdict);
void verdict_free(Verdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verdict, verdict_free)

/* NULL if the field is unknown or has no value. */
const Value *verdict_get(const Verdict *verdict, const char *name);
/* An ENUM's, ORDERED's or TEXT's value as text, "" if none. */
const char *verdict_token(const Verdict *verdict, const char *name);
bool verdict_has(const Verdict *verdict, const Field *field);

/* Sets one value out of text as a policy or a person writes it; false and TRIAGE_ERROR_INPUT names
 * what is allowed.  Items of a list stand on lines of their own or behind ';'; "none" unsets a
 * `team` field. */
bool verdict_set_text(Verdict *verdict, const Field *field, const char *text, GError **error);
void verdict_unset(Verdict *verdict, const Field *field);

/* What the field allows, in words: "one of low, medium, high", "a number from 0 to 1".  Values that
 * are retired aren't mentioned; `team` (may be NULL) is what a team field takes.  Caller frees. */
char *verdict_allowed(const Field *field, const char *const *team);

/* {"priority":"high", …}: only known fields.  Caller frees. */
cJSON *verdict_to_json(const Verdict *verdict);
/* The reverse, for stored rows: retired values are understood, unknown fields skipped. */
Verdict *verdict_from_json(FieldTable *fields, const cJSON *json);

/* What a model is asked: which of the table's fields, narrowed to which team. */
typedef struct {
    FieldTable *fields;
    FieldUse asks;           /* BOTH asks everything */
    const char *const *team; /* values of a `team` field; NULL-terminated */
    const char *mail_text;   /* folded, as the model saw it; `quotes` fields must stand in it */
    bool choices_only;       /* only what is chosen among two values or more, or yes or no */
} VerdictQuestion;

/* Is the field part of the question?  A `team` field is only if there is a team. */
bool verdict_asked(const VerdictQuestion *question, const Field *field);

/* The JSON Schema subset that every provider takes (type, enum, required, additionalProperties,
 * description; limits are said in descriptions).  Caller frees. */
cJSON *verdict_schema(const VerdictQuestion *question);

/* The checked answer of a model: exactly the asked fields, types, tokens (ASCII case folded),
 * ranges, lengths, team. NULL and TRIAGE_ERROR_INPUT: a sentence that can be sent back to the model
 * ("priority: 'urgent' is not one of low, …"). Quotes that don't stand in the mail are dropped and
 * *quotes_failed is set; "none" for a `team` field leaves it unknown. */
Verdict *verdict_check(const VerdictQuestion *question, const cJSON *answer, bool *quotes_failed,
                       GError **error);
