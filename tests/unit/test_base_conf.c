/* The configuration's tree: the grammar, every mistake in one run, and files within files. */
#include "base/conf.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void append_tokens(GString *out, const GPtrArray *tokens)
{
    for (guint i = 0; i < tokens->len; i++)
        g_string_append_printf(out, " %s", ((const Token *)tokens->pdata[i])->text);
}

static void append_values(GString *out, const GPtrArray *values)
{
    g_string_append(out, " =");
    for (guint i = 0; i < values->len; i++) {
        const ConfValue *value = values->pdata[i];
        g_string_append_printf(out, value->quoted ? " '%s'" : " <%s>", value->text);
    }
}

/* `name head = <value> 'quoted value';` and `name head { … }` */
static void append_items(GString *out, const GPtrArray *items)
{
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = items->pdata[i];
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", item->name);
        append_tokens(out, item->head);
        if (item->values != NULL)
            append_values(out, item->values);
        if (item->items != NULL) {
            g_string_append(out, " { ");
            append_items(out, item->items);
            g_string_append(out, " }");
        } else {
            g_string_append_c(out, ';');
        }
    }
}

static char *show(const ConfTree *tree)
{
    GString *out = g_string_new(NULL);
    append_items(out, tree->items);
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *text, *tree, *said;
} Row;

static void assert_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(ConfTree) tree =
            conf_read_text("f", 1, rows[i].text, strlen(rows[i].text), diags);
        g_autofree char *shown = show(tree);
        g_autofree char *said = diags_to_text(diags);
        assert_string_equal(shown, rows[i].tree);
        assert_string_equal(said, rows[i].said);
    }
}

