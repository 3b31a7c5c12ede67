/* Splits the text of a configuration, policy or prompt head into words, strings and symbols.
 *
 * Every character goes through peek(), which reports and steps over what may not stand in such a
 * file at all; so nothing behind it has to think of bad bytes.  Linear, and it never gives up: what
 * is wrong is said, and the rest is read.  Pure; any thread. */
#include "base/lexer.h"

#include "base/text.h"

#include <string.h>

typedef struct {
    const char *at, *end;
    Place place; /* of `at` */
    bool first_on_line;
    GPtrArray *tokens;
    Diags *diags;
} Lexer;

void token_free(Token *token)
{
    if (!token)
        return;
    g_free(token->text);
    g_free(token);
}

bool token_is(const Token *token, TokenType type, const char *text)
{
    return token->type == type && strcmp(token->text, text) == 0;
}

static void add_token(Lexer *lexer, TokenType type, Place place, const char *text)
{
    Token *token = g_new0(Token, 1);
    gsize fit = text_fit(text, LEXER_TOKEN_MAX);

    if (text[fit] != '\0')
        diags_add(lexer->diags, place, "this is longer than %d bytes; is a quote or space missing?",
                  LEXER_TOKEN_MAX);
    token->type = type;
    token->text = g_strndup(text, fit);
    token->place = place;
    token->first_on_line = lexer->first_on_line;
    lexer->first_on_line = false;
    g_ptr_array_add(lexer->tokens, token);
}

static bool is_bad(gunichar c)
{
    return c == (gunichar)-1 || c == (gunichar)-2 || c == 0 ||
           (g_unichar_iscntrl(c) && c != '\t' && c != '\n' && c != '\r');
}

static gunichar character(const Lexer *lexer)
{
    guchar byte = (guchar)*lexer->at;

    return byte < 0x80 ? byte : g_utf8_get_char_validated(lexer->at, lexer->end - lexer->at);
}

static void skip_bad(Lexer *lexer)
{
    gunichar c = character(lexer);
    bool encoded = c != (gunichar)-1 && c != (gunichar)-2;

    if (encoded)
        diags_add(lexer->diags, lexer->place, "control character U+%04X; remove it", c);
    else
        diags_add(lexer->diags, lexer->place, "byte 0x%02X is not UTF-8; save the file as UTF-8",
                  (guchar)*lexer->at);
    while (lexer->at < lexer->end && is_bad(character(lexer))) {
        lexer->at++;
        while (lexer->at < lexer->end && encoded && ((guchar)*lexer->at & 0xC0) == 0x80)
            lexer->at++;
        lexer->place.column++;
    }
}

/* The next character that may stand in a file, or 0 at its end. */
static gunichar peek(Lexer *lexer)
{
    while (lexer->at < lexer->end) {
        gunichar c = character(lexer);

        if (!is_bad(c))
            return c;
        skip_bad(lexer);
    }
    return 0;
}

/* Steps over the character that peek() showed. */
static void advance(Lexer *lexer)
{
    lexer->place.column++;
    if (*lexer->at == '\n') {
        lexer->place.line++;
        lexer->place.column = 1;
        lexer->first_on_line = true;
    }
    lexer->at = g_utf8_next_char(lexer->at);
}

