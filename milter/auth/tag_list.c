/* Reads tag lists.  One pass; what a tag means is its reader's question.  Pure; any thread. */
#include "auth/tag_list.h"

#include <string.h>

#define BASE64_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* FWS: blanks, and line ends that a blank follows. */
static bool is_folded_well(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n'))
            return false;
        if (text[i] == '\n' && (i + 1 == length || (text[i + 1] != ' ' && text[i + 1] != '\t')))
            return false;
    }
    return true;
}

static void trim(const char **start, const char **end)
{
    while (*start < *end && is_blank(**start))
        (*start)++;
    while (*end > *start && is_blank((*end)[-1]))
        (*end)--;
}

static bool is_blank_run(const char *start, const char *end)
{
    while (start < end && is_blank(*start))
        start++;
    return start == end;
}

static bool is_name(const char *name, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(name[i]) && name[i] != '_')
            return false;
    return length > 0 && g_ascii_isalpha(name[0]);
}

static bool is_value(const char *value, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!is_blank(value[i]) && ((guchar)value[i] < 0x21 || value[i] == 0x7F))
            return false;
    return true;
}

static const Tag *find(const TagList *list, const char *name, gsize length)
{
    for (gsize i = 0; i < list->count; i++)
        if (list->tags[i].name_length == length && memcmp(list->tags[i].name, name, length) == 0)
            return &list->tags[i];
    return NULL;
}

static bool add(TagList *list, const char *start, const char *end)
{
    const char *equals = memchr(start, '=', (gsize)(end - start));

    if (!equals || list->count == TAGS_MAX)
        return false;
    const char *name = start, *name_end = equals, *value = equals + 1, *value_end = end;
    trim(&name, &name_end);
    trim(&value, &value_end);
    gsize name_length = (gsize)(name_end - name), length = (gsize)(value_end - value);
    if (!is_name(name, name_length) || !is_value(value, length) || find(list, name, name_length))
        return false;
    list->tags[list->count++] = (Tag){ name, name_length, value, length, equals + 1, end };
    return true;
}

bool tag_list_parse(TagList *list, const char *text, gsize length)
{
    const char *at = text, *end = text + length;

    list->count = 0;
    if (!is_folded_well(text, length))
        return false;
    while (at < end) {
        const char *semicolon = memchr(at, ';', (gsize)(end - at));

        if (!semicolon && list->count > 0 && is_blank_run(at, end))
            return true;
        if (!add(list, at, semicolon ? semicolon : end))
            return false;
        at = semicolon ? semicolon + 1 : end;
    }
    return list->count > 0;
}

const Tag *tag_list_find(const TagList *list, const char *name)
{
    return find(list, name, strlen(name));
}

char *tag_text(const Tag *tag)
{
    return g_strndup(tag->value, tag->length);
}

char *tag_compact(const Tag *tag)
{
    char *text = g_malloc(tag->length + 1);
    gsize length = 0;

    for (gsize i = 0; i < tag->length; i++)
        if (!is_blank(tag->value[i]))
            text[length++] = tag->value[i];
    text[length] = '\0';
    return text;
}

static bool is_word(const char *text, gsize length, const char *word)
{
    return strlen(word) == length && g_ascii_strncasecmp(text, word, length) == 0;
}

bool tag_is(const Tag *tag, const char *word)
{
    return is_word(tag->value, tag->length, word);
}

bool tag_holds(const Tag *tag, const char *word)
{
    const char *at = tag->value, *end = tag->value + tag->length;

    for (;;) {
        const char *colon = memchr(at, ':', (gsize)(end - at));
        const char *start = at, *stop = colon ? colon : end;

        trim(&start, &stop);
        if (is_word(start, (gsize)(stop - start), word))
            return true;
        if (!colon)
            return false;
        at = colon + 1;
    }
}

/* Whole groups of four, '=' only at the end. */
static bool is_base64(const char *text)
{
    gsize digits = strspn(text, BASE64_DIGITS), padding = strspn(text + digits, "=");

    return digits > 0 && padding <= 2 && !text[digits + padding] && (digits + padding) % 4 == 0;
}

GBytes *tag_bytes(const Tag *tag)
{
    g_autofree char *text = tag_compact(tag);
    gsize length;

    if (!is_base64(text))
        return NULL;
    guchar *bytes = g_base64_decode(text, &length);
    return g_bytes_new_take(bytes, length);
}
