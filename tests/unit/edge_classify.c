/* The chain of engines against a server that fails on purpose: what was asked how often, and whose
 * answer stands at the end. */
#include "base/text.h"
#include "classify/classify.h"
#include "fault_server.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND G_USEC_PER_SEC

static const char fields_text[] =
    "field summary text 200\n"
    "field kind { support \"Help\" makes ticket; sales \"Buying\" makes lead }\n"
    "field priority ordered { low; medium; high; critical }\n"
    "field evidence list 0-3 of 3-200 quotes\n"
    "field certainty ordered { low; medium; high }\n";

static const char prompt_text[] = "asks = both\nmax_tokens = 1000\n"
                                  "---system\nSay what the mail is.\n"
                                  "---user\n-- mail {{fence}}\n{{{mail.text}}}\n-- end {{fence}}\n";

static const char mail[] = "From: eve@example.org\r\nTo: support@example.com\r\n"
                           "Subject: Help\r\n\r\nOur server is down since nine.\r\n";

/* Everything a question is made of. */
static struct {
    FaultServer servers[2];
    LlmModel models[2];
    const LlmModel *engines[3];
    LlmDispatcher *dispatcher;
    FieldTable *fields;
    PromptSet *prompts;
    Message *message;
    VerdictQuestion question;
    PromptInput prompt_input;
    Presumption baseline;
    ClassifyInput input;
} all;

static int load_fields(void)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("fields", 1, fields_text, strlen(fields_text), diags);
    all.fields = field_table_load(tree->items, diags);
    return (int)diags_count(diags);
}

static int load_prompt(void)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *folder = g_dir_make_tmp("prompts-XXXXXX", NULL);
    g_autofree char *one = g_build_filename(folder, "support", NULL);
    g_autofree char *file = g_build_filename(one, "1.prompt", NULL);
    g_autofree char *active = g_build_filename(folder, "active.conf", NULL);
    g_mkdir(one, 0700);
    g_file_set_contents(file, prompt_text, -1, NULL);
    g_file_set_contents(active, "support = 1\n", -1, NULL);
    all.prompts = prompts_load(folder, diags);
    g_unlink(file);
    g_unlink(active);
    g_rmdir(one);
    g_rmdir(folder);
    return (int)diags_count(diags);
}

static void start_engine(int i, const char *name, const char *api)
{
    int row = 0;
    while (strcmp(llm_api_names[row], api) != 0)
        row++;
    all.servers[i] = fault_server_start(NULL);
    all.models[i] = (LlmModel){ .name = g_strdup(name),
                                .api = row,
                                .model = g_strdup("m"),
                                .url = fault_server_url(&all.servers[i]),
                                .attempt_timeout_ms = 20000,
                                .max_response_bytes = 256 * 1024 };
    g_autofree char *key_file = g_strdup("/tmp/key-XXXXXX");
    int fd = g_mkstemp_full(key_file, O_RDWR, 0600);
    assert_int_equal(write(fd, "k\n", 2), 2);
    close(fd);
    all.models[i].key_file = g_strdup(key_file);
    assert_true(llm_model_complete(&all.models[i], NULL));
    g_unlink(key_file);
}

