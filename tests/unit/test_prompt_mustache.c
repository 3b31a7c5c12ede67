/* Mustache: each construct, each kind of escape, each fault with its place, each limit. */
#include "base/error.h"
#include "prompt/mustache.h"

#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static const Place start = { .file = "t", .line = 1, .column = 1 };

static Mustache *parse(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    Mustache *mustache = mustache_parse(text, start, diags);

    assert_int_equal(diags_count(diags), mustache ? 0 : 1);
    assert_non_null(mustache);
    return mustache;
}

/* Rendered with one partial named "p"; or the error. */
static char *render(const char *text, const char *view, const char *partial, MustacheEscape escape)
{
    g_autoptr(Mustache) mustache = parse(text), p = parse(partial);
    g_autoptr(GHashTable) partials = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(cJSON) json = json_parse(view, strlen(view), NULL);
    g_autoptr(GError) error = NULL;
    char *out;

    assert_non_null(json);
    g_hash_table_insert(partials, (gpointer) "p", p);
    out = mustache_render(mustache, json, partials, escape, &error);
    assert_true((out == NULL) == (error != NULL));
    return out ? out : g_strdup(error->message);
}

static void each_construct_renders(void **state)
{
    static const struct {
        const char *text, *view, *want;
    } rows[] = {
        { "", "{}", "" },
        { "a { } }} b", "{}", "a { } }} b" },
        { "{{a}}{{ b }}{{c}}{{d}}{{e}}", "{\"a\":\"x\",\"b\":1.5,\"c\":true,\"d\":null}",
          "x1.5true" },
        { "{{a}}", "{\"a\":{\"b\":1}}", "" },
        { "{{a.b}}/{{a.c}}/{{b.a}}", "{\"a\":{\"b\":7}}", "7//" },
        { "{{A}}", "{\"a\":1}", "" },
        { "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}", "no" },
        { "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":0}", "yes" },
        { "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":[]}", "no" },
        { "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":{}}", "yes" },
        { "{{#l}}<{{n}}{{o}}>{{/l}}", "{\"o\":\"!\",\"l\":[{\"n\":1},{\"n\":2,\"o\":\"?\"}]}",
          "<1!><2?>" },
        { "{{#l}}{{.}},{{/l}}", "{\"l\":[1,\"b\",true]}", "1,b,true," },
        { "{{#a}}{{.}} of {{a}}{{/a}}", "{\"a\":\"x\"}", "x of x" },
        { "a{{! not\nseen }}b", "{}", "ab" },
        { "a\n  {{! alone }}  \nb\n", "{}", "a\nb\n" },
        { "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\n", "{\"x\":true}", "a\r\nb\r\n" },
        { "{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{a}}", "{\"a\":1}", "1{{a}}1" },
        { "{{=| |=}}|#a|x|/a|", "{\"a\":true}", "x" },
        { "{{>p}}", "{\"v\":\"x\"}", "[x\n]\n" },
        { " {{>p}}\n.", "{\"v\":\"x\\ny\"}", " [x\ny\n ]\n." },
        { "{{>q}}.", "{}", "." },
        { "{{a}}", "{\"a\":\"{{b}}\",\"b\":1}", "{{b}}" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = render(rows[i].text, rows[i].view, "[{{v}}\n]\n", MUSTACHE_TEXT);

        assert_string_equal(got, rows[i].want);
    }
}

static void indentation_goes_before_every_line_of_a_partial(void **state)
{
    static const struct {
        const char *partial, *want;
    } rows[] = {
        { "{{a}}\nb\n\nc", "  1\n  b\n  \n  c" },
        { "{{#y}}x\nz{{/y}}\n", "  x\n  z\n" },
        { "{{#y}}\nx\n{{/y}} z\n", "  x\n   z\n" },
        { "{{#n}}x{{/n}}z\n", "  z\n" },
        { "{{! c }}z\n", "  z\n" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got =
            render("  {{>p}}\n", "{\"a\":1,\"y\":true}", rows[i].partial, MUSTACHE_TEXT);

        assert_string_equal(got, rows[i].want);
    }
}

static void a_value_is_escaped_for_its_target(void **state)
{
    static const struct {
        MustacheEscape escape;
        const char *want;
    } rows[] = {
        { MUSTACHE_HTML, "&lt;a b=&quot;&amp;&quot;&gt;\r\n\\" },
        { MUSTACHE_TEXT, "<a b=\"&\">\r\n\\" },
    };
    static const char view[] = "{\"v\":\"<a b=\\\"&\\\">\\r\\n\\\\\"}";

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *escaped = render("{{v}}", view, "", rows[i].escape);
        g_autofree char *triple = render("{{{v}}}", view, "", rows[i].escape);
        g_autofree char *ampersand = render("{{& v }}", view, "", rows[i].escape);

        assert_string_equal(escaped, rows[i].want);
        assert_string_equal(triple, "<a b=\"&\">\r\n\\");
        assert_string_equal(ampersand, triple);
    }
}

static void a_fault_has_its_place(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "a\nä {{b", "t:2:3: the tag is not closed; expected '}}'\n" },
        { "{{{a}}", "t:1:1: the tag is not closed; expected '}}'\n" },
        { "{{#a}}\n {{#b}}x", "t:2:2: section 'b' is not closed\n" },
        { "{{#a}}{{/b}}", "t:1:7: '/b' closes a section that isn't open; expected '/a'\n" },
        { "x\n{{/b}}", "t:2:1: '/b' closes a section that isn't open\n" },
        { "{{}}", "t:1:1: expected a name in the tag, not ''\n" },
        { "{{# }}", "t:1:1: expected a name in the tag, not ''\n" },
        { "{{a b}}", "t:1:1: expected a name in the tag, not 'a b'\n" },
        { "{{a..b}}", "t:1:1: expected a name in the tag, not 'a..b'\n" },
        { "{{=<%=}}", "t:1:1: expected two delimiters without '=': {{=<% %>=}}\n" },
        { "{{=a b c=}}", "t:1:1: expected two delimiters without '=': {{=<% %>=}}\n" },
        { "{{==a b=}}", "t:1:1: expected two delimiters without '=': {{=<% %>=}}\n" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *got = NULL;

        assert_null(mustache_parse(rows[i].text, start, diags));
        got = diags_to_text(diags);
        assert_string_equal(got, rows[i].want);
    }
}

