/* The parts of a context before anybody counts tokens.  Pure. */
#pragma once

#include "crm/context.h"

typedef struct {
    const Customer *customer; /* never NULL */
    const Thread *thread;
    const Message *message;
    bool proven; /* the person that the customer was looked up by is proven */
} PartInput;

/* How far a sender must be known before a part is opened. */
typedef enum {
    OPENS_TO_ANYBODY, /* our own words */
    OPENS_TO_PROVEN,
    OPENS_TO_EXACT /* proven, and the address itself is the customer's */
} PartOpens;

/* What may go when the budget is short. */
typedef enum { SHORTENS_NOT, SHORTENS_WORDS, SHORTENS_LINES } PartShortens;

typedef struct {
    const char *name, *source;
    PartOpens opens;
    PartShortens shortens;
    void (*write)(GString *out, const PartInput *input); /* whole lines; nothing if there is none */
} PartRule;

#define PARTS 13
extern const PartRule part_rules[PARTS]; /* in order of declared priority */
