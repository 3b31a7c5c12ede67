/* Single values, checked against their field's row.  Shared by what people and policies write
 * (verdict.c) and what models answer (check.c); the errors are made for both to read. */
#pragma once

#include "verdict/verdict.h"

/* How much of a refused value an error repeats, in bytes of cleaned text. */
#define VALUE_SHOWN_MAX 60

/* Takes a value; false and TRIAGE_ERROR_INPUT ("priority: 'urgent' is not one of low, …") if the
 * field doesn't allow it, *value is untouched then. */
bool value_set_token(Value *value, const Field *field, const char *token, GError **error);
bool value_set_number(Value *value, const Field *field, double number, GError **error);
bool value_set_text(Value *value, const Field *field, const char *text, GError **error);
/* `texts`: char*, not taken. */
bool value_set_list(Value *value, const Field *field, const GPtrArray *texts, GError **error);
void value_set_yes(Value *value, bool yes);

void value_clear(Value *value, const Field *field);
Value value_copy(const Value *value, const Field *field);

/* A word that stands for "nobody" where a team's member is asked for. */
#define VALUE_NOBODY "none"
