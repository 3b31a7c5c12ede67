/* Which half of multipart/alternative is the mail.  Newsletters and shops send a plain half that
 * says "use another program"; and what a filter reads need not be what a person is shown.  Linear.
 * Pure; any thread. */
#include "mail/alternative.h"

#include "base/hash.h"
#include "base/text.h"

#include <string.h>

/* A plain half that stands in says no more than this. */
#define STAND_IN_MAX 600
/* HTML of so many bytes of text has more to say than a plain half of a tenth. */
#define LONG_HTML  500
#define TIMES_LESS 10

#define WORD_LETTERS 4
#define WORDS_MIN    12
#define WORDS_MAX    5000
/* Scripts without spaces begin here. */
#define FIRST_WIDE 0x2E80

/* Folded. */
static const char *const stand_ins[] = {
    "not support html",
    "n't support html",
    "not display html",
    "n't display html",
    "n't show html",
    "not show html",
    "html viewer",
    "html-capable",
    "html capable",
    "html compatible",
    "html-compatible",
    "html enabled",
    "html-enabled",
    "enable html",
    "is an html message",
    "is an html email",
    "is in html format",
    "in your browser",
    "in a browser",
    "view this email online",
    "view the html",
    "html version",
    "cannot read html",
    "can't read html",
    "message in mime format",
    "kein html",
    "html-fähig",
    "im browser",
    "html-ansicht",
    "pas le html",
    "format html",
    "dans votre navigateur",
    "no soporta html",
    "en su navegador",
    "non supporta html",
    "nel tuo browser",
    "geen html",
    "in uw browser",
    "formato html",
    "no seu navegador",
};

bool alternative_stands_in(const char *plain, const char *html)
{
    gsize length = strlen(plain), other = strlen(html);
    g_autofree char *folded = NULL;

    if (length > STAND_IN_MAX || other <= length)
        return other >= LONG_HTML && length < other / TIMES_LESS;
    if (other >= LONG_HTML && length < other / TIMES_LESS)
        return true;
    folded = text_fold(plain);
    for (gsize i = 0; i < G_N_ELEMENTS(stand_ins); i++)
        if (strstr(folded, stand_ins[i]))
            return true;
    return false;
}

/* The small letter or the digit that `c` is, 0 if it is neither. */
static gunichar letter(gunichar c)
{
    if (c < 0x80)
        return g_ascii_isalnum((char)c) ? c | 0x20 : 0;
    return g_unichar_isalnum(c) ? g_unichar_tolower(c) : 0;
}

static gunichar char_at(const char *text)
{
    return (guchar)*text < 0x80 ? (guchar)*text : g_utf8_get_char(text);
}

/* A number for the next word of enough letters, 0 at the end; *at is moved behind it. */
static guint32 next_word(const char **at)
{
    while (**at) {
        guint32 hash = HASH_BEGIN;
        guint letters = 0;
        bool wide = false;

        for (gunichar c; (c = letter(char_at(*at))); *at = g_utf8_next_char(*at)) {
            hash = hash_add(hash, c);
            wide |= c >= FIRST_WIDE;
            letters++;
        }
        if (letters >= WORD_LETTERS && !wide)
            return MAX(hash, 1);
        if (**at)
            *at = g_utf8_next_char(*at);
    }
    return 0;
}

/* The numbers of different words: open addressing, never more than half full. */
typedef struct {
    guint32 *slots; /* 0: free */
    gsize size;     /* a power of two */
    gsize count;
} Words;

/* Where the word is, or the free slot where it would be. */
static guint32 *slot_of(const Words *words, guint32 word)
{
    gsize at = word & (words->size - 1);

    while (words->slots[at] != 0 && words->slots[at] != word)
        at = (at + 1) & (words->size - 1);
    return &words->slots[at];
}

static Words words_of(const char *text)
{
    gsize most = MIN(strlen(text) / WORD_LETTERS, WORDS_MAX);
    Words words = { .size = (gsize)1 << g_bit_storage(2 * most) };

    words.slots = g_new0(guint32, words.size);
    for (guint32 word; words.count < WORDS_MAX && (word = next_word(&text)) > 0;) {
        guint32 *slot = slot_of(&words, word);

        words.count += *slot == 0;
        *slot = word;
    }
    return words;
}

static gsize shared_words(const Words *ours, const Words *others)
{
    gsize shared = 0;

    for (gsize i = 0; i < ours->size; i++)
        shared += ours->slots[i] != 0 && *slot_of(others, ours->slots[i]) != 0;
    return shared;
}

bool alternative_disagrees(const char *plain, const char *html)
{
    Words ours = words_of(plain), others = words_of(html);
    bool enough = ours.count >= WORDS_MIN && others.count >= WORDS_MIN;
    bool disagrees = enough && shared_words(&ours, &others) * 5 < ours.count;

    g_free(ours.slots);
    g_free(others.slots);
    return disagrees;
}