static bool is_space(gunichar c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_word(gunichar c)
{
    return c == 0 || is_space(c) || (c < 0x80 && strchr("{}();,=<>!'\"", (int)c));
}

/* Blanks and joiners that look like nothing, or like a plain space. */
static bool is_invisible(gunichar c)
{
    return c >= 0x80 && (g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_FORMAT);
}

static void read_word(Lexer *lexer)
{
    g_autoptr(GString) word = g_string_new(NULL);
    Place place = lexer->place;

    for (gunichar c = peek(lexer); !ends_word(c); c = peek(lexer)) {
        if (is_invisible(c))
            diags_add(lexer->diags, lexer->place,
                      "invisible character U+%04X; use a plain space, or put the text in quotes",
                      c);
        else
            g_string_append_unichar(word, c);
        advance(lexer);
    }
    if (word->len > 0)
        add_token(lexer, TOKEN_WORD, place, word->str);
}

static bool ends_line(gunichar c)
{
    return c == 0 || c == '\n' || c == '\r';
}

/* Appends what the character behind a backslash stands for. */
static void read_escape(Lexer *lexer, GString *string)
{
    Place place = lexer->place;
    gunichar c;

    advance(lexer);
    c = peek(lexer);
    if (ends_line(c))
        return;
    if (!strchr("\\\"'nt", c < 0x80 ? (int)c : '?'))
        diags_add(lexer->diags, place,
                  "unknown escape in a string; there are \\\\ \\\" \\' \\n \\t");
    g_string_append_unichar(string, c == 'n' ? '\n' : c == 't' ? '\t' : c);
    advance(lexer);
}

/* Is `at` on the first quote of a doubled one? */
static bool is_doubled(const Lexer *lexer)
{
    return lexer->end - lexer->at > 1 && lexer->at[1] == lexer->at[0];
}

static void read_string(Lexer *lexer)
{
    g_autoptr(GString) string = g_string_new(NULL);
    Place place = lexer->place;
    gunichar quote = peek(lexer), c;

    advance(lexer);
    for (c = peek(lexer); !ends_line(c); c = peek(lexer)) {
        if (c == '\\') {
            read_escape(lexer, string);
            continue;
        }
        if (c == quote && !is_doubled(lexer))
            break;
        if (c == quote)
            advance(lexer);
        g_string_append_unichar(string, c);
        advance(lexer);
    }
    add_token(lexer, TOKEN_STRING, place, string->str);
    if (c == quote)
        advance(lexer);
    else
        diags_add(lexer->diags, place, "string is not closed on its line; a %c is missing",
                  (int)quote);
}

static void read_symbol(Lexer *lexer)
{
    static const char *const symbols[] = { "<>", "!=", "<=", ">=", "{", "}", "(",
                                           ")",  ";",  ",",  "=",  "<", ">" };
    Place place = lexer->place;

    for (gsize i = 0; i < G_N_ELEMENTS(symbols); i++) {
        gsize length = strlen(symbols[i]);

        if ((gsize)(lexer->end - lexer->at) < length || memcmp(lexer->at, symbols[i], length) != 0)
            continue;
        add_token(lexer, TOKEN_SYMBOL, place, symbols[i]);
        while (length-- > 0)
            advance(lexer);
        return;
    }
    diags_add(lexer->diags, place, "'!' stands alone; write != or NOT");
    advance(lexer);
}

static void skip_comment(Lexer *lexer)
{
    for (gunichar c = peek(lexer); c != 0 && c != '\n'; c = peek(lexer))
        advance(lexer);
}

static void read_tokens(Lexer *lexer)
{
    for (gunichar c = peek(lexer); c != 0; c = peek(lexer)) {
        if (is_space(c))
            advance(lexer);
        else if (c == '#')
            skip_comment(lexer);
        else if (c == '"' || c == '\'')
            read_string(lexer);
        else if (ends_word(c))
            read_symbol(lexer);
        else
            read_word(lexer);
    }
}

GPtrArray *lexer_tokens(const char *file, int first_line, const char *text, gsize length,
                        Diags *diags)
{
    Lexer lexer = { .at = text,
                    .end = text + length,
                    .place = { g_intern_string(file), first_line, 1 },
                    .first_on_line = true,
                    .tokens = g_ptr_array_new_with_free_func((GDestroyNotify)token_free),
                    .diags = diags };

    if (length > LEXER_FILE_MAX) {
        diags_add(diags, (Place){ lexer.place.file, 0, 0 }, "longer than %d bytes; split it",
                  LEXER_FILE_MAX);
        lexer.end = text;
    }
    read_tokens(&lexer);
    add_token(&lexer, TOKEN_END, lexer.place, "");
    return lexer.tokens;
}
