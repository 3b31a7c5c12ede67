/* The files of an import, a row per column, and what a cell must look like to be taken.
 *
 * Cells are taken whole or not at all: a date that was guessed or a text that was cut would be
 * believed for years.  Values leave as text, which the staging table turns into its columns' types.
 * Pure; any thread. */
#include "crm/columns.h"

#include "base/diag.h"
#include "base/text.h"
#include "crm/match.h"
#include "mail/address.h"

#include <string.h>

#define ID_BYTES    64
#define LABEL_BYTES 200
#define PROSE_BYTES 2000
#define MONEY_MAX   1e15
#define PEOPLE_MAX  1e9

/* clang-format off */
#define COMPANY { "company_id", COLUMN_TOKEN, true, 0, ID_BYTES }
#define ROW_ID  { "id", COLUMN_TEXT, true, 0, ID_BYTES }

const CsvTable csv_tables[] = {
    { "companies.csv", "company", "id", "id", true, {
        { "id",       COLUMN_TOKEN,   true,  0, ID_BYTES },
        { "name",     COLUMN_TEXT,    true,  0, LABEL_BYTES },
        { "industry", COLUMN_TEXT,    false, 0, LABEL_BYTES },
        { "size",     COLUMN_COUNT,   false, 0, PEOPLE_MAX },
        { "tier",     COLUMN_TIER,    false, 0, ID_BYTES },
        { "owner",    COLUMN_TEXT,    false, 0, LABEL_BYTES },
        { "summary",  COLUMN_TEXT,    false, 0, PROSE_BYTES },
        { "health",   COLUMN_NUMBER,  false, 0, 100 },
        { "updated",  COLUMN_UPDATED, false, 0, 0 } } },
    { "contacts.csv", "contact", "email, company_id", "email, company_id", false, {
        { "email",    COLUMN_ADDRESS, true,  0, ADDRESS_MAX },
        COMPANY,
        { "name",     COLUMN_TEXT,    false, 0, LABEL_BYTES },
        { "title",    COLUMN_TEXT,    false, 0, LABEL_BYTES } } },
    { "domains.csv", "company_domain", "domain, company_id", "domain, company_id", false, {
        { "domain",   COLUMN_DOMAIN,  true,  0, ADDRESS_MAX },
        COMPANY } },
    { "interactions.csv", "interaction", "id", "company_id, at, id", false, {
        ROW_ID,
        COMPANY,
        { "at",       COLUMN_DATE,    true,  0, 0 },
        { "type",     COLUMN_TEXT,    true,  0, ID_BYTES },
        { "category", COLUMN_TEXT,    false, 0, ID_BYTES },
        { "summary",  COLUMN_TEXT,    false, 0, PROSE_BYTES },
        { "contact",  COLUMN_ADDRESS, false, 0, ADDRESS_MAX },
        { "sentiment", COLUMN_NUMBER, false, -1, 1 } } },
    { "issues.csv", "issue", "id", "company_id, id", false, {
        ROW_ID,
        COMPANY,
        { "title",    COLUMN_TEXT,    true,  0, LABEL_BYTES },
        { "severity", COLUMN_SEVERITY, true, 0, ID_BYTES },
        { "status",   COLUMN_STATUS,  true,  0, ID_BYTES },
        { "opened",   COLUMN_DATE,    true,  0, 0 } } },
    { "payments.csv", "payment", "id", "company_id, at, id", false, {
        ROW_ID,
        COMPANY,
        { "at",       COLUMN_DATE,    true,  0, 0 },
        { "amount",   COLUMN_NUMBER,  true,  -MONEY_MAX, MONEY_MAX } } },
    { "leads.csv", "lead", "id", "company_id, created, id", false, {
        ROW_ID,
        COMPANY,
        { "created",  COLUMN_DATE,    true,  0, 0 },
        { "source",   COLUMN_TEXT,    false, 0, LABEL_BYTES },
        { "stage",    COLUMN_TEXT,    false, 0, LABEL_BYTES },
        { "budget",   COLUMN_NUMBER,  false, 0, MONEY_MAX } } },
    { "usage.csv", "usage", "company_id, product", "company_id, product", false, {
        COMPANY,
        { "product",  COLUMN_TEXT,    true,  0, LABEL_BYTES },
        { "detail",   COLUMN_TEXT,    true,  0, LABEL_BYTES } } },
    { .file = NULL },
};
/* clang-format on */

/* A cell that is UTF-8, stripped and not empty. */
typedef struct {
    const Column *column;
    const char *text;
    const ColumnContext *context;
} Cell;

typedef char *(*ReadCell)(const Cell *cell, char **why);

static char *read_text(const Cell *cell, char **why)
{
    if (strlen(cell->text) <= (gsize)cell->column->max)
        return g_strdup(cell->text);
    *why = g_strdup_printf("is longer than %.0f bytes", cell->column->max);
    return NULL;
}

