/* Private to classify/: the money side of one call. */
#pragma once

#include "classify/classify.h"

typedef struct {
    Purse *purse; /* NULL: nobody counts */
    const LlmModel *model;
    PursePayer payers[PURSE_KINDS];
    gint64 input, output; /* tokens it may take, where nothing is said of what it took */
    PurseHold hold;
} Bill;

/* Before a call: holds back what it may cost.  false: *refusal says whose budget has no room. */
bool bill_open(Bill *bill, const ClassifyInput *input, const LlmModel *model,
               const LlmRequest *request, PurseRefusal *refusal);
/* Behind it: what it cost, -1 if the model has no price. */
gint64 bill_close(const Bill *bill, const LlmAnswer *answer);
