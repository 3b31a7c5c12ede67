/* Writes header fields, RFC 5322, 2047 and 6532.
 *
 * A text that is not plain goes as a whole into encoded words, each a whole number of characters:
 * what is read is then what was given, blanks and look-alikes of encoded words included.  Lines are
 * folded between words at 76 bytes.  Callers have checked the values.  Pure; any thread. */
#include "reply/compose_header.h"

#include "base/text.h"

#include <string.h>

#define LINE_MAX_BYTES 76
#define WORD_BYTES     39 /* of text in an encoded word: 64 bytes, and room for a field's name */
#define SEPARATORS     "\u2028\u2029"

bool compose_is_line(const char *text, gsize max)
{
    if (strlen(text) > max || !g_utf8_validate(text, -1, NULL))
        return false;
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (g_unichar_iscntrl(c) || g_utf8_strchr(SEPARATORS, -1, c))
            return false;
    }
    return true;
}

bool compose_is_message_id(const char *id)
{
    const char *at = strrchr(id, '@');

    for (const char *c = id; *c; c++)
        if (!g_ascii_isgraph(*c) || strchr("<>()[]\\\",;", *c))
            return false;
    return at && at > id && at[1];
}

bool compose_is_thread_id(const char *id, gsize max)
{
    gsize length = strlen(id);

    return length > 0 && compose_is_line(id, max) && !strpbrk(id, "<>") && id[0] != ' ' &&
           id[length - 1] != ' ';
}

/* Lines are counted from the last line end. */
static gsize line_length(const GString *out)
{
    const char *newline = strrchr(out->str, '\n');

    return newline ? (gsize)(out->str + out->len - newline - 1) : out->len;
}

typedef struct {
    GString *out;
    gsize line; /* bytes on the last line */
} Writer;

static Writer begin_field(GString *out, const char *name)
{
    g_string_append_printf(out, "%s:", name);
    return (Writer){ out, line_length(out) };
}

static void end_field(Writer *writer)
{
    g_string_append(writer->out, "\r\n");
}

/* A blank and the word, on a new line if this one has no room. */
static void write_word(Writer *writer, const char *word, gsize length)
{
    if (writer->line + 1 + length > LINE_MAX_BYTES) {
        g_string_append(writer->out, "\r\n");
        writer->line = 0;
    }
    g_string_append_c(writer->out, ' ');
    g_string_append_len(writer->out, word, (gssize)length);
    writer->line += 1 + length;
}

static void write_encoded(Writer *writer, const char *text)
{
    while (*text) {
        gsize length = text_fit(text, WORD_BYTES);
        g_autofree char *base64 = g_base64_encode((const guchar *)text, length);
        g_autofree char *word = g_strconcat("=?UTF-8?B?", base64, "?=", NULL);

        write_word(writer, word, strlen(word));
        text += length;
    }
}

/* ASCII without anything a reader would decode, and with single blanks between words. */
static bool is_plain(const char *text)
{
    gsize length = strlen(text);

    return g_str_is_ascii(text) && !strstr(text, "=?") && !strstr(text, "  ") &&
           (length == 0 || (text[0] != ' ' && text[length - 1] != ' '));
}

static void write_plain(Writer *writer, const char *text)
{
    while (*text) {
        gsize length = strcspn(text, " ");

        write_word(writer, text, length);
        text += length;
        text += *text == ' ';
    }
}

void compose_write_text(GString *out, const char *name, const char *text)
{
    Writer writer = begin_field(out, name);

    if (is_plain(text))
        write_plain(&writer, text);
    else
        write_encoded(&writer, text);
    end_field(&writer);
}

/* Atoms (RFC 5322 3.2.3), blanks, and what else needs no more than quotes around it. */
static bool is_only(const char *text, const char *others)
{
    for (; *text; text++)
        if (!g_ascii_isalnum(*text) && !strchr(" !#$%&'*+-/=?^_`{|}~", *text) &&
            !strchr(others, *text))
            return false;
    return true;
}

/* Brackets, colons and quotes in a name are signs of the address itself to careless readers: they
 * are encoded. */
static void write_name(Writer *writer, const char *name)
{
    g_autofree char *quoted = g_strdup_printf("\"%s\"", name);

    if (!is_plain(name) || !is_only(name, ".,"))
        write_encoded(writer, name);
    else if (is_only(name, ""))
        write_plain(writer, name);
    else
        write_word(writer, quoted, strlen(quoted));
}

void compose_write_addresses(GString *out, const char *name, const GPtrArray *addresses)
{
    Writer writer = begin_field(out, name);

    for (guint i = 0; i < addresses->len; i++) {
        const MailAddress *address = addresses->pdata[i];
        g_autofree char *angle =
            g_strdup_printf("<%s>%s", address->address, i + 1 < addresses->len ? "," : "");

        write_name(&writer, address->name);
        write_word(&writer, angle, strlen(angle));
    }
    end_field(&writer);
}

void compose_write_ids(GString *out, const char *name, const GPtrArray *ids)
{
    Writer writer = begin_field(out, name);

    for (guint i = 0; i < ids->len; i++) {
        g_autofree char *angle = g_strdup_printf("<%s>", (char *)ids->pdata[i]);

        write_word(&writer, angle, strlen(angle));
    }
    end_field(&writer);
}
