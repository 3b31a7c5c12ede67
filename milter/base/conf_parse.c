/* The parser of configuration, policies and prompt heads: tokens to items, by the grammar in
 * conf.h.
 *
 * It goes on behind every mistake, at the next place where an item could begin, so that one run
 * shows all of them.  It knows no setting's name but 'when', whose condition it keeps as tokens.
 * Depth is bounded by CONF_DEPTH_MAX.  Pure; any thread. */
#include "base/conf_parse.h"

#include <string.h>

typedef struct {
    GPtrArray *tokens; /* Token*; NULL where one was handed on */
    guint next;
    int blocks;     /* open '{' */
    int parens;     /* open '(' of this item */
    bool continues; /* the last token wants another one behind it */
    Diags *diags;
} Parser;

static void read_items(Parser *parser, GPtrArray *items);

static void value_free(ConfValue *value)
{
    g_free(value->text);
    g_free(value);
}

static ConfItem *item_new(const Token *name)
{
    ConfItem *item = g_new0(ConfItem, 1);

    item->name = g_strdup(name->text);
    item->place = name->place;
    item->head = g_ptr_array_new_with_free_func((GDestroyNotify)token_free);
    return item;
}

void conf_item_free(ConfItem *item)
{
    if (!item)
        return;
    g_free((char *)item->name);
    g_clear_pointer(&item->head, g_ptr_array_unref);
    g_clear_pointer(&item->values, g_ptr_array_unref);
    g_clear_pointer(&item->items, g_ptr_array_unref);
    g_free(item);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfItem, conf_item_free)

static const Token *ahead(const Parser *parser)
{
    return parser->tokens->pdata[parser->next];
}

static bool symbol_ahead(const Parser *parser, const char *symbol)
{
    return token_is(ahead(parser), TOKEN_SYMBOL, symbol);
}

static bool is_operator(const Token *token)
{
    return token->type == TOKEN_SYMBOL && !strchr("{}();", *token->text);
}

static Token *take(Parser *parser)
{
    Token *token = g_steal_pointer(&parser->tokens->pdata[parser->next]);

    parser->next++;
    parser->parens += token_is(token, TOKEN_SYMBOL, "(");
    parser->parens -= token_is(token, TOKEN_SYMBOL, ")");
    parser->continues = is_operator(token);
    return token;
}

static void drop(Parser *parser)
{
    token_free(take(parser));
}

static bool is_word_operator(const Token *token)
{
    static const char *const words[] = { "AND", "OR", "NOT", NULL };

    return token->type == TOKEN_WORD && g_strv_contains(words, token->text);
}

static bool goes_on_with(const Token *token)
{
    return is_operator(token) || token_is(token, TOKEN_SYMBOL, "{") ||
           token_is(token, TOKEN_WORD, "AND") || token_is(token, TOKEN_WORD, "OR");
}

static bool at_end_of_item(const Parser *parser)
{
    const Token *token = ahead(parser);

    if (token->type == TOKEN_END || symbol_ahead(parser, ";") || symbol_ahead(parser, "}"))
        return true;
    return token->first_on_line && parser->parens <= 0 && !parser->continues &&
           !goes_on_with(token);
}

/* From an opening brace to behind the closing one. */
static void skip_block(Parser *parser)
{
    int depth = 0;

    do {
        depth += symbol_ahead(parser, "{");
        depth -= symbol_ahead(parser, "}");
        drop(parser);
    } while (depth > 0 && ahead(parser)->type != TOKEN_END);
}

/* To where the next item may begin; what is wrong anyway doesn't go on over a line. */
static void skip_item(Parser *parser)
{
    do {
        if (symbol_ahead(parser, "{")) {
            skip_block(parser);
            return;
        }
        drop(parser);
        parser->parens = 0;
        parser->continues = false;
    } while (!at_end_of_item(parser));
}

static void read_condition(Parser *parser, ConfItem *item)
{
    while (!at_end_of_item(parser) && !symbol_ahead(parser, "{")) {
        Token *token = take(parser);

        parser->continues |= is_word_operator(token);
        g_ptr_array_add(item->head, token);
    }
    if (!at_end_of_item(parser)) {
        diags_add(parser->diags, ahead(parser)->place, "unexpected '{' in a condition");
        skip_item(parser);
    }
}

static void read_head(Parser *parser, ConfItem *item)
{
    while (!at_end_of_item(parser) && ahead(parser)->type != TOKEN_SYMBOL)
        g_ptr_array_add(item->head, take(parser));
}

