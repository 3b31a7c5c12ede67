/* What a person would not see is left out of the text, and reported where it says something. */
#include "html/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 65536

static void check(const char *html, bool hidden)
{
    HtmlReport report;
    g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

    if (strcmp(text, hidden ? "seen" : "gone\nseen") != 0 || report.hidden != hidden)
        fail_msg("%s: %s (%d)", html, text, report.hidden);
}

/* Each holds as a style attribute and as a rule of a sheet. */
static const struct {
    const char *style;
    bool hides;
} styles[] = {
    { "display:none", true },
    { "DISPLAY : none !important", true },
    { "dis/**/play:none", true },
    { "display/**/:/**/none", true },
    { "d\\69splay:n\\6f ne", true },
    { "display:none;display:inline", false },
    { "display:none!important;display:inline", true },
    { "visibility: hidden", true },
    { "visibility:collapse", true },
    { "opacity:0", true },
    { "opacity:0.02", true },
    { "opacity:0.9", false },
    { "filter:alpha(opacity=0)", true },
    { "filter:alpha(opacity=90)", false },
    { "filter:opacity(0%)", true },
    { "font-size:0", true },
    { "font-size: 0.0px;color:red", true },
    { "font-size:1px", true },
    { "font-size:.05em", true },
    { "font-size:1%", true },
    { "font-size:0.5em", false },
    { "font-size:9pt", false },
    { "font-size:2px", true },
    { "font-size:3px", false },
    { "position:absolute;left:9999px", true },
    { "font:0/0 a", true },
    { "font:italic 700 1px/1.2 Arial", true },
    { "font:700 12px/0 Arial", false },
    { "line-height:0;overflow:hidden", true },
    { "max-height:0;overflow:hidden", true },
    { "max-height:0px; overflow : hidden", true },
    { "height:1px;width:1px;overflow:hidden", true },
    { "max-height:0", false },
    { "height:20px;overflow:hidden", false },
    { "max-width:0;overflow:hidden", true },
    { "text-indent:-9999px", true },
    { "text-indent:-20px", false },
    { "position:absolute;left:-9999px", true },
    { "position:fixed;top:-200em", true },
    { "position:absolute;left:-10px", false },
    { "left:-9999px", false },
    { "margin-left:-9999px", true },
    { "position:absolute;clip:rect(0,0,0,0)", true },
    { "position:absolute;clip:rect(1px 1px 1px 1px)", true },
    { "position:absolute;clip:rect(0,100px,20px,0)", false },
    { "clip-path:inset(50%)", true },
    { "clip-path:inset(0 0 0 100%)", true },
    { "clip-path:inset(5%)", false },
    { "clip-path:circle(0)", true },
    { "transform:scale(0)", true },
    { "transform:scale(1.1)", false },
    { "transform:translateX(-9999px)", true },
    { "mso-hide:all", false },
    { "color:#fff", true },
    { "color:white", true },
    { "color:#FEFEFE", true },
    { "color:#eeeeee", true },
    { "color:#cccccc", false },
    { "color:rgb(255, 255, 255)", true },
    { "color:rgb(100% 100% 100% / 1)", true },
    { "color:rgba(0,0,0,0)", true },
    { "color:rgba(0,0,0,.03)", true },
    { "color:hsl(120, 0%, 100%)", true },
    { "color:hsl(0,100%,50%)", false },
    { "color:rgb(0,0,255)", false },
    { "background:red;color:hsl(0deg 100% 50%)", true },
    { "background:hsl(240,100%,50%);color:blue", true },
    { "color:transparent", true },
    { "color:windowtext", false },
    { "color:nonsense", false },
    { "color:#fff;background:#222", false },
    { "color:#fff;background:#222 url(x.png) no-repeat", false },
    { "color:#fff;background-image:url(x.png)", false },
    { "color:#fff;background:rgba(0,0,0,0)", true },
    { "color:black;background-color:#050505", true },
    { "background:black", true },
    { "background:url('a;b:c.png') #123456;color:white", false },
    { "-webkit-text-fill-color:white", true },
    { "content:'display:none;'", false },
};

static void hiding_styles_are_known(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(styles); i++) {
        g_autofree char *html =
            g_strdup_printf("<div style=\"%s\">gone</div>seen", styles[i].style);

        check(html, styles[i].hides);
    }
}

static void hiding_rules_are_known(void **state)
{
    static const char *const places[] = {
        "<style>.x{%s}</style><div class='a X'>gone</div>seen",
        "<div class=x>gone</div>seen<style type=text/css>p,.x { %s }</style>",
        "<body><style><!-- .y .x{%s} --></style><b class=y><div class=x>gone</div></b>seen",
        "<style>@import url(a.css); @media screen{ div#k {%s}}</style><div id=k>gone</div>seen",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(styles); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(places); j++) {
            const char *at = strstr(places[j], "%s");
            g_autofree char *before = g_strndup(places[j], (gsize)(at - places[j]));
            g_autofree char *html = g_strconcat(before, styles[i].style, at + 2, NULL);

            check(html, styles[i].hides);
        }
    }
}

