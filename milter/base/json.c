/* The strict door to cJSON.
 *
 * cJSON is lenient where a hostile answer could say one thing to it and another to a reader behind
 * us, so the text is first walked by a grammar check of our own (RFC 8259 to the letter, no
 * recursion), and the tree is then searched for names that come twice. */
#include "base/json.h"

#include "base/error.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *start, *at, *end;
    const char *fault; /* static text; NULL: none */
} Scan;

static bool fault(Scan *scan, const char *text)
{
    if (scan->fault == NULL)
        scan->fault = text;
    return false;
}

static char now(const Scan *scan)
{
    return scan->at < scan->end ? *scan->at : '\0';
}

static void skip_space(Scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\n\r", *scan->at) != NULL && *scan->at != '\0')
        scan->at++;
}

static int hex4(const Scan *scan, const char *at)
{
    int value = 0;
    if (scan->end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(at[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_high_surrogate(int code)
{
    return code >= 0xD800 && code <= 0xDBFF;
}

static bool is_low_surrogate(int code)
{
    return code >= 0xDC00 && code <= 0xDFFF;
}

/* Behind "\u". */
static bool scan_unicode(Scan *scan)
{
    int code = hex4(scan, scan->at);
    if (code < 0)
        return fault(scan, "\\u needs four hex digits");
    if (code == 0)
        return fault(scan, "\\u0000 in a string");
    scan->at += 4;
    if (is_low_surrogate(code))
        return fault(scan, "a lone surrogate");
    if (!is_high_surrogate(code))
        return true;
    if (scan->end - scan->at < 6 || scan->at[0] != '\\' || scan->at[1] != 'u' ||
        !is_low_surrogate(hex4(scan, scan->at + 2)))
        return fault(scan, "a lone surrogate");
    scan->at += 6;
    return true;
}

static bool scan_escape(Scan *scan)
{
    scan->at++;
    char c = now(scan);
    if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL)
        return fault(scan, "an unknown escape");
    scan->at++;
    return c != 'u' || scan_unicode(scan);
}

static bool scan_string(Scan *scan)
{
    scan->at++;
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c == '"') {
            scan->at++;
            return true;
        }
        if (c < 0x20)
            return fault(scan, "a control character in a string");
        if (c != '\\')
            scan->at++;
        else if (!scan_escape(scan))
            return false;
    }
    return fault(scan, "a string isn't closed");
}

static bool scan_digits(Scan *scan)
{
    if (!g_ascii_isdigit(now(scan)))
        return fault(scan, "a number that is none");
    while (g_ascii_isdigit(now(scan)))
        scan->at++;
    return true;
}

static bool scan_number(Scan *scan)
{
    const char *start = scan->at;
    if (now(scan) == '-')
        scan->at++;
    if (now(scan) == '0')
        scan->at++;
    else if (!scan_digits(scan))
        return false;
    if (now(scan) == '.') {
        scan->at++;
        if (!scan_digits(scan))
            return false;
    }
    if (now(scan) == 'e' || now(scan) == 'E') {
        scan->at++;
        if (now(scan) == '+' || now(scan) == '-')
            scan->at++;
        if (!scan_digits(scan))
            return false;
    }
    g_autofree char *number = g_strndup(start, (gsize)(scan->at - start));
    return isfinite(g_ascii_strtod(number, NULL)) || fault(scan, "a number beyond all bounds");
}

static bool scan_word(Scan *scan)
{
    static const char *const words[] = { "true", "false", "null" };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize length = strlen(words[i]);
        if ((gsize)(scan->end - scan->at) >= length && memcmp(scan->at, words[i], length) == 0) {
            scan->at += length;
            return true;
        }
    }
    return fault(scan, "no JSON value");
}

static bool scan_scalar(Scan *scan)
{
    if (now(scan) == '"')
        return scan_string(scan);
    if (now(scan) == '-' || g_ascii_isdigit(now(scan)))
        return scan_number(scan);
    return scan_word(scan);
}

static bool scan_name(Scan *scan)
{
    skip_space(scan);
    if (now(scan) != '"')
        return fault(scan, "expected a name");
    if (!scan_string(scan))
        return false;
    skip_space(scan);
    if (now(scan) != ':')
        return fault(scan, "expected ':'");
    scan->at++;
    return true;
}

/* Opens arrays and objects until a value or an empty one stands there; `open` holds their closers.
 */