static void unknown_names_are_found_where_they_stand(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "{{mail.from}}{{#list}}{{name}}{{mail.text}}{{.}}{{/list}}{{^ok}}{{ok}}{{/ok}}", "" },
        { "\n{{mial}}", "t:2:1: unknown name 'mial'; did you mean 'mail'?\n" },
        { "{{mail.form}}", "t:1:1: unknown name 'form'; did you mean 'from'?\n" },
        { "{{#list}}{{nmae}}{{/list}}", "t:1:10: unknown name 'nmae'; did you mean 'name'?\n" },
        { "{{#list}}{{lsit}}{{/list}}", "t:1:10: unknown name 'lsit'; did you mean 'list'?\n" },
        { "{{mail.from.x}}", "t:1:1: unknown name 'x'; known here are: none\n" },
        { "{{^ok}}{{zzz}}{{/ok}}", "t:1:8: unknown name 'zzz'; known here are: mail, list, ok\n" },
        { "{{#zzz}}{{a}}{{b}}{{/zzz}}",
          "t:1:1: unknown name 'zzz'; known here are: mail, list, ok\n" },
        { "{{>part}}", "t:1:1: there is no partial 'part'\n" },
    };
    static const char view[] =
        "{\"mail\":{\"from\":\"\",\"text\":\"\"},\"list\":[{\"name\":\"\"}],\"ok\":true}";
    g_autoptr(cJSON) example = json_parse(view, strlen(view), NULL);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(Mustache) mustache = parse(rows[i].text);
        g_autofree char *got = NULL;

        mustache_check(mustache, example, NULL, diags);
        got = diags_to_text(diags);
        assert_string_equal(got, rows[i].want);
    }
}

static char *nested(int depth)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < depth; i++)
        g_string_append(text, "{{#a}}");
    g_string_append(text, "x");
    for (int i = 0; i < depth; i++)
        g_string_append(text, "{{/a}}");
    return g_string_free(text, FALSE);
}

