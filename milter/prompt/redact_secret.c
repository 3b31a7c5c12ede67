/* Secrets: keys that are known by their form, private key blocks, passwords in addresses, and what
 * stands behind a word that announces one (redact_secret_label.c).  Pure. */
#include "prompt/redact_secret.h"

#include <string.h>

#define TOKEN_MIN     16    /* characters of a token behind its name */
#define BLOCK_MAX     16384 /* bytes of a private key */
#define BOT_TOKEN_MIN 35
/* What the lines of a key file are made of, quoted or not. */
#define PEM_LINES "\r\n\t >:,+/=-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static bool is_key_char(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-_.", c));
}

static gsize key_length(const char *at)
{
    gsize length = 0;

    while (is_key_char(at[length]))
        length++;
    return length;
}

bool secret_is_base64(char c)
{
    return is_key_char(c) || (c != '\0' && strchr("+/=%", c));
}

gsize secret_base64_length(const char *at)
{
    gsize length = 0;

    while (secret_is_base64(at[length]))
        length++;
    return length;
}

static bool find_form(const char *at, RedactSpan *span)
{
    for (const SecretForm *form = secret_forms; form->prefix; form++) {
        if (*at != *form->prefix || !g_str_has_prefix(at, form->prefix))
            continue;
        const char *rest = at + strlen(form->prefix);

        *span = (RedactSpan){ at, rest + key_length(rest) };
        if (span->end - rest >= form->least)
            return true;
    }
    return false;
}

/* A JSON Web Token: three parts of base64, the first of which begins with '{"'. */
static bool find_jwt(const char *at, RedactSpan *span)
{
    gsize length = strncmp(at, "eyJ", 3) == 0 ? key_length(at) : 0;
    guint dots = 0;

    for (gsize i = 0; i < length; i++)
        dots += at[i] == '.' && i + 1 < length;
    *span = (RedactSpan){ at, at + length };
    return length >= TOKEN_MIN && dots >= 2;
}

/* A block of a private key: up to its last line or, where it was cut, to the end of what could be
 * its lines. */
static bool find_pem(const char *at, RedactSpan *span)
{
    static const char begin[] = "-----BEGIN ", end[] = "-----END ";
    static const char label[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ";
    const char *last = at + (strncmp(at, begin, strlen(begin)) == 0 ? strlen(begin) : 0);

    if (last == at || !g_strstr_len(last, (gssize)strspn(last, label), "PRIVATE KEY"))
        return false;
    *span = (RedactSpan){ at, at + strspn(at, PEM_LINES) };
    last = g_strstr_len(at, BLOCK_MAX, end);
    if (last) {
        last += strlen(end);
        last += strspn(last, label);
        span->end = last + strspn(last, "-");
    }
    return true;
}

/* A key file of PuTTY: to its last line, or to the end of what could be its lines. */
static bool find_putty(const char *at, RedactSpan *span)
{
    static const char begin[] = "PuTTY-User-Key-File-", end[] = "Private-MAC:";
    const char *last;

    if (strncmp(at, begin, strlen(begin)) != 0)
        return false;
    *span = (RedactSpan){ at, at + strspn(at, PEM_LINES) };
    last = g_strstr_len(at, BLOCK_MAX, end);
    if (last) {
        last += strlen(end);
        last += strspn(last, " ");
        span->end = last + key_length(last);
    }
    return true;
}

/* An address that is a credential by itself: "hooks.slack.com/services/…". */
static bool find_secret_url(const char *at, RedactSpan *span)
{
    for (const char *const *url = secret_urls; *url; url++) {
        if (redact_lower(*at) != **url || g_ascii_strncasecmp(at, *url, strlen(*url)) != 0)
            continue;
        at += strlen(*url);
        *span = (RedactSpan){ at, at + strcspn(at, " \t\r\n<>\"'`)|") };
        return span->end > span->begin;
    }
    return false;
}

/* "123456789:AA…": the token of a Telegram bot, from its colon on. */
static bool find_bot_token(const char *at, RedactSpan *span)
{
    if (strncmp(at, ":AA", 3) != 0)
        return false;
    *span = (RedactSpan){ at + 1, at + 1 + key_length(at + 1) };
    return span->end - span->begin >= BOT_TOKEN_MIN;
}

/* https://user:password@host */
static bool find_in_url(const char *at, RedactSpan *span)
{
    gsize user, password;

    if (strncmp(at, "://", 3) != 0)
        return false;
    at += 3;
    user = strcspn(at, ":@/?# \t\r\n<>");
    if (user == 0 || at[user] != ':')
        return false;
    password = strcspn(at + user + 1, "@/?# \t\r\n<>");
    *span = (RedactSpan){ at + user + 1, at + user + 1 + password };
    return password > 0 && *span->end == '@';
}

static bool find_bearer(const char *at, RedactSpan *span)
{
    const char *behind = redact_word_end(at, "bearer");

    if (!behind || *behind != ' ')
        return false;
    behind += strspn(behind, " ");
    *span = (RedactSpan){ behind, behind + secret_base64_length(behind) };
    return span->end - span->begin >= TOKEN_MIN;
}

/* What a word can begin; keys have '-' and '_' among their own characters. */
static bool find_word(const char *at, bool inside_key, RedactSpan *span)
{
    return (!inside_key && (find_form(at, span) || find_jwt(at, span))) || find_putty(at, span) ||
           find_secret_url(at, span) || find_bearer(at, span) || secret_find_labelled(at, span);
}

bool redact_find_secret(const char *text, RedactSpan *span)
{
    gunichar before = 0;

    for (; *text; text = g_utf8_next_char(text)) {
        if (*text == '-' || *text == ':') {
            if (find_pem(text, span) || find_in_url(text, span) || find_bot_token(text, span) ||
                (*text == '-' && !redact_joins(before) && secret_find_labelled(text, span)))
                return true;
        } else if (!redact_joins(before) && find_word(text, before == '-' || before == '_', span)) {
            return true;
        }
        before = redact_char(text);
    }
    return false;
}
