/* How fast passages are found: builds an index of PASSAGES (10,000 unless told) in five languages,
 * written here, and asks it for what mails are about, once cold and then again and again; prints
 * how long the half and 99 of 100 searches took, on the clock of the wall.
 *
 * A language is its syllables.  Words are drawn as in real texts, where the n-th most frequent word
 * comes 1/n times as often as the first: so mails are full of words that say nothing, and have some
 * that only a few passages share. */
#include "knowledge/knowledge.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PASSAGES          10000
#define PASSAGES_OF_FILE  20
#define WORDS_OF_LANGUAGE 6000
#define MAILS             2000
#define BUDGET            1500 /* tokens, as for a prompt */
#define BEST              6

#define SYLLABLES 24

typedef struct {
    const char *syllables[SYLLABLES];
    const char *between; /* words */
} Language;

static const Language
    languages[] = {
        { { "re", "fund", "ac",  "count", "pay", "ment",  "de",   "liv",
            "er", "y",    "sup", "port",  "con", "tract", "in",   "voice",
            "up", "date", "log", "out",   "ser", "vice",  "tion", "al" },
          " " },
        { { "rech", "nung", "kün",   "di",  "gung",  "lie", "fer",     "zah",
            "lung", "be",   "stell", "ver", "trag",  "kon", "to",      "auf",
            "ge",   "än",   "der",   "ung", "frist", "ab",  "schluss", "heit" },
          " " },
        { { "fac", "ture", "rem",   "bour", "se",   "ment", "com",  "man",
            "de",  "con",  "trat",  "li",   "vrai", "son",  "comp", "te",
            "pai", "é",    "clien", "tèle", "ré",   "sili", "a",    "tion" },
          " " },
        { { "воз", "врат", "до",  "ста", "вка", "сче", "та", "опла", "за", "каз", "под", "пис",
            "ка",  "кли",  "ент", "до",  "го",  "вор", "об", "нов",  "ле", "ни",  "е",   "сть" },
          " " },
        { { "返", "金", "請", "求",   "書",   "契", "約", "配", "送", "注", "文", "管",
            "理", "画", "面", "ログ", "イン", "設", "定", "料", "変", "更", "が", "の" },
          "" },
    };

typedef struct {
    char *words[WORDS_OF_LANGUAGE];
    const char *between;
} Vocabulary;

static Vocabulary vocabularies[G_N_ELEMENTS(languages)];

/* Frequent words are short. */
static void fill_vocabulary(Vocabulary *vocabulary, const Language *language, GRand *random)
{
    vocabulary->between = language->between;
    for (int rank = 0; rank < WORDS_OF_LANGUAGE; rank++) {
        g_autoptr(GString) word = g_string_new(NULL);
        int syllables = rank < SYLLABLES ? 1 : rank < 500 ? 2 : g_rand_int_range(random, 2, 5);

        for (; syllables > 0; syllables--)
            g_string_append(word, language->syllables[g_rand_int_range(random, 0, SYLLABLES)]);
        vocabulary->words[rank] = g_strdup(word->str);
    }
}

static void add_words(GString *out, const Vocabulary *vocabulary, GRand *random, int count)
{
    for (; count > 0; count--) {
        int rank = (int)pow(WORDS_OF_LANGUAGE, g_rand_double(random)) - 1;

        g_string_append_printf(out, "%s%s%s", vocabulary->words[rank], vocabulary->between,
                               count % 12 == 0 ? ".\n" : "");
    }
}

static void write_file(const char *folder, int number, GRand *random)
{
    const Vocabulary *vocabulary = &vocabularies[number % (int)G_N_ELEMENTS(vocabularies)];
    g_autofree char *name = g_strdup_printf("%05d.md", number);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GString) text = g_string_new("---\ntags: a, b\n---\n");

    for (int section = 0; section < PASSAGES_OF_FILE; section++) {
        g_string_append(text, section % 5 == 0 ? "\n# " : "\n## ");
        add_words(text, vocabulary, random, 4);
        g_string_append(text, "\n\n");
        add_words(text, vocabulary, random, g_rand_int_range(random, 40, 120));
    }
    g_file_set_contents(path, text->str, (gssize)text->len, NULL);
}

