/* A question in each server's wire form, and a model's address and key made ready. */
#include "base/error.h"
#include "llm/llm.h"

#include <glib/gstdio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SCHEMA                                                                                     \
    "{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"support\","    \
    "\"sales\"]}},\"required\":[\"kind\"],\"additionalProperties\":false}"
#define OPENAI_FORMAT                                                                              \
    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"triage\","          \
    "\"strict\":true,\"schema\":" SCHEMA "}}}"
#define CHAT                                                                                       \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"brief\\\".\"},"      \
    "{\"role\":\"user\",\"content\":\"Grüße\\n\"}],"

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
        { "anthropic", "{\"model\":\"m\",\"max_tokens\":2048,\"system\":\"Be \\\"brief\\\".\","
                       "\"messages\":[{\"role\":\"user\",\"content\":\"Grüße\\n\"}],"
                       "\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\","
                       "\"schema\":" SCHEMA "}}}" },
        { "openai", CHAT MAX_COMPLETION EFFORT "\"store\":false," OPENAI_FORMAT },
        { "azure", CHAT MAX_COMPLETION EFFORT OPENAI_FORMAT },
        { "ollama", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
        { "llama-server", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
        { "vllm", CHAT MAX_TOKENS EFFORT TEMPERATURE OPENAI_FORMAT },
        { "lmstudio", CHAT MAX_TOKENS TEMPERATURE OPENAI_FORMAT },
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
        { "azure", "k", "api-key: k" },
        { "ollama", "", "" },
        { "vllm", "k", "authorization: Bearer k" },
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

static void a_rejected_answer_goes_back_with_the_checkers_sentence(void **state)
{
    (void)state;
    for (int api = 0; llm_api_names[api]; api++) {
        g_autoptr(LlmHttpRequest) http =
            build(llm_api_names[api], "k", "{\"kind\":\"spam\"}", "kind: 'spam' is unknown");
        g_autoptr(cJSON) body = json_parse(http->body, strlen(http->body), NULL);
        const cJSON *turns = json_at(body, "messages");
        int last = cJSON_GetArraySize(turns) - 1;
        const cJSON *correction = cJSON_GetArrayItem(turns, last);
        const cJSON *rejected = cJSON_GetArrayItem(turns, last - 1);
        assert_string_equal(json_text_at(rejected, "role"), "assistant");
        assert_string_equal(json_text_at(rejected, "content"), "{\"kind\":\"spam\"}");
        assert_string_equal(json_text_at(correction, "role"), "user");
        assert_non_null(strstr(json_text_at(correction, "content"), "kind: 'spam' is unknown"));
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
        { "ollama", NULL, "http://127.0.0.1:11434" CHAT_PATH },
        { "ollama", "http://localhost:1/", "http://localhost:1" CHAT_PATH },
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
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        LlmModel model = { .name = (char *)"x",
                           .api = api_of(rows[i].api),
                           .url = g_strdup(rows[i].url) };
        g_autofree char *message = NULL;
        assert_false(complete(&model, &message));
        assert_non_null(strstr(message, rows[i].says));
        assert_true(g_str_has_prefix(message, "llm x: "));
        clear_model(&model);
    }
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
        cmocka_unit_test(a_rejected_answer_goes_back_with_the_checkers_sentence),
        cmocka_unit_test(a_blank_answer_is_not_sent_back),
        cmocka_unit_test(addresses_are_completed_once_and_for_all),
        cmocka_unit_test(addresses_that_can_not_be_meant_are_refused),
        cmocka_unit_test(a_key_file_is_private_and_holds_one_key),
        cmocka_unit_test(a_key_file_that_is_missing_or_a_folder_is_refused),
    };
    return cmocka_run_group_tests_name("llm: build", tests, NULL, NULL);
}
