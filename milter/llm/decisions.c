/* OpenAI's Decisions: typed questions, answered with probabilities instead of text.
 *
 * The answers come in a list, each by its question's name; a question can be refused alone.  There
 * is no limit, no temperature and nothing to be corrected.  Errors are those of Chat Completions.
 * Pure.
 */
#include "llm/api.h"

#include <math.h>
#include <string.h>

static void add_choices(cJSON *question, const cJSON *values)
{
    cJSON *choices = cJSON_AddArrayToObject(question, "choices");
    const cJSON *value;
    cJSON_ArrayForEach(value, values)
    {
        cJSON *choice = cJSON_CreateObject();
        cJSON_AddStringToObject(choice, "value", value->valuestring);
        cJSON_AddItemToArray(choices, choice);
    }
}

static cJSON *question_of(const cJSON *property)
{
    const cJSON *values = json_at(property, "enum");
    cJSON *question = cJSON_CreateObject();
    cJSON_AddStringToObject(question, "type", values ? "choice" : "predicate");
    cJSON_AddStringToObject(question, "name", property->string);
    cJSON_AddStringToObject(question, "instructions", json_text_at(property, "description"));
    if (values)
        add_choices(question, values);
    return question;
}

cJSON *decisions_body(const LlmModel *model, const LlmRequest *request)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON *input = cJSON_AddArrayToObject(body, "input");
    llm_add_turn(input, "system", request->system);
    llm_add_turn(input, "user", request->user);

    cJSON *questions = cJSON_AddArrayToObject(body, "questions");
    const cJSON *property, *properties = json_at(request->schema, "properties");
    cJSON_ArrayForEach(property, properties) cJSON_AddItemToArray(questions, question_of(property));
    return body;
}

static void take_choice(LlmChoices *choices, const cJSON *answer)
{
    const char *chosen = json_text_at(answer, "choice");
    const cJSON *item, *list = json_at(answer, "probabilities");
    double sum = 0, probability = NAN;
    cJSON_ArrayForEach(item, list)
    {
        double of_item = llm_probability(json_at(item, "probability"));
        sum += of_item;
        if (chosen && g_strcmp0(json_text_at(item, "value"), chosen) == 0)
            probability = of_item;
    }
    llm_choices_add(choices, json_text_at(answer, "name"), chosen, probability, sum);
}

static void take_answer(LlmChoices *choices, const cJSON *answer)
{
    const char *type = json_text_at(answer, "type");
    if (g_strcmp0(type, "choice") == 0)
        take_choice(choices, answer);
    else if (g_strcmp0(type, "predicate") == 0)
        llm_choices_add_yes_no(choices, json_text_at(answer, "name"),
                               json_at(answer, "probability"));
    else if (g_strcmp0(type, "refusal") == 0)
        choices->refused = true;
    else
        choices->fault = "an answer is of a type that nobody asked for";
}

LlmAnswer *decisions_read(const cJSON *root)
{
    const cJSON *list = json_at(root, "answers");
    if (!cJSON_IsArray(list))
        return llm_answer_new(LLM_SERVER, "the answer has no answers");
    LlmAnswer *answer = llm_choices_read(list, take_answer);
    llm_read_usage(answer, root, "usage.input_tokens", "usage.input_tokens_details.cached_tokens",
                   "usage.output_tokens");
    return answer;
}
