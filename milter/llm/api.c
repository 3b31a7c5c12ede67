/* The servers that can be asked, a row each.
 *
 * Two wire formats stand behind them: Anthropic's Messages, and OpenAI's Chat Completions as six
 * servers speak it, whose differences are the columns of this table.  Sampling wishes are only
 * passed on where the server is known to take them: OpenAI's reasoning models answer HTTP 400 to a
 * temperature, Ollama to a reasoning effort of a model that doesn't think.
 */
#include "llm/api.h"

#define CHAT_PATH "/v1/chat/completions"
#define BEARER    .key_header = "authorization", .key_prefix = "Bearer "
#define OPENAI_FORMAT                                                                              \
    .request_id_header = "x-request-id", .body = openai_body, .read = openai_read,                 \
    .read_error = openai_read_error

enum { ANTHROPIC, OPENAI, AZURE, OLLAMA, LLAMA_SERVER, VLLM, LMSTUDIO };

const char *const llm_api_names[] = {
    [ANTHROPIC] = "anthropic",
    [OPENAI] = "openai",
    [AZURE] = "azure",
    [OLLAMA] = "ollama",
    [LLAMA_SERVER] = "llama-server",
    [VLLM] = "vllm",
    [LMSTUDIO] = "lmstudio",
    NULL,
};

static const LlmApi apis[] = {
    [ANTHROPIC] = { .url = "https://api.anthropic.com",
                    .path = "/v1/messages",
                    .key_header = "x-api-key",
                    .key_prefix = "",
                    .version_header = "anthropic-version: 2023-06-01",
                    .request_id_header = "request-id",
                    .max_tokens = "max_tokens",
                    .needs_key = true,
                    .effort = true,
                    .body = anthropic_body,
                    .read = anthropic_read,
                    .read_error = anthropic_read_error },
    [OPENAI] = { .url = "https://api.openai.com",
                 .path = CHAT_PATH,
                 BEARER,
                 .max_tokens = "max_completion_tokens",
                 .needs_key = true,
                 .no_store = true,
                 .effort = true,
                 OPENAI_FORMAT },
    [AZURE] = { .path = "/openai" CHAT_PATH,
                .key_header = "api-key",
                .key_prefix = "",
                .max_tokens = "max_completion_tokens",
                .needs_key = true,
                .effort = true,
                OPENAI_FORMAT },
    [OLLAMA] = { .url = "http://127.0.0.1:11434",
                 .path = CHAT_PATH,
                 BEARER,
                 .max_tokens = "max_tokens",
                 .temperature = true,
                 .fenced_json = true,
                 OPENAI_FORMAT },
    [LLAMA_SERVER] = { .url = "http://127.0.0.1:8080",
                       .path = CHAT_PATH,
                       BEARER,
                       .max_tokens = "max_tokens",
                       .temperature = true,
                       .fenced_json = true,
                       OPENAI_FORMAT },
    [VLLM] = { .url = "http://127.0.0.1:8000",
               .path = CHAT_PATH,
               BEARER,
               .max_tokens = "max_tokens",
               .effort = true,
               .temperature = true,
               .fenced_json = true,
               OPENAI_FORMAT },
    [LMSTUDIO] = { .url = "http://127.0.0.1:1234",
                   .path = CHAT_PATH,
                   BEARER,
                   .max_tokens = "max_tokens",
                   .temperature = true,
                   .fenced_json = true,
                   OPENAI_FORMAT },
};

G_STATIC_ASSERT(G_N_ELEMENTS(apis) + 1 == G_N_ELEMENTS(llm_api_names));

const LlmApi *llm_api(const LlmModel *model)
{
    g_assert(model->api >= 0 && (gsize)model->api < G_N_ELEMENTS(apis));
    return &apis[model->api];
}