#define GONE(rule) "<style>" rule "</style><div class='a b' id=i title=t>gone</div>seen"

static void selectors_hold_for_what_they_name(void **state)
{
    static const struct {
        const char *html;
        bool hides;
    } rows[] = {
        { GONE("div{display:none}"), true },
        { GONE("*{font-size:0} div{font-size:12px} body{}"), false },
        { GONE(".a.b{display:none}"), true },
        { GONE(".a.c{display:none}"), false },
        { GONE("div.a{display:none}"), true },
        { GONE("p.a{display:none}"), false },
        { GONE("#i{display:none}"), true },
        { GONE("html .a{display:none}"), false },
        { GONE("p , #i.b{display:none}"), true },
        { GONE("[class=\"a\"]{display:none}"), true },
        { GONE("[class~='b']{display:none}"), true },
        { GONE("[title]{display:none}"), false },
        { GONE(".a:hover{display:none}"), false },
        { GONE(".c + .a{display:none}"), false },
        { GONE(".\\61 {display:none}"), true },
        { GONE(".a/**/{display:none}"), true },
        { GONE("@media print{.a{display:none}}"), false },
        { GONE("@media (max-width:600px){.a{display:none}}"), false },
        { GONE("@media only screen and (max-width:9px){.a{display:none}} .b{color:red}"), false },
        { GONE("@media (prefers-color-scheme:dark){.a{color:#fff}}"), false },
        { GONE("@media all{.a{display:none}}"), true },
        { GONE("@media screen and (min-width:1px){.a{display:none}}"), true },
        { GONE("@media (min-width: 0){.a{display:none}}"), true },
        { GONE("@media (min-width: 480px){.a{display:none}}"), false },
        { GONE("@media (min-width:1px) and (max-width:9px){.a{display:none}}"), false },
        { GONE("@media print,screen{.a{display:none}}"), true },
        { GONE("@font-face{font-family:x;src:url(y)} .a{display:none}"), true },
        { GONE("@supports (x:y){.a{display:none}}"), false },
        { GONE(".a{display:none} #i{display:block}"), false },
        { GONE("#i{display:none} .a{display:block}"), true },
        { GONE(".a{display:none!important} #i{display:block}"), true },
        { GONE(".a{display:block} .b{display:none}"), true },
        { GONE(".b{display:none} .a{display:block}"), false },
        { "<style media=print>.a{display:none}</style><div class=a>gone</div>seen", false },
        { "<style>.a{display:none}</style><div class=a style=display:block>gone</div>seen", false },
        { "<style>.a{display:none!important}</style><div class=a style=display:block>gone</div>"
          "seen",
          true },
        { "<style>.a{display:none!important}</style>"
          "<div class=a style='display:block!important'>gone</div>seen",
          false },
        { "<style>.o .a{display:none}</style><i class=o></i><div class=a>gone</div>seen", false },
        { "<template><style>.a{color:red}</style></template><div class=a>gone</div>seen", false },
        { "<p title='<style>.a{display:none}</style>'></p><div class=a>gone</div>seen", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        check(rows[i].html, rows[i].hides);
}

static void elements_hide_what_they_hold(void **state)
{
    static const struct {
        const char *html;
        bool hidden;
    } rows[] = {
        { "<p hidden>gone</p>seen", true },
        { "<div style='display:none'><p style='display:block'>gone</p></div>seen", true },
        { "<font color=white>gone</font><br>seen", true },
        { "<font color='#FFFFFF'>gone</font><br>seen", true },
        { "<font color=fefefe>gone</font><br>seen", true },
        { "<table bgcolor=black><tr><td style='color:#010101'>gone</table>seen", true },
        { "<body bgcolor=#102030 text=white><p style='color:#102030'>gone</p>seen", true },
        { "<div style='color:white'>gone<a href='#x' style='display:none'>x</a></div>seen", true },
        /* What browsers keep open keeps hiding. */
        { "<p><font style='display:none'></p>gone</font>seen", true },
        { "<div hidden><table><tr><td></div>gone</table></div>seen", true },
        { "<span hidden><div></span>gone</div></span>seen", true },
        { "<b style='visibility:hidden'><p><b style='visibility:visible'></p></b>gone</b>seen",
          true },
        { "<div hidden><i style='visibility:visible'><p></i>gone</p></div>seen", true },
        { "<p style='display:none' style='display:block'>gone</p>seen", true },
        { "<p STYLE='display&colon;none'>gone</p>seen", true },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        check(rows[i].html, rows[i].hidden);
}

static void what_is_seen_is_not_called_hidden(void **state)
{
    static const char *const rows[] = {
        "<div style='display:none'> &nbsp;&zwnj; &#847;</div>seen",
        "<td style='font-size:0px'><span style='font-size:13px'>seen</span></td>",
        "<i style='visibility:hidden'><b style='visibility:visible'>seen</b></i>",
        "<table bgcolor='#0070f3'><tr><td><a href='#' style='color:#fff'>seen</a></table>",
        "<td background='x.jpg' style='color:#fff'>seen</td>",
        "<div style='background:linear-gradient(red,blue);color:#fff'>seen</div>",
        "<style>.b{background:#000}.b a{color:#fff}</style><p class=b><a href='#'>seen</a>",
        "<body style='background:#222' text=#eee>seen",
        "<font color=white><a href='#'>seen</a></font>",
        "<p aria-hidden=true>seen",
        "<td style='height:0;width:1px;overflow:hidden'>seen</td>",
        "<style>@media screen and (max-width:600px){p{display:none}}</style><p>seen",
        "<style>[data-ogsc] p{color:#fff}</style><p>seen",
        "<input type=hidden value=words>seen",
        "<p style='color:inherit'>seen",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        HtmlReport report;
        g_autofree char *text = html_text(rows[i], strlen(rows[i]), ROOM, &report);

        assert_string_equal(text, "seen");
        assert_false(report.hidden);
    }
}

/* "A" as eight zero-width characters, and so on. */
#define SECRET                                                                                     \
    "\u200b\u200c\u200b\u200b\u200b\u200b\u200b\u200c\u200b\u200c\u200b\u200b\u200b\u200b\u200c"   \
    "\u200b\u200b\u200c\u200c\u200b\u200b\u200c\u200c\u200c"
#define TAGS "\U000E0069\U000E0067\U000E006E\U000E006F\U000E0072\U000E0065\U000E0021\U000E007F"

static void unseen_characters_are_dropped(void **state)
{
    static const struct {
        const char *text, *rest;
        bool hidden, backwards;
    } rows[] = {
        { "soft\u00adhy\u200bphen\ufeff", "softhyphen", false, false },
        { "a\u2060b\u2063c\u034fd", "abcd", false, false },
        { "\u202bright\u202c \u2066to\u2069 \u200fleft", "right to left", false, false },
        { "pay \u202e001\u202c now", "pay 001 now", false, true },
        { "a" TAGS "\U000E0041b", "ab", true, false },
        { "a\U000E0041b\U000E0042c", "abc", false, false },
        { "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "\U0001F3F4",
          false, false },
        { "x" SECRET "y", "xy", true, false },
        { "x \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c "
          "\u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c \u200c y",
          "x                         y", false, false },
        { "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e", false, false },
        { "a\u200cb\u200dc", "abc", false, false },
        { "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937", false, false },
        { "\U0001F468\u200d\U0001F469\u200d\u200d", "\U0001F468\u200d\U0001F469\u200d", false,
          false },
        { "\u2764\ufe0f\ufe0f\ufe0f", "\u2764\ufe0f", false, false },
        { "a\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a", "a\ufe01", true, false },
        { "\u845b\U000E0100 \u6fa4\U000E0101", "\u845b \u6fa4", false, false },
        { "plain", "plain", false, false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup(rows[i].text);
        Unseen unseen = { 0 };

        unseen_strip(text, &unseen);
        assert_string_equal(text, rows[i].rest);
        assert_int_equal(unseen.hidden, rows[i].hidden);
        assert_int_equal(unseen.backwards, rows[i].backwards);
    }
}

static void unseen_characters_of_html_are_the_same(void **state)
{
    static const char html[] =
        "a<b>&#xE0069;&#xE0067;&#xE006E;&#xE006F;&#xE0072;</b>&#xE0065;"
        "&#xE0020;&#xE0061;&#xE006C;&#xE006C;<p>soft&shy;ly&zwnj;&nbsp;&zwnj;";
    HtmlReport report;
    g_autofree char *text = html_text(html, strlen(html), ROOM, &report);

    (void)state;
    assert_string_equal(text, "a\n\nsoftly");
    assert_true(report.unseen.hidden);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hiding_styles_are_known),
        cmocka_unit_test(hiding_rules_are_known),
        cmocka_unit_test(selectors_hold_for_what_they_name),
        cmocka_unit_test(elements_hide_what_they_hold),
        cmocka_unit_test(what_is_seen_is_not_called_hidden),
        cmocka_unit_test(unseen_characters_are_dropped),
        cmocka_unit_test(unseen_characters_of_html_are_the_same),
    };

    return cmocka_run_group_tests_name("mail: hidden text", tests, NULL, NULL);
}