static bool scan_value(Scan *scan, GString *open)
{
    for (;;) {
        skip_space(scan);
        char c = now(scan);
        if (c != '[' && c != '{')
            return scan_scalar(scan);
        if (open->len >= JSON_DEPTH_MAX)
            return fault(scan, "nested too deep");
        g_string_append_c(open, c == '[' ? ']' : '}');
        scan->at++;
        skip_space(scan);
        if (now(scan) == open->str[open->len - 1])
            return true;
        if (c == '{' && !scan_name(scan))
            return false;
    }
}

/* Closers and commas behind a value; true while another value is due. */
static bool scan_next(Scan *scan, GString *open)
{
    while (open->len > 0) {
        skip_space(scan);
        char closer = open->str[open->len - 1];
        if (now(scan) == closer) {
            scan->at++;
            g_string_truncate(open, open->len - 1);
            continue;
        }
        if (now(scan) != ',')
            return fault(scan, "expected ',' or the end of a list");
        scan->at++;
        return closer == ']' || scan_name(scan);
    }
    return false;
}

static void scan_text(Scan *scan)
{
    g_autoptr(GString) open = g_string_new(NULL);
    do {
        if (!scan_value(scan, open))
            return;
    } while (scan_next(scan, open));
    if (scan->fault != NULL)
        return;
    skip_space(scan);
    if (scan->at < scan->end)
        fault(scan, "something behind the value");
}

/* By sorting: names chosen to collide would make a hash table quadratic. */
static bool names_are_unique(const cJSON *object)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const cJSON *child;
    cJSON_ArrayForEach(child, object)
    {
        g_ptr_array_add(names, child->string);
    }
    g_ptr_array_sort(names, text_compare);
    for (guint i = 1; i < names->len; i++) {
        if (g_str_equal(names->pdata[i - 1], names->pdata[i]))
            return false;
    }
    return true;
}

/* Depth is bounded by JSON_DEPTH_MAX. */
static bool all_names_are_unique(const cJSON *value)
{
    const cJSON *child;
    if (cJSON_IsObject(value) && !names_are_unique(value))
        return false;
    cJSON_ArrayForEach(child, value)
    {
        if (!all_names_are_unique(child))
            return false;
    }
    return true;
}

cJSON *json_parse(const char *text, gsize length, GError **error)
{
    Scan scan = { .start = text, .at = text, .end = text + length };
    const char *bad = NULL;
    if (!g_utf8_validate_len(text, length, &bad)) {
        scan.at = bad;
        fault(&scan, "not UTF-8");
    } else {
        scan_text(&scan);
    }
    g_autoptr(cJSON) value = NULL;
    if (scan.fault == NULL) {
        g_autofree char *copy = g_strndup(text, length);
        value = cJSON_ParseWithOpts(copy, NULL, true);
        if (value == NULL)
            fault(&scan, "no JSON value");
        else if (!all_names_are_unique(value))
            fault(&scan, "a name stands twice in one object");
    }
    if (scan.fault == NULL)
        return g_steal_pointer(&value);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "byte %zu: %s",
                (size_t)(scan.at - scan.start) + 1, scan.fault);
    return NULL;
}

static char *to_glib(char *text)
{
    char *copy = g_strdup(text);
    cJSON_free(text);
    return copy;
}

char *json_print(const cJSON *value)
{
    return to_glib(cJSON_PrintUnformatted(value));
}

char *json_print_pretty(const cJSON *value)
{
    return to_glib(cJSON_Print(value));
}

cJSON *json_list(const GPtrArray *texts)
{
    cJSON *array = cJSON_CreateArray();
    for (guint i = 0; i < texts->len; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(texts->pdata[i]));
    return array;
}

static const cJSON *step(const cJSON *value, const char *key)
{
    guint64 index;
    if (!cJSON_IsArray(value))
        return cJSON_GetObjectItemCaseSensitive(value, key);
    if (!g_ascii_string_to_unsigned(key, 10, 0, G_MAXINT, &index, NULL))
        return NULL;
    return cJSON_GetArrayItem(value, (int)index);
}

const cJSON *json_at(const cJSON *value, const char *path)
{
    g_auto(GStrv) keys = g_strsplit(path, ".", -1);
    for (char **key = keys; *key != NULL && value != NULL; key++)
        value = step(value, *key);
    return value;
}

const char *json_text_at(const cJSON *value, const char *path)
{
    return cJSON_GetStringValue(json_at(value, path));
}

gint64 json_count_at(const cJSON *value, const char *path, gint64 fallback)
{
    const cJSON *number = json_at(value, path);
    bool whole = cJSON_IsNumber(number) && number->valuedouble >= 0 &&
                 number->valuedouble <= 9007199254740991.0 &&
                 number->valuedouble == floor(number->valuedouble);
    return whole ? (gint64)number->valuedouble : fallback;
}
