/* The colours of CSS (Color 4, without those of wider gamuts) and of HTML's attributes.  A value
 * that is none leaves what was there before, as in browsers.  Pure; any thread. */
#include "html/colour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Per channel; #F0F0F0 on white is on this side, #E8E8E8 can be read with good eyes. */
#define NEAR 20

typedef struct {
    const char *name;
    guint32 rgb;
} NamedColour;

/* clang-format off */
static const NamedColour names[] = {
    { "aliceblue", 0xF0F8FF }, { "antiquewhite", 0xFAEBD7 }, { "aqua", 0x00FFFF },
    { "aquamarine", 0x7FFFD4 }, { "azure", 0xF0FFFF }, { "beige", 0xF5F5DC },
    { "bisque", 0xFFE4C4 }, { "black", 0x000000 }, { "blanchedalmond", 0xFFEBCD },
    { "blue", 0x0000FF }, { "blueviolet", 0x8A2BE2 }, { "brown", 0xA52A2A },
    { "burlywood", 0xDEB887 }, { "buttonface", 0xF0F0F0 }, { "buttontext", 0x000000 },
    { "cadetblue", 0x5F9EA0 }, { "canvas", 0xFFFFFF }, { "canvastext", 0x000000 },
    { "chartreuse", 0x7FFF00 }, { "chocolate", 0xD2691E }, { "coral", 0xFF7F50 },
    { "cornflowerblue", 0x6495ED }, { "cornsilk", 0xFFF8DC }, { "crimson", 0xDC143C },
    { "cyan", 0x00FFFF }, { "darkblue", 0x00008B }, { "darkcyan", 0x008B8B },
    { "darkgoldenrod", 0xB8860B }, { "darkgray", 0xA9A9A9 }, { "darkgreen", 0x006400 },
    { "darkgrey", 0xA9A9A9 }, { "darkkhaki", 0xBDB76B }, { "darkmagenta", 0x8B008B },
    { "darkolivegreen", 0x556B2F }, { "darkorange", 0xFF8C00 }, { "darkorchid", 0x9932CC },
    { "darkred", 0x8B0000 }, { "darksalmon", 0xE9967A }, { "darkseagreen", 0x8FBC8F },
    { "darkslateblue", 0x483D8B }, { "darkslategray", 0x2F4F4F }, { "darkslategrey", 0x2F4F4F },
    { "darkturquoise", 0x00CED1 }, { "darkviolet", 0x9400D3 }, { "deeppink", 0xFF1493 },
    { "deepskyblue", 0x00BFFF }, { "dimgray", 0x696969 }, { "dimgrey", 0x696969 },
    { "dodgerblue", 0x1E90FF }, { "firebrick", 0xB22222 }, { "floralwhite", 0xFFFAF0 },
    { "forestgreen", 0x228B22 }, { "fuchsia", 0xFF00FF }, { "gainsboro", 0xDCDCDC },
    { "ghostwhite", 0xF8F8FF }, { "gold", 0xFFD700 }, { "goldenrod", 0xDAA520 },
    { "gray", 0x808080 }, { "green", 0x008000 }, { "greenyellow", 0xADFF2F }, { "grey", 0x808080 },
    { "honeydew", 0xF0FFF0 }, { "hotpink", 0xFF69B4 }, { "indianred", 0xCD5C5C },
    { "indigo", 0x4B0082 }, { "ivory", 0xFFFFF0 }, { "khaki", 0xF0E68C }, { "lavender", 0xE6E6FA },
    { "lavenderblush", 0xFFF0F5 }, { "lawngreen", 0x7CFC00 }, { "lemonchiffon", 0xFFFACD },
    { "lightblue", 0xADD8E6 }, { "lightcoral", 0xF08080 }, { "lightcyan", 0xE0FFFF },
    { "lightgoldenrodyellow", 0xFAFAD2 }, { "lightgray", 0xD3D3D3 }, { "lightgreen", 0x90EE90 },
    { "lightgrey", 0xD3D3D3 }, { "lightpink", 0xFFB6C1 }, { "lightsalmon", 0xFFA07A },
    { "lightseagreen", 0x20B2AA }, { "lightskyblue", 0x87CEFA }, { "lightslategray", 0x778899 },
    { "lightslategrey", 0x778899 }, { "lightsteelblue", 0xB0C4DE }, { "lightyellow", 0xFFFFE0 },
    { "lime", 0x00FF00 }, { "limegreen", 0x32CD32 }, { "linen", 0xFAF0E6 }, { "magenta", 0xFF00FF },
    { "maroon", 0x800000 }, { "mediumaquamarine", 0x66CDAA }, { "mediumblue", 0x0000CD },
    { "mediumorchid", 0xBA55D3 }, { "mediumpurple", 0x9370DB }, { "mediumseagreen", 0x3CB371 },
    { "mediumslateblue", 0x7B68EE }, { "mediumspringgreen", 0x00FA9A },
    { "mediumturquoise", 0x48D1CC }, { "mediumvioletred", 0xC71585 }, { "midnightblue", 0x191970 },
    { "mintcream", 0xF5FFFA }, { "mistyrose", 0xFFE4E1 }, { "moccasin", 0xFFE4B5 },
    { "navajowhite", 0xFFDEAD }, { "navy", 0x000080 }, { "oldlace", 0xFDF5E6 },
    { "olive", 0x808000 }, { "olivedrab", 0x6B8E23 }, { "orange", 0xFFA500 },
    { "orangered", 0xFF4500 }, { "orchid", 0xDA70D6 }, { "palegoldenrod", 0xEEE8AA },
    { "palegreen", 0x98FB98 }, { "paleturquoise", 0xAFEEEE }, { "palevioletred", 0xDB7093 },
    { "papayawhip", 0xFFEFD5 }, { "peachpuff", 0xFFDAB9 }, { "peru", 0xCD853F },
    { "pink", 0xFFC0CB }, { "plum", 0xDDA0DD }, { "powderblue", 0xB0E0E6 }, { "purple", 0x800080 },
    { "rebeccapurple", 0x663399 }, { "red", 0xFF0000 }, { "rosybrown", 0xBC8F8F },
    { "royalblue", 0x4169E1 }, { "saddlebrown", 0x8B4513 }, { "salmon", 0xFA8072 },
    { "sandybrown", 0xF4A460 }, { "seagreen", 0x2E8B57 }, { "seashell", 0xFFF5EE },
    { "sienna", 0xA0522D }, { "silver", 0xC0C0C0 }, { "skyblue", 0x87CEEB },
    { "slateblue", 0x6A5ACD }, { "slategray", 0x708090 }, { "slategrey", 0x708090 },
    { "snow", 0xFFFAFA }, { "springgreen", 0x00FF7F }, { "steelblue", 0x4682B4 },
    { "tan", 0xD2B48C }, { "teal", 0x008080 }, { "thistle", 0xD8BFD8 }, { "tomato", 0xFF6347 },
    { "turquoise", 0x40E0D0 }, { "violet", 0xEE82EE }, { "wheat", 0xF5DEB3 }, { "white", 0xFFFFFF },
    { "whitesmoke", 0xF5F5F5 }, { "window", 0xFFFFFF }, { "windowtext", 0x000000 },
    { "yellow", 0xFFFF00 }, { "yellowgreen", 0x9ACD32 },
};
/* clang-format on */

