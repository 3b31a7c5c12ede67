/* Address fields (RFC 5322 3.4) as they are written, not as they should be: brackets in names,
 * unquoted dots and commas, a name without angle brackets around the address behind it, quotes and
 * comments that never close.
 *
 * One pass, without descending: a group's name is forgotten at its colon, comments are counted.
 * Whatever can't be read as an address is left out; only address_fold() says what is one.  Pure;
 * any thread. */
#include "mail/address_list.h"

#include "base/text.h"
#include "mail/charset.h"
#include "mail/words.h"

#include <string.h>

typedef struct {
    GString *phrase;  /* what stands outside of angle brackets, as written */
    GString *comment; /* the last one */
    GString *angle;   /* what stands within */
    GString *behind;  /* what stands behind them */
    GString *before;  /* an entry without address before this one: "Lee, Ann <…>" */
    bool has_angle;
    bool unclosed; /* a quote or comment opens that nothing closes: it is no more than a sign */
    GPtrArray *out;
    guint max;
} Lister;

/* Blanks beside the signs that hold an address together, RFC 5322 4.4. */
static char *tightened(const char *address)
{
    GString *tight = g_string_new(NULL);
    bool quoted = false;

    for (const char *at = address; *at; at++) {
        gsize blanks = quoted ? 0 : strspn(at, " \t\r\n");
        bool joined =
            tight->len == 0 || strchr(".@", tight->str[tight->len - 1]) || strchr(".@", at[blanks]);

        if (blanks > 0) {
            if (!joined)
                g_string_append_c(tight, ' ');
            at += blanks - 1;
            continue;
        }
        quoted ^= *at == '"';
        g_string_append_c(tight, *at);
    }
    return g_string_free(tight, FALSE);
}

/* Also as links and single quotes have it. */
static char *fold_written(const char *written)
{
    g_autofree char *tight = tightened(written);
    gsize length = strlen(tight);
    const char *bare = tight;

    if (length > 2 && tight[0] == '\'' && tight[length - 1] == '\'') {
        tight[length - 1] = '\0';
        bare++;
    }
    if (g_ascii_strncasecmp(bare, "mailto:", 7) == 0)
        bare += 7;
    return address_fold(bare);
}

/* Quotes off, encoded words undone. */
static char *display_name(const char *written)
{
    g_autoptr(GString) bare = g_string_new(NULL);
    g_autofree char *decoded = NULL;

    for (const char *at = written; *at; at++) {
        gsize word = words_length(at);

        g_string_append_len(bare, at, (gssize)word);
        at += word;
        if (*at == '\0')
            break;
        if (at[0] == '\\' && (at[1] == '"' || at[1] == '\\'))
            g_string_append_c(bare, *++at);
        else if (*at != '"')
            g_string_append_c(bare, *at);
    }
    decoded = words_decode(bare->str, NULL);
    return text_line(decoded, NAME_MAX_BYTES);
}

static void add(Lister *lister, const char *address, const char *written_name)
{
    g_autofree char *name = display_name(written_name);

    if (lister->out->len < lister->max)
        g_ptr_array_add(lister->out, address_new(address, name));
}

