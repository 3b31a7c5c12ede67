/* One lexer for configuration, policies, prompt heads and the conditions in them.
 *
 *   word      a run without whitespace and without any of { } ( ) ; , = < > ! ' ": numbers, units,
 *             addresses, paths and URLs are words (a URL with '=' in it needs quotes)
 *   string    '…' or "…" on one line; \\ \" \' \n \t are escapes, a doubled quote is itself
 *   symbol    { } ( ) ; , = <> != < <= > >=
 *   comment   from a '#' at the start of a word to the end of the line
 *
 * Input that is not UTF-8, holds a NUL or a control character, or leaves a string open is a
 * diagnostic; the lexer then goes on behind it. */
#pragma once

#include "base/diag.h"

#include <stdbool.h>

typedef enum { TOKEN_WORD, TOKEN_STRING, TOKEN_SYMBOL, TOKEN_END } TokenType;

typedef struct {
    TokenType type;
    char *text; /* decoded; "" for TOKEN_END */
    Place place;
    bool first_on_line;
} Token;

void token_free(Token *token);
bool token_is(const Token *token, TokenType type, const char *text); /* ASCII case-sensitive */

/* Longest file that is read, and longest single token, in bytes. */
#define LEXER_FILE_MAX  (1024 * 1024)
#define LEXER_TOKEN_MAX 65536

/* All tokens of text[0..length), the last one TOKEN_END.  `file` names the source in diagnostics;
 * `first_line` is the line number of the first line.  Returns an array of Token* with its free
 * function set; never NULL. */
GPtrArray *lexer_tokens(const char *file, int first_line, const char *text, gsize length,
                        Diags *diags);