/* The words up to the next symbol; the text is NULL if there are none. */
static ConfValue *read_value(Parser *parser)
{
    ConfValue *value = g_new0(ConfValue, 1);
    g_autoptr(GString) text = g_string_new(NULL);
    guint words = 0;

    value->place = ahead(parser)->place;
    while (!at_end_of_item(parser) && ahead(parser)->type != TOKEN_SYMBOL) {
        value->quoted = words == 0 && ahead(parser)->type == TOKEN_STRING;
        g_string_append_printf(text, "%s%s", words++ > 0 ? " " : "", ahead(parser)->text);
        drop(parser);
    }
    if (words > 0)
        value->text = g_strdup(text->str);
    return value;
}

static void read_values(Parser *parser, ConfItem *item)
{
    item->values = g_ptr_array_new_with_free_func((GDestroyNotify)value_free);
    do {
        g_autofree char *behind = g_strdup(ahead(parser)->text);
        ConfValue *value;

        drop(parser);
        value = read_value(parser);
        if (value->text) {
            g_ptr_array_add(item->values, value);
            continue;
        }
        diags_add(parser->diags, value->place, "a value is missing behind '%s' of '%s'", behind,
                  item->name);
        value_free(value);
    } while (symbol_ahead(parser, ","));
}

static void read_block(Parser *parser, ConfItem *item)
{
    item->items = g_ptr_array_new_with_free_func((GDestroyNotify)conf_item_free);
    if (parser->blocks == CONF_DEPTH_MAX) {
        diags_add(parser->diags, ahead(parser)->place, "blocks within blocks: at most %d",
                  CONF_DEPTH_MAX);
        skip_block(parser);
        return;
    }
    drop(parser);
    parser->blocks++;
    read_items(parser, item->items);
    parser->blocks--;
    if (symbol_ahead(parser, "}"))
        drop(parser);
    else
        diags_add(parser->diags, ahead(parser)->place, "missing '}' for '%s' opened at line %d",
                  item->name, item->place.line);
}

static void refuse_rest(Parser *parser, const ConfItem *item)
{
    if (item->values)
        diags_add(parser->diags, ahead(parser)->place,
                  "unexpected '%s' in the value of '%s'; put the value in quotes, or a ';' or a "
                  "new line behind it",
                  ahead(parser)->text, item->name);
    else
        diags_add(parser->diags, ahead(parser)->place,
                  "unexpected '%s' behind '%s'; there may be words, '=' and a value, or '{'",
                  ahead(parser)->text, item->name);
    skip_item(parser);
}

static ConfItem *read_item(Parser *parser)
{
    g_autoptr(ConfItem) item = NULL;

    parser->parens = 0;
    parser->continues = false;
    if (ahead(parser)->type != TOKEN_WORD) {
        diags_add(parser->diags, ahead(parser)->place,
                  "'%s' where the name of a setting or block should be", ahead(parser)->text);
        skip_item(parser);
        return NULL;
    }
    item = item_new(ahead(parser));
    drop(parser);
    if (g_str_equal(item->name, "when")) {
        read_condition(parser, item);
        return g_steal_pointer(&item);
    }
    read_head(parser, item);
    if (symbol_ahead(parser, "{")) {
        read_block(parser, item);
        return g_steal_pointer(&item);
    }
    if (symbol_ahead(parser, "="))
        read_values(parser, item);
    if (!at_end_of_item(parser))
        refuse_rest(parser, item);
    return g_steal_pointer(&item);
}

/* Up to the '}' of the block, or to the end of the file. */
static void read_items(Parser *parser, GPtrArray *items)
{
    while (ahead(parser)->type != TOKEN_END) {
        if (symbol_ahead(parser, ";")) {
            drop(parser);
        } else if (!symbol_ahead(parser, "}")) {
            ConfItem *item = read_item(parser);

            if (item)
                g_ptr_array_add(items, item);
        } else if (parser->blocks > 0) {
            return;
        } else {
            diags_add(parser->diags, ahead(parser)->place, "'}' without a '{' before it");
            drop(parser);
        }
    }
}

GPtrArray *conf_parse(const char *file, int first_line, const char *text, gsize length,
                      Diags *diags)
{
    g_autoptr(GPtrArray) tokens = lexer_tokens(file, first_line, text, length, diags);
    GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify)conf_item_free);
    Parser parser = { .tokens = tokens, .diags = diags };

    read_items(&parser, items);
    return items;
}
