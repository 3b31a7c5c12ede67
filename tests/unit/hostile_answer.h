/* For tests: what a hostile model, or whoever speaks in its place, may answer.
 *
 * Grammar-aware: a valid answer first, then some of its values those of an attacker, then nodes of
 * its tree moved, lost, doubled or renamed, then bytes of its text.  The same is done once more to
 * the response of the api that carries it.  Everything hangs on the random numbers alone. */
#pragma once

#include "base/json.h"
#include "llm/llm.h"
#include "verdict/verdict.h"

#include <math.h>
#include <string.h>

/* One in so many. */
static inline bool hostile_luck(GRand *rand, gint32 one_in)
{
    return g_rand_int_range(rand, 0, one_in) == 0;
}

static inline guint hostile_below(GRand *rand, gsize end)
{
    return (guint)g_rand_int_range(rand, 0, (gint32)end);
}

static const char *const hostile_texts[] = {
    "a\r\nX-Evil: yes",
    "low\nBcc: thief@evil.example",
    "critical\r\n\r\nbody",
    "support; X=y",
    "=?utf-8?q?X-Evil:_yes?=",
    "mallory@evil.example",
    "ANNA",
    "anna ",
    "none",
    "owner",
    "attacker",
    "redirect",
    "en",
    "",
    " ",
    "\u202Eright to left",
    "\u0441ritical",       /* a Cyrillic letter */
    "support\u200b",       /* an invisible one */
    "cri\u0301tical",      /* a mark */
    "\xEF\xBC\xA3ritical", /* a wide one, which folding makes plain */
    "\xff\xfe",            /* not UTF-8 */
    "\xed\xa0\x80",        /* half a surrogate */
    "\x1b[31mred",
    "our data was leaked",
    "OUR   DATA\twas leaked",
    "a quote that nobody wrote in any mail",
    "'; DROP TABLE ticket; --",
    "{{{system}}} <script>alert(1)</script>",
    "../../etc/passwd",
    "1e999",
    "true",
};

static const double hostile_numbers[] = { 0, -1, 1, 0.5, 720, 721, 1e15, 1.5, -0.0, 1e308, 5e-324 };

static const char *const hostile_keys[] = {
    "queue",       "assignee",      "redirect",  "recipients", "X-Evil",
    "confidence",  "PRIORITY",      "priority ", "__proto__",  "",
    "error",       "refusal",       "priority",  "category",   "tool_calls",
    "stop_reason", "finish_reason", "usage",
};

/* Words of the wires: what one format means by them, another must survive. */
static const char *const hostile_stops[] = {
    "max_tokens", "length", "refusal",    "content_filter", "tool_use",
    "MAX_TOKENS", "SAFETY", "incomplete", "model_length",   "failed",
    "end_turn",   "stop",   "STOP",       "message",        "thinking",
    "text",       "choice", "predicate",  "output_text",    "unheard-of",
};

/* Pieces that are put between bytes, where a string of cJSON's can't have them. */
static const char *const hostile_pieces[] = {
    "\\u0000", "\\ud800",   "\\u202e",   "\r\n",         "\r\nX-Evil: yes\r\n",
    "}{",      "{}",        "```json\n", "\n```",        "\xEF\xBB\xBF",
    "NaN",     "-Infinity", "1e999",     "[[[[[[[[[[[[", "\"",
    "\\",      ",",         "null",      "/* */",        "\xff",
};

/* -- Values ----------------------------------------------------------------------------------- */

static inline char *hostile_text(GRand *rand)
{
    if (hostile_luck(rand, 30))
        return g_strnfill(hostile_below(rand, 5000), 'a');
    return g_strdup(hostile_texts[hostile_below(rand, G_N_ELEMENTS(hostile_texts))]);
}

static inline cJSON *hostile_string(GRand *rand)
{
    g_autofree char *text = hostile_text(rand);
    return cJSON_CreateString(text);
}

static inline cJSON *hostile_list(GRand *rand)
{
    cJSON *list = cJSON_CreateArray();
    for (guint left = hostile_below(rand, 8); left > 0; left--)
        cJSON_AddItemToArray(list, hostile_string(rand));
    return list;
}

static inline cJSON *hostile_value(GRand *rand)
{
    switch (hostile_below(rand, 8)) {
    case 0:
        return cJSON_CreateNumber(
            hostile_numbers[hostile_below(rand, G_N_ELEMENTS(hostile_numbers))]);
    case 1:
        return cJSON_CreateBool(g_rand_boolean(rand));
    case 2:
        return hostile_luck(rand, 2) ? cJSON_CreateNull() : cJSON_CreateObject();
    case 3:
        return hostile_list(rand);
    case 4:
        return cJSON_CreateString(hostile_stops[hostile_below(rand, G_N_ELEMENTS(hostile_stops))]);
    default:
        return hostile_string(rand);
    }
}

