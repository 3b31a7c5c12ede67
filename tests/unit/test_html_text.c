/* HTML becomes text that reads like what was seen. */
#include "html/text.h"

#include "html/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define ROOM 65536

static void check_rows(const char *const (*rows)[2], gsize count)
{
    for (gsize i = 0; i < count; i++) {
        HtmlReport report;
        g_autofree char *text = html_text(rows[i][0], strlen(rows[i][0]), ROOM, &report);

        assert_string_equal(text, rows[i][1]);
        assert_false(report.hidden);
        assert_false(report.cut);
        assert_false(report.overdone);
    }
}

static void html_reads_as_text(void **state)
{
    static const char *const rows[][2] = {
        { "<p>One</p><p>Two</p>", "One\n\nTwo" },
        { "a<br>b<br><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd" },
        { "<div>a</div><div><br></div><div>b</div>", "a\n\nb" },
        { "  a \n  b&nbsp;c\t", "a b c" },
        { "x<b>y</b>z <i>w</i>", "xyz w" },
        { "<h2>Head</h2>text<h3>Next</h3>", "Head\n\ntext\n\nNext" },
        { "<pre>a\n  b\nc</pre>", "a\n  b\nc" },
        { "<div style='white-space:pre-wrap'>a\n b\n\nc</div>", "a\n b\n\nc" },
        { "&lt;b&gt; &amp; &euro; &#8364; &#x20AC; &#128;", "<b> & € € € €" },
        { "&bogus; &copy 2 &hellip &#xZ; &", "&bogus; © 2 &hellip &#xZ; &" },
        { "a<hr>b", "a\n________________________________\nb" },
        { "", "" },
        { "1 < 2 <3 </ 4>", "1 < 2 <3" },
        { "<textarea>a &amp; <b>\nc</textarea>", "a & <b>\nc" },
        { "<select><option>no<option selected>yes</select>", "yes" },
        { "<form>Name: <input value='x'><input type=hidden value=y><button>Send</button></form>",
          "Name: Send" },
        { "<details><summary>More</summary>words</details>", "More\nwords" },
        { "<noscript>seen</noscript><o:p>too</o:p>", "seentoo" },
        { "<b><p>a</b>b</p>c", "ab\n\nc" },
        { "<p>a<div>b</div>c", "a\n\nb\nc" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void lists_keep_their_marks_and_depth(void **state)
{
    static const char *const rows[][2] = {
        { "<ul><li>one<li>two</ul>", "- one\n- two" },
        { "<ol><li>one</li><li>two</li></ol>", "1. one\n2. two" },
        { "<ol start=9><li>a<li>b<li value=20>c<li>d</ol>", "9. a\n10. b\n20. c\n21. d" },
        { "<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", "- a\n  - b\n    1. c\n- d" },
        { "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", "- a\n  - b\n- c" },
        { "<ul><li><p>a</p><p>b</p></li><li><div>c</div></li></ul>", "- a\n\n  b\n- c" },
        { "<ul><li>a<br>b</ul>", "- a\n  b" },
        { "<dl><dt>Term<dd>What it is<dt>Other<dd>Else</dl>", "Term\n  What it is\nOther\n  Else" },
        { "<li>stray", "- stray" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void tables_keep_rows_and_cells(void **state)
{
    static const char *const rows[][2] = {
        { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc" },
        { "<table><tr><th>a<th>b<tr><td>c<td>d</table>", "a\tb\nc\td" },
        { "<table><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td>c</table>", "a\tb\nc" },
        { "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc" },
        { "<table><tr><td></td><td>a</td><td></td><td>b</td></tr></table>", "a\tb" },
        { "x<table><tr><td></td><td>a</td></tr></table>y", "x\na\ny" },
        { "<table><tr><td><table><tr><td>a</td></tr></table></td><td><table><tr><td>b</td><td>c"
          "</td></tr></table></td></tr></table>",
          "a\nb\tc" },
        { "<table><tr><td>a</td></tr></table><p>b", "a\n\nb" },
        { "<table><tbody><tr><td>a<tfoot><tr><td>b</table>", "a\nb" },
        { "<table><caption>Sum</caption><tr><td>1<td>2</table>", "Sum\n1\t2" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void links_keep_their_address(void **state)
{
    static const char *const rows[][2] = {
        { "<a href='https://x.example/a'>here</a>", "here <https://x.example/a>" },
        { "<a href='https://x.example/'>x.example</a>", "x.example" },
        { "<a href='https://x.example/?a=1&amp;b=2&copy=3'>x</a>",
          "x <https://x.example/?a=1&b=2&copy=3>" },
        { "<a href='mailto:a@b.example?subject=Hi'>a@b.example</a>", "a@b.example" },
        { "<a href='mailto:a@b.example'>write</a>", "write <mailto:a@b.example>" },
        { "<a href='javascript:alert(1)'>here</a>", "here" },
        { "<a href='#top'>up</a>", "up" },
        { "<a href='https://x.example/'></a>end", "end" },
        { "<a href='https://x.example/1'>a<a href='https://x.example/2'>b</a>",
          "a <https://x.example/1>b <https://x.example/2>" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void links_that_pose_as_others_are_reported(void **state)
{
    static const struct {
        const char *text, *target;
        bool poses;
    } rows[] = {
        { "https://bank.example/login", "https://evil.test/x", true },
        { "www.bank.example", "http://evil.test/", true },
        { "bank.com", "https://evil.test/", true },
        { "https://bank.com@evil.test/", "https://other.test/", true },
        { "https://bank.example", "https://www.bank.example/de", false },
        { "https://bank.example", "https://eur01.safelinks.protection.outlook.com/?url=x", false },
        { "our shop", "https://evil.test/", false },
        { "invoice.pdf", "https://files.test/1", false },
        { "ann@bank.com", "https://evil.test/", false },
        { "https://bank.example", "mailto:a@evil.test", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *html =
            g_strdup_printf("<a href='%s'>%s</a>", rows[i].target, rows[i].text);
        HtmlReport report;
        g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

        assert_int_equal(report.poses, rows[i].poses);
        assert_true(g_str_has_prefix(text, rows[i].text));
    }
}

static void pictures_say_what_stands_for_them(void **state)
{
    static const char *const rows[][2] = {
        { "<img src=x alt='Order  shipped'>", "[Order shipped]" },
        { "<img alt='\xF0\x9F\x98\x80'>", "\xF0\x9F\x98\x80" },
        { "<img alt='image001.png'><img alt=''><img alt=Image><img>", "" },
        { "<img alt=pixel-word width=1 height=1>", "" },
        { "<img alt=hidden style='display:none'>", "" },
        { "<a href='https://x.example/'><img alt='Shop'></a>", "[Shop] <https://x.example/>" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void quotations_are_marked(void **state)
{
    static const char *const rows[][2] = {
        { "<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n\n> > c\n\nd" },
        { "<blockquote style='margin:0 0 0 40px; border: NONE'>a</blockquote>", "a" },
        { "<div class=gmail_quote><div class=gmail_attr>On Monday Ann wrote:</div>"
          "<blockquote class=gmail_quote>old</blockquote>new</div>",
          "On Monday Ann wrote:\n\n> old\n\nnew" },
        { "new<div class='x yahoo_quoted' id=yahoo_quoted_1>On Monday<br>old</div>",
          "new\n> On Monday\n> old" },
        { "new<div><div id=divRplyFwdMsg>From: a<br>To: b</div><div>old</div></div>more",
          "new\nFrom: a\nTo: b\n> old\nmore" },
        { "new<div id='x_x_divRplyFwdMsg'>From: a<br>To: b</div>old",
          "new\nFrom: a\nTo: b\n> old" },
        { "new<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm "
          "0cm'><p>From: a<br>Sent: b</p></div></div><p>old</p>",
          "new\n\nFrom: a\nSent: b\n\n> old" },
        { "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm'>sum</div>new",
          "sum\nnew" },
        { "new<div data-marker='__QUOTED_TEXT__'>old</div>", "new\n> old" },
        { "<table><tr><td><div id=divRplyFwdMsg>A: b<br>C: d</div>old</td></tr></table>new",
          "A: b\nC: d\n> old\nnew" },
    };

    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void what_is_no_text_is_dropped_without_a_word(void **state)
{
    static const char *const rows[] = {
        "<html><head><title>T</title><style>p { x }</style></head><body>seen</body></html>",
        "<script>if (a<b) document.write('x')</script>seen",
        "<!-- a comment > <b> -->seen",
        "<!--[if mso]><xml>96</xml><![endif]-->seen",
        "<template>x</template>seen",
        "<!--[if !mso]><!-->seen<!--<![endif]-->",
        "<![if !mso]>seen<![endif]>",
        "<!-->seen<!--->",
        "<!-- a --!>seen",
        "<?xml:namespace prefix='o' ns='x' />seen",
        "<![CDATA[x]]>seen",
        "seen<!-- never closed",
        "seen<a href='never closed>",
        "<!-- <style>.a{display:none}</style> --><p class=a>seen",
        "<script><!-- <p>x --></script>seen",
        "<iframe>x</iframe><object>y</object>seen",
        "<meta http-equiv=content-type content='text/html; charset=big5'>seen",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        HtmlReport report;
        g_autofree char *text = html_text(rows[i], strlen(rows[i]), ROOM, &report);

        assert_string_equal(text, "seen");
        assert_false(report.hidden);
    }
}

static void text_behind_the_end_of_the_document_is_read(void **state)
{
    static const char html[] = "<html><body><p>a</p></body></html></body></html>"
                               "<p>b</p></div><html><body>c";
    HtmlReport report;
    g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

    (void)state;
    assert_string_equal(text, "a\n\nb\n\nc");
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
    HtmlReport report;
    g_autofree char *all = html_text(html, strlen(html), 5100, &report);
    g_autofree char *part = NULL;

    (void)state;
    assert_int_equal(strlen(all), 4999);
    assert_false(report.cut);
    part = html_text(html, strlen(html), 1000, &report);
    assert_true(report.cut);
    assert_in_range(strlen(part), 900, 1000);
}

static void nesting_is_followed_to_its_limit(void **state)
{
    /* The page is one level. */
    g_autofree char *fits = repeated("<b>", HTML_DEPTH_MAX - 1);
    g_autofree char *over = repeated("<b>", HTML_DEPTH_MAX);
    g_autofree char *fits_html = g_strconcat("a", fits, "b", NULL);
    g_autofree char *over_html = g_strconcat("a", over, "b", NULL);
    HtmlReport report;
    g_autofree char *fits_text = html_text(fits_html, strlen(fits_html), ROOM, &report);
    g_autofree char *over_text = NULL;

    (void)state;
    assert_string_equal(fits_text, "ab");
    assert_false(report.cut);
    over_text = html_text(over_html, strlen(over_html), ROOM, &report);
    assert_string_equal(over_text, "a");
    assert_true(report.cut);
}

/* Of this thread, whatever else the machine has to do. */
static gint64 microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Microseconds that about `length` bytes of `unit` take, the best of some. */
static gint64 time_of(const char *unit, gsize length)
{
    g_autofree char *many = repeated(unit, (guint)(length / strlen(unit)));
    gint64 best = G_MAXINT64;

    for (int i = 0; i < 3; i++) {
        gint64 start = microseconds();
        HtmlReport report;
        g_autofree char *text = html_text(many, strlen(many), ROOM, &report);

        assert_true(g_utf8_validate(text, -1, NULL));
        assert_true(strlen(text) <= ROOM);
        best = MIN(best, microseconds() - start);
    }
    return MAX(best, 1);
}

static void hostile_html_takes_linear_time(void **state)
{
    static const char *const units[] = {
        "<div>",
        "<a ",
        "<",
        "&",
        "<!--",
        "</q>",
        " a='1'",
        "<p><b style=color:red>",
        "<b style=color:red><div></b>",
        "<table><tr><td>",
        "<p><font style=display:none></p>",
        "<li><ul>",
        "<a href=https://x.example/><table>",
        "<style>.a{color:red}",
        "<style>.a .b{top:-9em}</style><i class='a b'>",
        "<style>/*",
        "<p style='((((",
        "<p class='a a a a a a a a a a a a'>",
        "&#x200B;&zwnj;",
        "<div hidden>a</div>",
        "<x style=\"font:'",
        "<title>",
        "<pre>\n \n",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        gint64 small = time_of(units[i], 250000), large = time_of(units[i], 1000000);

        if (large > 6 * small + 20000)
            fail_msg("%s: %" G_GINT64_FORMAT " us, then %" G_GINT64_FORMAT, units[i], small, large);
    }
}

static void style_sheets_are_followed_to_their_limits(void **state)
{
    static const struct {
        const char *rule;
        guint count;
        bool overdone;
    } rows[] = {
        { ".a{color:red}", 1, false },
        { ".a{color:red}", HTML_MATCHES_MAX, false },
        { ".a{color:red}", HTML_MATCHES_MAX + 1, true },
        { ".b{color:red}", HTML_RULES_MAX, false },
        { ".b{color:red}", HTML_RULES_MAX + 1, true },
        { ".b,.c{color:red}", HTML_RULES_MAX / 2 + 1, true },
        { ".b{margin:0}", HTML_RULES_MAX + 1, false },
        { ".b{color:red}", 1000000, true },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *rules = repeated(rows[i].rule, rows[i].count);
        g_autofree char *html = g_strconcat("<style>", rules, "</style><p class=a>seen", NULL);
        HtmlReport report;
        g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

        assert_string_equal(text, "seen");
        assert_int_equal(report.overdone, rows[i].overdone);
    }
}

static void formatting_goes_on_to_its_limit(void **state)
{
    for (guint over = 0; over < 2; over++) {
        g_autofree char *open = repeated("<b style=color:red>", 32 + over);
        g_autofree char *html = g_strconcat("a<p>", open, "</p>b", NULL);
        HtmlReport report;
        g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

        assert_string_equal(text, over ? "a" : "a\n\nb");
        assert_int_equal(report.cut, over);
    }
    (void)state;
}

static void addresses_and_pictures_are_cut(void **state)
{
    g_autofree char *many = repeated("x", 1000);
    g_autofree char *html =
        g_strconcat("<a href='http://a.example/", many, "'>a</a><img alt='", many, "'>", NULL);
    HtmlReport report;
    g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

    (void)state;
    assert_int_equal(strlen(text), strlen("a <") + 199 + strlen(">[") + 120 + strlen("]"));
}

/* Words with spaces between are written together, those with line ends one by one. */
static void words_are_cut_alike_however_they_are_parted(void **state)
{
    static const char *const shapes[] = {
        "%s",
        "<blockquote><p>a</p><p>%s</p></blockquote>",
        "<ul><li>%s</ul>%s",
        "<a href='/x'>%s</a>",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
        for (gsize max = 0; max < 60; max++) {
            GString *spaces = g_string_new(shapes[i]), *lines = g_string_new(shapes[i]);
            HtmlReport one, other;

            g_string_replace(spaces, "%s", "some words in a row", 0);
            g_string_replace(lines, "%s", "some\nwords\nin\na\nrow", 0);
            g_autofree char *together = html_text(spaces->str, spaces->len, max, &one);
            g_autofree char *each = html_text(lines->str, lines->len, max, &other);
            assert_string_equal(together, each);
            assert_int_equal(one.cut, other.cut);
            g_string_free(spaces, TRUE);
            g_string_free(lines, TRUE);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_reads_as_text),
        cmocka_unit_test(lists_keep_their_marks_and_depth),
        cmocka_unit_test(tables_keep_rows_and_cells),
        cmocka_unit_test(links_keep_their_address),
        cmocka_unit_test(links_that_pose_as_others_are_reported),
        cmocka_unit_test(pictures_say_what_stands_for_them),
        cmocka_unit_test(quotations_are_marked),
        cmocka_unit_test(what_is_no_text_is_dropped_without_a_word),
        cmocka_unit_test(text_behind_the_end_of_the_document_is_read),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(nesting_is_followed_to_its_limit),
        cmocka_unit_test(hostile_html_takes_linear_time),
        cmocka_unit_test(style_sheets_are_followed_to_their_limits),
        cmocka_unit_test(formatting_goes_on_to_its_limit),
        cmocka_unit_test(addresses_and_pictures_are_cut),
        cmocka_unit_test(words_are_cut_alike_however_they_are_parted),
    };

    return cmocka_run_group_tests_name("mail: HTML to text", tests, NULL, NULL);
}
