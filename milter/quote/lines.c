/* The lines of a text as values: what kind each is, and its words in the form that is compared.
 * Pure; any thread. */
#include "quote/quote.h"

#include "base/text.h"

#include <string.h>

#define WORDS_CHUNK 4096
#define LINES_CHUNK 64

/* CANADIAN SYLLABICS FINAL RAISED DOT, which mail trackers leave on a line of its own. */
#define TRACKER_GLYPH 0x1427

static bool is_blank(const char *at, gsize length)
{
    const char *end = at + length;

    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    for (; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (!g_unichar_isspace(c) && c != TRACKER_GLYPH)
            return false;
    }
    return true;
}

/* Does the line leave "<ann@example.com" open, so that a ">" on the next one only closes it? */
static bool leaves_bracket_open(const QuoteLine *line)
{
    if (line->kind != LINE_TEXT || line->length > QUOTE_MARKER_MAX)
        return false;
    const char *open = memrchr(line->at, '<', line->length);
    return open && !memchr(open, '>', line->length - (gsize)(open - line->at));
}

/* "mailto:Ann <ann@example.com>" on a line of its own, between brackets on lines of their own. */
static bool ends_link(const QuoteLine *line)
{
    return line->kind == LINE_TEXT && g_str_has_prefix(line->folded, "mailto:");
}

static bool ends_with_colon(const QuoteLine *line)
{
    gsize length = line->length;

    while (length > 0 && g_ascii_isspace(line->at[length - 1]))
        length--;
    return length > 0 && line->at[length - 1] == ':';
}

static LineKind kind_of(const QuoteLine *line, const QuoteLine *before)
{
    gsize indent = 0;

    if (is_blank(line->at, line->length))
        return LINE_BLANK;
    while (indent < 3 && line->at[indent] == ' ')
        indent++;
    if (line->at[indent] != '>')
        return LINE_TEXT;
    return before && (leaves_bracket_open(before) || ends_link(before)) && ends_with_colon(line)
               ? LINE_TEXT
               : LINE_QUOTED;
}

/* Unicode characters that fold to a plain one. */
typedef struct {
    gunichar first, last;
    char plain; /* 0: nothing */
} Folding;

static const Folding foldings[] = {
    { 0x00AD, 0x00AD, 0 },   { 0x061C, 0x061C, 0 },    { 0x200B, 0x200F, 0 },
    { 0x2010, 0x2015, '-' }, { 0x2018, 0x2019, '\'' }, { 0x202A, 0x202E, 0 },
    { 0x2060, 0x2069, 0 },   { 0x2500, 0x2501, '-' },  { 0xFE0F, 0xFE0F, 0 },
    { 0xFEFF, 0xFEFF, 0 },   { 0xFF0D, 0xFF0D, '-' },  { 0xFF1A, 0xFF1A, ':' },
};

/* What is being folded: written through `to`, for which there is room. */
typedef struct {
    const char *begin;
    char *to;
} Fold;

static void fold_wide(Fold *fold, gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(foldings); i++)
        if (c >= foldings[i].first && c <= foldings[i].last) {
            if (foldings[i].plain)
                *fold->to++ = foldings[i].plain;
            return;
        }
    fold->to += g_unichar_to_utf8(g_unichar_tolower(c), fold->to);
}

/* None at the beginning, and one of several. */
static void fold_blank(Fold *fold)
{
    if (fold->to > fold->begin && fold->to[-1] != ' ')
        *fold->to++ = ' ';
}

/* ASCII up to the next character beyond it, or `end`.  Every byte is written; one that needn't
 * stand is written over by the next, because a branch at each blank would cost more. */
static const char *fold_ascii(Fold *fold, const char *at, const char *end)
{
    char *to = fold->to;
    char last = to > fold->begin ? to[-1] : ' ';

    for (; at < end && (guchar)*at < 0x80; at++) {
        char c = g_ascii_isspace(*at) ? ' ' : *at;
        gsize needed = c != ' ' || last != ' ';

        c = (char)(c + (c >= 'A' && c <= 'Z') * ('a' - 'A'));
        *to = last = c;
        to += needed;
    }
    fold->to = to;
    return at;
}