/* The address of an entry without angle brackets: all of it, or its last word. */
static bool add_bare(Lister *lister)
{
    char *phrase = g_strstrip(lister->phrase->str);
    char *last = phrase + strlen(phrase);
    g_autofree char *whole = fold_written(phrase);
    g_autofree char *word = NULL;

    if (whole[0] != '\0') {
        add(lister, whole, lister->comment->str);
        return true;
    }
    while (last > phrase && !strchr(" \t\r\n", last[-1]))
        last--;
    word = fold_written(last);
    if (word[0] == '\0')
        return false;
    *last = '\0';
    add(lister, word, phrase);
    return true;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static void add_angle(Lister *lister)
{
    g_autofree char *address = fold_written(lister->angle->str);
    g_autofree char *name = g_strconcat(lister->before->str, lister->phrase->str, NULL);

    if (address[0] == '\0')
        return;
    if (!is_blank(name))
        add(lister, address, name);
    else
        add(lister, address,
            is_blank(lister->behind->str) ? lister->comment->str : lister->behind->str);
}

static void end_entry(Lister *lister, char separator)
{
    if (lister->has_angle)
        add_angle(lister);
    else if (!is_blank(lister->phrase->str) && !add_bare(lister) && separator == ',' &&
             lister->before->len == 0)
        g_string_printf(lister->before, "%s, ", g_strstrip(lister->phrase->str));
    if (lister->has_angle || separator != ',')
        g_string_truncate(lister->before, 0);
    lister->has_angle = false;
    g_string_truncate(lister->phrase, 0);
    g_string_truncate(lister->behind, 0);
    g_string_truncate(lister->comment, 0);
    g_string_truncate(lister->angle, 0);
}

/* Behind the quote or comment that opens at `at`; `at` itself if it doesn't close. */
static const char *closing(const char *at)
{
    bool quote = *at == '"';
    gsize depth = 0;
    const char *in = at;

    do {
        if (in[0] == '\\' && in[1] != '\0')
            in++;
        else if (!quote && *in == '(')
            depth++;
        else if (*in == (quote ? '"' : ')') && in > at && (quote || --depth == 0))
            return in + 1;
    } while (*in++ != '\0');
    return at;
}

/* Takes a quote or a comment at `at`; returns what is behind it, `at` if there is none. */
static const char *take_enclosed(Lister *lister, const char *at, GString *into)
{
    const char *end = !lister->unclosed && (*at == '"' || *at == '(') ? closing(at) : at;

    if (end == at) {
        lister->unclosed |= *at == '"' || *at == '(';
        return at;
    }
    if (*at == '"')
        g_string_append_len(into, at, end - at);
    else
        g_string_overwrite_len(g_string_truncate(lister->comment, 0), 0, at + 1, end - at - 2);
    return end;
}

/* A comma stands only in a source route: otherwise the bracket was forgotten. */
static bool ends_angle(const Lister *lister, char c)
{
    return c == ',' && lister->angle->str[0] != '@';
}

static const char *take_angle(Lister *lister, const char *at)
{
    for (at++; *at && *at != '>' && *at != '<' && !ends_angle(lister, *at);) {
        const char *behind = take_enclosed(lister, at, lister->angle);

        if (behind == at)
            g_string_append_c(lister->angle, *at++);
        else
            at = behind;
    }
    lister->has_angle = true;
    return *at == '>' ? at + 1 : at;
}

/* Words behind an address belong to the next one that stands in brackets. */
static void end_at_bracket(Lister *lister)
{
    g_autofree char *words = g_strdup(lister->behind->str);

    end_entry(lister, ',');
    g_string_assign(lister->phrase, words);
}

/* The length of a domain literal behind an '@', 0 if none stands here. */
static gsize literal_length(const GString *words, const char *at)
{
    gsize length;

    if (*at != '[' || words->len == 0 || words->str[words->len - 1] != '@')
        return 0;
    length = strcspn(at, "]\"<>,; \t\r\n");
    return at[length] == ']' ? length + 1 : 0;
}

/* One piece of an entry; returns what is behind it. */
static const char *take(Lister *lister, const char *at)
{
    GString *words = lister->has_angle ? lister->behind : lister->phrase;
    gsize whole = MAX(words_length(at), literal_length(words, at));
    const char *behind;

    if (whole > 0) {
        g_string_append_len(words, at, (gssize)whole);
        return at + whole;
    }
    if (*at == '<') {
        if (lister->has_angle)
            end_at_bracket(lister);
        return take_angle(lister, at);
    }
    behind = take_enclosed(lister, at, words);
    if (behind > at)
        return behind;
    if (*at == ',' || *at == ';')
        end_entry(lister, *at);
    else if (*at == ':' && !lister->has_angle)
        g_string_truncate(lister->phrase, 0);
    else if (!strchr("\"(>", *at))
        g_string_append_c(words, *at);
    return at + 1;
}

GPtrArray *address_list_read(const char *value, const char *charset, guint max)
{
    bool cut;
    g_autofree char *text = charset_decode(value, strlen(value), charset, G_MAXSIZE, &cut);
    g_autoptr(GString) phrase = g_string_new(NULL);
    g_autoptr(GString) comment = g_string_new(NULL);
    g_autoptr(GString) angle = g_string_new(NULL);
    g_autoptr(GString) behind = g_string_new(NULL);
    g_autoptr(GString) before = g_string_new(NULL);
    Lister lister = { .phrase = phrase,
                      .comment = comment,
                      .angle = angle,
                      .behind = behind,
                      .before = before,
                      .out = g_ptr_array_new_with_free_func((GDestroyNotify)address_free),
                      .max = max };

    for (const char *at = text; *at && lister.out->len < max;)
        at = take(&lister, at);
    end_entry(&lister, '\0');
    return lister.out;
}