static void items_are_settings_blocks_and_clauses(void **state)
{
    (void)state;
    static const Row rows[] = {
        { "", "", "" },
        { ";;\n;", "", "" },
        { "a = b", "a = <b>;", "" },
        { "a = b; c = d\ne = f", "a = <b>; c = <d>; e = <f>;", "" },
        { "budget = 20 USD/day", "budget = <20 USD/day>;", "" },
        { "a = 'x, y', z", "a = 'x, y' <z>;", "" },
        { "a = x 'y'", "a = <x y>;", "" },
        { "a = ''", "a = '';", "" },
        { "words breach = leak, 'data loss'", "words breach = <leak> 'data loss';", "" },
        { "mailbox support { mode = full }", "mailbox support { mode = <full>; }", "" },
        { "mailbox support\n{\n}\nb = c", "mailbox support {  } b = <c>;", "" },
        { "a { b { c } d = e } f", "a { b { c; } d = <e>; } f;", "" },
        { "technical 'Something is broken'; bug", "technical Something is broken; bug;", "" },
        { "field n text 40 'The n'\nb", "field n text 40 The n; b;", "" },
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void a_newline_ends_an_item_unless_it_plainly_goes_on(void **state)
{
    (void)state;
    static const Row rows[] = {
        { "a = b,\n c\nd = e", "a = <b> <c>; d = <e>;", "" },
        { "a = b\n , c", "a = <b> <c>;", "" },
        { "a =\n b\nc", "a = <b>; c;", "" },
        { "a\n= b", "a = <b>;", "" },
        { "when x = 1\nAND y > 2\nOR z\nq = r", "when x = 1 AND y > 2 OR z; q = <r>;", "" },
        { "when x = 1 AND\ny\nq = r", "when x = 1 AND y; q = <r>;", "" },
        { "when x >\n1 OR NOT\n y\nq = r", "when x > 1 OR NOT y; q = <r>;", "" },
        { "when (x\ny)\nq = r", "when ( x y ); q = <r>;", "" },
        { "when x IN ('a',\n'b'\n)\nq = r", "when x IN ( a , b ); q = <r>;", "" },
        { "when t HAS 'a',\n 'b'; q = r", "when t HAS a , b; q = <r>;", "" },
        { "r { when (x }\nq = s", "r { when ( x; } q = <s>;", "" },
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void every_mistake_is_said_and_the_rest_is_read(void **state)
{
    (void)state;
    static const Row rows[] = {
        { "a = b }\nc = d", "a = <b>; c = <d>;", "f:1:7: '}' without a '{' before it\n" },
        { "a {\n b {\n c = d", "a { b { c = <d>; } }",
          "f:3:7: missing '}' for 'b' opened at line 2\n"
          "f:3:7: missing '}' for 'a' opened at line 1\n" },
        { "a =\nb = , c;d", "a = <b>; d;",
          "f:2:3: unexpected '=' in the value of 'a'; put the value in quotes, or a ';' or a new "
          "line behind it\n" },
        { "a = ; b = c, }", "a =; b = <c>;",
          "f:1:5: a value is missing behind '=' of 'a'\n"
          "f:1:14: a value is missing behind ',' of 'b'\n"
          "f:1:14: '}' without a '{' before it\n" },
        { "u = http://h/?q=1\nb = c", "u = <http://h/?q>; b = <c>;",
          "f:1:16: unexpected '=' in the value of 'u'; put the value in quotes, or a ';' or a new "
          "line behind it\n" },
        { "a, b { c }\nd", "a; d;",
          "f:1:2: unexpected ',' behind 'a'; there may be words, '=' and a value, or '{'\n" },
        { "'a' = b; c", "c;", "f:1:1: 'a' where the name of a setting or block should be\n" },
        { "{ a }\n(\nb", "b;",
          "f:1:1: '{' where the name of a setting or block should be\n"
          "f:2:1: '(' where the name of a setting or block should be\n" },
        { "when x { y }\nb", "when x; b;", "f:1:8: unexpected '{' in a condition\n" },
        { "include more.conf\na = b", "a = <b>;", "f:1:1: 'include' can't be used in this file\n" },
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void places_are_those_of_names_and_values(void **state)
{
    (void)state;
    static const char text[] = "\nmailbox support {\n  mode = observe, \"full\"\n}";
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("my.conf", 10, text, strlen(text), diags);
    const ConfItem *mailbox = tree->items->pdata[0], *mode = mailbox->items->pdata[0];
    const ConfValue *second = mode->values->pdata[1];
    assert_string_equal(tree->files->pdata[0], "my.conf");
    assert_string_equal(conf_title(mailbox), "support");
    assert_null(conf_title(mode));
    assert_int_equal(mailbox->place.line, 11);
    assert_int_equal(mailbox->place.column, 1);
    assert_int_equal(mode->place.line, 12);
    assert_int_equal(second->place.line, 12);
    assert_int_equal(second->place.column, 19);
}

static void blocks_nest_up_to_the_limit(void **state)
{
    (void)state;
    for (int depth = CONF_DEPTH_MAX - 1; depth <= CONF_DEPTH_MAX + 1; depth++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int i = 0; i < depth; i++)
            g_string_append(text, "a { ");
        for (int i = 0; i < depth; i++)
            g_string_append(text, "} ");
        g_string_append(text, "b");
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(ConfTree) tree = conf_read_text("f", 1, text->str, text->len, diags);
        assert_int_equal(diags_count(diags), depth > CONF_DEPTH_MAX);
        assert_int_equal(tree->items->len, 2);
    }
}

static void long_values_and_deep_braces_take_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = { "a ", "{", "a{", "a=", "(", ",", "when(", "}", "'a'" };
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new("a = ");
        while (text->len < 300000)
            g_string_append(text, units[i]);
        g_autoptr(Diags) diags = diags_new();
        gint64 start = g_get_monotonic_time();
        g_autoptr(ConfTree) tree = conf_read_text("f", 1, text->str, text->len, diags);
        assert_true(g_get_monotonic_time() - start < 5 * G_TIME_SPAN_SECOND);
        assert_int_equal(tree->files->len, 1);
    }
}

/* A folder for one test. */

static int make_folder(void **state)
{
    *state = g_dir_make_tmp("conf-XXXXXX", NULL);
    return *state == NULL;
}

static void remove_folder_and_files(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder)) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        if (g_file_test(inner, G_FILE_TEST_IS_DIR))
            remove_folder_and_files(inner);
        else
            g_remove(inner);
    }
    g_rmdir(path);
}

