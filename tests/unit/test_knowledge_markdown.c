/* Markdown files as passages: where they begin and end, under which headings, what is left out. */
#include "knowledge/markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static MarkdownFile *read_quietly(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    MarkdownFile *file = markdown_read("a.md", text, strlen(text), diags);

    assert_non_null(file);
    assert_int_equal(diags_count(diags), 0);
    return file;
}

static const MarkdownPassage *passage_of(const MarkdownFile *file, guint number)
{
    assert_true(number < file->passages->len);
    return file->passages->pdata[number];
}

/* "LINE [TRAIL] TEXT" of each passage, with "¦" between them. */
static char *tell(const MarkdownFile *file)
{
    GString *all = g_string_new(NULL);

    for (guint i = 0; i < file->passages->len; i++) {
        const MarkdownPassage *passage = passage_of(file, i);

        g_string_append_printf(all, "%s%d [%s] %s", i > 0 ? "¦" : "", passage->line, passage->trail,
                               passage->text);
    }
    return g_string_free(all, FALSE);
}

typedef struct {
    const char *text, *want;
} Row;

static void check_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(MarkdownFile) file = read_quietly(rows[i].text);
        g_autofree char *got = tell(file);

        assert_string_equal(got, rows[i].want);
    }
}

static void headings_part_a_file_and_make_the_trail(void **state)
{
    static const Row rows[] = {
        { "", "" },
        { "\n\n", "" },
        { "text", "1 [] text" },
        { "# A\ntext", "2 [A] text" },
        { "# A\nx\n## B\ny\n### C\nz\n## D\nw\n# E\nv\n",
          "2 [A] x¦4 [A > B] y¦6 [A > B > C] z¦8 [A > D] w¦10 [E] v" },
        { "### C\nx\n# A\ny\n", "2 [C] x¦4 [A] y" },
        { "# A #\nx\n## B ##   \ny\n# C#\nz", "2 [A] x¦4 [A > B] y¦6 [C#] z" },
        { "   # A\nx\n    # code\n", "2 [A] x\n    # code" },
        { "#\nx\n#hash\n####### seven\n", "2 [] x\n#hash\n####### seven" },
        { "# A\n# B\nx", "3 [B] x" },
        { "text\n# A\nmore", "1 [] text¦3 [A] more" },
        { "# *A*  `b`\t[c](https://d.example)\nx", "2 [*A* `b` c (https://d.example)] x" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void lines_below_a_paragraph_make_it_a_heading(void **state)
{
    static const Row rows[] = {
        { "A\n===\nx\n\nB\n---\ny", "3 [A] x¦7 [A > B] y" },
        { "A\n=\nx\n", "3 [A] x" },
        { "Two\nlines\n-----\nx\n", "4 [Two lines] x" },
        { "A\n\n---\nx\n", "1 [] A\n\nx" },
        { "- item\n---\nx\n", "1 [] - item\n\nx" },
        { "> quote\n---\nx\n", "1 [] > quote\n\nx" },
        { "| a |\n---\nx\n", "1 [] | a |\n\nx" },
        { "1. A\n====\nx\n", "3 [1. A] x" },
        { "A\n=== =\nx\n", "1 [] A\n=== =\nx" },
        { "A\n***\nx\n\n- - -\n\n_ _\n", "1 [] A\n\nx\n\n_ _" },
    };
    g_autofree char *most = g_strnfill(MARKDOWN_HEADING_MAX, 'a');
    g_autofree char *heading = g_strconcat(most, "\n---\nx", NULL);
    g_autofree char *paragraph = g_strconcat(most, "a\n---\nx", NULL);
    g_autoptr(MarkdownFile) below = read_quietly(heading);
    g_autoptr(MarkdownFile) above = read_quietly(paragraph);

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
    assert_string_equal(passage_of(below, 0)->trail, most);
    assert_string_equal(passage_of(above, 0)->trail, "");
}

static void code_between_fences_is_left_as_it_is(void **state)
{
    static const Row rows[] = {
        { "```sh\n# no heading\n\n<!-- kept -->\n[a](https://b.example)\n```\nx",
          "1 [] ```sh\n# no heading\n\n<!-- kept -->\n[a](https://b.example)\n```\n\nx" },
        { "~~~\n```\n~~~\n# A\nx", "1 [] ~~~\n```\n~~~¦5 [A] x" },
        { "````\n```\n````\n# A\nx", "1 [] ````\n```\n````¦5 [A] x" },
        { "- item\n\n    ```\n    # no heading\n    ```\n",
          "1 [] - item\n\n    ```\n    # no heading\n    ```" },
        { "```\n# open to the end\n", "1 [] ```\n# open to the end" },
        { "```a``` is no fence\n# A\nx", "1 [] ```a``` is no fence¦3 [A] x" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void line_ends_and_a_byte_order_mark_are_no_text(void **state)
{
    static const Row rows[] = {
        { "\xEF\xBB\xBF# A\r\nx\r\ny\r\n\r\nz\r\n", "2 [A] x\ny\n\nz" },
        { "# A\rx\r\ry\r", "2 [A] x\n\ny" },
        { "a  \nb\t\n", "1 [] a\nb" },
        { "a\033[31m\x7F\x01z", "1 [] a[31mz" },
        { "| a | b |\n|---|---|\n| 1 | 2 |\n", "1 [] | a | b |\n|---|---|\n| 1 | 2 |" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void comments_are_left_out(void **state)
{
    static const Row rows[] = {
        { "a <!-- b --> c", "1 [] a  c" },
        { "<!-- a\n# b\n\n--> c\n# D\nx", "1 []  c¦6 [D] x" },
        { "a\n<!-- b -->\nc", "1 [] a\n\nc" },
        { "# A <!-- b -->\nx", "2 [A] x" },
        { "`<!--` begins one, `-->` ends it", "1 [] `<!--` begins one, `-->` ends it" },
        { "a <!-- never closed\nb", "1 [] a <!-- never closed\nb" },
        { "a <!--> b --> c", "1 [] a  c" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void a_comment_that_is_not_closed_hides_the_rest_and_is_named(void **state)
{
    static const char text[] = "a\n<!-- b --> c\n\n <!-- for us alone\nsecret\n";
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(MarkdownFile) file = markdown_read("a.md", text, strlen(text), diags);
    g_autofree char *got = tell(file), *said = diags_to_text(diags);

    (void)state;
    assert_string_equal(got, "1 [] a\n c");
    assert_string_equal(said,
                        "a.md:4:1: the comment that begins here is never closed by '-->'; the "
                        "rest of the file is left out\n");
}

static void links_become_what_a_letter_can_say(void **state)
{
    static const Row rows[] = {
        { "see [the page](https://a.example/b \"title\") now",
          "1 [] see the page (https://a.example/b) now" },
        { "[https://a.example](https://a.example)", "1 [] https://a.example" },
        { "[a](<https://b.example/c d>)", "1 [] a (https://b.example/c d)" },
        { "[a](https://b.example/c_(d))", "1 [] a (https://b.example/c_(d))" },
        { "[refunds](refunds.md#how), [top](#top)", "1 [] refunds, top" },
        { "[write](mailto:a@b.example)", "1 [] write (mailto:a@b.example)" },
        { "![logo](https://a.example/l.png) x", "1 [] logo x" },
        { "[![logo](l.png)](https://a.example)", "1 [] logo (https://a.example)" },
        { "[](https://a.example)", "1 [] (https://a.example)" },
        { "[two\nlines](https://a.example)", "1 [] two\nlines (https://a.example)" },
        { "`[a](b)` and ``[a](`)``", "1 [] `[a](b)` and ``[a](`)``" },
        { "\\[a](b) [a] [a][b] [a](b", "1 [] \\[a](b) [a] [a][b] [a](b" },
        { "[a [b] c](https://d.example)", "1 [] a [b] c (https://d.example)" },
        { "a] (b) [ `", "1 [] a] (b) [ `" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static char *list_text(const GPtrArray *list)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", (char *)list->pdata[i]);
    return g_string_free(text, FALSE);
}

static void front_matter_is_read_and_left_out(void **state)
{
    static const struct {
        const char *text, *title, *tags, *mailboxes, *want;
    } rows[] = {
        { "---\ntitle: A\ntags: b, c d\nmailbox: support\n---\n# E\nx", "A", "b|c d", "support",
          "7 [A > E] x" },
        { "---\ntitle: \"A: b\"\ntags: [c, 'd']\nother: e\n...\nx", "A: b", "c|d", "",
          "6 [A: b] x" },
        { "---\r\ntags:\r\n  - a\r\n  - b\r\nmailboxes:\r\n- c\r\n---\r\nx", "", "a|b", "c",
          "8 [] x" },
        { "---\ntitle: A\n---\n# A\nx", "A", "", "", "5 [A] x" },
        { "---\n---\nx", "", "", "", "3 [] x" },
        { "---\n- stray\nno key\ntags: ,,\n---\nx", "", "", "", "6 [] x" },
        { "---\ntitle: never closed\n\nx", "", "", "", "2 [] title: never closed\n\nx" },
        { "x\n\n---\ntitle: A\n---\n", "", "", "", "1 [] x" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(MarkdownFile) file = read_quietly(rows[i].text);
        g_autofree char *got = tell(file), *tags = list_text(file->tags);
        g_autofree char *mailboxes = list_text(file->mailboxes);

        assert_string_equal(file->title, rows[i].title);
        assert_string_equal(tags, rows[i].tags);
        assert_string_equal(mailboxes, rows[i].mailboxes);
        assert_string_equal(got, rows[i].want);
    }
}

static void the_line_of_the_mailboxes_is_kept(void **state)
{
    g_autoptr(MarkdownFile) file = read_quietly("---\ntitle: A\nmailbox: b\n---\nx");

    (void)state;
    assert_int_equal(file->mailboxes_line, 3);
}

static void front_matter_names_as_many_mailboxes_as_the_limit(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        g_autoptr(GString) text = g_string_new("---\nmailbox: a");
        int count = MARKDOWN_LIST_MAX + extra;
        g_autoptr(MarkdownFile) file = NULL;

        for (int i = 1; i < count; i++)
            g_string_append(text, ", a");
        g_string_append(text, "\n---\n");
        file = read_quietly(text->str);
        assert_int_equal(file->mailboxes->len, MIN(count, MARKDOWN_LIST_MAX));
    }
}

/* Two paragraphs of the given lengths below one heading. */
static MarkdownFile *read_paragraphs(int first, int second)
{
    g_autofree char *a = g_strnfill((gsize)first, 'a'), *b = g_strnfill((gsize)second, 'b');
    g_autofree char *text = g_strdup_printf("# A\n%s\n\n%s\n", a, b);

    return read_quietly(text);
}

static void paragraphs_are_joined_as_long_as_they_fit(void **state)
{
    static const struct {
        int first, second, want;
    } rows[] = {
        { MARKDOWN_PASSAGE_MAX - 203, 200, 1 },
        { MARKDOWN_PASSAGE_MAX - 202, 200, 1 },
        { MARKDOWN_PASSAGE_MAX - 201, 200, 2 },
        /* One that is short alone stays with its neighbour, above or below. */
        { MARKDOWN_PASSAGE_MAX, MARKDOWN_PASSAGE_MIN - 1, 1 },
        { MARKDOWN_PASSAGE_MAX, MARKDOWN_PASSAGE_MIN, 2 },
        { MARKDOWN_PASSAGE_MIN - 1, MARKDOWN_PASSAGE_MAX, 1 },
        { MARKDOWN_PASSAGE_MIN, MARKDOWN_PASSAGE_MAX, 2 },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(MarkdownFile) file = read_paragraphs(rows[i].first, rows[i].second);

        assert_int_equal(file->passages->len, rows[i].want);
        assert_int_equal(passage_of(file, 0)->line, 2);
        if (rows[i].want == 2)
            assert_int_equal(passage_of(file, 1)->line, 4);
    }
}

static void short_sections_are_not_joined(void **state)
{
    static const Row rows[] = { { "# A\nx\n# B\ny\n", "2 [A] x¦4 [B] y" } };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void a_block_is_cut_only_above_the_limit(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        g_autofree char *text = g_strnfill((gsize)(MARKDOWN_PASSAGE_MAX + extra), 'x');
        g_autoptr(MarkdownFile) file = read_quietly(text);

        /* The one byte that is left over is short, and joined again. */
        assert_int_equal(file->passages->len, 1);
        assert_int_equal(strlen(passage_of(file, 0)->text),
                         extra > 0 ? MARKDOWN_PASSAGE_MAX + 3 : MARKDOWN_PASSAGE_MAX + extra);
    }
}

/* `unit` again and again, about two passages of it. */
static MarkdownFile *read_long(const char *begin, const char *unit, const char *end)
{
    g_autoptr(GString) text = g_string_new(begin);

    while (text->len < 2 * MARKDOWN_PASSAGE_MAX - 100)
        g_string_append(text, unit);
    g_string_append(text, end);
    return read_quietly(text->str);
}

static void long_blocks_are_cut_where_it_hurts_least(void **state)
{
    static const struct {
        const char *begin, *unit, *end, *first_ends, *second_begins;
    } rows[] = {
        { "```\n", "line of code;\n", "```\n", "line of code;", "line of code;" },
        { "", "A sentence of words. ", "", "A sentence of words.", "A sentence of words." },
        { "", "一つの文。", "", "一つの文。", "一つの文。" },
        { "", "word ", "", "word", "word" },
        { "", "無", "", "無", "無" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(MarkdownFile) file = read_long(rows[i].begin, rows[i].unit, rows[i].end);

        assert_int_equal(file->passages->len, 2);
        assert_true(g_str_has_suffix(passage_of(file, 0)->text, rows[i].first_ends));
        assert_true(g_str_has_prefix(passage_of(file, 1)->text, rows[i].second_begins));
    }
}

static void pieces_of_a_long_block_know_their_lines(void **state)
{
    g_autoptr(MarkdownFile) file = read_long("# A\n", "123456789 123456789\n", "");

    (void)state;
    assert_int_equal(passage_of(file, 0)->line, 2);
    assert_int_equal(passage_of(file, 1)->line, 2 + MARKDOWN_PASSAGE_MAX / 20);
}

static void what_is_not_utf_8_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text;
        gsize length;
        const char *want;
    } rows[] = {
        { "a\nb\xFFz\n", 5, "a.md:2:1: " },
        { "a\0b", 3, "a.md:1:1: " },
        { "a\n\xC3", 3, "a.md:2:1: " },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *said = NULL;

        assert_null(markdown_read("a.md", rows[i].text, rows[i].length, diags));
        said = diags_to_text(diags);
        assert_true(g_str_has_prefix(said, rows[i].want));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_part_a_file_and_make_the_trail),
        cmocka_unit_test(lines_below_a_paragraph_make_it_a_heading),
        cmocka_unit_test(code_between_fences_is_left_as_it_is),
        cmocka_unit_test(line_ends_and_a_byte_order_mark_are_no_text),
        cmocka_unit_test(comments_are_left_out),
        cmocka_unit_test(a_comment_that_is_not_closed_hides_the_rest_and_is_named),
        cmocka_unit_test(links_become_what_a_letter_can_say),
        cmocka_unit_test(front_matter_is_read_and_left_out),
        cmocka_unit_test(the_line_of_the_mailboxes_is_kept),
        cmocka_unit_test(front_matter_names_as_many_mailboxes_as_the_limit),
        cmocka_unit_test(paragraphs_are_joined_as_long_as_they_fit),
        cmocka_unit_test(short_sections_are_not_joined),
        cmocka_unit_test(a_block_is_cut_only_above_the_limit),
        cmocka_unit_test(long_blocks_are_cut_where_it_hurts_least),
        cmocka_unit_test(pieces_of_a_long_block_know_their_lines),
        cmocka_unit_test(what_is_not_utf_8_is_refused_with_its_line),
    };

    return cmocka_run_group_tests_name("knowledge: markdown", tests, NULL, NULL);
}
