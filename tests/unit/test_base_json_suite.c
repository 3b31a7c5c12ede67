/* A suite of JSON documents from elsewhere: the environment variable JSON_SUITE names a folder
 * whose files begin with y_ (right), n_ (wrong) or i_ (as the reader likes).  Skipped without it.
 */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Right by the grammar, refused on purpose: a NUL would end a C string early, and of two members of
 * one name two readers see different ones. */
static const char *const refused[] = { "y_object_duplicated_key.json",
                                       "y_object_duplicated_key_and_value.json",
                                       "y_object_escaped_null_in_key.json",
                                       "y_string_null_escape.json", NULL };

static bool is_taken(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &text, &length, NULL))
        fail_msg("%s can't be read", path);
    g_autoptr(cJSON) json = json_parse(text, length, &error);
    assert_true((json == NULL) == (error != NULL));
    return json != NULL;
}

static void right_documents_are_taken_and_wrong_ones_refused(void **state)
{
    (void)state;
    const char *folder = g_getenv("JSON_SUITE");
    if (folder == NULL)
        skip();
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    assert_non_null(files);
    static const char kinds[] = "yni";
    guint counts[3] = { 0 }, wrong = 0;
    const char *name;
    while ((name = g_dir_read_name(files)) != NULL) {
        const char *kind = strchr(kinds, name[0]);
        if (!g_str_has_suffix(name, ".json") || kind == NULL)
            continue;
        bool taken = is_taken(folder, name);
        bool wanted = name[0] == 'y' && !g_strv_contains(refused, name);
        counts[kind - kinds]++;
        if (name[0] != 'i' && taken != wanted) {
            print_error("%s is %s\n", name, taken ? "taken" : "refused");
            wrong++;
        }
    }
    print_message("%u right, %u wrong, %u either\n", counts[0], counts[1], counts[2]);
    assert_int_equal(wrong, 0);
    assert_true(counts[0] > 0 && counts[1] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_documents_are_taken_and_wrong_ones_refused),
    };
    return cmocka_run_group_tests_name("base: JSON suite", tests, NULL, NULL);
}
