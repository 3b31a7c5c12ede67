/* E-mail addresses, from the '@' outwards: what may stand before it, and behind it a domain with a
 * dot.  Letters of every script count (RFC 6531).  Where a domain goes on with something that is
 * none, its beginning is taken. */
#include "prompt/redact_find.h"

#include <string.h>

#define TOP_LEVEL_MIN 2

static bool is_local(gunichar c)
{
    return c < 0x80
               ? g_ascii_isalnum((char)c) || (c != '\0' && strchr(".!#$%&'*+^_~-", (int)c) != NULL)
               : g_unichar_isalpha(c) || g_unichar_ismark(c);
}

static bool is_domain(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c) || c == '-'
                    : g_unichar_isalpha(c) || g_unichar_ismark(c);
}

static const char *local_begin(const char *text, const char *at)
{
    while (at > text) {
        const char *before = g_utf8_prev_char(at);

        if (!is_local(redact_char(before)))
            break;
        at = before;
    }
    return at;
}

/* A label's end; *letters: how many it has, 0 if other characters are among them. */
static const char *label_end(const char *at, gsize *letters)
{
    bool others = false;

    *letters = 0;
    for (; is_domain(redact_char(at)); at = g_utf8_next_char(at)) {
        others |= g_ascii_isdigit(*at) || *at == '-';
        (*letters)++;
    }
    if (others)
        *letters = 0;
    return at;
}

/* Behind the last label that can be a top level, NULL if there is none. */
static const char *domain_end(const char *at)
{
    const char *good = NULL;
    gsize letters;

    for (bool first = true;; first = false) {
        const char *end = label_end(at, &letters);

        if (end == at)
            return good;
        if (!first && (letters >= TOP_LEVEL_MIN || g_ascii_strncasecmp(at, "xn--", 4) == 0))
            good = end;
        if (*end != '.')
            return good;
        at = end + 1;
    }
}

bool redact_find_email(const char *text, RedactSpan *span)
{
    const char *begin = text;

    for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@')) {
        *span = (RedactSpan){ local_begin(begin, at), domain_end(at + 1) };
        if (span->begin < at && span->end)
            return true;
        begin = at + 1;
    }
    return false;
}
