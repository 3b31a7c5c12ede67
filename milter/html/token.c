/* HTML as a row of tags and text, by the rules of the HTML standard (13.2.5): what a browser takes
 * for a comment must be one here too, or hidden text would be read.
 *
 * Comments, processing instructions, declarations and tags without an end are skipped, so that
 * conditional comments show what other programs than Word show.  Of two attributes of one name the
 * first counts.  Every byte is looked at once or twice, nothing is copied but names.  Pure; any
 * thread. */
#include "html/token.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 1000000

typedef struct {
    const char *name;
    HtmlAttribute attribute;
} AttributeName;

static const AttributeName attribute_names[] = {
    { "alt", HTML_ALT },           { "background", HTML_BACKGROUND },
    { "bgcolor", HTML_BGCOLOR },   { "class", HTML_CLASS },
    { "color", HTML_COLOR },       { "data-marker", HTML_DATA_MARKER },
    { "height", HTML_HEIGHT },     { "hidden", HTML_HIDDEN },
    { "href", HTML_HREF },         { "id", HTML_ID },
    { "media", HTML_MEDIA },       { "name", HTML_NAME },
    { "selected", HTML_SELECTED }, { "start", HTML_START },
    { "style", HTML_STYLE },       { "text", HTML_TEXT_COLOR },
    { "value", HTML_VALUE },       { "width", HTML_WIDTH },
};

/* What stands inside is no markup. */
static const char *const raw_elements[] = { "style",  "script",  "title",    "textarea",
                                            "iframe", "noembed", "noframes", "xmp" };

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static const char *find(const char *at, const char *end, char what)
{
    const char *found = at < end ? memchr(at, what, (gsize)(end - at)) : NULL;

    return found ? found : end;
}

static const char *behind(const char *found, const char *end)
{
    return found < end ? found + 1 : end;
}

static const char *skip_comment(const char *at, const char *end)
{
    const char *text = at + strlen("<!--");

    if (text < end && *text == '>')
        return text + 1;
    if (end - text > 1 && text[0] == '-' && text[1] == '>')
        return text + 2;
    for (const char *close = find(text, end, '>'); close < end; close = find(close + 1, end, '>')) {
        const char *dashes = close - (close > text && close[-1] == '!') - 2;

        if (dashes >= text && dashes[0] == '-' && dashes[1] == '-')
            return close + 1;
    }
    return end;
}

/* Where what is neither tag nor text ends; NULL if it is one of these. */
static const char *skip_markup(const char *at, const char *end)
{
    if (at + 1 >= end || *at != '<')
        return NULL;
    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0)
        return skip_comment(at, end);
    if (at[1] == '!' || at[1] == '?' || (at[1] == '/' && at + 2 < end && !g_ascii_isalpha(at[2])))
        return behind(find(at, end, '>'), end);
    return NULL;
}

static bool is_tag(const char *at, const char *end)
{
    return end - at > 2 && *at == '<' &&
           (g_ascii_isalpha(at[1]) || (at[1] == '/' && g_ascii_isalpha(at[2])));
}

static const char *read_name(HtmlToken *token, const char *at, const char *end)
{
    gsize length = 0;

    for (; at < end && !is_space(*at) && *at != '/' && *at != '>'; at++)
        if (length < HTML_NAME_MAX)
            token->name[length++] = g_ascii_tolower(*at);
    token->name[length] = '\0';
    return at;
}

static int compare_attributes(const void *key, const void *row)
{
    const HtmlSlice *slice = key;
    const char *name = ((const AttributeName *)row)->name;
    int order = g_ascii_strncasecmp(slice->at, name, slice->length);

    return order != 0 ? order : -(name[slice->length] != '\0');
}

static void keep_attribute(HtmlToken *token, HtmlSlice name, HtmlSlice value)
{
    const AttributeName *found =
        name.length == 0 ? NULL
                         : bsearch(&name, attribute_names, G_N_ELEMENTS(attribute_names),
                                   sizeof(AttributeName), compare_attributes);

    if (found && !token->attributes[found->attribute].at)
        token->attributes[found->attribute] = value;
}

