/* Cuts text into the terms that the index holds and a search asks for, the same for both.
 *
 * A term is a folded word without accents.  Words of five letters and more have a stem too, their
 * first five letters: it lets "invoices" find "invoice" and "Rechnungen" find "Rechnung" without a
 * grammar for each language, and whoever has the whole word scores twice.
 *
 * Scripts without spaces are cut into pairs of characters, each overlapping the next, as search
 * engines do for Chinese, Japanese and Korean: most words there have two characters, which is why
 * pairs serve better than triples.  Korean has spaces, but hangs its particles on the words.  Pure;
 * any thread. */
#include "knowledge/terms.h"

#include "base/text.h"

#include <stdbool.h>

/* The mark that lengthens a vowel in Japanese belongs to no script. */
#define LONG_VOWEL 0x30FC

typedef enum { KIND_GAP, KIND_WORD, KIND_PAIRS, KIND_MARK } Kind;

typedef struct {
    GString *out;
    GString *run; /* characters of one kind, as far as read */
    glong length; /* of it, in characters */
    Kind kind;
} Terms;

static Kind kind_of(gunichar c)
{
    if (c < 0x80)
        return g_ascii_isalnum((char)c) ? KIND_WORD : KIND_GAP;
    if (g_unichar_ismark(c) || c == LONG_VOWEL)
        return KIND_MARK;
    if (!g_unichar_isalnum(c))
        return KIND_GAP;
    return text_is_unspaced(c) || g_unichar_get_script(c) == G_UNICODE_SCRIPT_HANGUL ? KIND_PAIRS
                                                                                     : KIND_WORD;
}

/* Accents go where they only shade a letter.  A mark with a script of its own is a vowel. */
static gunichar without_accent(gunichar c)
{
    gunichar bare = c;

    if (c < 0x80)
        return c;
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_LATIN:
    case G_UNICODE_SCRIPT_GREEK:
    case G_UNICODE_SCRIPT_CYRILLIC:
        g_unichar_fully_decompose(c, FALSE, &bare, 1);
        return bare;
    case G_UNICODE_SCRIPT_INHERITED:
        return 0;
    default:
        return c;
    }
}

static void add_term(GString *out, const char *text, gsize length, const char *ending)
{
    if (out->len > 0)
        g_string_append_c(out, ' ');
    g_string_append_len(out, text, (gssize)length);
    g_string_append(out, ending);
}

static void add_word(const Terms *terms)
{
    const char *word = terms->run->str;

    if (terms->length < 2 || terms->length > TERMS_WORD_MAX)
        return;
    add_term(terms->out, word, terms->run->len, "");
    if (terms->length >= TERMS_STEM)
        add_term(terms->out, word, (gsize)(g_utf8_offset_to_pointer(word, TERMS_STEM) - word), "~");
}

static void add_pairs(const Terms *terms)
{
    const char *at = terms->run->str, *end = at + terms->run->len;
    const char *second = g_utf8_next_char(at);

    if (second == end)
        add_term(terms->out, at, terms->run->len, "");
    while (second < end) {
        const char *behind = g_utf8_next_char(second);

        add_term(terms->out, at, (gsize)(behind - at), "");
        at = second;
        second = behind;
    }
}

static void end_run(Terms *terms)
{
    if (terms->kind == KIND_WORD)
        add_word(terms);
    else if (terms->kind == KIND_PAIRS)
        add_pairs(terms);
    g_string_truncate(terms->run, 0);
    terms->length = 0;
}

static void add_character(Terms *terms, gunichar c)
{
    Kind kind = kind_of(c);

    if (kind == KIND_MARK)
        kind = terms->kind;
    if (kind != terms->kind)
        end_run(terms);
    terms->kind = kind;
    c = kind == KIND_GAP ? 0 : without_accent(c);
    if (c == 0)
        return;
    g_string_append_unichar(terms->run, c);
    terms->length++;
}

char *terms_of(const char *text)
{
    g_autofree char *folded = text_fold(text);
    g_autoptr(GString) run = g_string_new(NULL);
    Terms terms = { .out = g_string_new(NULL), .run = run, .kind = KIND_GAP };

    for (const char *at = folded; *at; at = g_utf8_next_char(at))
        add_character(&terms, g_utf8_get_char(at));
    end_run(&terms);
    return g_string_free(terms.out, FALSE);
}
