/* For tests: responses of each api, by name, and what llm_read() makes of them. */
#pragma once

#include "llm/llm.h"

#include <math.h>
#include <string.h>

#define ANTHROPIC    "anthropic"
#define OPENAI       "openai"
#define RESPONSES    "openai-responses"
#define DECISIONS    "openai-decisions"
#define AZURE        "azure"
#define GEMINI       "gemini"
#define MISTRAL      "mistral"
#define OLLAMA       "ollama"
#define LLAMA_SERVER "llama-server"
#define VLLM         "vllm"
#define LMSTUDIO     "lmstudio"
#define COMPATIBLE   "openai-compatible"
#define SYSTEMONE    "systemone"

#define NOW 1795333339 /* Sun, 22 Nov 2026 07:42:19 GMT */

typedef struct {
    const char *api;
    long status;
    const char *body;
    LlmOutcome outcome;
    const char *detail; /* NULL: not looked at */
} Row;

static inline LlmAnswer *read_response(const char *api, long status, const char *body,
                                       GHashTable *headers)
{
    LlmModel model = { .api = 0 };
    while (strcmp(llm_api_names[model.api], api) != 0)
        model.api++;
    return llm_read(&model, status, headers, body, strlen(body), NOW);
}

/* The fuzzer asks the same of any body; here each stands for a kind. */
static inline void check_answer(const LlmAnswer *answer)
{
    assert_true((answer->text != NULL) == (answer->outcome == LLM_OK));
    assert_null(strstr(answer->detail, "secret"));
    assert_true(isnan(answer->confidence) || answer->outcome == LLM_OK);
}

static inline void check_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(LlmAnswer) answer =
            read_response(rows[i].api, rows[i].status, rows[i].body, NULL);
        if (answer->outcome != rows[i].outcome)
            fail_msg("row %zu: %s: %s, not %s: %s", i, rows[i].api,
                     llm_outcome_name(answer->outcome), llm_outcome_name(rows[i].outcome),
                     rows[i].body);
        if (rows[i].detail)
            assert_string_equal(answer->detail, rows[i].detail);
        check_answer(answer);
    }
}