/* -- A good answer ---------------------------------------------------------------------------- */

static inline cJSON *good_text(const VerdictQuestion *question, const Field *field, GRand *rand)
{
    gsize words = strlen(question->mail_text) / 2;
    if (field->team)
        return cJSON_CreateString(question->team[hostile_below(rand, 2)]);
    if (field->quotes)
        return cJSON_CreateString(question->mail_text + hostile_below(rand, words));
    return cJSON_CreateString(field->max_length < 40 ? "en" : "The customer can't print at all.");
}

static inline cJSON *good_value(const VerdictQuestion *question, const Field *field, GRand *rand)
{
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED: {
        const FieldChoice *choice =
            g_ptr_array_index(field->choices, hostile_below(rand, field->choices->len));
        return cJSON_CreateString(choice->token);
    }
    case FIELD_NUMBER: {
        double number = g_rand_double_range(rand, field->min, field->max);
        return cJSON_CreateNumber(field->whole ? ceil(number) : number);
    }
    case FIELD_YES_NO:
        return cJSON_CreateBool(g_rand_boolean(rand));
    case FIELD_LIST: {
        cJSON *list = cJSON_CreateArray();
        for (guint left = 1 + hostile_below(rand, field->max_items); left > 0; left--)
            cJSON_AddItemToArray(list, good_text(question, field, rand));
        return list;
    }
    case FIELD_TEXT:
        break;
    }
    return good_text(question, field, rand);
}

/* What an attacker writes there; texts are free, so that the answer may still be taken. */
static inline cJSON *hostile_field_value(const VerdictQuestion *question, const Field *field,
                                         GRand *rand)
{
    if (field->type == FIELD_TEXT && hostile_luck(rand, 6))
        return hostile_string(rand);
    if (field->type == FIELD_LIST && hostile_luck(rand, 6))
        return hostile_list(rand);
    if (field->type == FIELD_NUMBER && hostile_luck(rand, 6))
        return cJSON_CreateNumber(
            hostile_numbers[hostile_below(rand, G_N_ELEMENTS(hostile_numbers))]);
    return good_value(question, field, rand);
}

/* An answer to the question; now and then to one that wasn't asked, too. */
static inline cJSON *hostile_tree(const VerdictQuestion *question, GRand *rand)
{
    cJSON *answer = cJSON_CreateObject();
    for (guint i = 0; i < field_table_size(question->fields); i++) {
        const Field *field = field_at(question->fields, i);
        if (verdict_asked(question, field) || (!field->team && hostile_luck(rand, 100)))
            cJSON_AddItemToObject(answer, field->name, hostile_field_value(question, field, rand));
    }
    return answer;
}

/* -- Trees ------------------------------------------------------------------------------------ */

static inline void hostile_collect(cJSON *parent, GPtrArray *parents, GPtrArray *nodes)
{
    cJSON *node;
    cJSON_ArrayForEach(node, parent)
    {
        g_ptr_array_add(parents, parent);
        g_ptr_array_add(nodes, node);
        hostile_collect(node, parents, nodes);
    }
}

static inline void hostile_add(cJSON *parent, const char *key, cJSON *item)
{
    if (cJSON_IsObject(parent))
        cJSON_AddItemToObject(parent, key, item);
    else
        cJSON_AddItemToArray(parent, item);
}

static inline const char *hostile_key(GRand *rand)
{
    return hostile_keys[hostile_below(rand, G_N_ELEMENTS(hostile_keys))];
}

static inline char *hostile_other_case(const char *text)
{
    char *other = g_strdup(text);
    for (char *at = other; *at; at++)
        *at = g_ascii_islower(*at) ? g_ascii_toupper(*at) : g_ascii_tolower(*at);
    return other;
}

/* One node of the tree, done something to.  Where it stood in an object something else stands last,
 * which is all the same to JSON. */
