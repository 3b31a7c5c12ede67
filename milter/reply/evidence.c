/* Facts are hashes of 64 bits, sorted once: a look-up costs the same whatever an attacker wrote.
 *
 * A number counts as said when it stands anywhere, an amount when its number does and no other
 * currency stands beside it, a percentage only as one.  What has letters ("INV-2024-001") must be
 * there with them.  Pure; any thread. */
#include "reply/evidence.h"

#include "base/text.h"
#include "mail/address.h"

#include <string.h>

#define PHONE_MIN 7 /* last digits in which a national and an international number agree */

typedef enum {
    FACT_WORD = 1,
    FACT_PAIR,
    FACT_RUN,
    FACT_NUMBER,   /* the digits stand there, perhaps within something longer */
    FACT_ALONE,    /* by themselves */
    FACT_CODE,     /* with letters */
    FACT_AMOUNT,   /* with this unit */
    FACT_MEASURED, /* with any unit */
    FACT_DATE,
    FACT_TIME,
    FACT_MAIL,
    FACT_PHONE,
    FACT_PHONE_END,
    FACT_LINK
} FactKind;

struct Evidence {
    GArray *facts; /* guint64 */
};

static guint64 fact(FactKind kind, guint64 hash)
{
    return reply_hash_join((guint64)kind, hash);
}

static guint64 text_fact(FactKind kind, const char *text)
{
    return fact(kind, reply_hash(text, strlen(text)));
}

static void add(Evidence *evidence, guint64 one)
{
    g_array_append_val(evidence->facts, one);
}

static void add_text(Evidence *evidence, FactKind kind, const char *text)
{
    add(evidence, text_fact(kind, text));
}

static guint64 pair_fact(guint64 word, guint64 other)
{
    return fact(FACT_PAIR, reply_hash_join(MIN(word, other), MAX(word, other)));
}

static guint64 run_fact(const GArray *words, guint at)
{
    guint64 run = 0;

    for (guint i = at; i < at + EVIDENCE_RUN; i++)
        run = reply_hash_join(run, g_array_index(words, ReplyWord, i).hash);
    return fact(FACT_RUN, run);
}

static guint64 amount_fact(const Found *found)
{
    g_autofree char *whole = g_strconcat(found->value, " ", found->unit, NULL);

    return text_fact(FACT_AMOUNT, whole);
}

/* -- Taking in -------------------------------------------------------------------------------- */

static void add_words(Evidence *evidence, const char *text)
{
    g_autoptr(GArray) words = reply_words(text);

    for (guint i = 0; i < words->len; i++) {
        guint64 word = g_array_index(words, ReplyWord, i).hash;

        add(evidence, fact(FACT_WORD, word));
        if (i > 0)
            add(evidence, pair_fact(g_array_index(words, ReplyWord, i - 1).hash, word));
        if (i + EVIDENCE_RUN <= words->len)
            add(evidence, run_fact(words, i));
    }
}

/* The digits of what is written, each run of them. */
static void add_digit_runs(Evidence *evidence, const char *text, const Found *found)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    gsize end = found->start + found->length;

    for (gsize at = found->start; at < end;) {
        gsize length = find_digits(text, at, digits);

        if (length > 0)
            add_text(evidence, FACT_NUMBER, digits->str);
        g_string_truncate(digits, 0);
        at += length ? length : (gsize)(g_utf8_next_char(text + at) - (text + at));
    }
}

static void add_number(Evidence *evidence, const char *text, const Found *found)
{
    if (strcmp(found->unit, "id") == 0) {
        add_text(evidence, FACT_CODE, found->value);
        add_digit_runs(evidence, text, found);
        return;
    }
    add_text(evidence, FACT_NUMBER, found->value);
    add_text(evidence, FACT_ALONE, found->value);
    if (*found->unit) {
        add_text(evidence, FACT_MEASURED, found->value);
        add(evidence, amount_fact(found));
    }
}

static void add_phone(Evidence *evidence, const char *digits)
{
    gsize length = strlen(digits);

    add_text(evidence, FACT_PHONE, digits);
    for (gsize kept = PHONE_MIN; kept <= length; kept++)
        add_text(evidence, FACT_PHONE_END, digits + length - kept);
}

/* "2024-05-12" says "05-12" and "2024-05" too. */
static void add_date(Evidence *evidence, const char *value)
{
    add_text(evidence, FACT_DATE, value);
    if (strlen(value) != strlen("2024-05-12") || value[4] != '-')
        return;
    g_autofree char *month = g_strndup(value, strlen("2024-05"));
    add_text(evidence, FACT_DATE, month);
    add_text(evidence, FACT_DATE, value + strlen("2024-"));
}

