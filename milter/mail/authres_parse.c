/* Reads Authentication-Results (RFC 8601 2.2) and the "by" of Received (RFC 5321 4.4).
 *
 * Comments may stand, nested, between any two words, and values may be quoted; both are undone
 * here, so that nothing said in a comment or a quoted text is ever taken for a result.  Whom to
 * believe is no question of this file.  Pure; any thread. */
#include "mail/authres.h"

#include <string.h>

static void pair_free(gpointer data)
{
    AuthPair *pair = data;

    g_free(pair->name);
    g_free(pair->value);
    g_free(pair);
}

static void result_free(gpointer data)
{
    AuthResult *result = data;

    g_ptr_array_unref(result->pairs);
    g_free(result);
}

void auth_field_free(AuthField *field)
{
    g_free(field->server);
    g_ptr_array_unref(field->results);
    g_free(field);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Comments nest; one without an end reaches to the end of the field. */
static const char *skip_blanks_and_comments(const char *at)
{
    gsize depth = 0;

    for (; *at; at++) {
        if (depth > 0 && *at == '\\' && at[1])
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && depth > 0)
            depth--;
        else if (depth == 0 && !is_blank(*at))
            break;
    }
    return at;
}

/* The inside of a quoted text, RFC 5322 3.2.4; `at` is behind its first quote. */
static const char *read_quoted(const char *at, GString *word)
{
    for (; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1])
            at++;
        g_string_append_c(word, *at);
    }
    return *at ? at + 1 : at;
}

/* One word up to a blank, a comment or one of `ends`. */
static char *read_word(const char **at, const char *ends)
{
    GString *word = g_string_new(NULL);
    const char *c = skip_blanks_and_comments(*at);

    while (*c && *c != '(' && !is_blank(*c) && !strchr(ends, *c)) {
        if (*c == '"')
            c = read_quoted(c + 1, word);
        else
            g_string_append_c(word, *c++);
    }
    *at = skip_blanks_and_comments(c);
    return g_string_free(word, FALSE);
}

static bool goes_on(const char *name, const char *at)
{
    gsize length = strlen(name);

    return length > 0 && (*at == '/' || *at == '.' || strchr("/.", name[length - 1]));
}

/* "header.d", "dkim/1", which comments may part at the dot and the slash. */
static char *read_name(const char **at)
{
    GString *name = g_string_new(NULL);

    do {
        g_autofree char *word = read_word(at, ";=");

        g_string_append(name, word);
    } while (**at && **at != ';' && **at != '=' && goes_on(name->str, *at));
    return g_string_free(name, FALSE);
}

/* Does a comment begin directly behind the word? */
static bool has_comment_stuck(const char *word)
{
    word = skip_blanks_and_comments(word);
    while (*word && *word != '(' && *word != ';' && !is_blank(*word)) {
        if (*word++ != '"')
            continue;
        for (; *word && *word != '"'; word++)
            word += *word == '\\' && word[1];
        word += *word == '"';
    }
    return *word == '(';
}

/* "name = value"; NULL if it is something else. */
static AuthPair *read_pair(const char **at)
{
    g_autofree char *name = read_name(at);
    AuthPair *pair;

    if (!*name || **at != '=')
        return NULL;
    (*at)++;
    if (g_ascii_strncasecmp(name, "header.", strlen("header.")) == 0 && has_comment_stuck(*at))
        return NULL;
    pair = g_new0(AuthPair, 1);
    pair->name = g_ascii_strdown(name, -1);
    pair->value = read_word(at, ";");
    return pair;
}

/* "dkim/1" as "dkim" */
static void forget_version(AuthPair *method)
{
    method->name[strcspn(method->name, "/")] = '\0';
}

/* Steps over "none" where no result but this stands between two semicolons. */
static bool read_none(const char **at)
{
    const char *after = *at;
    g_autofree char *word = read_word(&after, ";=");

    if (g_ascii_strcasecmp(word, "none") != 0 || (*after && *after != ';'))
        return false;
    *at = after;
    return true;
}

