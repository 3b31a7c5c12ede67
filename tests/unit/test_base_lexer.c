/* The lexer: words, strings, symbols, their places, and what is said of bad input. */
#include "base/lexer.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Tokens as one text: words plain, [strings], (symbols), a / before the first of a line. */
static char *show(const char *text, gsize length, Diags *diags)
{
    static const char *const before[] = { "", "[", "(" }, *const behind[] = { "", "]", ")" };
    g_autoptr(GPtrArray) tokens = lexer_tokens("f", 1, text, length, diags);
    GString *shown = g_string_new(NULL);
    for (guint i = 0; i + 1 < tokens->len; i++) {
        const Token *token = tokens->pdata[i];
        g_string_append_printf(shown, "%s%s%s%s%s", i > 0 ? " " : "",
                               token->first_on_line ? "/" : "", before[token->type], token->text,
                               behind[token->type]);
    }
    assert_true(token_is(tokens->pdata[tokens->len - 1], TOKEN_END, ""));
    return g_string_free(shown, FALSE);
}

static void text_becomes_tokens(void **state)
{
    (void)state;
    static const struct {
        const char *text, *tokens;
    } rows[] = {
        { "", "" },
        { "socket = unix:/run/x.sock", "/socket (=) unix:/run/x.sock" },
        { "a=b;c", "/a (=) b (;) c" },
        { "a{b}(c),d", "/a ({) b (}) (() c ()) (,) d" },
        { "a<>b!=c<=d>=e<f>g", "/a (<>) b (!=) c (<=) d (>=) e (<) f (>) g" },
        { "a==b", "/a (=) (=) b" },
        { "# all\na # rest = {\nb#c", "/a /b#c" },
        { "\"two words\" 'one'", "/[two words] [one]" },
        { "'it''s' \"a\"\"b\"", "/[it's] [a\"b]" },
        { "\"\" ''", "/[] []" },
        { "\"\\\\ \\\" \\' \\n \\t\"", "/[\\ \" ' \n \t]" },
        { "a\"b\"c", "/a [b] c" },
        { "a\r\nb\rc", "/a /b c" },
        { "größe 请", "/größe 请" },
        { "me@example.com http://h:1/p?x -5 20%", "/me@example.com http://h:1/p?x -5 20%" },
        { "\"zero\xE2\x80\x8D"
          "width\"",
          "/[zero\xE2\x80\x8D"
          "width]" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *shown = show(rows[i].text, strlen(rows[i].text), diags);
        g_autofree char *said = diags_to_text(diags);
        assert_string_equal(shown, rows[i].tokens);
        assert_string_equal(said, "");
    }
}

static void bad_input_is_said_and_stepped_over(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gsize length;
        const char *tokens, *said;
    } rows[] = {
        { "a \xFF\xFE b", 6, "/a b", "f:1:3: byte 0xFF is not UTF-8; save the file as UTF-8\n" },
        { "gr\xFC\xDF e", 6, "/gr e", "f:1:3: byte 0xFC is not UTF-8; save the file as UTF-8\n" },
        { "a\0b", 3, "/ab", "f:1:2: control character U+0000; remove it\n" },
        { "# \x1B[0m\nb", 8, "/b", "f:1:3: control character U+001B; remove it\n" },
        { "a\xC2\x9B"
          "b",
          4, "/ab", "f:1:2: control character U+009B; remove it\n" },
        { "x\n 'open\ny", 10, "/x /[open] /y",
          "f:2:2: string is not closed on its line; a ' is missing\n" },
        { "\"open\\", 6, "/[open]", "f:1:1: string is not closed on its line; a \" is missing\n" },
        { "\"a\\q\"", 5, "/[aq]",
          "f:1:3: unknown escape in a string; there are \\\\ \\\" \\' \\n \\t\n" },
        { "a ! b", 5, "/a b", "f:1:3: '!' stands alone; write != or NOT\n" },
        { "a\xC2\xA0= b", 6, "/a (=) b",
          "f:1:2: invisible character U+00A0; use a plain space, or put the text in quotes\n" },
        { "\xEF\xBB\xBF"
          "a",
          4, "/a",
          "f:1:1: invisible character U+FEFF; use a plain space, or put the text in quotes\n" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *shown = show(rows[i].text, rows[i].length, diags);
        g_autofree char *said = diags_to_text(diags);
        assert_string_equal(shown, rows[i].tokens);
        assert_string_equal(said, rows[i].said);
    }
}

static void places_count_characters(void **state)
{
    (void)state;
    static const char text[] = "über = 'ä'x\n\n\ty";
    static const int places[][2] = { { 7, 1 }, { 7, 6 }, { 7, 8 }, { 7, 11 }, { 9, 2 }, { 9, 3 } };
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GPtrArray) tokens = lexer_tokens("my.conf", 7, text, strlen(text), diags);
    assert_int_equal(tokens->len, G_N_ELEMENTS(places));
    for (guint i = 0; i < tokens->len; i++) {
        const Token *token = tokens->pdata[i];
        assert_string_equal(token->place.file, "my.conf");
        assert_int_equal(token->place.line, places[i][0]);
        assert_int_equal(token->place.column, places[i][1]);
    }
}

static void token_is_asks_for_type_and_exact_text(void **state)
{
    (void)state;
    char text[] = "AND";
    const Token token = { .type = TOKEN_WORD, .text = text };
    assert_true(token_is(&token, TOKEN_WORD, "AND"));
    assert_false(token_is(&token, TOKEN_WORD, "and"));
    assert_false(token_is(&token, TOKEN_STRING, "AND"));
}

static void a_token_has_a_longest_length(void **state)
{
    (void)state;
    for (gsize length = LEXER_TOKEN_MAX - 1; length <= LEXER_TOKEN_MAX + 1; length++) {
        g_autofree char *text = g_strnfill(length, 'a');
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(GPtrArray) tokens = lexer_tokens("f", 1, text, length, diags);
        const Token *token = tokens->pdata[0];
        assert_int_equal(diags_count(diags), length > LEXER_TOKEN_MAX);
        assert_int_equal(strlen(token->text), MIN(length, LEXER_TOKEN_MAX));
    }
}

static void a_file_has_a_longest_length(void **state)
{
    (void)state;
    for (gsize length = LEXER_FILE_MAX - 1; length <= LEXER_FILE_MAX + 1; length++) {
        g_autofree char *text = g_strnfill(length, ' ');
        text[0] = 'a';
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(GPtrArray) tokens = lexer_tokens("f", 1, text, length, diags);
        assert_int_equal(diags_count(diags), length > LEXER_FILE_MAX);
        assert_int_equal(tokens->len, length > LEXER_FILE_MAX ? 1 : 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_tokens),
        cmocka_unit_test(bad_input_is_said_and_stepped_over),
        cmocka_unit_test(places_count_characters),
        cmocka_unit_test(token_is_asks_for_type_and_exact_text),
        cmocka_unit_test(a_token_has_a_longest_length),
        cmocka_unit_test(a_file_has_a_longest_length),
    };
    return cmocka_run_group_tests_name("base: lexer", tests, NULL, NULL);
}
