/* JSON out of arbitrary bytes.
 *
 * What is refused says where; what is accepted holds valid UTF-8 and finite numbers only, can be
 * printed, and its print is accepted and prints the same again. */
#include "base/error.h"
#include "base/json.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const cJSON *value, int depth)
{
    const cJSON *child;
    g_assert(depth <= JSON_DEPTH_MAX);
    g_assert(!cJSON_IsString(value) || g_utf8_validate(value->valuestring, -1, NULL));
    g_assert(!cJSON_IsNumber(value) || isfinite(value->valuedouble));
    cJSON_ArrayForEach(child, value)
    {
        if (cJSON_IsObject(value))
            g_assert(cJSON_GetObjectItemCaseSensitive(value, child->string) == child);
        check(child, depth + 1);
    }
}

static void print_and_read_again(const cJSON *value)
{
    g_autofree char *once = json_print(value);
    g_autoptr(cJSON) again = json_parse(once, strlen(once), NULL);
    g_assert(again);
    g_autofree char *twice = json_print(again);
    g_assert_cmpstr(once, ==, twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(cJSON) value = json_parse((const char *)data, size, &error);
    if (value == NULL) {
        g_assert(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
        g_assert(g_str_has_prefix(error->message, "byte "));
        return 0;
    }
    if (size < 1000)
        check(value, 0);
    print_and_read_again(value);
    return 0;
}