static int set_up(void **state)
{
    (void)state;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    message_init();
    start_engine(0, "first", "anthropic");
    start_engine(1, "second", "openai");
    if (load_fields() || load_prompt())
        return -1;
    all.message = message_read(mail, strlen(mail), NULL, &mail_limits_default,
                               &(MailTrust){ .own_lists = NULL });
    all.question = (VerdictQuestion){ .fields = all.fields,
                                      .asks = FIELD_FOR_BOTH,
                                      .mail_text = text_fold(all.message->text) };
    all.prompt_input = (PromptInput){ .mailbox = "support",
                                      .message = all.message,
                                      .question = &all.question,
                                      .fence = "5f3a9c0b1d2e",
                                      .max_mail_bytes = 10000 };
    all.baseline.verdict = verdict_new(all.fields);
    verdict_set_text(all.baseline.verdict, field_find(all.fields, "priority"), "low", NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    llm_dispatcher_free(all.dispatcher);
    for (int i = 0; i < 2; i++) {
        fault_server_stop(&all.servers[i]);
        g_free(all.models[i].name);
        g_free(all.models[i].model);
        g_free(all.models[i].url);
        g_free(all.models[i].key_file);
        g_free(all.models[i].key);
    }
    verdict_free(all.baseline.verdict);
    g_free((char *)all.question.mail_text);
    message_free(all.message);
    prompts_free(all.prompts);
    field_table_unref(all.fields);
    return 0;
}

/* A question to the first `engines` engines, of which nothing is known yet, within `timeout`. */
static ClassifyInput *ask_of(guint engines, gint64 timeout)
{
    llm_dispatcher_free(all.dispatcher);
    all.dispatcher = llm_dispatcher_new(NULL);
    memset(all.engines, 0, sizeof all.engines);
    for (guint i = 0; i < engines; i++)
        all.engines[i] = &all.models[i];
    all.input = (ClassifyInput){ .dispatcher = all.dispatcher,
                                 .engines = all.engines,
                                 .prompt = prompts_active(all.prompts, "support"),
                                 .input = &all.prompt_input,
                                 .baseline = &all.baseline,
                                 .deadline = g_get_monotonic_time() + timeout };
    return &all.input;
}

/* "truncated ok": the outcomes of the calls, in order. */
static char *outcomes_of(const Classification *result)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < result->calls->len; i++) {
        const ClassifyCall *call = result->calls->pdata[i];
        g_string_append_printf(text, "%s%s", i ? " " : "", llm_outcome_name(call->outcome));
    }
    return g_string_free(text, FALSE);
}

static void assert_is_baseline(const Classification *result, const char *why)
{
    assert_int_equal(result->status, STATUS_FALLBACK);
    assert_string_equal(result->engine, "baseline");
    assert_string_equal(result->why, why);
    assert_string_equal(verdict_token(result->verdict, "priority"), "low");
}

static void assert_is_models(const Classification *result, const char *engine)
{
    assert_int_equal(result->status, STATUS_LLM);
    assert_string_equal(result->engine, engine);
    assert_string_equal(result->why, "");
    assert_string_equal(verdict_token(result->verdict, "priority"), "critical");
}

static void a_good_answer_is_the_verdict_and_the_call_is_kept(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "ok", 0);
    g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
    assert_is_models(result, "first");
    assert_false(result->quotes_failed);
    assert_int_equal(verdict_get(result->verdict, "evidence")->list->len, 1);
    assert_int_equal(result->calls->len, 1);
    const ClassifyCall *call = result->calls->pdata[0];
    assert_string_equal(call->engine, "first");
    assert_string_equal(call->model, "m");
    assert_string_equal(call->request_id, "req_fault1");
    assert_int_equal(call->input_tokens, 512);
    assert_int_equal(call->cached_tokens, 100);
    assert_int_equal(call->output_tokens, 58);
}

