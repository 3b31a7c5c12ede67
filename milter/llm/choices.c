/* Models that only choose: what the two decision formats share.
 *
 * Each field of the schema is a question with given values or a yes-or-no one, and each answer has
 * a probability that the server computed rather than a model wrote.  The values make one JSON
 * object, which is checked as any other answer.  An answer without a sound probability is none, and
 * a model that refuses one question has refused the mail.  Pure.
 */
#include "llm/api.h"

#include <math.h>

/* How far from 1 the probabilities of all values may be, as servers round them. */
#define SUM_TOLERANCE 0.05

double llm_probability(const cJSON *json)
{
    bool sound = cJSON_IsNumber(json) && json->valuedouble >= 0 && json->valuedouble <= 1;
    return sound ? json->valuedouble : NAN;
}

static bool take(LlmChoices *choices, const char *name, double probability)
{
    if (!name || !isfinite(probability))
        choices->fault = "an answer has no name or no probability";
    else
        choices->confidence = MIN(choices->confidence, probability);
    return !choices->fault;
}

void llm_choices_add(LlmChoices *choices, const char *name, const char *value, double probability,
                     double sum)
{
    if (!value || !(fabs(sum - 1) <= SUM_TOLERANCE))
        choices->fault = "an answer has no choice, or probabilities that are none";
    else if (take(choices, name, probability))
        cJSON_AddStringToObject(choices->values, name, value);
}

void llm_choices_add_yes_no(LlmChoices *choices, const char *name, const cJSON *probability)
{
    double yes = llm_probability(probability);
    if (take(choices, name, MAX(yes, 1 - yes)))
        cJSON_AddBoolToObject(choices->values, name, yes >= 0.5);
}

/* Clears the choices. */
static LlmAnswer *answer_of(LlmChoices *choices)
{
    g_autoptr(cJSON) values = g_steal_pointer(&choices->values);
    if (choices->refused)
        return llm_answer_new(LLM_REFUSED, "refusal");
    if (choices->fault)
        return llm_answer_new(LLM_SERVER, choices->fault);
    if (!values->child)
        return llm_answer_new(LLM_EMPTY, "no answers");
    g_autofree char *text = json_print(values);
    LlmAnswer *answer = llm_answer_text(text);
    answer->confidence = choices->confidence;
    return answer;
}

LlmAnswer *llm_choices_read(const cJSON *answers, LlmTakeChoice add)
{
    LlmChoices choices = { .values = cJSON_CreateObject(), .confidence = 1 };
    const cJSON *answer;
    cJSON_ArrayForEach(answer, answers) add(&choices, answer);
    return answer_of(&choices);
}
