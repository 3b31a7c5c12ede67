/* A question in each server's wire form, and a model's address and key made ready. */
#include "base/error.h"
#include "llm/llm.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SCHEMA                                                                                     \
    "{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"description\":\"What "   \
    "it is\",\"enum\":[\"support\",\"sales\"]},\"urgent\":{\"type\":\"boolean\",\"description\":"  \
    "\"Is it?\"}},\"required\":[\"kind\",\"urgent\"],\"additionalProperties\":false}"
#define NAMED_SCHEMA "\"name\":\"triage\",\"strict\":true,\"schema\":" SCHEMA
#define OPENAI_FORMAT                                                                              \
    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{" NAMED_SCHEMA "}}}"
#define MODEL       "{\"model\":\"m\","
#define SYSTEM_TEXT "\"Be \\\"brief\\\".\""
#define SYSTEM_TURN "{\"role\":\"system\",\"content\":" SYSTEM_TEXT "}"
#define USER_TURN   "{\"role\":\"user\",\"content\":\"Grüße\\n\"}"
#define CHAT        MODEL "\"messages\":[" SYSTEM_TURN "," USER_TURN "],"

#define CHAT_PATH      "/v1/chat/completions"
#define MAX_TOKENS     "\"max_tokens\":2048,"
#define MAX_COMPLETION "\"max_completion_tokens\":2048,"
#define EFFORT         "\"reasoning_effort\":\"low\","
#define TEMPERATURE    "\"temperature\":0,"

static int api_of(const char *name)
{
    for (int i = 0; llm_api_names[i]; i++)
        if (strcmp(llm_api_names[i], name) == 0)
            return i;
    fail_msg("no api %s", name);
    return -1;
}

static LlmHttpRequest *build(const char *api, const char *key, const char *rejected,
                             const char *correction)
{
    g_autoptr(cJSON) schema = json_parse(SCHEMA, strlen(SCHEMA), NULL);
    char *url = (char *)"https://h/p";
    const LlmModel model = { .name = (char *)"x",
                             .api = api_of(api),
                             .model = (char *)"m",
                             .url = url,
                             .key = (char *)key };
    const LlmRequest request = { .system = "Be \"brief\".",
                                 .user = "Grüße\n",
                                 .schema = schema,
                                 .schema_name = "triage",
                                 .max_tokens = 2048,
                                 .temperature = 0,
                                 .effort = "low",
                                 .rejected = rejected,
                                 .correction = correction };
    return llm_build(&model, &request);
}

