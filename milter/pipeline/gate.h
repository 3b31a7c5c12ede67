/* What need not be asked is not asked. */
#pragma once

#include "crm/customer.h"
#include "mail/message.h"
#include "mail/thread.h"
#include "plan/mark.h"

typedef struct {
    bool ask;        /* may a model be asked? */
    bool ticket;     /* may a new ticket be made? */
    Status status;   /* if not asked: SKIPPED or FALLBACK */
    const char *why; /* if not asked: a token, static */
    const char
        *review; /* why a person must look at it, static; NULL if that is left to the policy */
} Gate;

/* Pure. */
Gate gate_judge(const Message *message, const Customer *customer);
