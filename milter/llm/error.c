/* Responses that are no answer: status and error words.
 *
 * The words are read before the status, because only they tell an empty purse from a busy server:
 * both are HTTP 429.  Error bodies may be absent or HTML; then the status alone decides.  Messages
 * of providers can quote what was sent to them, so a detail is made of tokens only.  Pure.
 */
#include "llm/api.h"

#include "base/text.h"

#include <string.h>

#define WORD_MAX 64

/* The first row whose range holds the status. */
static const struct {
    long first, last;
    LlmOutcome outcome;
} statuses[] = {
    { 401, 401, LLM_AUTH },        { 402, 402, LLM_QUOTA },     { 403, 403, LLM_AUTH },
    { 408, 409, LLM_SERVER },      { 413, 413, LLM_TOO_LARGE }, { 429, 429, LLM_RATE_LIMITED },
    { 300, 499, LLM_BAD_REQUEST }, /* redirects are not followed: the url is wrong */
};

static LlmOutcome status_outcome(long status)
{
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
        if (status >= statuses[i].first && status <= statuses[i].last)
            return statuses[i].outcome;
    return LLM_SERVER;
}

LlmAnswer *llm_error_answer(long status, const LlmWord *known, const char *const *words,
                            gsize count)
{
    g_autoptr(GString) detail = g_string_new(NULL);
    const LlmWord *found = NULL;
    g_string_printf(detail, "HTTP %ld", status);
    for (gsize i = 0; i < count; i++) {
        if (!found || !found->word)
            found = llm_word_find(known, words[i]);
        if (words[i] && text_is_token(words[i], WORD_MAX))
            g_string_append_printf(detail, " %s", words[i]);
    }
    LlmOutcome outcome = found && found->word ? found->outcome : status_outcome(status);
    return llm_answer_new(outcome, detail->str);
}

char *llm_message_head(const char *message)
{
    const char *colon = message ? strchr(message, ':') : NULL;
    g_autofree char *head = colon ? g_strndup(message, (gsize)(colon - message)) : g_strdup("");
    return text_is_token(head, WORD_MAX) ? g_steal_pointer(&head) : g_strdup("");
}