static int compare_names(const void *key, const void *row)
{
    return strcmp(key, ((const NamedColour *)row)->name);
}

static bool read_hex(const char *digits, HtmlColour *colour)
{
    gsize length = strspn(digits, "0123456789abcdef");
    bool is_short = length == 3 || length == 4;
    guint8 channels[4] = { 0, 0, 0, 255 };

    if (digits[length] != '\0' || (!is_short && length != 6 && length != 8))
        return false;
    for (gsize i = 0; i < (is_short ? length : length / 2); i++) {
        int high = g_ascii_xdigit_value(digits[is_short ? i : 2 * i]);
        int low = g_ascii_xdigit_value(digits[is_short ? i : 2 * i + 1]);

        channels[i] = (guint8)(16 * high + low);
    }
    *colour = (HtmlColour){ channels[0], channels[1], channels[2], channels[3] };
    return true;
}

/* The numbers of "rgb(1, 2 3 / 50%)", a percentage as a part of `whole`; how many there are. */
static gsize read_numbers(const char *at, const double *whole, double *numbers, gsize max)
{
    gsize count = 0;

    while (count < max) {
        double number;
        char *end;

        at += strspn(at, " ,/");
        number = g_ascii_strtod(at, &end);
        if (end == at || !isfinite(number))
            break;
        numbers[count] = *end == '%' ? number * whole[count] / 100 : number;
        at = end + strcspn(end, " ,/)");
        count++;
    }
    return count;
}

