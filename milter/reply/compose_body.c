/* What a reply says: its text, the signature, and below them the mail that it answers.
 *
 * The line above the quotation is one that our own quote_split() knows, in every language: the
 * answer to our answer is read as new text and quotation again.  What is quoted was written by a
 * stranger: unseen and control characters are taken out of it.  Pure; any thread. */
#include "reply/compose_body.h"

#include "base/text.h"
#include "base/unseen.h"
#include "language/language.h"

#include <gmime/gmime.h>
#include <string.h>

#define WHO_MAX       300
#define LINE_7BIT_MAX 76

/* Lines end in LF, and the last one has text. */
static char *with_plain_ends(const char *text)
{
    GString *plain = g_string_sized_new(strlen(text));

    for (; *text; text++) {
        if (*text == '\r' && text[1] == '\n')
            continue;
        g_string_append_c(plain, *text == '\r' ? '\n' : *text);
    }
    return g_strchomp(g_string_free(plain, FALSE));
}

static char *clean_quote(const char *text)
{
    g_autofree char *clean = text_clean(text, -1, G_MAXSIZE, NULL);
    g_autofree char *plain = NULL;
    GString *out = g_string_new(NULL);
    Unseen unseen = { 0 };

    unseen_strip(clean, &unseen);
    plain = with_plain_ends(clean);
    for (const char *at = plain; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (c == '\n' || c == '\t' || !g_unichar_iscntrl(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* "> " before each line, RFC 3676 4.5: nothing between two marks. */
static void append_quoted(GString *out, const char *text, gsize length)
{
    const char *end = text + length;

    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        gsize size = newline ? (gsize)(newline - text) : (gsize)(end - text);

        g_string_append(out, size == 0 || *text == '>' ? ">" : "> ");
        g_string_append_len(out, text, (gssize)size);
        g_string_append_c(out, '\n');
        text += size + 1;
    }
}

/* The bytes of the original that are quoted: whole lines, unless the first is too long. */
static gsize quoted_length(const char *text)
{
    gsize length = text_fit(text, REPLY_QUOTE_MAX);
    const char *newline = text[length] ? memrchr(text, '\n', length) : NULL;

    return newline ? (gsize)(newline - text) : length;
}

static void append_attribution(GString *out, const ReplyQuote *quote, const char *code)
{
    const ReplyLanguage *language = reply_language(code ? code : "");
    const char *at = (language ? language : &reply_languages[0])->attribution;
    g_autofree char *who = text_line(quote->who, WHO_MAX);
    g_autofree char *when = text_line(quote->when, WHO_MAX);

    while (*at) {
        gsize plain = strcspn(at, "{");

        g_string_append_len(out, at, (gssize)plain);
        at += plain;
        if (*at == '{') {
            g_string_append(out, g_str_has_prefix(at, "{who}") ? who : when);
            at = strchr(at, '}') + 1;
        }
    }
    g_string_append_c(out, '\n');
}

static void append_quote(GString *out, const Reply *reply)
{
    g_autofree char *text = clean_quote(reply->quote.text);
    gsize length = quoted_length(text);

    if (length == 0)
        return;
    g_string_append_c(out, '\n');
    append_attribution(out, &reply->quote, reply->language);
    append_quoted(out, text, length);
    if (text[length])
        g_string_append(out, "> […]\n");
}

char *reply_below(const Reply *reply)
{
    GString *below = g_string_new(NULL);

    if (reply->signature && *reply->signature) {
        g_autofree char *signature = with_plain_ends(reply->signature);

        g_string_append_printf(below, "\n-- \n%s\n", signature);
    }
    if (reply->quote.text)
        append_quote(below, reply);
    return g_string_free(below, FALSE);
}

char *reply_body(const Reply *reply)
{
    g_autofree char *text = with_plain_ends(reply->text), *below = reply_below(reply);

    return g_strconcat(text, *text ? "\n" : "", below, NULL);
}

/* Survives as it is: ASCII in short lines, none that ends in a blank or begins like a line that
 * mailboxes are parted by. */
static bool is_7bit(const char *body)
{
    if (!g_str_is_ascii(body))
        return false;
    while (*body) {
        gsize length = strcspn(body, "\n");

        if (length > LINE_7BIT_MAX || g_str_has_prefix(body, "From ") ||
            (length > 0 && strchr(" \t", body[length - 1])))
            return false;
        body += length + (body[length] == '\n');
    }
    return true;
}

static char *quoted_printable(const char *body)
{
    GMimeEncoding encoding;
    gsize length = strlen(body), size;
    g_autofree char *encoded = NULL;

    g_mime_encoding_init_encode(&encoding, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    encoded = g_malloc(g_mime_encoding_outlen(&encoding, length) + 1);
    size = g_mime_encoding_flush(&encoding, body, length, encoded);
    encoded[size] = '\0';
    return g_steal_pointer(&encoded);
}

void compose_write_body(GString *out, const char *body)
{
    bool plain = is_7bit(body);
    g_autofree char *encoded = plain ? NULL : quoted_printable(body);

    g_string_append_printf(out,
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: %s\r\n\r\n",
                           plain ? "7bit" : "quoted-printable");
    for (const char *at = plain ? body : encoded; *at; at++) {
        if (*at == '\n')
            g_string_append_c(out, '\r');
        g_string_append_c(out, *at);
    }
}
