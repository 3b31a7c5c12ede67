/* Reply templates: their folder, what is refused and where, what comes out. */
#include "reply/template.h"

#include <glib/gstdio.h>

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int make_folder(void **state)
{
    *state = g_dir_make_tmp("replies-XXXXXX", NULL);
    return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
    g_autoptr(GDir) folder = g_dir_open(*state, 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(*state, name, NULL);

        g_remove(path);
    }
    g_rmdir(*state);
    g_free(*state);
    return 0;
}

static void write_file(const char *folder, const char *name, const char *text, gssize length)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    assert_true(g_file_set_contents(path, text, length, NULL));
}

static void a_folder_is_read(void **state)
{
    g_autoptr(Diags) diags = diags_new();

    write_file(*state, "b.txt", "---text\nDear {{person_name}},\n\n{{brand}}\n", -1);
    write_file(*state, "a.txt", "# note\nlanguage = de\n---text\nGuten Tag\n\n\n", -1);
    write_file(*state, "notes.md", "{{", -1);
    write_file(*state, ".c.txt", "{{", -1);
    g_autoptr(ReplyTemplates) set = reply_templates_load(*state, diags);
    assert_int_equal(diags_count(diags), 0);
    const char *const *names = reply_template_names(set);
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "b");
    assert_null(names[2]);
    assert_null(reply_template(set, "notes"));
    assert_string_equal(reply_template_language(reply_template(set, "a")), "de");
    assert_string_equal(reply_template_language(reply_template(set, "b")), "");
    const ReplyView view = { .person_name = "Ann <b>\r\nLee", .brand = "Ac\x01me" };
    g_autofree char *text = reply_template_render(reply_template(set, "b"), &view, NULL);
    assert_string_equal(text, "Dear Ann <b> Lee,\n\nAc me\n");
    const ReplyView nothing = { .brand = NULL };
    g_autofree char *german = reply_template_render(reply_template(set, "a"), &nothing, NULL);
    assert_string_equal(german, "Guten Tag\n");
}

static void faults_are_told_with_their_place(void **state)
{
    static const struct {
        const char *text, *faults;
    } rows[] = {
        { "Hello", "bad.txt:1:1: expected a line '---text' behind the head\n" },
        { "---text\nDear {{name}}", "bad.txt:2:6: " },
        { "language = english\n---text\n", "bad.txt:1:" },
        { "tone = warm\n---text\n", "bad.txt:1:1: unknown setting 'tone'" },
        { "mailbox support { }\n---text\n", "bad.txt:1:1: expected a setting" },
        { "---text\n{{#ticket}}", "bad.txt:2:1: " },
        { "---text\n{{> other}}", "bad.txt:2:1: " },
        { "---text\n\xFF", "bad.txt: a reply template is UTF-8" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();

        write_file(*state, "bad.txt", rows[i].text, -1);
        g_autoptr(ReplyTemplates) set = reply_templates_load(*state, diags);
        g_autofree char *text = diags_to_text(diags);
        const char *told = strstr(text, "bad.txt");
        if (!told || !g_str_has_prefix(told, rows[i].faults))
            fail_msg("%s: %s", rows[i].text, text);
        assert_null(reply_template(set, "bad"));
        assert_null(*reply_template_names(set));
    }
}

static void a_folder_that_is_not_there_is_a_fault(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *path = g_build_filename(*state, "none", NULL);
    g_autoptr(ReplyTemplates) set = reply_templates_load(path, diags);

    assert_int_equal(diags_count(diags), 1);
    assert_null(*reply_template_names(set));
    write_file(*state, "a b.txt", "---text\n", -1);
    g_autoptr(ReplyTemplates) other = reply_templates_load(*state, diags);
    assert_int_equal(diags_count(diags), 2);
    assert_null(*reply_template_names(other));
}

static void the_shipped_ones_are_good(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ReplyTemplates) set = reply_templates_load("conf/replies", diags);
    const ReplyView full = { .brand = "Acme",
                             .mailbox = "support@example.com",
                             .ticket = "SUP-1",
                             .person_name = "Eve of evil.example",
                             .subject = "Buy at evil.example",
                             .answer_within = "one working day" };
    const ReplyView few = { .brand = "Acme" };

    (void)state;
    assert_int_equal(diags_count(diags), 0);
    g_autofree char *received = reply_template_render(reply_template(set, "received"), &full, NULL);
    g_autofree char *acknowledged =
        reply_template_render(reply_template(set, "acknowledge"), &full, NULL);
    g_autofree char *shortest = reply_template_render(reply_template(set, "received"), &few, NULL);
    assert_true(g_str_has_prefix(received, "Hello Eve of evil.example,\n\nthank you"));
    assert_non_null(strstr(received, "\n\nYou can expect our answer within one working day.\n\n"));
    assert_true(g_str_has_prefix(shortest, "Hello,\n\nthank you for your message."));
    assert_null(strstr(shortest, "number"));
    assert_non_null(strstr(shortest, "as soon as we can"));
    assert_non_null(strstr(acknowledged, "SUP-1"));
    assert_null(strstr(acknowledged, "evil"));
    assert_null(strstr(acknowledged, "Buy"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_read),
        TEST(faults_are_told_with_their_place),
        TEST(a_folder_that_is_not_there_is_a_fault),
        TEST(the_shipped_ones_are_good),
    };

    return cmocka_run_group_tests_name("reply: template", tests, NULL, NULL);
}
