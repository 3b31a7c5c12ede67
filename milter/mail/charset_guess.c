/* What text is in that says nothing, or nothing true, about its charset.
 *
 * Counted are the bytes beyond ASCII in runs, as they stand beside each other: two-byte charsets
 * have runs of even length and prefer certain first bytes; Cyrillic has whole words of them, mostly
 * in lower case.  The first row that fits is taken; what is Western, or too short to tell, is
 * windows-1252.  A guess is right for ordinary prose and no more than that.  Pure; any thread. */
#include "mail/charset.h"

/* With fewer bytes beyond ASCII nothing is guessed, with fewer pairs no charset of two bytes. */
#define HIGH_MIN  8
#define PAIRS_MIN 6
/* Mean length of a run of Chinese, in bytes. */
#define CHINESE_RUN 12

typedef struct {
    guint high;         /* bytes beyond ASCII */
    guint letters;      /* ASCII letters */
    guint runs, odd;    /* runs of high bytes; those of odd length */
    guint lower, upper; /* high bytes of E0-FF, of C0-DF */
    guint pairs;        /* characters, were it a two-byte charset */
    guint first[256];   /* their first bytes */
    guint low_second;   /* their second bytes that are ASCII */
    guint impossible;   /* high bytes that begin no character of two bytes */
} Counts;

static void count_run(Counts *counts, const guchar *run, gsize length)
{
    counts->high += (guint)length;
    counts->runs++;
    counts->odd += length % 2;
    for (gsize i = 0; i < length; i++) {
        counts->lower += run[i] >= 0xE0;
        counts->upper += run[i] >= 0xC0 && run[i] < 0xE0;
    }
}

static void count_runs(Counts *counts, const guchar *bytes, gsize length)
{
    for (gsize at = 0, end; at < length; at = end) {
        end = at + 1;
        if (bytes[at] < 0x80) {
            counts->letters += g_ascii_isalpha(bytes[at]);
            continue;
        }
        while (end < length && bytes[end] >= 0x80)
            end++;
        count_run(counts, bytes + at, end - at);
    }
}

static void count_pairs(Counts *counts, const guchar *bytes, gsize length)
{
    for (gsize at = 0; at < length; at++) {
        if (bytes[at] < 0x80)
            continue;
        if (bytes[at] == 0x80 || bytes[at] == 0xFF || at + 1 == length || bytes[at + 1] < 0x40) {
            counts->impossible++;
            continue;
        }
        counts->pairs++;
        counts->first[bytes[at]]++;
        counts->low_second += bytes[++at] < 0x80;
    }
}

/* How many of a hundred pairs begin with a byte from `from` to `to`. */
static guint share(const Counts *counts, guint from, guint to)
{
    guint sum = 0;

    for (guint first = from; first <= to; first++)
        sum += counts->first[first];
    return counts->pairs > 0 ? sum * 100 / counts->pairs : 0;
}

static bool is_two_byte(const Counts *counts)
{
    return counts->pairs >= PAIRS_MIN && counts->impossible * 50 <= counts->pairs;
}

/* Both bytes of a character beyond ASCII. */
static bool is_euc(const Counts *counts)
{
    return is_two_byte(counts) && counts->odd * 8 <= counts->runs &&
           counts->low_second * 50 <= counts->pairs && share(counts, 0xA1, 0xFE) >= 98;
}

static bool is_shift_jis(const Counts *counts)
{
    return is_two_byte(counts) && share(counts, 0x81, 0x83) >= 25 &&
           share(counts, 0xA0, 0xDF) <= 10;
}

static bool is_euc_jp(const Counts *counts)
{
    return is_euc(counts) && share(counts, 0xA4, 0xA5) >= 20;
}

static bool is_korean(const Counts *counts)
{
    return is_euc(counts) && share(counts, 0xB0, 0xC8) >= 90;
}

/* Its runs are sentences, where other languages have words. */
static bool is_chinese(const Counts *counts)
{
    return is_euc(counts) && counts->high >= CHINESE_RUN * counts->runs &&
           share(counts, 0xB0, 0xD7) + share(counts, 0xA1, 0xA3) >= 80;
}

static bool is_big5(const Counts *counts)
{
    return is_two_byte(counts) && counts->low_second * 8 >= counts->pairs &&
           share(counts, 0xA1, 0xC9) >= 80;
}

/* Words of high letters only, not letters here and there among others. */
static bool is_cyrillic(const Counts *counts)
{
    return counts->high >= counts->letters && counts->high >= 3 * counts->runs &&
           counts->lower + counts->upper >= counts->high - counts->high / 8;
}

static bool is_windows_1251(const Counts *counts)
{
    return is_cyrillic(counts) && counts->lower >= counts->upper;
}

const char *charset_guess(const char *bytes, gsize length)
{
    static const struct {
        bool (*fits)(const Counts *counts);
        const char *charset;
    } rows[] = {
        { is_shift_jis, "CP932" }, { is_euc_jp, "EUC-JP-MS" }, { is_korean, "CP949" },
        { is_chinese, "GB18030" }, { is_big5, "BIG5-HKSCS" },  { is_windows_1251, "windows-1251" },
        { is_cyrillic, "KOI8-R" },
    };
    Counts counts = { 0 };

    count_runs(&counts, (const guchar *)bytes, length);
    count_pairs(&counts, (const guchar *)bytes, length);
    for (gsize i = 0; counts.high >= HIGH_MIN && i < G_N_ELEMENTS(rows); i++)
        if (rows[i].fits(&counts))
            return rows[i].charset;
    return "windows-1252";
}
