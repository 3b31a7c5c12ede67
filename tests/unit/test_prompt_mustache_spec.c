/* The mustache specification's own cases, from a checkout of them: the environment variable
 * MUSTACHE_SPEC names the folder with its .json files.  Skipped without it. */
#include "base/json.h"
#include "prompt/mustache.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static const Place start = { .file = "spec", .line = 1, .column = 1 };

static GHashTable *parse_partials(const cJSON *partials, Diags *diags)
{
    GHashTable *table =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)mustache_free);
    const cJSON *partial;

    cJSON_ArrayForEach(partial, partials) g_hash_table_insert(
        table, partial->string, mustache_parse(partial->valuestring, start, diags));
    return table;
}

static void check_case(const char *module, const cJSON *json)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GHashTable) partials =
        parse_partials(cJSON_GetObjectItemCaseSensitive(json, "partials"), diags);
    g_autoptr(Mustache) mustache = mustache_parse(json_text_at(json, "template"), start, diags);
    g_autofree char *got = NULL, *faults = diags_to_text(diags);
    const char *want = json_text_at(json, "expected");

    if (mustache)
        got = mustache_render(mustache, cJSON_GetObjectItemCaseSensitive(json, "data"), partials,
                              MUSTACHE_HTML, NULL);
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: %s: want '%s', got '%s' %s", module, json_text_at(json, "name"), want, got,
                 faults);
}

static void check_module(const char *folder, const char *module)
{
    g_autofree char *file = g_strconcat(module, ".json", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *text = NULL;
    g_autoptr(cJSON) json = NULL;
    const cJSON *one;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, NULL))
        fail_msg("%s can't be read", path);
    json = json_parse(text, length, NULL);
    assert_non_null(json);
    assert_true(cJSON_GetArraySize(json_at(json, "tests")) > 0);
    cJSON_ArrayForEach(one, json_at(json, "tests")) check_case(module, one);
}

static void the_core_modules_of_the_specification_are_met(void **state)
{
    static const char *const modules[] = { "comments", "delimiters", "interpolation",
                                           "inverted", "partials",   "sections" };
    const char *folder = g_getenv("MUSTACHE_SPEC");

    (void)state;
    if (!folder)
        skip();
    for (gsize i = 0; i < G_N_ELEMENTS(modules); i++)
        check_module(folder, modules[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_core_modules_of_the_specification_are_met),
    };

    return cmocka_run_group_tests_name("prompt: mustache specification", tests, NULL, NULL);
}
