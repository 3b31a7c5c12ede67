/* HTML becomes text that reads like what was seen. */
#include "mail/html_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 65536

static void html_reads_as_text(void **state)
{
    static const char *const rows[][2] = {
        { "<p>One</p><p>Two</p>", "One\n\nTwo" },
        { "a<br>b<br><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd" },
        { "<div>a</div><div><br></div><div>b</div>", "a\n\nb" },
        { "  a \n  b&nbsp;c\t", "a b c" },
        { "x<b>y</b>z <i>w</i>", "xyz w" },
        { "<ul><li>one<li>two</ul>", "- one\n- two" },
        { "<ol><li>one</li><li>two</li></ol>", "1. one\n2. two" },
        { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc" },
        { "<pre>a\n b\nc</pre>", "a\nb\nc" },
        { "&lt;b&gt; &amp; &euro; &#8364; &#x20AC;", "<b> & € € €" },
        { "<a href='https://x.example/a'>here</a>", "here <https://x.example/a>" },
        { "<a href='https://x.example/'>x.example/</a>", "x.example/" },
        { "<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example" },
        { "<a href='javascript:alert(1)'>here</a>", "here" },
        { "<a href='https://x.example/'></a>end", "end" },
        { "<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n\n> > c\n\nd" },
        { "<blockquote style='margin:0 0 0 40px; border: NONE'>a</blockquote>", "a" },
        { "a<hr>b", "a\n________________________________\nb" },
        { "soft\xC2\xAD"
          "hy\xE2\x80\x8Bphen",
          "softhyphen" },
        { "", "" },
        { "1 < 2", "1 < 2" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool hidden, cut;
        g_autofree char *text = html_text(rows[i][0], strlen(rows[i][0]), ROOM, &hidden, &cut);

        assert_string_equal(text, rows[i][1]);
        assert_false(hidden);
        assert_false(cut);
    }
}

static void what_is_no_text_is_dropped_without_a_word(void **state)
{
    static const char *const rows[] = {
        "<html><head><title>T</title><style>p { x }</style></head><body>seen</body></html>",
        "<script>if (a<b) document.write('x')</script>seen",
        "<!-- a comment > <b> -->seen",
        "<!--[if mso]><xml>96</xml><![endif]-->seen",
        "<template>x</template>seen",
        "<meta http-equiv=content-type content='text/html; charset=big5'>seen",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool hidden, cut;
        g_autofree char *text = html_text(rows[i], strlen(rows[i]), ROOM, &hidden, &cut);

        assert_string_equal(text, "seen");
        assert_false(hidden);
    }
}

static void hidden_text_is_left_out_and_reported(void **state)
{
    static const struct {
        const char *html;
        bool hidden;
    } rows[] = {
        { "<div style='display:none'>gone</div>seen", true },
        { "<div style='DISPLAY : none !important'>gone</div>seen", true },
        { "<div style='dis/**/play:none'>gone</div>seen", true },
        { "<div style='display:none'><p style='display:block'>gone</p></div>seen", true },
        { "<span style='visibility: hidden'>gone</span>seen", true },
        { "<span style='font-size:0'>gone</span>seen", true },
        { "<span style='font-size: 0.0px;color:red'>gone</span>seen", true },
        { "<p hidden>gone</p>seen", true },
        { "<div style='display:none'> &nbsp; </div>seen", false },
        { "<td style='font-size:0px'><span style='font-size:13px'>seen</span></td>", false },
        { "<span style='font-size:0.5em'>seen</span>", false },
        { "<span style='display:none;display:inline'>seen</span>", false },
        { "<i style='visibility:hidden'><b style='visibility:visible'>seen</b></i>", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool hidden, cut;
        g_autofree char *text = html_text(rows[i].html, strlen(rows[i].html), ROOM, &hidden, &cut);

        assert_string_equal(text, "seen");
        assert_int_equal(hidden, rows[i].hidden);
    }
}

static void text_behind_the_end_of_the_document_is_read(void **state)
{
    static const char html[] = "<html><body><p>a</p></body></html></body></html>"
                               "<p>b</p></div></whole-mail><html><body>c";
    bool hidden, cut;
    g_autofree char *text = html_text(html, strlen(html), ROOM, &hidden, &cut);

    (void)state;
    assert_string_equal(text, "a\n\nb\n\n/whole-mail>c");
}

static char *repeated(const char *unit, guint times)
{
    GString *all = g_string_new(NULL);

    for (guint i = 0; i < times; i++)
        g_string_append(all, unit);
    return g_string_free(all, FALSE);
}

static void output_is_bounded(void **state)
{
    g_autofree char *html = repeated("word ", 1000);
    bool hidden, cut;
    g_autofree char *all = html_text(html, strlen(html), 5100, &hidden, &cut);
    g_autofree char *part = NULL;

    (void)state;
    assert_int_equal(strlen(all), 4999);
    assert_false(cut);
    part = html_text(html, strlen(html), 1000, &hidden, &cut);
    assert_true(cut);
    assert_in_range(strlen(part), 900, 1000);
}

static void nesting_is_followed_to_its_limit(void **state)
{
    /* Our own root is one level. */
    g_autofree char *fits = repeated("<b>", HTML_DEPTH_MAX - 1);
    g_autofree char *over = repeated("<b>", HTML_DEPTH_MAX);
    g_autofree char *fits_html = g_strconcat("a", fits, "b", NULL);
    g_autofree char *over_html = g_strconcat("a", over, "b", NULL);
    bool hidden, cut;
    g_autofree char *fits_text = html_text(fits_html, strlen(fits_html), ROOM, &hidden, &cut);
    g_autofree char *over_text = NULL;

    (void)state;
    assert_string_equal(fits_text, "ab");
    assert_false(cut);
    over_text = html_text(over_html, strlen(over_html), ROOM, &hidden, &cut);
    assert_string_equal(over_text, "a");
    assert_true(cut);
}

static void hostile_html_takes_linear_time(void **state)
{
    static const char *const units[] = { "<div>", "<a ", "<", "&", "<!--", "</q>", " a='1'" };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autofree char *many = repeated(units[i], 150000);
        g_autofree char *html = g_strconcat("<b ", many, ">", NULL);
        gint64 start = g_get_monotonic_time();
        bool hidden, cut;
        g_autofree char *text = html_text(html, strlen(html), ROOM, &hidden, &cut);

        assert_true(g_utf8_validate(text, -1, NULL));
        assert_true(strlen(text) <= ROOM);
        assert_true(g_get_monotonic_time() - start < 5 * G_USEC_PER_SEC);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_reads_as_text),
        cmocka_unit_test(what_is_no_text_is_dropped_without_a_word),
        cmocka_unit_test(hidden_text_is_left_out_and_reported),
        cmocka_unit_test(text_behind_the_end_of_the_document_is_read),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(nesting_is_followed_to_its_limit),
        cmocka_unit_test(hostile_html_takes_linear_time),
    };

    return cmocka_run_group_tests_name("mail: HTML to text", tests, NULL, NULL);
}