void quote_fold(GString *folded, const char *bytes, gsize length)
{
    const char *end = bytes + length;
    gsize before = folded->len;

    /* Lower case takes half as much again at most. */
    g_string_set_size(folded, before + 2 * length);
    Fold fold = { folded->str + before, folded->str + before };
    for (const char *at = bytes; (at = fold_ascii(&fold, at, end)) < end;
         at = g_utf8_next_char(at)) {
        if (g_unichar_isspace(g_utf8_get_char(at)))
            fold_blank(&fold);
        else
            fold_wide(&fold, g_utf8_get_char(at));
    }
    if (fold.to > fold.begin && fold.to[-1] == ' ')
        fold.to--;
    g_string_truncate(folded, (gsize)(fold.to - folded->str));
}

/* Apple's programs write some letters in two pieces. */
static void compose(GString *folded)
{
    if (text_ascii_run(folded->str, folded->len) == folded->len)
        return;
    for (const char *at = folded->str; *at; at++)
        if ((guchar)*at == 0xCC || ((guchar)*at == 0xCD && (guchar)at[1] < 0xB0)) {
            g_autofree char *composed = g_utf8_normalize(folded->str, -1, G_NORMALIZE_NFC);
            g_string_assign(folded, composed ? composed : folded->str);
            return;
        }
}

static void append(QuoteText *text, QuoteLine line)
{
    if (text->count == text->capacity) {
        text->capacity = MAX(LINES_CHUNK, 2 * text->capacity);
        text->lines = g_renew(QuoteLine, text->lines, text->capacity);
    }
    text->lines[text->count++] = line;
}

static QuoteLine line_of(QuoteText *text, const char *at, gsize length, GString *scratch)
{
    QuoteLine line = { .at = at, .length = length, .folded = "" };
    const QuoteLine *before = text->count ? &text->lines[text->count - 1] : NULL;

    line.kind = kind_of(&line, before);
    if (line.kind == LINE_TEXT && length <= QUOTE_MARKER_MAX) {
        g_string_truncate(scratch, 0);
        quote_fold(scratch, at, length);
        compose(scratch);
        line.folded = g_string_chunk_insert_len(text->words, scratch->str, (gssize)scratch->len);
        line.signs = quote_signs(text->lexicon, line.folded);
    }
    return line;
}

/* One more line of `length` bytes; two if an attribution begins within it. */
static void add_line(QuoteText *text, const char *at, gsize length, GString *scratch)
{
    QuoteLine line = line_of(text, at, length, scratch);
    gsize head = quote_attribution_within(text->lexicon, &line);

    if (head > 0) {
        append(text, line_of(text, at, head, scratch));
        line = line_of(text, at + head, length - head, scratch);
    }
    append(text, line);
}

void quote_text_read(QuoteText *text, const char *bytes, const QuoteMail *mail)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    text->lines = NULL;
    text->count = text->capacity = 0;
    text->words = g_string_chunk_new(WORDS_CHUNK);
    text->lexicon = quote_lexicon();
    text->sender = quote_sender_read(mail);
    text->address = mail ? mail->address : "";
    while (*bytes) {
        gsize length = strcspn(bytes, "\r\n");

        add_line(text, bytes, length, scratch);
        bytes += length;
        if (*bytes)
            bytes += bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 1;
    }
    quote_mend_marks(text);
    quote_mark_signatures(text, mail);
    text->end = text->count;
}

void quote_text_clear(QuoteText *text)
{
    g_free(text->lines);
    g_free(text->sender);
    g_string_chunk_free(text->words);
}

bool quote_is_ruler(const QuoteLine *line, const char *characters, gsize least)
{
    gsize length = strlen(line->folded);

    return length >= least && strspn(line->folded, characters) == length;
}