static void add_found(Evidence *evidence, const char *text, const Found *found)
{
    switch (found->kind) {
    case DRAFT_MARK_NUMBER:
    case DRAFT_MARK_AMOUNT:
        add_number(evidence, text, found);
        break;
    case DRAFT_MARK_DATE:
        add_date(evidence, found->value);
        add_digit_runs(evidence, text, found);
        break;
    case DRAFT_MARK_TIME:
        add_text(evidence, FACT_TIME, found->value);
        break;
    case DRAFT_MARK_LINK:
        add_text(evidence, FACT_LINK, found->value);
        break;
    case DRAFT_MARK_ADDRESS:
        if (strcmp(found->unit, "phone") == 0)
            add_phone(evidence, found->value);
        else
            add_text(evidence, FACT_MAIL, found->value);
        break;
    default:
        break;
    }
}

static void add_source(Evidence *evidence, const char *text)
{
    g_autoptr(GPtrArray) found = find_everything(text);

    for (guint i = 0; i < found->len; i++)
        add_found(evidence, text, found->pdata[i]);
    add_words(evidence, text);
}

static int compare(gconstpointer a, gconstpointer b)
{
    const guint64 one = *(const guint64 *)a, other = *(const guint64 *)b;

    return (one > other) - (one < other);
}

Evidence *evidence_new(const char *const *texts, const char *const *addresses)
{
    Evidence *evidence = g_new0(Evidence, 1);

    evidence->facts = g_array_new(FALSE, FALSE, sizeof(guint64));
    for (; texts && *texts; texts++) {
        g_autofree char *clean = text_clean(*texts, -1, G_MAXSIZE, NULL);

        add_source(evidence, clean);
    }
    for (; addresses && *addresses; addresses++) {
        g_autofree char *clean = text_clean(*addresses, -1, ADDRESS_MAX, NULL);

        add_source(evidence, clean);
    }
    g_array_sort(evidence->facts, compare);
    return evidence;
}

void evidence_free(Evidence *evidence)
{
    if (!evidence)
        return;
    g_array_unref(evidence->facts);
    g_free(evidence);
}

/* -- Asking ----------------------------------------------------------------------------------- */

static bool has(const Evidence *evidence, guint64 one)
{
    return g_array_binary_search(evidence->facts, &one, compare, NULL);
}

static bool has_text(const Evidence *evidence, FactKind kind, const char *text)
{
    return has(evidence, text_fact(kind, text));
}

/* "10GB" where "10 GB" is said: a number with a unit behind it. */
static bool has_code(const Evidence *evidence, const char *value)
{
    gsize digits = strspn(value, "0123456789");
    g_autofree char *number = g_strndup(value, digits);

    if (has_text(evidence, FACT_CODE, value))
        return true;
    return digits > 0 && strlen(value) - digits <= 3 && !strpbrk(value + digits, "0123456789") &&
           has_text(evidence, FACT_ALONE, number);
}

static bool has_number(const Evidence *evidence, const Found *found)
{
    if (strcmp(found->unit, "id") == 0)
        return has_code(evidence, found->value);
    if (strcmp(found->unit, "%") == 0)
        return has(evidence, amount_fact(found));
    if (!has_text(evidence, FACT_NUMBER, found->value))
        return false;
    return *found->unit == '\0' || !has_text(evidence, FACT_MEASURED, found->value) ||
           has(evidence, amount_fact(found));
}

/* In full, or either of the two is the end of the other. */
static bool has_phone(const Evidence *evidence, const char *digits)
{
    gsize length = strlen(digits);

    if (has_text(evidence, FACT_PHONE_END, digits))
        return true;
    for (gsize kept = PHONE_MIN; kept <= length; kept++)
        if (has_text(evidence, FACT_PHONE, digits + length - kept))
            return true;
    return false;
}

bool evidence_has(const Evidence *evidence, const Found *found)
{
    switch (found->kind) {
    case DRAFT_MARK_NUMBER:
    case DRAFT_MARK_AMOUNT:
        return has_number(evidence, found);
    case DRAFT_MARK_DATE:
        return has_text(evidence, FACT_DATE, found->value);
    case DRAFT_MARK_TIME:
        return has_text(evidence, FACT_TIME, found->value);
    case DRAFT_MARK_ADDRESS:
        return strcmp(found->unit, "phone") == 0 ? has_phone(evidence, found->value)
                                                 : has_text(evidence, FACT_MAIL, found->value);
    case DRAFT_MARK_LINK:
        return has_text(evidence, FACT_LINK, found->value);
    default:
        return false;
    }
}

bool evidence_has_word(const Evidence *evidence, guint64 word)
{
    return has(evidence, fact(FACT_WORD, word));
}

bool evidence_has_pair(const Evidence *evidence, guint64 word, guint64 other)
{
    return has(evidence, pair_fact(word, other));
}

bool evidence_has_run(const Evidence *evidence, const GArray *words, guint at)
{
    return has(evidence, run_fact(words, at));
}
