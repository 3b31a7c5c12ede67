/* Private to llm/: what differs between servers, one row each, and what the two wire formats
 * share. */
#pragma once

#include "llm/llm.h"

typedef struct {
    const char *url;  /* usual base address; NULL: the administrator must say */
    const char *path; /* of the endpoint, below the base address */
    const char *key_header, *key_prefix;
    const char *version_header;    /* a whole line, NULL if none */
    const char *request_id_header; /* of the response */
    const char *max_tokens;        /* what the limit is called */
    bool needs_key;
    bool no_store, effort, temperature; /* may be sent */
    bool fenced_json;                   /* old versions of it ignore the schema */
    cJSON *(*body)(const LlmModel *model, const LlmRequest *request);
    LlmAnswer *(*read)(const cJSON *root);
    LlmAnswer *(*read_error)(long status, const cJSON *root);
} LlmApi;

const LlmApi *llm_api(const LlmModel *model);

/* anthropic.c, openai.c */
cJSON *anthropic_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *anthropic_read(const cJSON *root);
LlmAnswer *anthropic_read_error(long status, const cJSON *root);
cJSON *openai_body(const LlmModel *model, const LlmRequest *request);
LlmAnswer *openai_read(const cJSON *root);
LlmAnswer *openai_read_error(long status, const cJSON *root);

/* build.c: appends the turns {role, content}: the question and, at the second try, the rejected
 * answer and what is wrong with it.  The last turn is always the user's: current models refuse a
 * prefilled answer. */
void llm_add_turn(cJSON *messages, const char *role, const char *content);
void llm_add_question(cJSON *messages, const LlmRequest *request);

/* A word of the wire (a stop reason, an error's type or code) and what it means. */
typedef struct {
    const char *word;
    LlmOutcome outcome;
} LlmWord;

/* error.c */

/* The outcome by the first of `words` (some may be NULL) that stands in `known` (ends with a NULL
 * word), else by the status.  Those that are tokens make the detail. */
LlmAnswer *llm_error_answer(long status, const LlmWord *known, const char *const *words,
                            gsize count);
/* "temperature: Extra inputs are not permitted" ─▶ "temperature"; "" if it doesn't begin with a
 * token.  The rest of a provider's message may quote the mail, so it goes nowhere. */
char *llm_message_head(const char *message);
/* Milliseconds a Retry-After (seconds or an HTTP date) asks to wait, -1 if it makes no sense. */
gint64 llm_retry_after_ms(GHashTable *headers, gint64 now);

/* answer.c: LLM_OK with the text, or LLM_EMPTY if there is nothing in it. */
LlmAnswer *llm_answer_text(const char *text);
/* An outcome whose detail is "WHAT 'token'"; what is no token isn't repeated. */
LlmAnswer *llm_answer_word(LlmOutcome outcome, const char *what, const char *word);

/* model.c: is the URL's host this machine? */
bool llm_url_is_loopback(const char *url);