static void each_server_gets_exactly_its_own_body(void **state)
{
    static const struct {
        const char *api, *body;
    } rows[] = {
        { "anthropic",
          MODEL MAX_TOKENS "\"system\":[{\"type\":\"text\",\"text\":" SYSTEM_TEXT
                           ",\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":[" USER_TURN
                           "],\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":"
                           "\"json_schema\",\"schema\":" SCHEMA "}}}" },
        { "openai", CHAT MAX_COMPLETION EFFORT "\"store\":false," OPENAI_FORMAT },
        { "openai-responses",
          MODEL "\"instructions\":" SYSTEM_TEXT ",\"input\":[" USER_TURN
                "],\"max_output_tokens\":2048,\"reasoning\":{\"effort\":\"low\"},\"store\":false,"
                "\"text\":{\"format\":{\"type\":\"json_schema\"," NAMED_SCHEMA "}}}" },
        { "openai-decisions",
          MODEL "\"input\":[" SYSTEM_TURN "," USER_TURN
                "],\"questions\":[{\"type\":\"choice\",\"name\":\"kind\",\"instructions\":"
                "\"What it is\",\"choices\":[{\"value\":\"support\"},{\"value\":\"sales\"}]},"
                "{\"type\":\"predicate\",\"name\":\"urgent\",\"instructions\":\"Is it?\"}]}" },
        { "azure", CHAT MAX_COMPLETION EFFORT OPENAI_FORMAT },
        { "gemini",
          "{\"systemInstruction\":{\"parts\":[{\"text\":" SYSTEM_TEXT
          "}]},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Grüße\\n\"}]}],"
          "\"generationConfig\":{\"maxOutputTokens\":2048," TEMPERATURE
          "\"responseMimeType\":\"application/json\",\"responseJsonSchema\":" SCHEMA "}}" },
        { "mistral", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
        { "ollama", CHAT "\"stream\":false,\"format\":" SCHEMA ",\"options\":{" TEMPERATURE
                         "\"num_predict\":2048,\"num_ctx\":8192},\"keep_alive\":\"30m\"}" },
        { "llama-server", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
        { "vllm",
          CHAT MAX_TOKENS EFFORT TEMPERATURE "\"structured_outputs\":{\"json\":" SCHEMA "}}" },
        { "lmstudio", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
        { "openai-compatible", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
        { "systemone",
          MODEL "\"state\":\"Grüße\\n\",\"questions\":{\"kind\":{\"type\":\"choice\","
                "\"instructions\":\"What it is\",\"criteria\":{\"support\":\"support\",\"sales\":"
                "\"sales\"}},\"urgent\":{\"type\":\"noul\",\"instructions\":\"Is it?\"}}}" },
    };
    (void)state;
    assert_int_equal(G_N_ELEMENTS(rows), g_strv_length((char **)llm_api_names));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmHttpRequest) http = build(rows[i].api, "k", NULL, NULL);
        assert_string_equal(http->body, rows[i].body);
        assert_string_equal(http->url, "https://h/p");
    }
}

static void the_key_goes_into_each_servers_own_header(void **state)
{
    static const struct {
        const char *api, *key, *headers;
    } rows[] = {
        { "anthropic", "k", "anthropic-version: 2023-06-01|x-api-key: k" },
        { "openai", "k", "authorization: Bearer k" },
        { "openai-responses", "k", "authorization: Bearer k" },
        { "openai-decisions", "k", "authorization: Bearer k" },
        { "azure", "k", "api-key: k" },
        { "gemini", "k", "x-goog-api-key: k" },
        { "mistral", "k", "authorization: Bearer k" },
        { "ollama", "", "" },
        { "ollama", "k", "authorization: Bearer k" },
        { "llama-server", "k", "authorization: Bearer k" },
        { "vllm", "k", "authorization: Bearer k" },
        { "lmstudio", "", "" },
        { "openai-compatible", "k", "authorization: Bearer k" },
        { "systemone", "", "" },
        { "systemone", "k", "authorization: Bearer k" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmHttpRequest) http = build(rows[i].api, rows[i].key, NULL, NULL);
        assert_string_equal(http->headers[0], "content-type: application/json");
        g_autofree char *rest = g_strjoinv("|", http->headers + 1);
        assert_string_equal(rest, rows[i].headers);
        assert_null(strstr(http->body, "\"k\""));
    }
}

static void a_wish_that_is_not_there_is_not_sent(void **state)
{
    (void)state;
    g_autoptr(cJSON) schema = json_parse(SCHEMA, strlen(SCHEMA), NULL);
    const LlmRequest request = { .system = "s",
                                 .user = "u",
                                 .schema = schema,
                                 .schema_name = "triage",
                                 .max_tokens = 1,
                                 .temperature = NAN };
    for (int api = 0; llm_api_names[api]; api++) {
        const LlmModel model = { .api = api, .model = (char *)"m", .url = (char *)"u" };
        g_autoptr(LlmHttpRequest) http = llm_build(&model, &request);
        assert_null(strstr(http->body, "temperature"));
        assert_null(strstr(http->body, "effort"));
    }
}

/* Models that reason refuse log-probabilities, so there is no effort to be wished for. */
static void log_probabilities_are_asked_for_where_a_server_can_give_them(void **state)
{
    (void)state;
    g_autoptr(cJSON) schema = json_parse(SCHEMA, strlen(SCHEMA), NULL);
    const LlmRequest request = {
        .system = "s", .user = "u", .schema = schema, .schema_name = "triage", .effort = "low"
    };
    g_autoptr(GString) apis = g_string_new(NULL);
    for (int api = 0; llm_api_names[api]; api++) {
        if (!llm_api_gives_logprobs(api))
            continue;
        LlmModel model = { .api = api, .model = (char *)"m", .url = (char *)"u" };
        g_autoptr(LlmHttpRequest) without = llm_build(&model, &request);
        assert_null(strstr(without->body, "logprobs"));
        model.logprobs = true;
        g_autoptr(LlmHttpRequest) http = llm_build(&model, &request);
        assert_non_null(strstr(http->body, "\"logprobs\":true,\"top_logprobs\":1,"));
        assert_null(strstr(http->body, "effort"));
        g_string_append_printf(apis, "%s%s", apis->len ? ", " : "", llm_api_names[api]);
    }
    g_autofree char *told = llm_logprobs_apis();
    assert_string_equal(told, apis->str);
    assert_string_equal(told, "openai, azure, llama-server, vllm, lmstudio, openai-compatible");
}

/* Where a format keeps its turns, and how they look. */
static const struct {
    const char *turns, *text, *assistant;
} turn_forms[] = {
    { "messages", "content", "assistant" },
    { "input", "content", "assistant" },
    { "contents", "parts.0.text", "model" },
};

static void check_correction(const cJSON *body)
{
    gsize form = 0;
    while (form < G_N_ELEMENTS(turn_forms) - 1 && !json_at(body, turn_forms[form].turns))
        form++;
    const cJSON *turns = json_at(body, turn_forms[form].turns);
    int last = cJSON_GetArraySize(turns) - 1;
    const cJSON *correction = cJSON_GetArrayItem(turns, last);
    const cJSON *rejected = cJSON_GetArrayItem(turns, last - 1);
    const char *text = turn_forms[form].text;
    assert_string_equal(json_text_at(rejected, "role"), turn_forms[form].assistant);
    assert_string_equal(json_text_at(rejected, text), "{\"kind\":\"spam\"}");
    assert_string_equal(json_text_at(correction, "role"), "user");
    assert_non_null(strstr(json_text_at(correction, text), "kind: 'spam' is unknown"));
}

static void a_rejected_answer_goes_back_with_the_checkers_sentence(void **state)
{
    (void)state;
    for (int api = 0; llm_api_names[api]; api++) {
        const LlmModel model = { .api = api };
        g_autoptr(LlmHttpRequest) http =
            build(llm_api_names[api], "k", "{\"kind\":\"spam\"}", "kind: 'spam' is unknown");
        g_autoptr(cJSON) body = json_parse(http->body, strlen(http->body), NULL);
        if (!llm_model_chooses(&model))
            check_correction(body);
        else
            assert_null(strstr(http->body, "spam"));
    }
}

/* Bytes of the mail ─▶ the context that Ollama is asked for. */
static void a_long_mail_gets_a_larger_context(void **state)
{
    static const struct {
        gsize bytes;
        gint64 max_tokens, context;
    } rows[] = {
        { 0, 2048, 8192 },
        { (8192 - 2048) * 3, 2048, 8192 },
        { (8192 - 2048) * 3 + 3, 2048, 16384 },
        { 0, 8193, 16384 },
        { 300000, 2048, 131072 },
        { 3000000, 2048, 131072 },
    };
    g_autoptr(cJSON) schema = json_parse(SCHEMA, strlen(SCHEMA), NULL);
    const LlmModel model = { .api = api_of("ollama"), .model = (char *)"m", .url = (char *)"u" };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *mail = g_strnfill(rows[i].bytes, 'x');
        const LlmRequest request = {
            .system = "", .user = mail, .schema = schema, .max_tokens = rows[i].max_tokens
        };
        g_autoptr(LlmHttpRequest) http = llm_build(&model, &request);
        g_autoptr(cJSON) body = json_parse(http->body, strlen(http->body), NULL);
        assert_int_equal(json_count_at(body, "options.num_ctx", -1), rows[i].context);
    }
}

static void a_blank_answer_is_not_sent_back(void **state)
{
    (void)state;
    g_autoptr(LlmHttpRequest) first = build("anthropic", "k", NULL, NULL);
    g_autoptr(LlmHttpRequest) again = build("anthropic", "k", " \n", "the answer is empty");
    assert_string_equal(first->body, again->body);
}

/* ── models ── */

static void clear_model(LlmModel *model)
{
    g_free(model->url);
    g_free(model->key);
    g_free(model->key_file);
}

static bool complete(LlmModel *model, char **message)
{
    g_autoptr(GError) error = NULL;
    bool good = llm_model_complete(model, &error);
    assert_true(good == (error == NULL));
    if (error)
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG));
    *message = g_strdup(error ? error->message : "");
    return good;
}

