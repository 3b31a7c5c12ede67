/* Private to classify/: a call that goes on, with the bill that is still open. */
#pragma once

#include "classify/bill.h"
#include "classify/classify.h"

struct ClassifyPending {
    LlmPending *call; /* NULL once collected */
    Bill bill;        /* its payers' names are `mailbox` and `sender`; its model is the site's */
    char *mailbox, *sender;
};

/* Takes the call. */
ClassifyPending *pending_new(LlmPending *call, const Bill *bill);
/* Waits for the answer and closes the bill; *cost in nano-USD, -1 unknown. */
LlmAnswer *pending_collect(ClassifyPending *pending, gint64 *cost);
void pending_free(ClassifyPending *pending);
