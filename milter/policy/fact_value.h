/* The values behind Facts, for the files of this folder. */
#pragma once

#include "policy/fact.h"

typedef struct {
    bool known;
    double number;   /* NUMBER; YES_NO: 0 or 1; ENUM, ORDERED: index into the fact's values */
    char *text;      /* TEXT, folded */
    GPtrArray *list; /* LIST: char*, folded */
} FactValue;

const FactValue *facts_value(const Facts *facts, guint index);
const FactTable *facts_table(const Facts *facts);

/* Of a fact that is there and is a NUMBER. */
void facts_set_number(Facts *facts, const char *name, double number);

/* A value of NUMBER, YES_NO, ENUM, ORDERED out of text; false if it can't occur. */
bool fact_read_number(const Fact *fact, const char *text, double *number);

/* Is it a number at all, whether or not the fact can have it? */
bool fact_is_number(const char *text);