static void each_fault_is_tried_again_as_often_as_it_helps(void **state)
{
    static const struct {
        const char *fault, *outcomes, *why; /* why "": the model answered */
    } rows[] = {
        { "wrong-case", "ok", "" },
        { "thinking-first", "ok", "" },
        { "truncated", "truncated truncated", "invalid-answer" },
        { "truncated-then-ok", "truncated ok", "" },
        { "empty", "empty empty", "invalid-answer" },
        { "empty-then-ok", "empty ok", "" },
        { "two-objects", "invalid-json invalid-json", "invalid-answer" },
        { "two-objects-then-ok", "invalid-json ok", "" },
        { "trailing-text-then-ok", "invalid-json ok", "" },
        { "fence-then-ok", "invalid-json ok", "" },
        { "nan-then-ok", "invalid-json ok", "" },
        { "nul-then-ok", "invalid-json ok", "" },
        { "duplicate-keys-then-ok", "invalid-json ok", "" },
        { "huge-number-then-ok", "invalid-json ok", "" },
        { "echo-then-ok", "schema-mismatch ok", "" },
        { "schema-mismatch", "schema-mismatch schema-mismatch", "invalid-answer" },
        { "schema-mismatch-then-ok", "schema-mismatch ok", "" },
        { "refusal", "refused", "refused" },
        { "filter-400", "filtered", "filtered" },
        { "401", "auth", "auth" },
        { "402", "quota", "quota" },
        { "404", "bad-request", "bad-request" },
        { "413", "too-large", "too-large" },
        { "huge-body", "too-large", "too-large" },
        { "429-quota", "quota", "quota" },
        { "429-0", "rate-limited rate-limited rate-limited", "rate-limited" },
        { "429-3600", "rate-limited", "rate-limited" },
        { "429-garbage-then-ok", "rate-limited ok", "" },
        { "500-then-ok", "server ok", "" },
        { "529", "server server server", "server" },
        { "html-502-then-ok", "server ok", "" },
        { "reset-in-body-then-ok", "transport ok", "" },
        { "wrong-length-then-ok", "transport ok", "" },
        { "redirect", "bad-request", "bad-request" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        fault_server_set(&all.servers[0], rows[i].fault, 0);
        g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
        g_autofree char *outcomes = outcomes_of(result);
        if (strcmp(outcomes, rows[i].outcomes) != 0)
            fail_msg("%s: %s", rows[i].fault, outcomes);
        assert_int_equal(fault_server_count(&all.servers[0]), result->calls->len);
        if (*rows[i].why)
            assert_is_baseline(result, rows[i].why);
        else
            assert_is_models(result, "first");
    }
}

static void a_cut_answer_is_asked_for_with_a_larger_limit(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "truncated-then-ok", 0);
    g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
    g_autoptr(cJSON) journal = fault_server_ask(&all.servers[0], "/journal", NULL);
    assert_is_models(result, "first");
    assert_int_equal(json_count_at(journal, "0.body.max_tokens", -1), 1000);
    assert_int_equal(json_count_at(journal, "1.body.max_tokens", -1), 2000);
    assert_int_equal(cJSON_GetArraySize(json_at(journal, "1.body.messages")), 1);
}

/* A mail of so many bytes, the known one's text in front. */
static Message *long_message(gsize length)
{
    g_autoptr(GString) raw = g_string_new(mail);
    while (raw->len < length)
        g_string_append(raw, "And nothing that we have tried since then has helped.\r\n");
    return message_read(raw->str, raw->len, NULL, &mail_limits_default,
                        &(MailTrust){ .own_lists = NULL });
}

/* How long the question was that a call of the journal asked; 0: there was no such call. */
static gsize question_length(const cJSON *journal, const char *path)
{
    const cJSON *content = json_at(journal, path);
    return content != NULL ? strlen(content->valuestring) : 0;
}

static void a_mail_that_is_too_long_is_asked_about_once_more_with_less_of_it(void **state)
{
    static const struct {
        gsize length;
        const char *fault, *outcomes;
    } rows[] = {
        { 9000, "small-context", "too-large ok" },
        { 9000, "413", "too-large too-large" },
        { 40000, "small-context", "too-large ok" }, /* of which it saw 10,000 */
        { 3500, "413", "too-large" },               /* a quarter would not be the mail */
        { 9000, "huge-body", "too-large" },         /* it is the answer that is too long */
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Message) message = long_message(rows[i].length);
        all.prompt_input.message = message;
        fault_server_set(&all.servers[0], rows[i].fault, 0);
        g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
        all.prompt_input.message = all.message;
        g_autoptr(cJSON) journal = fault_server_ask(&all.servers[0], "/journal", NULL);
        gsize first = question_length(journal, "0.body.messages.0.content");
        gsize second = question_length(journal, "1.body.messages.0.content");
        g_autofree char *outcomes = outcomes_of(result);
        assert_string_equal(outcomes, rows[i].outcomes);
        assert_true(first > MIN(rows[i].length, 10000) * 9 / 10);
        assert_true(second < first * 2 / 5);
    }
}

static void a_wrong_answer_goes_back_with_the_reason_and_not_into_the_log(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "echo-then-ok", 0);
    g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
    g_autoptr(cJSON) journal = fault_server_ask(&all.servers[0], "/journal", NULL);
    assert_is_models(result, "first");
    assert_int_equal(cJSON_GetArraySize(json_at(journal, "1.body.messages")), 3);
    assert_non_null(strstr(json_text_at(journal, "1.body.messages.1.content"), "\"properties\""));
    assert_non_null(strstr(json_text_at(journal, "1.body.messages.2.content"), "not asked for"));
    const ClassifyCall *call = result->calls->pdata[0];
    assert_null(strstr(call->detail, "server is down"));
    assert_true(strlen(call->detail) <= FIELD_TOKEN_MAX);
}

