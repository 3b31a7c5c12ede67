/* Names of persons and products: words with capital letters in places where only names have them.
 *
 * Two in a row, one behind a title, one with a capital letter inside, whoever is greeted, whoever
 * signs.  The first word of a sentence says nothing by its capital letter, and in German no noun
 * does.  A name is known if all of its words are, and stand beside each other somewhere.  Pure; any
 * thread. */
#include "reply/check_parts.h"

#include <string.h>

#define NAME_WORDS_MAX  6
#define GREETED_MAX     4 /* words behind a greeting that can be a name in small letters */
#define PHRASE_MAX      5
#define LINES_BELOW_MAX 2

static const char unknown_name[] = "looks like a name and is in no source";
static const char foreign_name[] =
    "looks like a name, stands in a reply to another customer, and in no source";

static const ReplyWord *word_at(const DraftCheck *check, guint i)
{
    return i < check->words->len ? &g_array_index(check->words, ReplyWord, i) : NULL;
}

/* A word that is no name wherever it stands: of the text's language, or of English. */
static bool is_common(const DraftCheck *check, const ReplyWord *word)
{
    const WordRoles *roles = reply_word_roles(word->hash);
    guint32 languages = check->language ? check->language | 1 : G_MAXUINT32;

    return roles && ((roles->languages[ROLE_COMMON] & languages) || roles->languages[ROLE_GENERIC]);
}

static bool is_name_word(const DraftCheck *check, const ReplyWord *word)
{
    return (word->capital || word->camel) && !word->digits && !is_common(check, word) &&
           !reply_word_is(word->hash, ROLE_TITLE);
}

/* Jan and May are names where somebody is greeted, and months elsewhere. */
static bool is_of_calendar(const ReplyWord *word)
{
    return reply_word_is(word->hash, ROLE_MONTH) || reply_word_is(word->hash, ROLE_WEEKDAY);
}

/* -- Known or not ----------------------------------------------------------------------------- */

static bool is_known(const Evidence *evidence, const DraftCheck *check, guint from, guint to,
                     guint neutral)
{
    for (guint i = from; i < to; i++) {
        guint64 word = word_at(check, i)->hash;

        if (i < neutral)
            continue;
        if (!evidence_has_word(evidence, word) ||
            (i > from && i > neutral &&
             !evidence_has_pair(evidence, word_at(check, i - 1)->hash, word)))
            return false;
    }
    return true;
}

/* Marks [from, to) if it isn't known; words before `neutral` need not be. */
static void judge(DraftCheck *check, guint from, guint to, guint neutral)
{
    const ReplyWord *first, *last;

    if (from >= to || neutral >= to || is_known(check->known, check, from, to, neutral))
        return;
    first = word_at(check, from);
    last = word_at(check, to - 1);
    if (is_known(check->others, check, from, to, neutral))
        check_add(check, DRAFT_MARK_FOREIGN, first->start,
                  last->start + last->length - first->start, foreign_name);
    else
        check_add(check, DRAFT_MARK_NAME, first->start, last->start + last->length - first->start,
                  unknown_name);
}

/* -- Phrases ---------------------------------------------------------------------------------- */

/* The words behind `i` that with it make a phrase of this role, the longest; 0 if there are none.
 */
static guint phrase_at(const DraftCheck *check, guint i, WordRole role)
{
    guint64 hash = word_at(check, i)->hash;
    guint length = reply_word_is(hash, role) ? 1 : 0;

    for (guint k = i + 1; k < i + PHRASE_MAX && k < check->words->len; k++) {
        if (word_at(check, k)->begins_line)
            break;
        hash = reply_hash_join(hash, word_at(check, k)->hash);
        if (reply_word_is(hash, role))
            length = k + 1 - i;
    }
    return length;
}

static char behind(const DraftCheck *check, guint i)
{
    const ReplyWord *word = word_at(check, i);
    const char *at = check->text + word->start + word->length;

    return at[strspn(at, " \t\r")];
}

/* Titles, and the points behind them, are stepped over. */
static bool is_joined(const DraftCheck *check, guint i)
{
    const ReplyWord *word = word_at(check, i);

    return word && !word->begins_line &&
           (word->follows || reply_word_is(word_at(check, i - 1)->hash, ROLE_TITLE));
}

