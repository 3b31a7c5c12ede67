/* Mistral's Chat Completions: OpenAI's form, with finish reasons of its own.
 *
 * What is refused there (store, max_completion_tokens, an effort) its row leaves out.  Pure.
 */
#include "llm/api.h"

LlmAnswer *mistral_read(const cJSON *root)
{
    static const LlmWord finish_reasons[] = {
        { "stop", LLM_OK },
        { "length", LLM_TRUNCATED },
        { "model_length", LLM_TOO_LARGE },
        { "tool_calls", LLM_SERVER },
        { "error", LLM_SERVER },
        { NULL, LLM_SERVER },
    };
    return openai_read_choice(root, finish_reasons);
}