/* One result up to its semicolon; NULL if it can't be read. */
static AuthResult *read_result(const char **at)
{
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(pair_free);
    AuthResult *result;

    while (**at && **at != ';') {
        AuthPair *pair = read_pair(at);

        if (!pair)
            return NULL;
        g_ptr_array_add(pairs, pair);
        if (pairs->len > AUTH_PAIRS_MAX)
            return NULL;
    }
    if (pairs->len == 0 || ((AuthPair *)pairs->pdata[0])->value[0] == '\0')
        return NULL;
    forget_version(g_ptr_array_index(pairs, 0));
    result = g_new0(AuthResult, 1);
    result->pairs = g_steal_pointer(&pairs);
    return result;
}

/* The results up to the end of the field; false if one can't be read, or there are too many. */
static bool read_results(const char *at, GPtrArray *results)
{
    while (*at == ';') {
        AuthResult *result;

        at = skip_blanks_and_comments(at + 1);
        if (*at == '\0' || read_none(&at))
            continue;
        if (results->len == AUTH_RESULTS_MAX || !(result = read_result(&at)))
            return false;
        g_ptr_array_add(results, result);
    }
    return true;
}

/* The authserv-id and the version after it. */
static char *read_server(const char **at)
{
    g_autofree char *server = read_word(at, ";=");
    g_autofree char *version = read_word(at, ";=");

    if (!*server || (**at && **at != ';') || (*version && strcmp(version, "1") != 0))
        return NULL;
    return g_steal_pointer(&server);
}

/* Do comments and quoted texts end where the field does? */
static bool is_whole(const char *at)
{
    gsize depth = 0;
    bool quoted = false;

    for (; *at; at++) {
        if (*at == '\\' && at[1] && (quoted || depth > 0))
            at++;
        else if (*at == '"' && depth == 0)
            quoted = !quoted;
        else if (*at == '(' && !quoted)
            depth++;
        else if (*at == ')' && !quoted && depth > 0)
            depth--;
    }
    return depth == 0 && !quoted;
}

AuthField *auth_field_parse(const char *value)
{
    const char *at = value;
    char *server = read_server(&at);
    AuthField *field;

    if (!server)
        return NULL;
    value = skip_blanks_and_comments(value);
    field = g_new0(AuthField, 1);
    field->server = server;
    field->quoted = strncmp(value, server, strlen(server)) != 0;
    field->results = g_ptr_array_new_with_free_func(result_free);
    field->broken = !read_results(at, field->results) || !is_whole(at);
    return field;
}

const char *auth_result_find(const AuthResult *result, const char *name)
{
    for (guint i = 0; i < result->pairs->len; i++) {
        const AuthPair *pair = g_ptr_array_index(result->pairs, i);

        if (strcmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}

bool auth_result_is(const AuthResult *result, const char *method)
{
    return strcmp(((const AuthPair *)result->pairs->pdata[0])->name, method) == 0;
}

const char *auth_result_value(const AuthResult *result)
{
    return ((const AuthPair *)result->pairs->pdata[0])->value;
}

bool auth_result_passed(const AuthResult *result)
{
    return g_ascii_strcasecmp(auth_result_value(result), "pass") == 0;
}

bool auth_is_plain(const char *bytes, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(bytes[i]) || strchr(";()\"", bytes[i]))
            return false;
    return true;
}

/* The word behind "from" is the client's own and may well be "by". */
char *auth_received_by(const char *received)
{
    g_autofree char *before = g_strdup("");

    for (const char *at = skip_blanks_and_comments(received); *at && *at != ';';) {
        g_autofree char *word = read_word(&at, ";");

        if (g_ascii_strcasecmp(before, "by") == 0)
            return g_ascii_strdown(word, -1);
        bool given = g_ascii_strcasecmp(before, "from") == 0;
        g_free(before);
        before = given ? g_strdup("") : g_steal_pointer(&word);
    }
    return g_strdup("");
}