static void addresses_are_completed_once_and_for_all(void **state)
{
    static const struct {
        const char *api, *url, *complete;
    } rows[] = {
        { "ollama", NULL, "http://127.0.0.1:11434/api/chat" },
        { "ollama", "http://localhost:1/", "http://localhost:1/api/chat" },
        { "ollama", "http://localhost:1/api", "http://localhost:1/api/chat" },
        { "openai-compatible", "http://localhost:11434/v1", "http://localhost:11434" CHAT_PATH },
        { "openai-compatible", "https://r.example/api/v1/", "https://r.example/api" CHAT_PATH },
        { "systemone", "http://localhost:11434", "http://localhost:11434/v1/systemone" },
        { "systemone", "https://f.example/inference/v1/systemone",
          "https://f.example/inference/v1/systemone" },
        { "llama-server", NULL, "http://127.0.0.1:8080" CHAT_PATH },
        { "lmstudio", "http://[::1]:9/v1", "http://[::1]:9" CHAT_PATH },
        { "vllm", "https://gpu.example/v1/", "https://gpu.example" CHAT_PATH },
        { "vllm", "https://h" CHAT_PATH, "https://h" CHAT_PATH },
        { "vllm", "https://h/xv1", "https://h/xv1" CHAT_PATH },
        { "vllm", "https://h/proxy", "https://h/proxy" CHAT_PATH },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        LlmModel model = { .name = (char *)"x",
                           .api = api_of(rows[i].api),
                           .model = (char *)"m",
                           .url = g_strdup(rows[i].url) };
        g_autofree char *message = NULL, *again = NULL;
        assert_true(complete(&model, &message));
        assert_string_equal(model.url, rows[i].complete);
        assert_string_equal(model.key, "");
        assert_true(complete(&model, &again));
        assert_string_equal(model.url, rows[i].complete);
        clear_model(&model);
    }
}

