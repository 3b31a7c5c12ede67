/* Private to llm/: what differs between servers, one row each, and what the wire formats
 * share. */
#pragma once

#include "llm/llm.h"

typedef struct {
    const char *url;    /* usual base address; NULL: the administrator must say */
    const char *path;   /* of the endpoint, below the base address */
    const char *action; /* where the model's name ends the path: what follows it; else NULL */
    const char *key_header, *key_prefix;
    const char *version_header;    /* a whole line, NULL if none */
    const char *request_id_header; /* of the response, NULL if none */
    const char *max_tokens;        /* what Chat Completions call the limit here */
    bool needs_key;
    bool no_store, effort, temperature; /* may be sent */
    bool structured_outputs;            /* Chat Completions with the schema in vLLM's own field */
    bool fenced_json;                   /* old versions of it ignore the schema */
    bool logprobs;                      /* see llm_api_gives_logprobs() */
    bool chooses;                       /* see llm_model_chooses() */
    cJSON *(*body)(const LlmModel *model, const LlmRequest *request);
    LlmAnswer *(*read)(const cJSON *root);
    LlmAnswer *(*read_error)(long status, const cJSON *root);
} LlmApi;

const LlmApi *llm_api(const LlmModel *model);

/* A word of the wire (a stop reason, an error's type or code) and what it means.  A table of them
 * ends with NULL and the outcome of all other words. */
typedef struct {
    const char *word;
    LlmOutcome outcome;
} LlmWord;

/* The wire formats, a file each. */
cJSON *anthropic_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *anthropic_read(const cJSON *root);
LlmAnswer *anthropic_read_error(long status, const cJSON *root);
cJSON *openai_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *openai_read(const cJSON *root);
LlmAnswer *openai_read_error(long status, const cJSON *root);
LlmAnswer *mistral_read(const cJSON *root);
cJSON *responses_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *responses_read(const cJSON *root);
cJSON *ollama_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *ollama_read(const cJSON *root);
LlmAnswer *ollama_read_error(long status, const cJSON *root);
cJSON *gemini_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *gemini_read(const cJSON *root);
LlmAnswer *gemini_read_error(long status, const cJSON *root);
cJSON *decisions_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *decisions_read(const cJSON *root);
cJSON *systemone_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *systemone_read(const cJSON *root);

/* openai.c: the one choice of a chat completion; finish reasons are the server's own.  A reason
 * that isn't listed counts as the table's last row, unless the content is one JSON object. */
LlmAnswer *openai_read_choice(const cJSON *root, const LlmWord *finish_reasons);
/* openai.c: the message of a choice that ended normally: its content or, where that is empty, its
 * reasoning if this is one JSON object as a whole (an object inside prose may be the mail's). */
LlmAnswer *llm_answer_message(const cJSON *message);

/* build.c */

/* How a format writes a turn; roles are "system", "user" and "assistant". */
typedef void (*LlmAddTurn)(cJSON *turns, const char *role, const char *text);
/* {role, content} */
void llm_add_turn(cJSON *turns, const char *role, const char *text);
/* The question and, at the second try, the rejected answer and what is wrong with it.  The last
 * turn is always the user's: current models refuse a prefilled answer. */
void llm_add_question(cJSON *turns, const LlmRequest *request, LlmAddTurn add);
/* As it is, as a member. */
void llm_add_schema(cJSON *object, const char *member, const LlmRequest *request);
/* OpenAI's members name, strict and schema. */
void llm_add_named_schema(cJSON *object, const LlmRequest *request);
/* Wishes, where the row lets them pass; no effort where log-probabilities are asked for, because
 * models that reason refuse to give them. */
const char *llm_effort(const LlmModel *model, const LlmRequest *request);
void llm_add_temperature(cJSON *object, const LlmModel *model, const LlmRequest *request);

/* answer.c */

/* LLM_OK with the text, or LLM_EMPTY if it is NULL or blank. */
LlmAnswer *llm_answer_text(const char *text);
/* Where the answer begins in a text that a local server let the reasoning into: while the text
 * doesn't begin with `{`, everything up to the next `</think>` is passed over, with or without an
 * opening tag.  NULL stays NULL. */
const char *llm_without_thinking(const char *text);
/* Is the text (may be NULL), blanks around it aside, exactly one JSON object? */
bool llm_text_is_object(const char *text);
/* The HTTP status that an error object inside HTTP 200 names: `holder`.error.code as a number or as
 * digits, 400 … 599; else 500. */
long llm_status_within(const cJSON *holder);
/* The same of the one block of `type`, wherever it stands in the array; blocks of other types are
 * somebody else's. */
LlmAnswer *llm_answer_block(const cJSON *blocks, const char *type);
/* An outcome whose detail is "WHAT 'token'"; what is no token isn't repeated. */
LlmAnswer *llm_answer_word(LlmOutcome outcome, const char *what, const char *word);
LlmOutcome llm_word_outcome(const LlmWord *known, const char *word);
/* The row of `word` (may be NULL), or the table's last row, whose word is NULL. */
const LlmWord *llm_word_find(const LlmWord *known, const char *word);
/* Token counts at these paths; `cached` may be NULL. */
void llm_read_usage(LlmAnswer *answer, const cJSON *root, const char *input, const char *cached,
                    const char *output);

/* error.c */

/* The outcome by the first of `words` (some may be NULL) that stands in `known`, else by the
 * status.  Those that are tokens make the detail. */
LlmAnswer *llm_error_answer(long status, const LlmWord *known, const char *const *words,
                            gsize count);
/* "temperature: Extra inputs are not permitted" ─▶ "temperature"; "" if it doesn't begin with a
 * token.  The rest of a provider's message may quote the mail, so it goes nowhere. */
char *llm_message_head(const char *message);

/* wait.c */

/* Milliseconds the headers ask to wait, -1 if they don't or make no sense: Retry-After as seconds
 * or as an HTTP date and, if `limited`, when a limit that is used up is lifted. */
gint64 llm_wait_ms(GHashTable *headers, gint64 now, bool limited);
/* "6ms", "34.07s", "1m30s" ─▶ milliseconds, -1 if it is no duration. */
gint64 llm_duration_ms(const char *text);

/* logprobs.c: the tokens of a chat completion's one choice.  NULL unless they are sound and make up
 * its text. */
LlmTokens *llm_tokens_read(const cJSON *root, const char *text);
void llm_tokens_free(LlmTokens *tokens);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LlmTokens, llm_tokens_free)

/* choices.c: answers of models that only choose, gathered into one text.  The confidence is that of
 * the least sure answer. */

typedef struct {
    cJSON *values;
    double confidence;
    bool refused;
    const char *fault; /* what is wrong with an answer, NULL if nothing */
} LlmChoices;

/* `probability` is that of the chosen value, `sum` that of all values. */
void llm_choices_add(LlmChoices *choices, const char *name, const char *value, double probability,
                     double sum);
void llm_choices_add_yes_no(LlmChoices *choices, const char *name, const cJSON *probability);
/* A number from 0 to 1, else NAN. */
double llm_probability(const cJSON *json);
/* What the members of `answers`, a list or an object, say together; `add` takes one of them in. */
typedef void (*LlmTakeChoice)(LlmChoices *choices, const cJSON *answer);
LlmAnswer *llm_choices_read(const cJSON *answers, LlmTakeChoice add);
