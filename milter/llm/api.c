/* The servers that can be asked, a row each.
 *
 * Several rows share a wire format, above all OpenAI's Chat Completions; what differs between its
 * servers are the columns of this table.  Sampling wishes are only passed on where the server is
 * known to take them: OpenAI's reasoning models answer HTTP 400 to a temperature, Ollama to a
 * reasoning effort of a model that doesn't think, Gemini to a thinking level of an older model.
 */
#include "llm/api.h"

#define CHAT_PATH "/v1/chat/completions"
#define BEARER    .key_header = "authorization", .key_prefix = "Bearer "
#define OPENAI                                                                                     \
    BEARER, .url = "https://api.openai.com", .request_id_header = "x-request-id",                  \
            .needs_key = true, .read_error = openai_read_error
#define OWN_SERVER                                                                                 \
    BEARER, .path = CHAT_PATH, .request_id_header = "x-request-id", .max_tokens = "max_tokens",    \
            .temperature = true, .fenced_json = true, .logprobs = true, .body = openai_body,       \
            .read = openai_read, .read_error = openai_read_error

enum {
    API_ANTHROPIC,
    API_OPENAI,
    API_OPENAI_RESPONSES,
    API_OPENAI_DECISIONS,
    API_AZURE,
    API_GEMINI,
    API_MISTRAL,
    API_OLLAMA,
    API_LLAMA_SERVER,
    API_VLLM,
    API_LMSTUDIO,
    API_OPENAI_COMPATIBLE,
    API_SYSTEMONE
};

const char *const llm_api_names[] = {
    [API_ANTHROPIC] = "anthropic",
    [API_OPENAI] = "openai",
    [API_OPENAI_RESPONSES] = "openai-responses",
    [API_OPENAI_DECISIONS] = "openai-decisions",
    [API_AZURE] = "azure",
    [API_GEMINI] = "gemini",
    [API_MISTRAL] = "mistral",
    [API_OLLAMA] = "ollama",
    [API_LLAMA_SERVER] = "llama-server",
    [API_VLLM] = "vllm",
    [API_LMSTUDIO] = "lmstudio",
    [API_OPENAI_COMPATIBLE] = "openai-compatible",
    [API_SYSTEMONE] = "systemone",
    NULL,
};

static const LlmApi apis[] = {
    [API_ANTHROPIC] = { .url = "https://api.anthropic.com",
                        .path = "/v1/messages",
                        .key_header = "x-api-key",
                        .key_prefix = "",
                        .version_header = "anthropic-version: 2023-06-01",
                        .request_id_header = "request-id",
                        .needs_key = true,
                        .effort = true,
                        .body = anthropic_body,
                        .read = anthropic_read,
                        .read_error = anthropic_read_error },
    [API_OPENAI] = { OPENAI, .path = CHAT_PATH, .max_tokens = "max_completion_tokens",
                     .no_store = true, .effort = true, .logprobs = true, .body = openai_body,
                     .read = openai_read },
    [API_OPENAI_RESPONSES] = { OPENAI, .path = "/v1/responses", .effort = true,
                               .body = responses_body, .read = responses_read },
    [API_OPENAI_DECISIONS] = { OPENAI, .path = "/v1/decisions", .chooses = true,
                               .body = decisions_body, .read = decisions_read },
    [API_AZURE] = { .path = "/openai" CHAT_PATH,
                    .key_header = "api-key",
                    .key_prefix = "",
                    .request_id_header = "x-request-id",
                    .max_tokens = "max_completion_tokens",
                    .needs_key = true,
                    .effort = true,
                    .logprobs = true,
                    .body = openai_body,
                    .read = openai_read,
                    .read_error = openai_read_error },
    [API_GEMINI] = { .url = "https://generativelanguage.googleapis.com",
                     .path = "/v1beta/models/",
                     .action = ":generateContent",
                     .key_header = "x-goog-api-key",
                     .key_prefix = "",
                     .needs_key = true,
                     .temperature = true,
                     .body = gemini_body,
                     .read = gemini_read,
                     .read_error = gemini_read_error },
    [API_MISTRAL] = { .url = "https://api.mistral.ai",
                      .path = CHAT_PATH,
                      BEARER,
                      .max_tokens = "max_tokens",
                      .needs_key = true,
                      .temperature = true,
                      .body = openai_body,
                      .read = mistral_read,
                      .read_error = openai_read_error },
    [API_OLLAMA] = { .url = "http://127.0.0.1:11434",
                     .path = "/api/chat",
                     BEARER,
                     .temperature = true,
                     .fenced_json = true,
                     .body = ollama_body,
                     .read = ollama_read,
                     .read_error = ollama_read_error },
    [API_LLAMA_SERVER] = { OWN_SERVER, .url = "http://127.0.0.1:8080" },
    [API_VLLM] = { OWN_SERVER, .url = "http://127.0.0.1:8000", .effort = true,
                   .structured_outputs = true },
    [API_LMSTUDIO] = { OWN_SERVER, .url = "http://127.0.0.1:1234" },
    [API_OPENAI_COMPATIBLE] = { OWN_SERVER },
    [API_SYSTEMONE] = { .path = "/v1/systemone",
                        BEARER,
                        .chooses = true,
                        .body = systemone_body,
                        .read = systemone_read,
                        .read_error = openai_read_error },
};

G_STATIC_ASSERT(G_N_ELEMENTS(apis) + 1 == G_N_ELEMENTS(llm_api_names));

const LlmApi *llm_api(const LlmModel *model)
{
    g_assert(model->api >= 0 && (gsize)model->api < G_N_ELEMENTS(apis));
    return &apis[model->api];
}

bool llm_model_chooses(const LlmModel *model)
{
    return llm_api(model)->chooses;
}

bool llm_api_gives_logprobs(int api)
{
    return apis[api].logprobs;
}

char *llm_logprobs_apis(void)
{
    GString *names = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(apis); i++) {
        if (apis[i].logprobs)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", llm_api_names[i]);
    }
    return g_string_free(names, FALSE);
}