static guint8 channel(double value)
{
    return (guint8)(CLAMP(value, 0, 255) + 0.5);
}

static HtmlColour of_hsl(double hue, double saturation, double lightness, double alpha)
{
    double rgb[3];

    for (int i = 0; i < 3; i++) {
        /* CSS Color 4, 7.1. */
        double k = fmod(fmod((double)((12 - 4 * i) % 12) + hue / 30, 12) + 12, 12);
        double a = saturation * MIN(lightness, 1 - lightness);

        rgb[i] = lightness - a * MAX(-1, MIN(MIN(k - 3, 9 - k), 1));
    }
    return (HtmlColour){ channel(rgb[0] * 255), channel(rgb[1] * 255), channel(rgb[2] * 255),
                         channel(alpha * 255) };
}

static bool read_function(const char *value, HtmlColour *colour)
{
    static const double of_rgb_whole[] = { 255, 255, 255, 1 }, of_hsl_whole[] = { 360, 1, 1, 1 };
    const char *open = strchr(value, '(');
    bool hsl = g_str_has_prefix(value, "hsl");
    double n[4] = { 0, 0, 0, 1 };

    if (!open || (!hsl && !g_str_has_prefix(value, "rgb")))
        return false;
    if (read_numbers(open + 1, hsl ? of_hsl_whole : of_rgb_whole, n, 4) < 3)
        return false;
    *colour = hsl ? of_hsl(n[0], CLAMP(n[1], 0, 1), CLAMP(n[2], 0, 1), CLAMP(n[3], 0, 1))
                  : (HtmlColour){ channel(n[0]), channel(n[1]), channel(n[2]),
                                  channel(CLAMP(n[3], 0, 1) * 255) };
    return true;
}

bool html_colour_read(const char *value, HtmlColour *colour)
{
    const NamedColour *named;

    if (*value == '#')
        return read_hex(value + 1, colour);
    if (strcmp(value, "transparent") == 0) {
        *colour = (HtmlColour){ 0, 0, 0, 0 };
        return true;
    }
    named = bsearch(value, names, G_N_ELEMENTS(names), sizeof(NamedColour), compare_names);
    if (!named)
        return read_function(value, colour);
    *colour = (HtmlColour){ (guint8)(named->rgb >> 16), (guint8)(named->rgb >> 8),
                            (guint8)named->rgb, 255 };
    return true;
}

bool html_colour_read_attribute(const char *value, HtmlColour *colour)
{
    return html_colour_read(value, colour) || read_hex(value, colour);
}

HtmlColour html_colour_over(HtmlColour top, HtmlColour below)
{
    guint a = top.alpha, b = 255 - a;

    return (HtmlColour){ (guint8)((top.red * a + below.red * b) / 255),
                         (guint8)((top.green * a + below.green * b) / 255),
                         (guint8)((top.blue * a + below.blue * b) / 255), 255 };
}

bool html_colour_is_near(HtmlColour one, HtmlColour other)
{
    return abs(one.red - other.red) < NEAR && abs(one.green - other.green) < NEAR &&
           abs(one.blue - other.blue) < NEAR;
}
