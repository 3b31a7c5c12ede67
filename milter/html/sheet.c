/* Style sheets, as far as mail has them (CSS Syntax 3): what stands under a condition holds for
 * nothing, because newsletters hide there what only telephones or dark rooms shall see.  Linear in
 * the sheet.  Pure; any thread. */
#include "html/sheet.h"

#include <string.h>

#define QUERY_MAX       100
#define SCREEN_PX_LEAST 320.0 /* no screen is smaller */

/* Is the condition one that every screen fulfils: "(min-width: 1px)"? */
static bool is_fulfilled(const char *condition)
{
    static const char *const widths[] = { "(min-width:", "(min-device-width:" };

    for (gsize i = 0; i < G_N_ELEMENTS(widths); i++)
        if (g_str_has_prefix(condition, widths[i]))
            return g_ascii_strtod(condition + strlen(widths[i]), NULL) <= SCREEN_PX_LEAST &&
                   g_str_has_suffix(condition, ")") && !strstr(condition, ") ");
    return *condition == '\0';
}

static bool is_query_for_screens(const char *query)
{
    static const char *const words[] = { "only ", "screen", "all", " ", "and " };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(query, words[i]))
            query += strlen(words[i]);
    return is_fulfilled(query);
}

bool html_sheet_is_for_screens(const char *media, gsize length)
{
    if (length == 0)
        return true;
    g_autoptr(GString) normal = g_string_new(NULL);
    for (const char *at = media, *end = media + length; at <= end; at++) {
        const char *stop = html_css_find(at, end, ",");

        html_css_normal(normal, at, stop, QUERY_MAX);
        if (is_query_for_screens(normal->str))
            return true;
        at = stop;
    }
    return false;
}

/* Steps over blanks, comments and the marks of comments of HTML. */
static const char *skip_between(const char *at, const char *end)
{
    for (;;) {
        while (at < end && (g_ascii_isspace(*at) || *at == '}' || *at == ';'))
            at++;
        const char *next = html_css_skip_comment(at, end);

        if (next == at && end - at >= 4 && memcmp(at, "<!--", 4) == 0)
            next = at + 4;
        else if (next == at && end - at >= 3 && memcmp(at, "-->", 3) == 0)
            next = at + 3;
        if (next == at)
            return at;
        at = next;
    }
}

/* "@media screen {": true if the rules inside hold. */
static bool opens_media(const char *at, const char *brace)
{
    static const char media[] = "@media";
    gsize length = strlen(media);

    return (gsize)(brace - at) >= length && g_ascii_strncasecmp(at, media, length) == 0 &&
           html_sheet_is_for_screens(at + length, (gsize)(brace - at) - length);
}

static const char *read_rule(HtmlRules *rules, const char *at, const char *end)
{
    const char *brace = html_css_find(at, end, *at == '@' ? "{;" : "{");
    HtmlCss css = { 0 };

    if (brace == end || *brace == ';')
        return MIN(brace + 1, end);
    /* Its closing brace is stepped over as one too many. */
    if (opens_media(at, brace))
        return brace + 1;
    const char *close = html_css_find(brace + 1, end, "}");
    if (*at != '@')
        html_css_read(&css, brace + 1, (gsize)(close - brace - 1));
    if (css.set)
        html_rules_add(rules, at, brace, &css);
    return MIN(close + 1, end);
}

void html_sheet_read(HtmlRules *rules, const char *css, gsize length)
{
    const char *end = css + length;

    for (const char *at = skip_between(css, end); at < end;)
        at = skip_between(read_rule(rules, at, end), end);
}