static void the_next_engine_answers_when_the_first_can_not(void **state)
{
    static const struct {
        const char *fault, *outcomes;
    } rows[] = {
        { "401", "auth ok" },
        { "429-3600", "rate-limited ok" },
        { "schema-mismatch", "schema-mismatch schema-mismatch ok" },
        { "hang", "deadline ok" },
    };
    (void)state;
    all.models[0].attempt_timeout_ms = 500;
    fault_server_set(&all.servers[1], "ok", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        fault_server_set(&all.servers[0], rows[i].fault, 0);
        g_autoptr(Classification) result = classify(ask_of(2, 20 * SECOND));
        g_autofree char *outcomes = outcomes_of(result);
        assert_string_equal(outcomes, rows[i].outcomes);
        assert_is_models(result, "second");
    }
    all.models[0].attempt_timeout_ms = 20000;
}

/* The user's part of the first question that a server was asked. */
static char *asked_of(const FaultServer *server, const char *path)
{
    g_autoptr(cJSON) journal = fault_server_ask(server, "/journal", NULL);
    return g_strdup(json_text_at(journal, path));
}

static void each_engine_sees_what_it_may(void **state)
{
    static char *phones[] = { (char *)"phones", NULL };
    g_autofree char *reply = all.message->reply;
    (void)state;
    all.message->reply = g_strdup("Our server is down since nine, call +49 30 123456.");
    all.models[0].privacy = (PromptPrivacy){ .redact = phones, .datamark = true };
    fault_server_set(&all.servers[0], "401", 0);
    fault_server_set(&all.servers[1], "ok", 0);
    g_autoptr(Classification) result = classify(ask_of(2, 20 * SECOND));
    g_autofree char *first = asked_of(&all.servers[0], "0.body.messages.0.content");
    g_autofree char *second = asked_of(&all.servers[1], "0.body.messages.1.content");
    assert_is_models(result, "second");
    assert_non_null(strstr(first, "nine," PROMPT_MARK "call" PROMPT_MARK "<phone-1>."));
    assert_non_null(strstr(second, "nine, call +49 30 123456."));
    all.models[0].privacy = (PromptPrivacy){ .redact = NULL };
    g_free(all.message->reply);
    all.message->reply = g_steal_pointer(&reply);
}

/* What a model was not shown it can't quote, and what it was shown it can. */
static void quotes_are_held_against_what_was_shown(void **state)
{
    static const struct {
        PromptPrivacy privacy;
        bool failed;
    } rows[] = {
        { { .datamark = true }, false },
        { { .send = PROMPT_SEND_NO_CONTEXT }, false },
        { { .send = PROMPT_SEND_NO_BODY }, true },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        fault_server_set(&all.servers[0], "ok", 0);
        cJSON_Delete(fault_server_ask(&all.servers[0], "/control",
                                      "{\"answer\": {\"evidence\": [\"server is down\"]}}"));
        all.models[0].privacy = rows[i].privacy;
        g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
        assert_int_equal(result->quotes_failed, rows[i].failed);
    }
    all.models[0].privacy = (PromptPrivacy){ .redact = NULL };
    cJSON_Delete(fault_server_ask(&all.servers[0], "/control", "{\"answer\": {}}"));
}

static void a_preview_is_what_would_be_sent(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "ok", 0);
    g_autoptr(Classification) result = classify(ask_of(1, 20 * SECOND));
    g_autoptr(ClassifyPreview) preview =
        classify_preview(all.input.prompt, &all.prompt_input, &all.models[0]);
    g_autoptr(cJSON) journal = fault_server_ask(&all.servers[0], "/journal", NULL);
    g_autofree char *sent = json_print(json_at(journal, "0.body"));
    assert_is_models(result, "first");
    assert_string_equal(preview->http->body, sent);
    assert_non_null(strstr(preview->text->user, "down since nine"));
}

static void a_model_without_a_valid_key_is_left_alone_and_the_next_one_asked(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "401", 0);
    fault_server_set(&all.servers[1], "ok", 0);
    classification_free(classify(ask_of(2, 20 * SECOND)));
    g_autoptr(Classification) result = classify(&all.input);
    g_autofree char *outcomes = outcomes_of(result);
    assert_string_equal(outcomes, "breaker-open ok");
    assert_is_models(result, "second");
    assert_int_equal(fault_server_count(&all.servers[0]), 1);
}