static inline void hostile_change_node(cJSON *tree, GRand *rand)
{
    g_autoptr(GPtrArray) parents = g_ptr_array_new(), nodes = g_ptr_array_new();
    hostile_collect(tree, parents, nodes);
    if (nodes->len == 0)
        return;
    guint place = hostile_below(rand, nodes->len);
    cJSON *parent = parents->pdata[place], *node = nodes->pdata[place];
    const cJSON *other = nodes->pdata[hostile_below(rand, nodes->len)];
    g_autofree char *key = g_strdup(node->string ? node->string : "");
    switch (hostile_below(rand, 9)) {
    case 0: /* lost */
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
        break;
    case 1: /* twice */
        hostile_add(parent, key, cJSON_Duplicate(node, true));
        break;
    case 2: /* another stands there */
        hostile_add(parent, key, cJSON_Duplicate(other, true));
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
        break;
    case 3: /* by another name */
        hostile_add(parent, hostile_key(rand), cJSON_DetachItemViaPointer(parent, node));
        break;
    case 4: /* more than was asked for */
        hostile_add(parent, hostile_key(rand), hostile_value(rand));
        break;
    case 5: { /* buried */
        cJSON *grave = hostile_luck(rand, 2) ? cJSON_CreateArray() : cJSON_CreateObject();
        hostile_add(grave, key, cJSON_DetachItemViaPointer(parent, node));
        hostile_add(parent, key, grave);
        break;
    }
    case 6: { /* in other letters */
        g_autofree char *text = hostile_other_case(cJSON_IsString(node) ? node->valuestring : key);
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
        hostile_add(parent, key, cJSON_CreateString(text));
        break;
    }
    default: /* an attacker's value */
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
        hostile_add(parent, key, hostile_value(rand));
    }
}

/* A word that says how an answer ended, or what it is, becomes another. */
static inline void hostile_change_stop(cJSON *tree, GRand *rand)
{
    static const char *const keys[] = { "stop_reason", "finish_reason", "finishReason",
                                        "status",      "done_reason",   "type",
                                        NULL };
    g_autoptr(GPtrArray) parents = g_ptr_array_new(), nodes = g_ptr_array_new();
    hostile_collect(tree, parents, nodes);
    for (guint i = nodes->len; i-- > 0;) {
        const cJSON *node = nodes->pdata[i];
        if (!node->string || !g_strv_contains(keys, node->string))
            g_ptr_array_remove_index_fast(nodes, i);
    }
    if (nodes->len > 0)
        cJSON_SetValuestring(nodes->pdata[hostile_below(rand, nodes->len)],
                             hostile_stops[hostile_below(rand, G_N_ELEMENTS(hostile_stops))]);
}

/* -- Bytes ------------------------------------------------------------------------------------ */

static inline void hostile_change_bytes(GString *text, GRand *rand)
{
    gsize place = hostile_below(rand, text->len + 1), left = text->len - place;
    gsize length = 1 + hostile_below(rand, 40);
    const char *piece = hostile_pieces[hostile_below(rand, G_N_ELEMENTS(hostile_pieces))];
    length = MIN(length, left);
    switch (hostile_below(rand, 5)) {
    case 0:
        g_string_erase(text, (gssize)place, (gssize)length);
        break;
    case 1:
        g_string_truncate(text, place);
        break;
    case 2:
        if (left > 0)
            text->str[place] = (char)g_rand_int_range(rand, 1, 256);
        break;
    case 3: {
        g_autofree char *again = g_strndup(text->str + place, length);
        g_string_insert(text, (gssize)place, again);
        break;
    }
    default:
        g_string_insert(text, (gssize)place, piece);
    }
}

static inline GString *hostile_print(cJSON *tree, GRand *rand, gint32 bytes_one_in)
{
    char *printed = cJSON_PrintUnformatted(tree);
    GString *text = g_string_new(printed);
    cJSON_free(printed);
    if (hostile_luck(rand, bytes_one_in))
        hostile_change_bytes(text, rand);
    return text;
}

/* -- Wires ------------------------------------------------------------------------------------ */

#define HOSTILE_CHAT                                                                               \
    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":"    \
    "\"assistant\",\"content\":TEXT,\"refusal\":null}}],\"usage\":{\"prompt_tokens\":321,"         \
    "\"completion_tokens\":40,\"prompt_tokens_details\":{\"cached_tokens\":7}}}"