static int remove_folder(void **state)
{
    g_autofree char *path = *state;
    remove_folder_and_files(path);
    return 0;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* The tree of main.conf, and what was said with the folder's name as $. */
static char *read_main(const char *folder, char **said, guint *files)
{
    g_autofree char *path = g_build_filename(folder, "main.conf", NULL);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_file(path, diags);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *raw = diags_to_text(diags);
    g_string_append(text, raw);
    g_string_replace(text, folder, "$", 0);
    *said = g_strdup(text->str);
    *files = tree->files->len;
    return show(tree);
}

static void assert_main(const char *folder, const char *tree, const char *said, guint files)
{
    g_autofree char *found_said = NULL;
    guint found_files = 0;
    g_autofree char *found = read_main(folder, &found_said, &found_files);
    assert_string_equal(found, tree);
    assert_string_equal(found_said, said);
    assert_int_equal(found_files, files);
}

static void included_files_stand_in_place_and_in_order(void **state)
{
    write_file(*state, "main.conf", "a = 1\ninclude conf.d/*.conf\ninclude one.conf\nz = 9");
    write_file(*state, "conf.d/b.conf", "b = 2");
    write_file(*state, "conf.d/B.conf", "B = 1\ninclude ../deeper.conf");
    write_file(*state, "conf.d/c.other", "c = 3");
    write_file(*state, "conf.d/.hidden.conf", "h = 3");
    write_file(*state, "deeper.conf", "d = 4");
    write_file(*state, "one.conf", "o = 5");
    assert_main(*state, "a = <1>; B = <1>; d = <4>; b = <2>; o = <5>; z = <9>;", "", 5);
}

static void what_cannot_be_read_is_said(void **state)
{
    write_file(*state, "main.conf",
               "a = 1\n include missing.conf\ninclude no*.conf\ninclude none/*.conf\nb = 2");
    assert_main(*state, "a = <1>; b = <2>;",
                "$/main.conf:2:2: can't read $/missing.conf: No such file or directory\n"
                "$/main.conf:4:1: can't include $/none/*.conf: Error opening directory “$/none”: "
                "No such file or directory\n",
                1);
}

static void the_file_asked_for_must_be_there(void **state)
{
    assert_main(*state, "", "$/main.conf: can't read $/main.conf: No such file or directory\n", 0);
}

static void circles_end(void **state)
{
    write_file(*state, "main.conf", "include a.conf\nm");
    write_file(*state, "a.conf", "include ./main.conf\na");
    assert_main(*state, "a; m;", "$/a.conf:1:1: $/./main.conf is read already; include it once\n",
                2);
}

static void includes_nest_up_to_the_limit(void **state)
{
    write_file(*state, "main.conf", "include 1.conf");
    for (int i = 1; i <= CONF_DEPTH_MAX + 1; i++) {
        g_autofree char *name = g_strdup_printf("%d.conf", i);
        g_autofree char *text = g_strdup_printf("n = %d\ninclude %d.conf", i, i + 1);
        write_file(*state, name, i == CONF_DEPTH_MAX ? "last" : text);
    }
    assert_main(*state, "n = <1>; n = <2>; n = <3>; n = <4>; n = <5>; n = <6>; n = <7>; last;", "",
                9);
    write_file(*state, "8.conf", "include 9.conf");
    assert_main(*state, "n = <1>; n = <2>; n = <3>; n = <4>; n = <5>; n = <6>; n = <7>;",
                "$/8.conf:1:1: $/9.conf is not read: includes within includes, at most 8\n", 9);
}

static void a_huge_file_is_refused(void **state)
{
    g_autofree char *text = g_strnfill(LEXER_FILE_MAX + 1, '\n');
    write_file(*state, "main.conf", text);
    assert_main(*state, "", "$/main.conf: can't read $/main.conf: larger than 1048576 bytes\n", 0);
    text[LEXER_FILE_MAX] = '\0';
    write_file(*state, "main.conf", text);
    assert_main(*state, "", "", 1);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_settings_blocks_and_clauses),
        cmocka_unit_test(a_newline_ends_an_item_unless_it_plainly_goes_on),
        cmocka_unit_test(every_mistake_is_said_and_the_rest_is_read),
        cmocka_unit_test(places_are_those_of_names_and_values),
        cmocka_unit_test(blocks_nest_up_to_the_limit),
        cmocka_unit_test(long_values_and_deep_braces_take_linear_time),
        WITH_FOLDER(included_files_stand_in_place_and_in_order),
        WITH_FOLDER(what_cannot_be_read_is_said),
        WITH_FOLDER(the_file_asked_for_must_be_there),
        WITH_FOLDER(circles_end),
        WITH_FOLDER(includes_nest_up_to_the_limit),
        WITH_FOLDER(a_huge_file_is_refused),
    };
    return cmocka_run_group_tests_name("base: conf", tests, NULL, NULL);
}