/* "Dear Ann Lee," "hi ann!": the words behind a greeting, up to the end of its phrase. */
static guint check_greeted(DraftCheck *check, guint i)
{
    guint from = i, to;
    bool closed;

    while (from < check->words->len && is_joined(check, from) &&
           (is_common(check, word_at(check, from)) ||
            reply_word_is(word_at(check, from)->hash, ROLE_TITLE)))
        from++;
    for (to = from; to < check->words->len && to < from + NAME_WORDS_MAX; to++)
        if (!is_joined(check, to) || is_common(check, word_at(check, to)) ||
            word_at(check, to)->digits)
            break;
    closed = to > from && strchr(",!:;.\n", behind(check, to - 1));
    if (!closed || to - from > GREETED_MAX)
        for (to = from; to < check->words->len && is_joined(check, to); to++)
            if (!is_name_word(check, word_at(check, to)))
                break;
    judge(check, from, to, from);
    return MAX(to, i);
}

/* "Best regards" alone on its line, and who signs on the next. */
static guint check_signed(DraftCheck *check, guint i, guint length)
{
    guint from = i + length, to;
    const ReplyWord *next = word_at(check, from), *last = word_at(check, from - 1);
    const char *at = check->text + last->start + last->length;
    int lines = 0;

    if (!next || !next->begins_line || phrase_at(check, from, ROLE_CLOSING) > 0)
        return i + length;
    for (; at < check->text + next->start; at++)
        lines += *at == '\n';
    if (lines > LINES_BELOW_MAX)
        return i + length;
    for (to = from; to < check->words->len && to < from + NAME_WORDS_MAX; to++)
        if (!is_name_word(check, word_at(check, to)) || (to > from && !is_joined(check, to)))
            break;
    judge(check, from, to, from);
    return to;
}

/* -- Rows of capital words -------------------------------------------------------------------- */

/* "van", "de la": between the words of a name. */
static bool is_particle(const DraftCheck *check, guint i)
{
    static const char *const particles[] = { "von", "van", "de",  "der", "den", "di",
                                             "da",  "del", "la",  "le",  "zu",  "bin",
                                             "el",  "al",  "dos", "ten", "ter" };
    const ReplyWord *word = word_at(check, i);

    for (gsize k = 0; k < G_N_ELEMENTS(particles); k++)
        if (strlen(particles[k]) == word->length &&
            strncmp(check->text + word->start, particles[k], word->length) == 0)
            return true;
    return false;
}

/* Behind the row of name words that begins at `i`. */
static guint row_end(const DraftCheck *check, guint i)
{
    guint end = i + 1;

    for (guint at = end; at < MIN(check->words->len, i + NAME_WORDS_MAX * 2); at++) {
        if (!word_at(check, at)->follows)
            break;
        if (is_name_word(check, word_at(check, at)) && !is_of_calendar(word_at(check, at)))
            end = at + 1;
        else if (!is_particle(check, at))
            break;
    }
    return end;
}

static bool has_camel(const DraftCheck *check, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        if (word_at(check, i)->camel)
            return true;
    return false;
}

/* More than one word with hyphens in it? */
static bool has_blank(const DraftCheck *check, guint from, guint to)
{
    for (guint i = from + 1; i < to; i++)
        if (check->text[word_at(check, i)->start - 1] != '-')
            return true;
    return false;
}

static bool is_german(const DraftCheck *check)
{
    return check->language == (guint32)1 << (reply_language("de") - reply_languages);
}

static guint check_row(DraftCheck *check, guint i)
{
    const ReplyWord *first = word_at(check, i);
    bool titled = i > 0 && is_joined(check, i) &&
                  reply_word_is(word_at(check, i - 1)->hash, ROLE_TITLE) &&
                  word_at(check, i - 1)->capital;
    guint end = row_end(check, i), from = i, neutral = i;

    if (first->begins_sentence && !titled && !first->camel) {
        neutral = i + 1;
        from = is_german(check) ? i + 1 : i;
    }
    if (titled || has_camel(check, from, end) || has_blank(check, from, end))
        judge(check, from, end, MAX(neutral, from));
    return end;
}

void check_names(DraftCheck *check)
{
    guint i = 0;

    while (i < check->words->len) {
        const ReplyWord *word = word_at(check, i);
        guint greeting = word->begins_line ? phrase_at(check, i, ROLE_GREETING) : 0;
        guint closing = phrase_at(check, i, ROLE_CLOSING);

        if (greeting > 0)
            i = check_greeted(check, i + greeting);
        else if (closing > 0 && word->begins_line)
            i = check_signed(check, i, closing);
        else if (closing > 0)
            i += closing;
        else if (is_name_word(check, word) && !is_of_calendar(word))
            i = check_row(check, i);
        else
            i++;
    }
}
