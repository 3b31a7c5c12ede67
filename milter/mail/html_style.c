/* Just enough CSS to know whether text is seen: the declarations of one style attribute.  Style
 * sheets, colours and positions are not looked at. */
#include "mail/html_style.h"

#include <string.h>

/* `style` in lower case without blanks and comments. */
static char *squeeze(const char *style)
{
    GString *squeezed = g_string_new(NULL);

    for (const char *at = style; *at; at++) {
        if (at[0] == '/' && at[1] == '*') {
            const char *end = strstr(at + 2, "*/");

            if (!end)
                break;
            at = end + 1;
        } else if (!g_ascii_isspace(*at)) {
            g_string_append_c(squeezed, g_ascii_tolower(*at));
        }
    }
    return g_string_free(squeezed, FALSE);
}

/* 0, 0px, 0.0em; not 0.5em. */
static bool is_zero(const char *size)
{
    gsize digits = strspn(size, "0123456789.");

    return digits > 0 && strspn(size, "0.") == digits;
}

static bool has_prefix_value(const char *declaration, const char *property, const char **value)
{
    gsize length = strlen(property);

    if (strncmp(declaration, property, length) != 0 || declaration[length] != ':')
        return false;
    *value = declaration + length + 1;
    return true;
}

static void apply_declaration(HtmlSight *sight, bool *gone, const char *declaration)
{
    const char *value;

    if (has_prefix_value(declaration, "display", &value))
        *gone = g_str_has_prefix(value, "none");
    else if (has_prefix_value(declaration, "visibility", &value))
        sight->invisible = g_str_has_prefix(value, "hidden") || g_str_has_prefix(value, "collapse");
    else if (has_prefix_value(declaration, "font-size", &value))
        sight->tiny = is_zero(value);
}

void html_sight_apply(HtmlSight *sight, const char *style)
{
    g_autofree char *squeezed = squeeze(style);
    bool gone = false;

    for (char *at = squeezed; at;) {
        char *end = strchr(at, ';');

        if (end)
            *end++ = '\0';
        apply_declaration(sight, &gone, at);
        at = end;
    }
    sight->gone |= gone;
}

bool html_style_is_borderless(const char *style)
{
    g_autofree char *squeezed = squeeze(style);

    return strstr(squeezed, "border:none") != NULL;
}
