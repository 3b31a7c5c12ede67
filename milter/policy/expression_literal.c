/* The values a condition compares with, each checked against its fact's type.
 *
 * What passes here can occur: `priority = hihg` never waits for a mail that matches it.  Texts are
 * folded as the facts are; a text always stands in quotes, so that a word without them is a token,
 * a number or the name of a list of words. */
#include "policy/expression_parser.h"

#include "base/text.h"
#include "policy/fact_value.h"

#include <float.h>
#include <string.h>

static void say_out_of_range(Parser *parser, const Fact *fact, const Token *token)
{
    if (fact->max < DBL_MAX)
        diags_add(parser->diags, token->place, "%s can't occur: '%s' is a number from %g to %g",
                  token->text, fact->name, fact->min, fact->max);
    else
        diags_add(parser->diags, token->place, "%s can't occur: '%s' is a number from %g up",
                  token->text, fact->name, fact->min);
}

static void say_impossible(Parser *parser, const Fact *fact, const Token *token)
{
    if (fact->type == FACT_NUMBER && fact_is_number(token->text)) {
        if (token->type == TOKEN_WORD)
            say_out_of_range(parser, fact, token);
        else
            diags_add(parser->diags, token->place, "a number stands without quotes: %s",
                      token->text);
        return;
    }
    if (fact->type == FACT_NUMBER || fact->type == FACT_YES_NO) {
        diags_add(parser->diags, token->place, "'%s' is not %s, as '%s' is", token->text,
                  fact->type == FACT_NUMBER ? "a number" : "yes or no", fact->name);
        return;
    }
    const char *nearest = diags_nearest(token->text, fact->values);
    g_autofree char *all = g_strjoinv(", ", (char **)fact->values);
    if (nearest != NULL)
        diags_add(parser->diags, token->place, "'%s' is not a value of %s; did you mean '%s'?",
                  token->text, fact->name, nearest);
    else
        diags_add(parser->diags, token->place, "'%s' is not a value of %s; they are: %s",
                  token->text, fact->name, all);
}

static void add_number(Parser *parser, Node *node, const Fact *fact, const Token *token)
{
    double number = 0;
    bool quoted_number = fact->type == FACT_NUMBER && token->type == TOKEN_STRING;
    if (quoted_number || !fact_read_number(fact, token->text, &number)) {
        say_impossible(parser, fact, token);
        return;
    }
    if (node->numbers == NULL)
        node->numbers = g_array_new(FALSE, FALSE, sizeof(double));
    g_array_append_val(node->numbers, number);
}

static void add_text(Parser *parser, Node *node, const Token *token)
{
    if (token->type != TOKEN_STRING) {
        diags_add(parser->diags, token->place, "a text stands in quotes: '%s'", token->text);
        return;
    }
    g_autofree char *folded = text_fold(token->text);
    if (node->type == NODE_HAS && *g_strstrip(folded) == '\0')
        diags_add(parser->diags, token->place, "a word is expected between the quotes");
    if (node->type == NODE_LIKE && strlen(folded) > EXPRESSION_PATTERN_MAX)
        diags_add(parser->diags, token->place, "a pattern can have %d bytes, this one has %zu",
                  EXPRESSION_PATTERN_MAX, strlen(folded));
    if (node->texts == NULL)
        node->texts = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(node->texts, g_steal_pointer(&folded));
}

static void add_words(Parser *parser, Node *node, const Token *token)
{
    GPtrArray *list =
        parser->words != NULL ? g_hash_table_lookup(parser->words, token->text) : NULL;
    if (list == NULL) {
        diags_add(parser->diags, token->place,
                  "there is no list of words '%s'; write 'words %s = …', or the word in quotes",
                  token->text, token->text);
        return;
    }
    if (node->lists == NULL)
        node->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_ptr_array_add(node->lists, g_ptr_array_ref(list));
}

void literal_read(Parser *parser, Node *node, const Fact *fact)
{
    const Token *token = parser_peek(parser);
    if (token->type == TOKEN_SYMBOL || token->type == TOKEN_END ||
        (token->type == TOKEN_WORD && parser_is_keyword(token->text))) {
        parser_give_up(parser, "a value");
        return;
    }
    parser->at++;
    if (fact == NULL)
        return;
    if (node->type == NODE_HAS && token->type == TOKEN_WORD)
        add_words(parser, node, token);
    else if (fact->type == FACT_TEXT || fact->type == FACT_LIST)
        add_text(parser, node, token);
    else
        add_number(parser, node, fact, token);
}

void literal_read_list(Parser *parser, Node *node, const Fact *fact)
{
    do
        literal_read(parser, node, fact);
    while (!parser->broken && parser_take_if(parser, TOKEN_SYMBOL, ","));
}