static const char *read_value(const char *at, const char *end, HtmlSlice *value)
{
    char quote = at < end ? *at : '\0';
    const char *stop;

    if (quote == '"' || quote == '\'') {
        at++;
        stop = at < end ? memchr(at, quote, (gsize)(end - at)) : NULL;
        *value = (HtmlSlice){ at, (gsize)((stop ? stop : end) - at) };
        return stop ? stop + 1 : end;
    }
    for (stop = at; stop < end && !is_space(*stop) && *stop != '>';)
        stop++;
    *value = (HtmlSlice){ at, (gsize)(stop - at) };
    return stop;
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && is_space(*at))
        at++;
    return at;
}

static const char *read_attribute(HtmlToken *token, const char *at, const char *end)
{
    const char *name = at;
    HtmlSlice value = { at, 0 };
    gsize length;

    for (at++; at < end && !is_space(*at) && *at != '/' && *at != '>' && *at != '=';)
        at++;
    length = (gsize)(at - name);
    at = skip_spaces(at, end);
    if (at < end && *at == '=')
        at = read_value(skip_spaces(at + 1, end), end, &value);
    keep_attribute(token, (HtmlSlice){ name, length }, value);
    return at;
}

/* True if the tag has an end. */
static bool read_tag(HtmlTokens *tokens)
{
    HtmlToken *token = &tokens->token;
    bool closes = tokens->at[1] == '/';
    const char *at = read_name(token, tokens->at + 1 + closes, tokens->end);

    token->type = closes ? HTML_END_TAG : HTML_START_TAG;
    memset(token->attributes, 0, sizeof(token->attributes));
    while (at < tokens->end && *at != '>') {
        if (is_space(*at) || *at == '/')
            at++;
        else
            at = read_attribute(token, at, tokens->end);
    }
    tokens->at = behind(at, tokens->end);
    return at < tokens->end;
}

static void note_raw_element(HtmlTokens *tokens)
{
    const HtmlToken *token = &tokens->token;

    if (token->type != HTML_START_TAG)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(raw_elements); i++)
        if (strcmp(token->name, raw_elements[i]) == 0)
            memcpy(tokens->raw, token->name, sizeof(tokens->raw));
}

static bool ends_raw(const HtmlTokens *tokens, const char *at)
{
    gsize length = strlen(tokens->raw);
    const char *stop = at + strlen("</") + length;

    return stop < tokens->end && at[1] == '/' &&
           g_ascii_strncasecmp(at + 2, tokens->raw, length) == 0 &&
           (is_space(*stop) || *stop == '/' || *stop == '>');
}

static bool read_raw_text(HtmlTokens *tokens)
{
    const char *begin = tokens->at;
    const char *at = find(begin, tokens->end, '<');

    while (at < tokens->end && !ends_raw(tokens, at))
        at = find(at + 1, tokens->end, '<');
    tokens->token.type = HTML_TEXT;
    tokens->token.text = (HtmlSlice){ begin, (gsize)(at - begin) };
    /* Of the others it is thrown away, or meant as it stands. */
    tokens->token.literal = strcmp(tokens->raw, "textarea") != 0;
    tokens->raw[0] = '\0';
    tokens->at = at;
    return at > begin;
}

static void read_text(HtmlTokens *tokens)
{
    const char *stop = find(tokens->at + 1, tokens->end, '<');

    tokens->token.type = HTML_TEXT;
    tokens->token.text = (HtmlSlice){ tokens->at, (gsize)(stop - tokens->at) };
    tokens->token.literal = false;
    tokens->at = stop;
}

bool html_token_next(HtmlTokens *tokens)
{
    if (tokens->raw[0] != '\0' && read_raw_text(tokens))
        return true;
    while (tokens->at < tokens->end) {
        const char *next = skip_markup(tokens->at, tokens->end);

        if (next) {
            tokens->at = next;
        } else if (!is_tag(tokens->at, tokens->end)) {
            read_text(tokens);
            return true;
        } else if (read_tag(tokens)) {
            note_raw_element(tokens);
            return true;
        }
    }
    return false;
}

guint html_token_number(const HtmlToken *tag, HtmlAttribute attribute, guint otherwise)
{
    HtmlSlice value = tag->attributes[attribute];
    guint number = 0;

    if (value.length == 0 || !g_ascii_isdigit(*value.at))
        return otherwise;
    for (gsize i = 0; i < value.length && g_ascii_isdigit(value.at[i]); i++)
        number = MIN(10 * number + (guint)g_ascii_digit_value(value.at[i]), NUMBER_MAX);
    return number;
}
