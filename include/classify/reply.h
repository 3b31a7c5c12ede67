/* A reply in words, asked of the same engines as a verdict, under the same rules. */
#pragma once

#include "classify/classify.h"

typedef struct {
    char *text;       /* plain UTF-8, with the values that were kept from the engine; NULL: none */
    char *engine;     /* whose it is, "" */
    const char *why;  /* why there is none, as in Classification; "" */
    bool provisional; /* another try, later, can help */
    GPtrArray *calls; /* ClassifyCall* */
} ReplyAnswer;

/* `input` as for classify(), with a prompt that asks for a reply; its baseline and late_until are
 * not looked at.  Never NULL.  Any thread; waits. */
ReplyAnswer *reply_ask(const ClassifyInput *input);
void reply_answer_free(ReplyAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReplyAnswer, reply_answer_free)

/* Longest reply that is taken from a model, in bytes. */
#define REPLY_ANSWER_MAX (16 * 1024)

/* Pure: a model's text ─▶ the reply, by LLM_OK, LLM_EMPTY, LLM_INVALID_JSON, LLM_SCHEMA_MISMATCH.
 * *why (caller frees) is the sentence that goes back.  `fenced` as in classify_read_answer(). */
LlmOutcome classify_read_reply(const char *text, bool fenced, char **reply, char **why);
/* The schema of its answer.  Caller frees. */
cJSON *classify_reply_schema(void);
