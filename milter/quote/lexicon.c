/* The rows of words turned round: from a word to what it is, in any language.
 *
 * One look-up then answers for all languages at once, so that a text costs the same however many
 * rows there are.  One table that points into the rows: open addressing, never more than half full,
 * filled once and never changed.  Any thread. */
#include "quote/quote.h"

#include "base/hash.h"

#include <pthread.h>
#include <string.h>

#define SLOTS 4096 /* a power of two */

typedef struct {
    const char *word; /* NULL: free */
    gsize length;
    QuoteRole role;
} Slot;

struct QuoteLexicon {
    Slot slots[SLOTS];
    gsize used;
};

static guint32 hash_of(const char *word, gsize length)
{
    guint32 hash = HASH_BEGIN;

    for (gsize i = 0; i < length; i++)
        hash = hash_add(hash, (guchar)word[i]);
    return hash;
}

/* The word's slot, or the free one where it would be. */
static gsize slot_of(const QuoteLexicon *lexicon, const char *word, gsize length)
{
    gsize at = hash_of(word, length) % SLOTS;

    for (;; at = (at + 1) % SLOTS) {
        const Slot *slot = &lexicon->slots[at];

        if (!slot->word || (slot->length == length && memcmp(slot->word, word, length) == 0))
            return at;
    }
}

static QuoteRole *role_of(QuoteLexicon *lexicon, const char *word, gsize length)
{
    Slot *slot = &lexicon->slots[slot_of(lexicon, word, length)];

    if (!slot->word) {
        g_assert(2 * ++lexicon->used <= SLOTS);
        slot->word = word;
        slot->length = length;
    }
    return &slot->role;
}

const QuoteRole *quote_lexicon_find(const QuoteLexicon *lexicon, const char *word, gsize length)
{
    return &lexicon->slots[slot_of(lexicon, word, length)].role;
}

static void add_fields(QuoteLexicon *lexicon, const char *const *names, gsize count,
                       QuoteField field)
{
    for (gsize i = 0; i < count && names[i]; i++)
        role_of(lexicon, names[i], strlen(names[i]))->field |= (guint8)field;
}
#define ADD_FIELDS(lexicon, names, field) add_fields(lexicon, names, G_N_ELEMENTS(names), field)

/* The first word of each marker. */
static void add_announcements(QuoteLexicon *lexicon, const char *const *phrases, gsize count)
{
    for (gsize i = 0; i < count && phrases[i]; i++) {
        const char *end = phrases[i];
        gsize length = quote_next_word(&end);

        role_of(lexicon, end - length, length)->announces = true;
    }
}
#define ADD_ANNOUNCEMENTS(lexicon, phrases)                                                        \
    add_announcements(lexicon, phrases, G_N_ELEMENTS(phrases))

static void add_language(QuoteLexicon *lexicon, const QuoteLanguage *language, guint32 bit)
{
    for (gsize i = 0; i < G_N_ELEMENTS(language->openers) && language->openers[i]; i++)
        role_of(lexicon, language->openers[i], strlen(language->openers[i]))->openers |= bit;
    for (gsize i = 0; i < G_N_ELEMENTS(language->verbs) && language->verbs[i]; i++)
        role_of(lexicon, language->verbs[i], strlen(language->verbs[i]))->verbs |= bit;
    for (gsize i = 0; i < G_N_ELEMENTS(language->prose) && language->prose[i]; i++)
        role_of(lexicon, language->prose[i], strlen(language->prose[i]))->prose |= bit;
    ADD_ANNOUNCEMENTS(lexicon, language->originals);
    ADD_ANNOUNCEMENTS(lexicon, language->above);
    ADD_FIELDS(lexicon, language->from, FIELD_FROM);
    ADD_FIELDS(lexicon, language->date, FIELD_DATE);
    ADD_FIELDS(lexicon, language->to, FIELD_TO);
    ADD_FIELDS(lexicon, language->copy, FIELD_COPY);
    ADD_FIELDS(lexicon, language->subject, FIELD_SUBJECT);
    ADD_FIELDS(lexicon, language->forms, FIELD_FORM);
}

static QuoteLexicon the_lexicon;

static void fill(void)
{
    for (gsize i = 0; i < quote_language_count; i++)
        add_language(&the_lexicon, &quote_languages[i], (guint32)1 << i);
}

const QuoteLexicon *quote_lexicon(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fill);
    return &the_lexicon;
}
