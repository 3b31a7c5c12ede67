/* What nobody sees, and what looks like something else.
 *
 * Unseen characters are those of base/unseen.c, control characters, and private or unassigned ones.
 * Plain marks of direction, which honest Arabic and Hebrew text has, have their own kind: they can
 * be confirmed, overrides and isolates can't. A word of letters from two alphabets that share
 * shapes was made to deceive, and so was one of look-alikes alone within a text in Latin letters.
 * Pure; any thread. */
#include "reply/check_parts.h"

#include "base/unseen.h"

#include <string.h>

/* Cyrillic and Greek letters that pass for Latin ones. */
#define LOOKALIKES "аеорсухіјѕһԁԛԝѵӏАВЕЗІЈКМНОРСТУХЅԚԜοαινυρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"

static bool is_control(gunichar c)
{
    return (g_unichar_iscntrl(c) && c != '\n' && c != '\t' && c != '\r') || c == 0x2028 ||
           c == 0x2029;
}

static bool is_nothing(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_UNASSIGNED || c == 0x2800;
}

/* LEFT-TO-RIGHT, RIGHT-TO-LEFT and ARABIC LETTER MARK: keyboards and models write them. */
static bool is_direction(gunichar c)
{
    return c == 0x200E || c == 0x200F || c == 0x061C;
}

/* Letters of mathematicians, which programs take for ornament and readers for letters. */
static bool is_ornament(gunichar c)
{
    return (c >= 0x1D400 && c <= 0x1D7FF) || (c >= 0x24B6 && c <= 0x24E9) ||
           (c >= 0x1F130 && c <= 0x1F189) || (c >= 0xFF21 && c <= 0xFF5A);
}

typedef const char *(*Suspicion)(Unseen *unseen, gunichar c);

static const char *unseen_why(Unseen *unseen, gunichar c)
{
    if (unseen_drops(unseen, c))
        return is_direction(c) ? NULL : "characters that nobody sees";
    if (is_control(c))
        return "control characters";
    return is_nothing(c) ? "characters that no font has" : NULL;
}

static const char *ornament_why(Unseen *unseen, gunichar c)
{
    (void)unseen;
    return is_ornament(c) ? "signs that only look like letters" : NULL;
}

/* A mark for each row of characters that are suspicious for one reason. */
static void mark_rows(DraftCheck *check, Suspicion suspicion)
{
    Unseen unseen = { 0 };
    const char *row = NULL, *why = NULL;

    for (const char *at = check->text;; at = g_utf8_next_char(at)) {
        const char *now = *at ? suspicion(&unseen, g_utf8_get_char(at)) : NULL;

        if (now != why && why)
            check_add(check, DRAFT_MARK_HIDDEN, (gsize)(row - check->text), (gsize)(at - row), why);
        if (now != why)
            row = at;
        why = now;
        if (!*at)
            return;
    }
}

/* One mark for all of them: the first. */
static void mark_direction(DraftCheck *check)
{
    for (const char *at = check->text; *at; at = g_utf8_next_char(at))
        if (is_direction(g_utf8_get_char(at))) {
            check_add(check, DRAFT_MARK_DIRECTION, (gsize)(at - check->text),
                      (gsize)(g_utf8_next_char(at) - at), "has marks of direction");
            return;
        }
}

/* -- Look-alikes ------------------------------------------------------------------------------ */

typedef struct {
    guint latin, other; /* letters; Cyrillic, Greek and their like */
    guint alike;        /* of the others, those that pass for Latin */
} Letters;

static void count_letter(Letters *letters, gunichar c)
{
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_LATIN:
        letters->latin++;
        break;
    case G_UNICODE_SCRIPT_CYRILLIC:
    case G_UNICODE_SCRIPT_GREEK:
    case G_UNICODE_SCRIPT_ARMENIAN:
    case G_UNICODE_SCRIPT_CHEROKEE:
    case G_UNICODE_SCRIPT_COPTIC:
    case G_UNICODE_SCRIPT_LISU:
        letters->other++;
        letters->alike += g_utf8_strchr(LOOKALIKES, -1, c) != NULL;
        break;
    default:
        break;
    }
}

static Letters letters_of(const char *text, gsize length)
{
    Letters letters = { 0 };

    for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
        if (g_ascii_isalpha(*at))
            letters.latin++;
        else if ((guchar)*at >= 0x80)
            count_letter(&letters, g_utf8_get_char(at));
    }
    return letters;
}

/* "Ωm", "μF": a unit, no disguise. */
static bool is_unit(const Letters *letters)
{
    return letters->other == 1 && letters->latin <= 2;
}

static void mark_lookalikes(DraftCheck *check)
{
    Letters whole = letters_of(check->text, strlen(check->text));
    bool latin = whole.latin > 3 * whole.other;

    for (guint i = 0; whole.other > 0 && i < check->words->len; i++) {
        const ReplyWord *word = &g_array_index(check->words, ReplyWord, i);
        Letters letters = letters_of(check->text + word->start, word->length);

        bool mixed = letters.other > 0 && letters.latin > 0;

        if (mixed && (letters.alike > 0 || !is_unit(&letters)))
            check_add(check, DRAFT_MARK_HIDDEN, word->start, word->length,
                      "letters of two alphabets in one word");
        else if (latin && letters.other > 1 && letters.other == letters.alike && !letters.latin)
            check_add(check, DRAFT_MARK_HIDDEN, word->start, word->length,
                      "letters of another alphabet that look like Latin ones");
    }
}

void check_hidden(DraftCheck *check)
{
    mark_rows(check, unseen_why);
    mark_rows(check, ornament_why);
    mark_direction(check);
    mark_lookalikes(check);
}
