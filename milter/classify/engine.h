/* Private to classify/: one engine of the chain, asked until it answers or can't. */
#pragma once

#include "classify/classify.h"

/* What comes of asking an engine. */
typedef struct {
    GPtrArray *calls;         /* ClassifyCall*: each call is appended */
    Verdict *verdict;         /* with LLM_OK */
    bool quotes_failed;       /* with LLM_OK */
    char *reply;              /* with LLM_OK, where the prompt asks for one; the caller's */
    ClassifyPending *pending; /* with LLM_DEADLINE, if a call goes on; the caller's */
} EngineResult;

/* Renders the prompt as this engine may see it. */
LlmOutcome engine_ask(const ClassifyInput *input, const LlmModel *model, EngineResult *result);
/* The answer of a call that went on; the call is freed. */
LlmOutcome engine_collect(const ClassifyInput *input, ClassifyPending *pending,
                          EngineResult *result);

/* What an outcome means for the chain: does it end it, what does the status say, and can another
 * try, later, help? */
bool engine_is_final(const ClassifyInput *input, LlmOutcome outcome);
const char *engine_why(LlmOutcome outcome);
bool engine_is_provisional(LlmOutcome outcome);
/* Did the model answer, whether or not the answer can be used? */
bool engine_is_answer(LlmOutcome outcome);

void classify_call_free(ClassifyCall *call);
