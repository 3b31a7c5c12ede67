/* A model's text becomes a verdict, or is sent back with a sentence.
 *
 * The text is hostile, as the mail is.  Nothing is repaired: it is one JSON object that the
 * checker takes whole, or it is none.  The one thing that is taken off is a pair of ```json fences,
 * and only for servers that may not know schemas.  Pure.
 */
#include "classify/answer.h"

#include <math.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *without_blanks(const char *text, gsize *length)
{
    while (*length > 0 && is_blank(text[*length - 1]))
        (*length)--;
    while (*length > 0 && is_blank(*text)) {
        (*length)--;
        text++;
    }
    return text;
}

/* "```json\n{…}\n```": exactly one pair around all of it; anything else stays as it is. */
static const char *without_fence(const char *text, gsize *length)
{
    static const char open[] = "```json", close[] = "```";
    const gsize open_length = sizeof open - 1, close_length = sizeof close - 1;
    if (*length < open_length + 1 + close_length || memcmp(text, open, open_length) != 0 ||
        !is_blank(text[open_length]) ||
        memcmp(text + *length - close_length, close, close_length) != 0)
        return text;
    *length -= open_length + close_length;
    return without_blanks(text + open_length, length);
}

const char *answer_within(const char *text, bool fenced, gsize *length)
{
    *length = strlen(text);
    text = without_blanks(text, length);
    return fenced ? without_fence(text, length) : text;
}

static LlmOutcome reject(LlmOutcome outcome, char **why, const char *sentence)
{
    *why = g_strdup(sentence);
    return outcome;
}

/* Marks come back in whatever a model copies; nothing of its own has them. */
static void unmark(cJSON *value)
{
    for (; value != NULL; value = value->next) {
        if (cJSON_IsString(value))
            prompt_unmark(value->valuestring);
        unmark(value->child);
    }
}

LlmOutcome classify_read_answer(const VerdictQuestion *question, const char *text, bool fenced,
                                Verdict **verdict, bool *quotes_failed, char **why)
{
    g_autoptr(GError) error = NULL;
    gsize length;
    *verdict = NULL;
    *quotes_failed = false;
    *why = NULL;
    text = answer_within(text, fenced, &length);
    if (length == 0)
        return reject(LLM_EMPTY, why, "the answer is empty");

    g_autoptr(cJSON) answer = json_parse(text, length, &error);
    if (!answer)
        return reject(LLM_INVALID_JSON, why, error->message);
    unmark(answer);
    *verdict = verdict_check(question, answer, quotes_failed, &error);
    if (!*verdict)
        return reject(LLM_SCHEMA_MISMATCH, why, error->message);
    return LLM_OK;
}

void classify_set_confidence(Verdict *verdict, double provider, const CertaintyTable *calibrated)
{
    const CertaintyTable *table = calibrated != NULL ? calibrated : &certainty_table_fixed;
    bool given = isfinite(provider);
    verdict->confidence =
        given ? provider : certainty_table_confidence(table, verdict_token(verdict, "certainty"));
    verdict->confidence_source = given ? "provider" : calibrated != NULL ? "calibrated" : "table";
}
