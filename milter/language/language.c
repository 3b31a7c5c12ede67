/* The languages' rows turned round: one look-up answers for all of them.
 *
 * Sorted by hash, filled once and never changed.  Any thread. */
#include "language/language.h"

#include "language/word.h"

#include <pthread.h>
#include <string.h>

typedef struct {
    guint64 hash;
    WordRoles roles;
} Entry;

static GArray *entries; /* Entry, by hash, each once */

const ReplyLanguage *reply_language(const char *code)
{
    for (gsize i = 0; i < reply_language_count; i++)
        if (g_ascii_strncasecmp(reply_languages[i].code, code, 2) == 0 && !g_ascii_isalpha(code[2]))
            return &reply_languages[i];
    return NULL;
}

static void add(WordRole role, guint32 language, guint8 number, const char *phrase, gsize length)
{
    Entry entry = { .hash = reply_hash_phrase(phrase, length), .roles = { .number = number } };

    entry.roles.languages[role] = language;
    g_array_append_val(entries, entry);
}

/* Each form of each phrase of a row's list. */
static void add_list(WordRole role, guint32 language, const char *list)
{
    bool counts = role == ROLE_MONTH || role == ROLE_WEEKDAY;
    guint8 number = counts;

    while (*list) {
        gsize length = strcspn(list, "|/");

        add(role, language, number, list, length);
        list += length;
        number += counts && *list == '|';
        list += *list != '\0';
    }
}

static int compare(gconstpointer a, gconstpointer b)
{
    const Entry *one = a, *other = b;

    return (one->hash > other->hash) - (one->hash < other->hash);
}

/* Entries of one word become one. */
static void merge(void)
{
    guint kept = 0;

    g_array_sort(entries, compare);
    for (guint i = 1; i < entries->len; i++) {
        Entry *last = &g_array_index(entries, Entry, kept);
        const Entry *entry = &g_array_index(entries, Entry, i);

        if (entry->hash != last->hash) {
            g_array_index(entries, Entry, ++kept) = *entry;
            continue;
        }
        for (int role = 0; role < ROLE_COUNT; role++)
            last->roles.languages[role] |= entry->roles.languages[role];
        last->roles.number = MAX(last->roles.number, entry->roles.number);
    }
    g_array_set_size(entries, kept + 1);
}

static void fill(void)
{
    entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    for (gsize i = 0; i < reply_language_count; i++) {
        const ReplyLanguage *row = &reply_languages[i];
        guint32 bit = (guint32)1 << i;

        add_list(ROLE_COMMON, bit, row->common);
        add_list(ROLE_GREETING, bit, row->greetings);
        add_list(ROLE_CLOSING, bit, row->closings);
        add_list(ROLE_TITLE, bit, row->titles);
        add_list(ROLE_GENERIC, bit, row->generic);
        add_list(ROLE_MONTH, bit, row->months);
        add_list(ROLE_WEEKDAY, bit, row->weekdays);
    }
    merge();
}

const WordRoles *reply_word_roles(guint64 hash)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const Entry wanted = { .hash = hash };
    guint at;

    pthread_once(&once, fill);
    return g_array_binary_search(entries, &wanted, compare, &at)
               ? &g_array_index(entries, Entry, at).roles
               : NULL;
}

bool reply_word_is(guint64 hash, WordRole role)
{
    const WordRoles *roles = reply_word_roles(hash);

    return roles && roles->languages[role];
}