static void a_model_that_asks_for_a_pause_gets_it(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "429-3600", 0);
    classification_free(classify(ask_of(1, 20 * SECOND)));
    g_autoptr(Classification) result = classify(&all.input);
    assert_is_baseline(result, "breaker-open");
    assert_int_equal(fault_server_count(&all.servers[0]), 1);
}

/* The first model costs money and may spend so many nano-USD a day, the second one is free. */
static ClassifyInput *ask_for_money(gint64 budget, Purse *purse)
{
    static PursePayer payers[PURSE_KINDS] = {
        { "", 0, 0 }, { NULL, 0, 0 }, { "support", 0, 0 }, { "eve", 0, 0 }
    };
    fault_server_set(&all.servers[0], "ok", 0);
    fault_server_set(&all.servers[1], "ok", 0);
    ask_of(2, 20 * SECOND);
    for (int i = 0; i < 2; i++) {
        all.models[i].priced = true;
        all.models[i].price = (LlmPrice){ 0 };
    }
    all.models[0].price = (LlmPrice){ .input = 100, .cached = 10, .output = 500 };
    payers[PURSE_HOUSE].budget = budget;
    all.input.purse = purse;
    all.input.payers = payers;
    all.input.now = 1800000000;
    return &all.input;
}

static void a_call_within_the_budget_is_made_and_paid(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    g_autoptr(Classification) result = classify(ask_for_money(USD, purse));
    assert_is_models(result, "first");
    const ClassifyCall *call = result->calls->pdata[0];
    assert_int_equal(call->cost, 412 * 100 + 100 * 10 + 58 * 500);
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", all.input.now), call->cost);
    assert_int_equal(purse_spent(purse, PURSE_LLM, "first", all.input.now), call->cost);
}

static void over_the_budget_the_next_engine_is_asked_unless_the_baseline_is_wanted(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    g_autoptr(Classification) next = classify(ask_for_money(1000, purse));
    g_autofree char *outcomes = outcomes_of(next);
    assert_string_equal(outcomes, "no-budget ok");
    assert_is_models(next, "second");
    const ClassifyCall *refused = next->calls->pdata[0];
    assert_string_equal(refused->detail, "house");
    assert_int_equal(refused->cost, 0);
    ask_for_money(1000, purse)->budget_ends_chain = true;
    g_autoptr(Classification) baseline = classify(&all.input);
    assert_is_baseline(baseline, "budget");
    assert_int_equal(fault_server_count(&all.servers[0]), 0);
    assert_int_equal(fault_server_count(&all.servers[1]), 0);
}

static void a_second_try_needs_room_in_the_budget_too(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    ask_for_money(700000, purse)->budget_ends_chain = true;
    fault_server_set(&all.servers[0], "truncated-then-ok", 0);
    g_autoptr(Classification) result = classify(&all.input);
    g_autofree char *outcomes = outcomes_of(result);
    assert_string_equal(outcomes, "truncated no-budget");
    assert_is_baseline(result, "budget");
}

static void an_outage_costs_few_requests(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "500", 0);
    ask_of(1, 60 * SECOND);
    for (int i = 0; i < 20; i++)
        classification_free(classify(&all.input));
    assert_int_equal(fault_server_count(&all.servers[0]), 5);
}

static void a_refusal_is_final_for_the_whole_chain(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "refusal", 0);
    fault_server_set(&all.servers[1], "ok", 0);
    g_autoptr(Classification) result = classify(ask_of(2, 20 * SECOND));
    assert_is_baseline(result, "refused");
    assert_int_equal(fault_server_count(&all.servers[1]), 0);
}

static void the_last_engine_says_why(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "401", 0);
    fault_server_set(&all.servers[1], "filter", 0);
    g_autoptr(Classification) result = classify(ask_of(2, 20 * SECOND));
    g_autofree char *outcomes = outcomes_of(result);
    assert_string_equal(outcomes, "auth filtered");
    assert_is_baseline(result, "filtered");
}

