/* System One: typed questions about a state, as TypeSafe, Ollama, vLLM and others answer them.
 *
 * There is no conversation: the state is the mail, and what the prompt tells a text model as its
 * system stays out, because it would be judged too.  Questions and answers are members by name; one
 * that the model can't answer is missing.  Error bodies differ from server to server, so that
 * mostly the status counts.  Pure.
 */
#include "llm/api.h"

#include <math.h>

/* A value's text is the value: what it means stands in the instructions. */
static void add_criteria(cJSON *question, const cJSON *values)
{
    cJSON *criteria = cJSON_AddObjectToObject(question, "criteria");
    const cJSON *value;
    cJSON_ArrayForEach(value, values)
        cJSON_AddStringToObject(criteria, value->valuestring, value->valuestring);
}

static cJSON *question_of(const cJSON *property)
{
    const cJSON *values = json_at(property, "enum");
    cJSON *question = cJSON_CreateObject();
    cJSON_AddStringToObject(question, "type", values ? "choice" : "noul");
    cJSON_AddStringToObject(question, "instructions", json_text_at(property, "description"));
    if (values)
        add_criteria(question, values);
    return question;
}

cJSON *systemone_body(const LlmModel *model, const LlmRequest *request)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON_AddStringToObject(body, "state", request->user);
    cJSON *questions = cJSON_AddObjectToObject(body, "questions");
    const cJSON *property, *properties = json_at(request->schema, "properties");
    cJSON_ArrayForEach(property, properties)
        cJSON_AddItemToObject(questions, property->string, question_of(property));
    return body;
}

static void take_choice(LlmChoices *choices, const cJSON *answer)
{
    const char *chosen = json_text_at(answer, "choice");
    const cJSON *item, *list = json_at(answer, "probabilities");
    double sum = 0, probability = NAN;
    cJSON_ArrayForEach(item, list)
    {
        sum += llm_probability(item);
        if (g_strcmp0(item->string, chosen) == 0)
            probability = llm_probability(item);
    }
    llm_choices_add(choices, answer->string, chosen, probability, sum);
}

static void take_answer(LlmChoices *choices, const cJSON *answer)
{
    const char *type = json_text_at(answer, "type");
    if (g_strcmp0(type, "choice") == 0)
        take_choice(choices, answer);
    else if (g_strcmp0(type, "noul") == 0)
        llm_choices_add_yes_no(choices, answer->string, json_at(answer, "noul"));
    else
        choices->fault = "an answer is of a type that nobody asked for";
}

LlmAnswer *systemone_read(const cJSON *root)
{
    const cJSON *members = json_at(root, "answers");
    if (!cJSON_IsObject(members))
        return llm_answer_new(LLM_SERVER, "the answer has no answers");
    LlmAnswer *answer = llm_choices_read(members, take_answer);
    llm_read_usage(answer, root, "usage.input_tokens", NULL, "usage.output_tokens");
    return answer;
}
