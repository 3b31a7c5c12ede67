/* How long a server asks to be left alone, out of its headers.
 *
 * Retry-After says it, in seconds or as a date; retry-after-ms more exactly.  Where both are
 * missing, the limits that are used up say when they are lifted: OpenAI's as a duration,
 * Anthropic's as a time.  What makes no sense is as good as nothing.  Pure.
 */
#include "llm/api.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Longest wait that is believed; nobody waits that long for one message anyway. */
#define WAIT_MAX_MS (24 * 60 * 60 * 1000.0)

/* IMF-fixdate only (RFC 9110 5.6.7); the two obsolete forms make no sense to us. */
static gint64 date_seconds(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int day, year, hour, minute, second, used = 0;
    char month[4];
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, month, &year, &hour,
               &minute, &second, &used) != 6 ||
        used == 0 || text[used])
        return -1;
    const char *place = strstr(months, month);
    if (!place || (place - months) % 3)
        return -1;
    g_autoptr(GDateTime) date =
        g_date_time_new_utc(year, (int)(place - months) / 3 + 1, day, hour, minute, second);
    return date ? g_date_time_to_unix(date) : -1;
}

static gint64 wait_until_ms(gint64 seconds, gint64 now)
{
    return seconds < 0 ? -1 : (gint64)CLAMP((double)(seconds - now) * 1000, 0, WAIT_MAX_MS);
}

/* A number and where it ends; negative if there is none. */
static double number_at(const char *text, char **end)
{
    double value = g_ascii_strtod(text, end);
    return g_ascii_isdigit(*text) && isfinite(value) ? value : -1;
}

static gint64 number_ms(const char *text, double unit)
{
    char *end = NULL;
    double value = number_at(text, &end);
    return value < 0 || *end ? -1 : (gint64)MIN(value * unit, WAIT_MAX_MS);
}

/* The longest name first: "ms" begins with "m". */
static double take_unit(char **at)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (!g_str_has_prefix(*at, units[i].name))
            continue;
        *at += strlen(units[i].name);
        return units[i].ms;
    }
    return -1;
}

gint64 llm_duration_ms(const char *text)
{
    double total = 0;
    if (!text || !*text)
        return -1;
    while (*text) {
        char *end = NULL;
        double value = number_at(text, &end);
        double unit = take_unit(&end);
        if (value < 0 || unit < 0)
            return -1;
        total = MIN(total + value * unit, WAIT_MAX_MS);
        text = end;
    }
    return (gint64)total;
}

/* When a limit is lifted: "1m30s", or "2026-11-22T07:42:21Z". */
static gint64 reset_ms(const char *text, gint64 now)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
    return time ? wait_until_ms(g_date_time_to_unix(time), now) : llm_duration_ms(text);
}

static const struct {
    const char *left, *reset;
} limits[] = {
    { "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
    { "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
    { "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset" },
    { "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset" },
    { "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset" },
    { "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset" },
};

/* The last of the used-up limits to be lifted. */
static gint64 limits_ms(GHashTable *headers, gint64 now)
{
    gint64 longest = -1;
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        const char *left = g_hash_table_lookup(headers, limits[i].left);
        const char *reset = g_hash_table_lookup(headers, limits[i].reset);
        if (reset && g_strcmp0(left, "0") == 0)
            longest = MAX(longest, reset_ms(reset, now));
    }
    return longest;
}

gint64 llm_wait_ms(GHashTable *headers, gint64 now, bool limited)
{
    const char *exact = g_hash_table_lookup(headers, "retry-after-ms");
    const char *plain = g_hash_table_lookup(headers, "retry-after");
    gint64 ms = exact ? number_ms(exact, 1) : -1;
    if (ms < 0 && plain)
        ms = number_ms(plain, 1000);
    if (ms < 0 && plain)
        ms = wait_until_ms(date_seconds(plain), now);
    return ms < 0 && limited ? limits_ms(headers, now) : ms;
}