/* A good response of each api, with TEXT for what the model wrote, or ANSWERS for what it chose. */
static const struct {
    const char *api, *form;
} hostile_forms[] = {
    { "anthropic",
      "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\","
      "\"thinking\":\"x\"},{\"type\":\"text\",\"text\":TEXT}],\"stop_reason\":\"end_turn\","
      "\"usage\":{\"input_tokens\":12,\"output_tokens\":58,\"cache_read_input_tokens\":300}}" },
    { "openai", HOSTILE_CHAT },
    { "openai-responses",
      "{\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"reasoning\","
      "\"summary\":[]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":TEXT"
      "}]}],\"usage\":{\"input_tokens\":77,\"output_tokens\":9}}" },
    { "openai-decisions",
      "{\"model\":\"m\",\"answers\":ANSWERS,\"usage\":{\"input_tokens\":77,\"output_tokens\":0}}" },
    { "azure", HOSTILE_CHAT },
    { "gemini",
      "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hm\",\"thought\":"
      "true},{\"text\":TEXT}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{"
      "\"promptTokenCount\":77,\"candidatesTokenCount\":9,\"thoughtsTokenCount\":30}}" },
    { "mistral", HOSTILE_CHAT },
    { "ollama",
      "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":TEXT,\"thinking\":\"x\"},"
      "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":77,\"eval_count\":9}" },
    { "llama-server", HOSTILE_CHAT },
    { "vllm", HOSTILE_CHAT },
    { "lmstudio", HOSTILE_CHAT },
    { "openai-compatible", HOSTILE_CHAT },
    { "systemone",
      "{\"model\":\"m\",\"answers\":ANSWERS,\"usage\":{\"input_tokens\":77,\"output_tokens\":1}}" },
};

/* What a choosing model says of one value; System One's are members, the others' items. */
static inline cJSON *hostile_choice(const cJSON *value, bool member, GRand *rand)
{
    double sure = g_rand_double_range(rand, 0.5, 1);
    cJSON *answer = cJSON_CreateObject(), *likely;
    cJSON_AddStringToObject(answer, "name", value->string ? value->string : "");
    if (cJSON_IsBool(value)) {
        cJSON_AddStringToObject(answer, "type", member ? "noul" : "predicate");
        cJSON_AddNumberToObject(answer, member ? "noul" : "probability",
                                cJSON_IsTrue(value) ? sure : 1 - sure);
        return answer;
    }
    cJSON_AddStringToObject(answer, "type", "choice");
    cJSON_AddItemToObject(answer, "choice", cJSON_Duplicate(value, true));
    const char *chosen = cJSON_IsString(value) ? value->valuestring : "";
    if (member) {
        likely = cJSON_AddObjectToObject(answer, "probabilities");
        cJSON_AddNumberToObject(likely, chosen, sure);
        cJSON_AddNumberToObject(likely, "something else", 1 - sure);
        return answer;
    }
    likely = cJSON_AddArrayToObject(answer, "probabilities");
    for (int i = 0; i < 2; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "value", i == 0 ? chosen : "something else");
        cJSON_AddNumberToObject(row, "probability", i == 0 ? sure : 1 - sure);
        cJSON_AddItemToArray(likely, row);
    }
    return answer;
}

static inline cJSON *hostile_choices(const cJSON *answer, bool members, GRand *rand)
{
    cJSON *choices = members ? cJSON_CreateObject() : cJSON_CreateArray();
    const cJSON *value;
    cJSON_ArrayForEach(value, answer) hostile_add(choices, value->string ? value->string : "",
                                                  hostile_choice(value, members, rand));
    return choices;
}

/* The response's tree, NULL if what stands in it spoils it (bytes no reader of JSON takes). */
static inline cJSON *hostile_response(const char *form, const char *mark, cJSON *inside)
{
    g_autoptr(GString) text = g_string_new(form);
    char *printed = cJSON_PrintUnformatted(inside);
    g_string_replace(text, mark, printed, 1);
    cJSON_free(printed);
    cJSON_Delete(inside);
    return cJSON_ParseWithLength(text->str, text->len);
}

/* What is sent instead of an answer to the question.  `api`: index into llm_api_names; `chooses`:
 * see llm_model_chooses(). */
static inline GString *hostile_body(const VerdictQuestion *question, int api, bool chooses,
                                    GRand *rand)
{
    const char *form = hostile_forms[api].form;
    g_assert(g_str_equal(hostile_forms[api].api, llm_api_names[api]));
    g_autoptr(cJSON) answer = hostile_tree(question, rand);
    for (guint left = hostile_below(rand, 3); left > 0 && hostile_luck(rand, 2); left--)
        hostile_change_node(answer, rand);
    g_autoptr(GString) text = hostile_print(answer, rand, 6);
    if (hostile_luck(rand, 20)) {
        g_string_prepend(text, "```json\n");
        g_string_append(text, "\n```");
    }
    bool members = strstr(llm_api_names[api], "systemone") != NULL;
    g_autoptr(cJSON) response =
        chooses ? hostile_response(form, "ANSWERS", hostile_choices(answer, members, rand))
                : hostile_response(form, "TEXT", cJSON_CreateString(text->str));
    if (!response)
        return g_string_new(text->str);
    if (hostile_luck(rand, 12))
        hostile_change_stop(response, rand);
    for (guint left = hostile_below(rand, 3); left > 0 && hostile_luck(rand, 6); left--)
        hostile_change_node(response, rand);
    return hostile_print(response, rand, 20);
}