static void the_deadline_holds_whatever_the_engines_do(void **state)
{
    static const char *const faults[] = { "hang", "slow-loris", "500", "429-2" };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        fault_server_set(&all.servers[0], faults[i], 0);
        fault_server_set(&all.servers[1], faults[i], 0);
        gint64 began = g_get_monotonic_time();
        g_autoptr(Classification) result = classify(ask_of(2, SECOND));
        assert_in_range(g_get_monotonic_time() - began, 0, SECOND * 13 / 10);
        assert_int_equal(result->status, STATUS_FALLBACK);
        if (i < 2)
            assert_is_baseline(result, "timeout");
    }
}

static void without_time_or_engine_the_baseline_answers_at_once(void **state)
{
    (void)state;
    g_autoptr(Classification) late = classify(ask_of(1, 0));
    assert_is_baseline(late, "timeout");
    g_autoptr(Classification) none = classify(ask_of(0, SECOND));
    assert_is_baseline(none, "no-engine");
    ask_of(1, SECOND)->dispatcher = NULL;
    g_autoptr(Classification) unplugged = classify(&all.input);
    assert_is_baseline(unplugged, "no-engine");
    ask_of(1, SECOND)->prompt = NULL;
    g_autoptr(Classification) speechless = classify(&all.input);
    assert_is_baseline(speechless, "no-engine");
    g_autoptr(Classification) busy = classify_baseline(&all.baseline, "busy");
    assert_is_baseline(busy, "busy");
    assert_int_equal(late->calls->len + none->calls->len + busy->calls->len, 0);
}

/* An asker that leaves before the answer comes, which takes a second. */
static Classification *leave_early(Purse *purse, const PursePayer *payers)
{
    fault_server_set(&all.servers[0], "ok", 1);
    ask_of(1, SECOND / 5);
    all.input.late_until = g_get_monotonic_time() + 20 * SECOND;
    all.input.purse = purse;
    all.input.payers = payers;
    return classify(&all.input);
}

static void a_call_that_goes_on_is_collected(void **state)
{
    (void)state;
    g_autoptr(Classification) first = leave_early(NULL, NULL);
    assert_is_baseline(first, "timeout");
    assert_true(classify_is_provisional(first));
    assert_non_null(first->pending);
    all.input.deadline = g_get_monotonic_time() + 20 * SECOND;
    fault_server_set(&all.servers[0], "500", 0); /* whoever asked anew would get this */
    g_autoptr(Classification) late = classify_late(&all.input, g_steal_pointer(&first->pending));
    assert_is_models(late, "first");
    assert_int_equal(late->calls->len, 1);
    assert_int_equal(fault_server_count(&all.servers[0]), 0);
}

static void without_one_the_chain_is_asked(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "ok", 0);
    g_autoptr(Classification) late = classify_late(ask_of(1, 20 * SECOND), NULL);
    assert_is_models(late, "first");
}

static void money_stays_held_until_it_is_collected_or_given_up(void **state)
{
    (void)state;
    const PursePayer payers[PURSE_KINDS] = { [PURSE_HOUSE] = { "", USD },
                                             [PURSE_MAILBOX] = { "support", 0 },
                                             [PURSE_SENDER] = { "eve@example.org", 0 } };
    g_autoptr(Purse) purse = purse_new();
    all.models[0].priced = true;
    all.models[0].price = (LlmPrice){ 1000, 100, 2000 };
    g_autoptr(Classification) first = leave_early(purse, payers);
    gint64 held = purse_spent(purse, PURSE_HOUSE, "", 0);
    assert_true(held > 0);
    g_autoptr(Classification) late = classify_late(&all.input, g_steal_pointer(&first->pending));
    const ClassifyCall *call = late->calls->pdata[0];
    assert_int_equal(call->cost, (512 - 100) * 1000 + 100 * 100 + 58 * 2000);
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", 0), call->cost);

    g_autoptr(Classification) second = leave_early(purse, payers);
    assert_non_null(second->pending);
    gint64 before = g_get_monotonic_time();
    classify_give_up(g_steal_pointer(&second->pending));
    assert_true(g_get_monotonic_time() - before < SECOND / 2); /* the model takes a second */
    assert_true(purse_spent(purse, PURSE_HOUSE, "", 0) >= call->cost + held);
    all.models[0].priced = false;
}

/* ── twins ── */

typedef struct {
    Twins *twins;
    ClassifyInput input;
    Classification *result;
} Asker;