static void addresses_that_can_not_be_meant_are_refused(void **state)
{
    static const struct {
        const char *api, *url, *says;
    } rows[] = {
        { "azure", NULL, "url is missing" },
        { "openai-compatible", NULL, "url is missing" },
        { "systemone", NULL, "url is missing" },
        { "ollama", "http://localhost:11434/v1",
          "has '/v1', but this api is asked at '/api/chat'" },
        { "ollama", "http://localhost:11434" CHAT_PATH, "has '/chat/completions'" },
        { "vllm", "https://h/v1/responses", "has '/responses'" },
        { "vllm", "https://h/v1/messages/", "has '/messages'" },
        { "vllm", "https://h/api/chat", "has '/api/chat'" },
        { "systemone", "https://h/v1/decisions", "has '/decisions'" },
        { "gemini", "https://h/v1", "has '/v1'" },
        { "azure", "https://r.openai.azure.com/openai/deployments/d", "'/openai/deployments/'" },
        { "ollama", "http://192.0.2.1:11434", "in clear" },
        { "ollama", "http://127.0.0.1.example.com", "in clear" },
        { "ollama", "http://127.1", "in clear" },
        { "ollama", "ftp://127.0.0.1", "https://host" },
        { "ollama", "127.0.0.1:11434", "https://host" },
        { "ollama", "https://", "https://host" },
        { "vllm", "https://user:word@h", "key_file" },
        { "vllm", "https://h?x=1", "'?' or '#'" },
        { "vllm", "https://h#x", "'?' or '#'" },
        { "openai", NULL, "asks for a key" },
        { "openai-responses", NULL, "asks for a key" },
        { "openai-decisions", NULL, "asks for a key" },
        { "azure", "https://r.openai.azure.com", "asks for a key" },
        { "gemini", NULL, "asks for a key" },
        { "mistral", NULL, "asks for a key" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        LlmModel model = { .name = (char *)"x",
                           .api = api_of(rows[i].api),
                           .model = (char *)"m",
                           .url = g_strdup(rows[i].url) };
        g_autofree char *message = NULL;
        assert_false(complete(&model, &message));
        assert_non_null(strstr(message, rows[i].says));
        assert_true(g_str_has_prefix(message, "llm x: "));
        clear_model(&model);
    }
}

/* With a key, because providers want one. */
static void check_provider(const char *api, const char *name, const char *url, const char *key_file,
                           const char *whole)
{
    LlmModel model = { .name = (char *)"x",
                       .api = api_of(api),
                       .model = (char *)name,
                       .url = g_strdup(url),
                       .key_file = g_strdup(key_file) };
    g_autofree char *message = NULL, *again = NULL;
    assert_true(complete(&model, &message));
    assert_string_equal(model.url, whole);
    assert_true(complete(&model, &again));
    assert_string_equal(model.url, whole);
    clear_model(&model);
}

#define GOOGLE "https://generativelanguage.googleapis.com"

static void a_provider_has_its_usual_address(void **state)
{
    static const struct {
        const char *api, *name, *url, *whole;
    } rows[] = {
        { "anthropic", "m", NULL, "https://api.anthropic.com/v1/messages" },
        { "openai", "m", NULL, "https://api.openai.com/v1/chat/completions" },
        { "openai-responses", "m", NULL, "https://api.openai.com/v1/responses" },
        { "openai-decisions", "m", NULL, "https://api.openai.com/v1/decisions" },
        { "mistral", "m", NULL, "https://api.mistral.ai/v1/chat/completions" },
        { "gemini", "g-3.1", NULL, GOOGLE "/v1beta/models/g-3.1:generateContent" },
        { "gemini", "g", GOOGLE "/v1beta/", GOOGLE "/v1beta/models/g:generateContent" },
        { "gemini", "a/../b?c#d%é", NULL,
          GOOGLE "/v1beta/models/a%2F..%2Fb%3Fc%23d%25%C3%A9:generateContent" },
        { "azure", "d", "https://r.openai.azure.com",
          "https://r.openai.azure.com/openai/v1/chat/completions" },
        { "azure", "d", "https://r.openai.azure.com/openai/v1/",
          "https://r.openai.azure.com/openai/v1/chat/completions" },
        { "azure", "d", "https://r.services.ai.azure.com/openai",
          "https://r.services.ai.azure.com/openai/v1/chat/completions" },
    };
    g_autofree char *key_file = g_strdup("/tmp/key-XXXXXX");
    int fd = g_mkstemp_full(key_file, O_RDWR, 0600);
    (void)state;
    assert_int_equal(write(fd, "k\n", 2), 2);
    close(fd);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        check_provider(rows[i].api, rows[i].name, rows[i].url, key_file, rows[i].whole);
    assert_int_equal(g_unlink(key_file), 0);
}

static void a_key_file_is_private_and_holds_one_key(void **state)
{
    g_autofree char *longest = g_strnfill(4096, 'k');
    g_autofree char *longer = g_strnfill(4097, 'k');
    const struct {
        const char *content;
        int mode;
        const char *key; /* NULL: refused */
    } rows[] = {
        { "sk-1\n", 0600, "sk-1" },
        { " sk-1 \r\n", 0640, "sk-1" },
        { longest, 0400, longest },
        { longer, 0600, NULL },
        { "sk-1\n", 0644, NULL },
        { "sk-1\n", 0604, NULL },
        { "sk-1\n", 0660, NULL },
        { "", 0600, NULL },
        { "\n", 0600, NULL },
        { "sk 1\n", 0600, NULL },
        { "sk-1\nx-evil: 1", 0600, NULL },
        { "sk-ü", 0600, NULL },
    };
    g_autofree char *folder = g_dir_make_tmp("llm-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "key", NULL);
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        LlmModel model = { .name = (char *)"x",
                           .api = api_of("openai"),
                           .key_file = g_strdup(path) };
        g_autofree char *message = NULL;
        assert_true(g_file_set_contents(path, rows[i].content, -1, NULL));
        assert_int_equal(g_chmod(path, rows[i].mode), 0);
        assert_int_equal(complete(&model, &message), rows[i].key != NULL);
        if (rows[i].key)
            assert_string_equal(model.key, rows[i].key);
        else
            assert_null(strstr(message, "sk"));
        assert_int_equal(g_unlink(path), 0);
        clear_model(&model);
    }
    assert_int_equal(g_rmdir(folder), 0);
}

static void a_key_file_that_is_missing_or_a_folder_is_refused(void **state)
{
    static const char *const paths[] = { "/nonexistent/key", "/tmp" };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        LlmModel model = { .name = (char *)"x", .api = 0, .key_file = g_strdup(paths[i]) };
        g_autofree char *message = NULL;
        assert_false(complete(&model, &message));
        assert_non_null(strstr(message, "key_file"));
        clear_model(&model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_server_gets_exactly_its_own_body),
        cmocka_unit_test(the_key_goes_into_each_servers_own_header),
        cmocka_unit_test(a_wish_that_is_not_there_is_not_sent),
        cmocka_unit_test(log_probabilities_are_asked_for_where_a_server_can_give_them),
        cmocka_unit_test(a_rejected_answer_goes_back_with_the_checkers_sentence),
        cmocka_unit_test(a_blank_answer_is_not_sent_back),
        cmocka_unit_test(a_long_mail_gets_a_larger_context),
        cmocka_unit_test(addresses_are_completed_once_and_for_all),
        cmocka_unit_test(a_provider_has_its_usual_address),
        cmocka_unit_test(addresses_that_can_not_be_meant_are_refused),
        cmocka_unit_test(a_key_file_is_private_and_holds_one_key),
        cmocka_unit_test(a_key_file_that_is_missing_or_a_folder_is_refused),
    };
    return cmocka_run_group_tests_name("llm: build", tests, NULL, NULL);
}
