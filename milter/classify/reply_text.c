/* A model's text becomes the words of a reply, or is sent back with a sentence.
 *
 * The answer is an object with one member, so that servers hold the model to it and nothing stands
 * around the reply.  What the words say is checked elsewhere, by people at last.  Pure. */
#include "classify/answer.h"
#include "classify/reply.h"

#include <string.h>

#define MEMBER "reply"

cJSON *classify_reply_schema(void)
{
    cJSON *schema = cJSON_CreateObject(), *member;
    cJSON_AddStringToObject(schema, "type", "object");
    member = cJSON_AddObjectToObject(cJSON_AddObjectToObject(schema, "properties"), MEMBER);
    cJSON_AddStringToObject(member, "type", "string");
    cJSON_AddStringToObject(member, "description", "The whole text of the reply, in plain text.");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(schema, "required"), cJSON_CreateString(MEMBER));
    cJSON_AddBoolToObject(schema, "additionalProperties", false);
    return schema;
}

static LlmOutcome reject(LlmOutcome outcome, char **why, const char *sentence)
{
    *why = g_strdup(sentence);
    return outcome;
}

static LlmOutcome take(const char *words, char **reply, char **why)
{
    g_autofree char *copy = g_strdup(words);
    g_strstrip(copy);
    if (copy[0] == '\0')
        return reject(LLM_EMPTY, why, MEMBER ": it is empty");
    if (strlen(copy) > REPLY_ANSWER_MAX)
        return reject(LLM_SCHEMA_MISMATCH, why, MEMBER ": it is far too long");
    *reply = g_steal_pointer(&copy);
    return LLM_OK;
}

LlmOutcome classify_read_reply(const char *text, bool fenced, char **reply, char **why)
{
    g_autoptr(GError) error = NULL;
    gsize length;
    *reply = *why = NULL;
    text = answer_within(text, fenced, &length);
    if (length == 0)
        return reject(LLM_EMPTY, why, "the answer is empty");
    g_autoptr(cJSON) answer = json_parse(text, length, &error);
    if (answer == NULL)
        return reject(LLM_INVALID_JSON, why, error->message);
    const char *words = cJSON_IsObject(answer) ? json_text_at(answer, MEMBER) : NULL;
    if (words == NULL || cJSON_GetArraySize(answer) != 1)
        return reject(LLM_SCHEMA_MISMATCH, why,
                      "the answer is not an object with \"" MEMBER "\" alone");
    return take(words, reply, why);
}
