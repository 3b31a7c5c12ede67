/* The parameters behind a MIME type or a disposition, as they are written by programs that haven't
 * read RFC 2231: without quotes, in encoded words, with the backslashes of a path, with a quote
 * that never closes.  Linear.  Pure; any thread. */
#include "mail/params.h"

#include "mail/charset.h"
#include "mail/words.h"

#include <stdlib.h>
#include <string.h>

/* Pieces of one parameter, RFC 2231 3. */
#define PIECES_MAX 64

typedef struct {
    char *plain;              /* name= */
    char *extended;           /* name*= */
    char *pieces[PIECES_MAX]; /* name*N= and name*N*= */
    bool encoded[PIECES_MAX];
} Found;

static void keep(char **slot, const char *value)
{
    if (!*slot)
        *slot = g_strdup(value);
}

/* Is `name` followed by RFC 2231's marks?  `suffix` begins behind the parameter's own name. */
static void keep_found(Found *found, const char *suffix, const char *value)
{
    char *end;
    guint64 piece;

    if (suffix[0] == '\0')
        keep(&found->plain, value);
    if (suffix[0] != '*')
        return;
    if (suffix[1] == '\0') {
        keep(&found->extended, value);
        return;
    }
    piece = g_ascii_strtoull(suffix + 1, &end, 10);
    if (end == suffix + 1 || piece >= PIECES_MAX || found->pieces[piece] ||
        !(end[0] == '\0' || strcmp(end, "*") == 0))
        return;
    found->encoded[piece] = end[0] == '*';
    keep(&found->pieces[piece], value);
}

/* A quoted value; *at is moved behind it.  A backslash is one unless a quote or another follows. */
static char *quoted_value(const char **at)
{
    GString *value = g_string_new(NULL);
    const char *in = *at + 1;

    for (; *in && *in != '"'; in++) {
        if (in[0] == '\\' && (in[1] == '"' || in[1] == '\\'))
            in++;
        if (*in != '\r' && *in != '\n')
            g_string_append_c(value, *in);
    }
    *at = in + strcspn(in, ";");
    return g_string_free(value, FALSE);
}

static char *plain_value(const char **at)
{
    gsize length = strcspn(*at, ";");
    char *value = g_strstrip(g_strndup(*at, length));

    *at += length;
    return value;
}

static void read_parameters(const char *at, const char *name, Found *found)
{
    while (*at) {
        gsize length = strcspn(at, "=;");
        g_autofree char *written = g_strstrip(g_strndup(at, length));
        g_autofree char *value = NULL;

        at += length;
        if (*at == '=') {
            at++;
            at += strspn(at, " \t\r\n");
            value = *at == '"' ? quoted_value(&at) : plain_value(&at);
            if (g_ascii_strncasecmp(written, name, strlen(name)) == 0)
                keep_found(found, written + strlen(name), value);
        }
        at += *at == ';';
    }
}

static void append_percent(GString *out, const char *value)
{
    for (; *value; value++) {
        if (value[0] == '%' && g_ascii_isxdigit(value[1]) && g_ascii_isxdigit(value[2])) {
            g_string_append_c(
                out, (char)(g_ascii_xdigit_value(value[1]) * 16 + g_ascii_xdigit_value(value[2])));
            value += 2;
        } else {
            g_string_append_c(out, *value);
        }
    }
}

/* Takes "charset'language'" off; NULL and the whole value if it isn't there. */
static char *take_charset(const char **value)
{
    const char *first = strchr(*value, '\'');
    const char *second = first ? strchr(first + 1, '\'') : NULL;
    char *charset;

    if (!second)
        return NULL;
    charset = g_strndup(*value, (gsize)(first - *value));
    *value = second + 1;
    return charset;
}

/* The pieces up to the first that is missing. */
static char *joined(const Found *found)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    const char *first = found->pieces[0];
    g_autofree char *claimed = found->encoded[0] ? take_charset(&first) : NULL;
    bool encoded = false, cut;

    for (gsize i = 0; i < PIECES_MAX && found->pieces[i]; i++) {
        const char *piece = i == 0 ? first : found->pieces[i];

        encoded |= found->encoded[i];
        if (found->encoded[i])
            append_percent(bytes, piece);
        else
            g_string_append(bytes, piece);
    }
    if (!encoded)
        return words_decode(bytes->str, NULL);
    return charset_decode(bytes->str, bytes->len, claimed, G_MAXSIZE, &cut);
}

static char *extended(const char *value)
{
    g_autofree char *claimed = take_charset(&value);
    g_autoptr(GString) bytes = g_string_new(NULL);
    bool cut;

    append_percent(bytes, value);
    return charset_decode(bytes->str, bytes->len, claimed, G_MAXSIZE, &cut);
}

char *param_find(const char *value, const char *name, const char *charset)
{
    Found found = { 0 };
    bool cut;
    g_autofree char *text = NULL;
    char *result = NULL;

    if (*value == '\0')
        return NULL;
    text = charset_decode(value, strlen(value), charset, G_MAXSIZE, &cut);
    read_parameters(text, name, &found);
    if (found.extended)
        result = extended(found.extended);
    else if (found.pieces[0])
        result = joined(&found);
    else if (found.plain)
        result = words_decode(found.plain, NULL);
    g_free(found.plain);
    g_free(found.extended);
    for (gsize i = 0; i < PIECES_MAX; i++)
        g_free(found.pieces[i]);
    return result;
}
