/* Responses that are no answer: status, error words, Retry-After.
 *
 * The words are read before the status, because only they tell an empty purse from a busy server:
 * both are HTTP 429.  Error bodies may be absent or HTML; then the status alone decides.  Messages
 * of providers can quote what was sent to them, so a detail is made of tokens only.  Pure.
 */
#include "llm/api.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
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

static const LlmWord *find_word(const LlmWord *known, const char *word)
{
    for (; word && known->word; known++)
        if (strcmp(known->word, word) == 0)
            return known;
    return NULL;
}

LlmAnswer *llm_error_answer(long status, const LlmWord *known, const char *const *words,
                            gsize count)
{
    g_autoptr(GString) detail = g_string_new(NULL);
    const LlmWord *found = NULL;
    g_string_printf(detail, "HTTP %ld", status);
    for (gsize i = 0; i < count; i++) {
        if (!found)
            found = find_word(known, words[i]);
        if (words[i] && text_is_token(words[i], WORD_MAX))
            g_string_append_printf(detail, " %s", words[i]);
    }
    return llm_answer_new(found ? found->outcome : status_outcome(status), detail->str);
}

char *llm_message_head(const char *message)
{
    const char *colon = message ? strchr(message, ':') : NULL;
    g_autofree char *head = colon ? g_strndup(message, (gsize)(colon - message)) : g_strdup("");
    return text_is_token(head, WORD_MAX) ? g_steal_pointer(&head) : g_strdup("");
}

/* IMF-fixdate only (RFC 9110 5.6.7); the two obsolete forms make no sense to us. */
static gint64 date_seconds(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int day, year, hour, minute, second, used = 0;
    char month[4];
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, month, &year, &hour,
               &minute, &second, &used) != 6 ||
        used == 0 || text[used])
        return -1;
    const char *place = strstr(months, month);
    if (!place || (place - months) % 3)
        return -1;
    g_autoptr(GDateTime) date =
        g_date_time_new_utc(year, (int)(place - months) / 3 + 1, day, hour, minute, second);
    return date ? g_date_time_to_unix(date) : -1;
}

/* Longest wait that is believed; nobody waits that long for one message anyway. */
#define RETRY_AFTER_MAX_MS (24 * 60 * 60 * 1000.0)

static gint64 number_ms(const char *text, double unit)
{
    char *end = NULL;
    double value = g_ascii_strtod(text, &end);
    if (!g_ascii_isdigit(*text) || *end || !isfinite(value))
        return -1;
    return (gint64)MIN(value * unit, RETRY_AFTER_MAX_MS);
}

gint64 llm_retry_after_ms(GHashTable *headers, gint64 now)
{
    if (!headers)
        return -1;
    const char *exact = g_hash_table_lookup(headers, "retry-after-ms");
    const char *plain = g_hash_table_lookup(headers, "retry-after");
    gint64 ms = exact ? number_ms(exact, 1) : -1;
    if (ms < 0 && plain)
        ms = number_ms(plain, 1000);
    if (ms >= 0 || !plain)
        return ms;
    gint64 date = date_seconds(plain);
    return date < 0 ? -1 : (gint64)CLAMP((double)(date - now) * 1000, 0, RETRY_AFTER_MAX_MS);
}
