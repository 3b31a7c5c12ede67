/* Private to classify/: one engine of the chain, asked until it answers or can't. */
#pragma once

#include "classify/classify.h"

/* The question as every engine of the chain gets it. */
typedef struct {
    const ClassifyInput *input;
    PromptText *text;
} EngineQuestion;

/* LLM_OK: *verdict is the caller's.  Each call is appended to `calls`. */
LlmOutcome engine_ask(const EngineQuestion *question, const LlmModel *model, GPtrArray *calls,
                      Verdict **verdict, bool *quotes_failed);

void classify_call_free(ClassifyCall *call);