static char *write_mail(int number, GRand *random)
{
    const Vocabulary *vocabulary = &vocabularies[number % (int)G_N_ELEMENTS(vocabularies)];
    GString *mail = g_string_new(NULL);

    add_words(mail, vocabulary, random, 6);
    g_string_append_c(mail, '\n');
    add_words(mail, vocabulary, random, g_rand_int_range(random, 30, 400));
    return g_string_free(mail, FALSE);
}

static int compare_times(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

    return left < right ? -1 : left > right;
}

static gint64 processor_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void print_times(const char *clock, GArray *times)
{
    g_array_sort(times, compare_times);
    printf("%-16s p50 %.2f ms   p99 %.2f ms   longest %.2f ms\n", clock,
           (double)g_array_index(times, gint64, MAILS / 2) / 1e3,
           (double)g_array_index(times, gint64, MAILS * 99 / 100) / 1e3,
           (double)g_array_index(times, gint64, MAILS - 1) / 1e3);
}

static void measure(Knowledge *knowledge, GRand *random)
{
    g_autoptr(GArray) wall = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GArray) processor = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint found = 0;

    for (int i = 0; i < MAILS; i++) {
        g_autofree char *mail = write_mail(i, random);
        gint64 wall_took = g_get_monotonic_time(), processor_took = processor_time();
        g_autoptr(GPtrArray) passages =
            knowledge_search(knowledge, mail, "support", BUDGET, BEST, NULL);

        wall_took = g_get_monotonic_time() - wall_took;
        processor_took = processor_time() - processor_took;
        g_array_append_val(wall, wall_took);
        g_array_append_val(processor, processor_took);
        found += passages ? passages->len : 0;
    }
    printf("%d searches    %.1f passages each\n", MAILS, (double)found / MAILS);
    print_times("  wall", wall);
    print_times("  processor", processor);
}

static void remove_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_unlink(path);
    }
    g_rmdir(folder);
}

static bool bench(const char *folder, int passages, GRand *random, GError **error)
{
    static const char *const nobody[] = { NULL };
    g_autofree char *path = g_build_filename(folder, "index", NULL);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Knowledge) knowledge = NULL;
    KnowledgeCount count;
    GStatBuf file;
    gint64 begun;

    for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
        fill_vocabulary(&vocabularies[i], &languages[i], random);
    for (int i = 0; i < passages / PASSAGES_OF_FILE; i++)
        write_file(folder, i, random);
    begun = g_get_monotonic_time();
    if (!knowledge_build(folder, path, nobody, diags, &count, error) || g_stat(path, &file) != 0)
        return false;
    printf("index            %8.2f s    %u passages of %u files, %.1f MB\n",
           (double)(g_get_monotonic_time() - begun) / 1e6, count.passages, count.files,
           (double)file.st_size / 1e6);
    begun = g_get_monotonic_time();
    if (!knowledge_is_current(folder, path))
        return false;
    printf("is it current?   %8.2f ms\n", (double)(g_get_monotonic_time() - begun) / 1e3);
    knowledge = knowledge_open(path, error);
    if (knowledge)
        measure(knowledge, random);
    return knowledge != NULL;
}

int main(int count, char **arguments)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("bench-knowledge-XXXXXX", &error);
    g_autoptr(GRand) random = g_rand_new_with_seed(4711);
    bool good = folder && bench(folder, count > 1 ? atoi(arguments[1]) : PASSAGES, random, &error);

    if (!good)
        fprintf(stderr, "bench_knowledge: %s\n", error ? error->message : "the folder changed");
    if (folder)
        remove_folder(folder);
    return good ? 0 : 1;
}
