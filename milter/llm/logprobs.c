/* How probable a written answer is, by what the server says of its tokens.
 *
 * Chat Completions can give the log-probability of each token.  A choice is as probable as all the
 * tokens that wrote it, and an answer as its least probable choice.  Texts, numbers and lists don't
 * count, because the same can be said in many ways, nor do the quotes around a choice, because how
 * a model spaces its JSON says nothing of the mail.
 *
 * Tokens are hostile, as the text is.  Unless they make it up, byte for byte, and all their numbers
 * are sound, there is no confidence; the answer stands without one.  Pure.
 */
#include "llm/api.h"

#include <math.h>
#include <string.h>

/* Blanks around an answer that servers take off its text, and not off its tokens. */
#define BLANKS_MAX 1024

#define BLANKS " \t\r\n"

typedef struct {
    gsize end; /* in the text they make up; it starts where the one before ends */
    double logprob;
} Piece;

struct LlmTokens {
    GString *text; /* the answer's, perhaps with blanks around it */
    GArray *pieces;
};

void llm_tokens_free(LlmTokens *tokens)
{
    if (!tokens)
        return;
    g_string_free(tokens->text, TRUE);
    g_array_unref(tokens->pieces);
    g_free(tokens);
}

/* ── reading them ── */

static bool append_bytes(GString *text, const cJSON *bytes)
{
    const cJSON *byte;
    cJSON_ArrayForEach(byte, bytes)
    {
        double value = cJSON_IsNumber(byte) ? byte->valuedouble : -1;
        if (value < 0 || value > 255 || value != floor(value))
            return false;
        g_string_append_c(text, (char)(guchar)value);
    }
    return true;
}

/* A token needn't be whole characters: then its text is a guess, and its bytes are not. */
static bool append_token(GString *text, const cJSON *token)
{
    const cJSON *bytes = cJSON_GetObjectItemCaseSensitive(token, "bytes");
    if (cJSON_IsArray(bytes))
        return append_bytes(text, bytes);
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(token, "token"));
    if (!word || (bytes && !cJSON_IsNull(bytes)))
        return false;
    g_string_append(text, word);
    return true;
}

/* The end of a text is a token, too, of no bytes. */
static bool take_token(LlmTokens *tokens, const cJSON *json, gsize most)
{
    gsize start = tokens->text->len;
    const cJSON *logprob = cJSON_GetObjectItemCaseSensitive(json, "logprob");
    if (!cJSON_IsNumber(logprob) || !(logprob->valuedouble <= 0) ||
        !append_token(tokens->text, json) || tokens->text->len > most)
        return false;
    const Piece piece = { .end = tokens->text->len, .logprob = logprob->valuedouble };
    if (piece.end > start)
        g_array_append_val(tokens->pieces, piece);
    return true;
}

static bool make_up(const LlmTokens *tokens, const char *text)
{
    g_autofree char *theirs = g_strstrip(g_strdup(tokens->text->str));
    g_autofree char *ours = g_strstrip(g_strdup(text));
    return strlen(tokens->text->str) == tokens->text->len && strcmp(theirs, ours) == 0;
}

LlmTokens *llm_tokens_read(const cJSON *root, const char *text)
{
    const cJSON *list = json_at(root, "choices.0.logprobs.content");
    if (!cJSON_IsArray(list))
        return NULL;
    g_autoptr(LlmTokens) tokens = g_new0(LlmTokens, 1);
    tokens->text = g_string_new(NULL);
    tokens->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    gsize most = strlen(text) + BLANKS_MAX;
    const cJSON *json;
    cJSON_ArrayForEach(json, list)
    {
        if (!take_token(tokens, json, most))
            return NULL;
    }
    return make_up(tokens, text) ? g_steal_pointer(&tokens) : NULL;
}

/* ── what they say ── */

/* Of the tokens that overlap what stands from `begin` to `end`. */
static double probability(const LlmTokens *tokens, gsize begin, gsize end)
{
    double sum = 0;
    gsize start = 0;
    for (guint i = 0; i < tokens->pieces->len; i++) {
        const Piece *piece = &g_array_index(tokens->pieces, Piece, i);
        if (start < end && piece->end > begin)
            sum += piece->logprob;
        start = piece->end;
    }
    return exp(sum);
}

static bool is_choice(const cJSON *properties, const cJSON *member)
{
    const cJSON *property = cJSON_GetObjectItemCaseSensitive(properties, member->string);
    if (cJSON_IsString(member))
        return *member->valuestring && json_at(property, "enum");
    return cJSON_IsBool(member) && g_strcmp0(json_text_at(property, "type"), "boolean") == 0;
}

/* These two walk over JSON that has been parsed, so that each end is there. */
static const char *behind_string(const char *at)
{
    for (at++; *at != '"'; at++)
        at += *at == '\\';
    return at + 1;
}

static const char *behind_value(const char *at)
{
    gsize depth = 0;
    do {
        if (*at == '"') {
            at = behind_string(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (depth > 0 || !strchr(",}" BLANKS, *at));
    return at;
}

/* `at`: where the text of `object` begins. */
static double least_choice(const LlmTokens *tokens, const cJSON *object, const char *at,
                           const cJSON *properties)
{
    double least = NAN;
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        at = strchr(behind_string(strchr(at, '"')), ':') + 1;
        at += strspn(at, BLANKS);
        gsize quote = cJSON_IsString(member), begin = (gsize)(at - tokens->text->str) + quote;
        at = behind_value(at);
        if (is_choice(properties, member))
            least =
                fmin(least, probability(tokens, begin, (gsize)(at - tokens->text->str) - quote));
    }
    return least;
}

/* A fence may stand around the object. */
static double confidence_of(const LlmTokens *tokens, const cJSON *schema)
{
    const char *begin = strchr(tokens->text->str, '{'), *end = strrchr(tokens->text->str, '}');
    if (!begin || !end || end < begin)
        return NAN;
    g_autoptr(cJSON) object = json_parse(begin, (gsize)(end - begin) + 1, NULL);
    return object ? least_choice(tokens, object, begin, json_at(schema, "properties")) : NAN;
}

double llm_confidence(const LlmAnswer *answer, const cJSON *schema)
{
    return answer->tokens ? confidence_of(answer->tokens, schema) : answer->confidence;
}