static void *ask_as_twin(void *data)
{
    Asker *asker = data;
    asker->result = twins_classify(asker->twins, "the question", &asker->input);
    return NULL;
}

static void of_twins_one_is_asked(void **state)
{
    (void)state;
    enum { TWINS = 5 };
    fault_server_set(&all.servers[0], "ok", 0.5);
    Asker askers[TWINS];
    pthread_t threads[TWINS];
    Twins *twins = twins_new();
    ask_of(1, 20 * SECOND);
    for (int i = 0; i < TWINS; i++) {
        askers[i] = (Asker){ .twins = twins, .input = all.input };
        pthread_create(&threads[i], NULL, ask_as_twin, &askers[i]);
    }
    int asked = 0;
    for (int i = 0; i < TWINS; i++) {
        pthread_join(threads[i], NULL);
        const Classification *result = askers[i].result;
        asked += result->status == STATUS_LLM;
        assert_true(result->status == STATUS_LLM || result->status == STATUS_CACHE);
        assert_string_equal(result->engine, "first");
        assert_string_equal(verdict_token(result->verdict, "priority"), "critical");
        assert_int_equal(result->calls->len, result->status == STATUS_LLM);
        classification_free(askers[i].result);
    }
    twins_free(twins);
    assert_int_equal(asked, fault_server_count(&all.servers[0]));
    assert_true(asked < TWINS);
}

static void a_twin_keeps_its_own_deadline_and_its_own_baseline(void **state)
{
    (void)state;
    fault_server_set(&all.servers[0], "hang", 0);
    Twins *twins = twins_new();
    Asker first = { .twins = twins, .input = *ask_of(1, 2 * SECOND) };
    Asker second = first;
    second.input.deadline = g_get_monotonic_time() + SECOND / 2;
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, ask_as_twin, &first);
    gint64 before = g_get_monotonic_time();
    pthread_create(&threads[1], NULL, ask_as_twin, &second);
    pthread_join(threads[1], NULL);
    assert_true(g_get_monotonic_time() - before < 3 * SECOND / 2);
    pthread_join(threads[0], NULL);
    assert_is_baseline(second.result, "timeout");
    assert_is_baseline(first.result, "timeout");
    classification_free(first.result);
    classification_free(second.result);
    twins_free(twins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_answer_is_the_verdict_and_the_call_is_kept),
        cmocka_unit_test(each_fault_is_tried_again_as_often_as_it_helps),
        cmocka_unit_test(a_cut_answer_is_asked_for_with_a_larger_limit),
        cmocka_unit_test(a_mail_that_is_too_long_is_asked_about_once_more_with_less_of_it),
        cmocka_unit_test(a_wrong_answer_goes_back_with_the_reason_and_not_into_the_log),
        cmocka_unit_test(the_next_engine_answers_when_the_first_can_not),
        cmocka_unit_test(each_engine_sees_what_it_may),
        cmocka_unit_test(quotes_are_held_against_what_was_shown),
        cmocka_unit_test(a_preview_is_what_would_be_sent),
        cmocka_unit_test(a_model_without_a_valid_key_is_left_alone_and_the_next_one_asked),
        cmocka_unit_test(a_model_that_asks_for_a_pause_gets_it),
        cmocka_unit_test(a_call_within_the_budget_is_made_and_paid),
        cmocka_unit_test(over_the_budget_the_next_engine_is_asked_unless_the_baseline_is_wanted),
        cmocka_unit_test(a_second_try_needs_room_in_the_budget_too),
        cmocka_unit_test(an_outage_costs_few_requests),
        cmocka_unit_test(a_refusal_is_final_for_the_whole_chain),
        cmocka_unit_test(the_last_engine_says_why),
        cmocka_unit_test(the_deadline_holds_whatever_the_engines_do),
        cmocka_unit_test(without_time_or_engine_the_baseline_answers_at_once),
        cmocka_unit_test(a_call_that_goes_on_is_collected),
        cmocka_unit_test(without_one_the_chain_is_asked),
        cmocka_unit_test(money_stays_held_until_it_is_collected_or_given_up),
        cmocka_unit_test(of_twins_one_is_asked),
        cmocka_unit_test(a_twin_keeps_its_own_deadline_and_its_own_baseline),
    };
    return cmocka_run_group_tests_name("classify: chain", tests, set_up, tear_down);
}