static void sections_nest_up_to_the_limit(void **state)
{
    (void)state;
    for (int depth = MUSTACHE_DEPTH_MAX - 1; depth <= MUSTACHE_DEPTH_MAX + 1; depth++) {
        g_autofree char *text = nested(depth);
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(Mustache) mustache = mustache_parse(text, start, diags);

        assert_int_equal(mustache != NULL, depth <= MUSTACHE_DEPTH_MAX);
        if (mustache) {
            g_autofree char *got = render(text, "{\"a\":true}", "", MUSTACHE_TEXT);

            assert_string_equal(got, "x");
        }
    }
}

/* A view of objects in each other, the key of which is `key`. */
static char *nested_view(int depth)
{
    GString *view = g_string_new("{\"n\":0}");

    for (int i = 1; i < depth; i++) {
        g_string_prepend(view, "{\"n\":0,\"a\":");
        g_string_append_c(view, '}');
    }
    return g_string_free(view, FALSE);
}

static void partials_and_sections_nest_up_to_the_limit_together(void **state)
{
    (void)state;
    for (int levels = MUSTACHE_DEPTH_MAX / 2; levels <= MUSTACHE_DEPTH_MAX / 2 + 1; levels++) {
        g_autofree char *view = nested_view(levels);
        /* Each level is a partial in a section; `a` of the last level is an empty one. */
        g_autofree char *partial = g_strdup("x{{#a}}{{>p}}{{/a}}");
        g_autofree char *closed = NULL, *got = NULL, *want = NULL;
        char *last = strstr(view, "{\"n\":0}");

        closed = g_strdup_printf("%.*s{\"n\":0,\"a\":false}%s", (int)(last - view), view, last + 7);
        got = render("{{>p}}", closed, partial, MUSTACHE_TEXT);
        want = levels * 2 - 1 <= MUSTACHE_DEPTH_MAX
                   ? g_strnfill((gsize)levels, 'x')
                   : g_strdup("the template nests sections and partials deeper than 60");
        assert_string_equal(got, want);
    }
}

static void a_template_that_calls_itself_ends(void **state)
{
    g_autofree char *got = render("{{>p}}", "{}", "{{>p}}{{>p}}", MUSTACHE_TEXT);

    (void)state;
    assert_string_equal(got, "the template nests sections and partials deeper than 60");
}

static void a_section_over_itself_takes_bounded_steps(void **state)
{
    g_autoptr(GString) view = g_string_new("{\"a\":[1");
    g_autofree char *got = NULL;

    (void)state;
    for (int i = 0; i < 99; i++)
        g_string_append(view, ",1");
    g_string_append(view, "]}");
    got = render("{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}", view->str, "",
                 MUSTACHE_TEXT);
    assert_string_equal(got, "the template takes more steps than 1000000");
}

static void output_has_a_limit(void **state)
{
    (void)state;
    for (int beyond = -1; beyond <= 1; beyond++) {
        g_autofree char *value = g_strnfill((gsize)(MUSTACHE_OUTPUT_MAX - 1 + beyond), 'x');
        g_autofree char *view = g_strdup_printf("{\"v\":\"%s\"}", value);
        g_autofree char *got = render("{{v}}.", view, "", MUSTACHE_TEXT);

        if (beyond <= 0)
            assert_int_equal(strlen(got), MUSTACHE_OUTPUT_MAX + beyond);
        else
            assert_string_equal(got, "the template gives more bytes than 4194304");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_construct_renders),
        cmocka_unit_test(indentation_goes_before_every_line_of_a_partial),
        cmocka_unit_test(a_value_is_escaped_for_its_target),
        cmocka_unit_test(a_fault_has_its_place),
        cmocka_unit_test(unknown_names_are_found_where_they_stand),
        cmocka_unit_test(sections_nest_up_to_the_limit),
        cmocka_unit_test(partials_and_sections_nest_up_to_the_limit_together),
        cmocka_unit_test(a_template_that_calls_itself_ends),
        cmocka_unit_test(a_section_over_itself_takes_bounded_steps),
        cmocka_unit_test(output_has_a_limit),
    };

    return cmocka_run_group_tests_name("prompt: mustache", tests, NULL, NULL);
}