static char *read_token(const Cell *cell, char **why)
{
    if (text_is_token(cell->text, (gsize)cell->column->max))
        return g_strdup(cell->text);
    *why = g_strdup_printf("is no id; expected up to %.0f letters, digits, '.', '_', '-'",
                           cell->column->max);
    return NULL;
}

static char *read_address(const Cell *cell, char **why)
{
    g_autofree char *folded = address_fold(cell->text);

    if (*folded)
        return g_steal_pointer(&folded);
    *why = g_strdup("is no address; expected one like ann@example.com");
    return NULL;
}

static char *read_domain(const Cell *cell, char **why)
{
    g_autofree char *address = g_strconcat("x@", cell->text, NULL);
    g_autofree char *folded = address_fold(address);

    if (*folded && !strchr(cell->text, '@'))
        return g_strdup(address_domain(folded));
    *why = g_strdup("is no domain; expected one like example.com");
    return NULL;
}

static char *read_number(const Cell *cell, char **why)
{
    const Column *column = cell->column;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    char *end = NULL;
    double value = g_ascii_strtod(cell->text, &end);

    if (*end == '\0' && value >= column->min && value <= column->max)
        return g_strdup(g_ascii_dtostr(text, sizeof text, value));
    *why = g_strdup_printf("is no number from %g to %g; expected one like 12.5", column->min,
                           column->max);
    return NULL;
}

static char *read_count(const Cell *cell, char **why)
{
    gint64 min = (gint64)cell->column->min, max = (gint64)cell->column->max, value;

    if (g_ascii_string_to_signed(cell->text, 10, min, max, &value, NULL))
        return g_strdup_printf("%" G_GINT64_FORMAT, value);
    *why = g_strdup_printf("is no whole number from %.0f to %.0f", cell->column->min,
                           cell->column->max);
    return NULL;
}

/* GLib wants a time behind the date, and a 'T' between the two. */
static char *complete_date(const char *text)
{
    gsize date_only = strlen("2026-01-31"), length = strlen(text);
    char *date = length == date_only ? g_strconcat(text, "T00:00:00Z", NULL) : g_strdup(text);

    if (length > date_only && date[date_only] == ' ')
        date[date_only] = 'T';
    return date;
}

static char *read_date(const Cell *cell, char **why)
{
    g_autofree char *complete = complete_date(cell->text);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(complete, utc);

    if (date && g_date_time_to_unix(date) >= 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, g_date_time_to_unix(date));
    *why = g_strdup("is no date; expected ISO 8601 such as 2026-01-31 or 2026-01-31T14:05:00Z");
    return NULL;
}

static char *unknown_word(const char *text, const char *const *words)
{
    const char *nearest = diags_nearest(text, words);
    g_autofree char *list = g_strjoinv(", ", (char **)words);

    return nearest ? g_strdup_printf("is unknown; did you mean '%s'?", nearest)
                   : g_strdup_printf("is unknown; expected one of %s", list);
}

/* The place of a word among `words`, from 1; 0 and *why if it is none of them. */
static int read_word(const char *text, const char *const *words, char **why)
{
    for (int i = 0; words[i]; i++)
        if (g_ascii_strcasecmp(text, words[i]) == 0)
            return i + 1;
    *why = unknown_word(text, words);
    return 0;
}

static char *read_tier(const Cell *cell, char **why)
{
    int number = read_word(cell->text, cell->context->tiers, why);

    return number > 0 ? g_strdup(cell->context->tiers[number - 1]) : NULL;
}

static char *read_severity(const Cell *cell, char **why)
{
    int number = read_word(cell->text, match_severities, why);

    return number > 0 ? g_strdup_printf("%d", number) : NULL;
}

static char *read_status(const Cell *cell, char **why)
{
    static const char *const statuses[] = { "open", "waiting", "closed", NULL };
    int number = read_word(cell->text, statuses, why);

    return number > 0 ? g_strdup(statuses[number - 1]) : NULL;
}

static const ReadCell readers[] = {
    [COLUMN_TEXT] = read_text,       [COLUMN_TOKEN] = read_token,
    [COLUMN_ADDRESS] = read_address, [COLUMN_DOMAIN] = read_domain,
    [COLUMN_NUMBER] = read_number,   [COLUMN_COUNT] = read_count,
    [COLUMN_DATE] = read_date,       [COLUMN_UPDATED] = read_date,
    [COLUMN_TIER] = read_tier,       [COLUMN_SEVERITY] = read_severity,
    [COLUMN_STATUS] = read_status,
};

char *column_value(const Column *column, const char *text, const ColumnContext *context, char **why)
{
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    Cell cell = { column, stripped, context };

    *why = NULL;
    if (!g_utf8_validate(stripped, -1, NULL)) {
        *why = g_strdup("is not UTF-8; export the file as UTF-8");
        return NULL;
    }
    if (*stripped)
        return readers[column->type](&cell, why);
    if (column->type == COLUMN_UPDATED)
        return g_strdup_printf("%" G_GINT64_FORMAT, context->written);
    if (column->required)
        *why = g_strdup("is missing");
    return NULL;
}
