/* Conditions, from tokens to a tree, checked against the fact table.
 *
 * Recursive descent, a function per line of the grammar.  A fault of form ends the condition; a
 * fault of meaning (a wrong word, a wrong type) is noted and parsing goes on, so that one run tells
 * all.  What gets through can't go wrong any more: every literal is of its fact's type and can
 * occur.  Nesting and size have limits, as the text comes from a file. */
#include "policy/expression_parser.h"

const char *const parser_keywords[] = { "AND",  "OR",  "NOT",   "IN", "BETWEEN",
                                        "LIKE", "HAS", "known", NULL };

static Node *parse_or(Parser *parser);

void node_free(gpointer data)
{
    Node *node = data;
    if (node == NULL)
        return;
    g_clear_pointer(&node->children, g_ptr_array_unref);
    g_clear_pointer(&node->numbers, g_array_unref);
    g_clear_pointer(&node->texts, g_ptr_array_unref);
    g_clear_pointer(&node->lists, g_ptr_array_unref);
    g_free(node->source);
    g_free(node);
}

const Token *parser_peek(const Parser *parser)
{
    if (parser->at < parser->tokens->len)
        return g_ptr_array_index(parser->tokens, parser->at);
    return &parser->end;
}

bool parser_take_if(Parser *parser, TokenType type, const char *text)
{
    if (!token_is(parser_peek(parser), type, text))
        return false;
    parser->at++;
    return true;
}

Node *parser_give_up(Parser *parser, const char *expected)
{
    const Token *token = parser_peek(parser);
    if (parser->broken)
        return NULL;
    parser->broken = true;
    if (token->type == TOKEN_END)
        diags_add(parser->diags, token->place, "the condition ends where %s is expected", expected);
    else
        diags_add(parser->diags, token->place, "%s expected, not '%s'", expected, token->text);
    return NULL;
}

Node *node_new(Parser *parser, NodeType type)
{
    if (++parser->nodes == EXPRESSION_NODES_MAX + 1) {
        parser->broken = true;
        diags_add(parser->diags, parser_peek(parser)->place,
                  "a condition can have %d comparisons and operators; split it",
                  EXPRESSION_NODES_MAX);
    }
    Node *node = g_new0(Node, 1);
    node->type = type;
    if (type == NODE_AND || type == NODE_OR || type == NODE_NOT)
        node->children = g_ptr_array_new_with_free_func(node_free);
    return node;
}

bool parser_is_keyword(const char *word)
{
    return g_strv_contains(parser_keywords, word);
}

static bool enter(Parser *parser)
{
    if (parser->broken)
        return false;
    if (++parser->depth <= EXPRESSION_DEPTH_MAX)
        return true;
    parser->broken = true;
    diags_add(parser->diags, parser_peek(parser)->place,
              "parentheses and NOTs can stand %d deep within one another; split the condition",
              EXPRESSION_DEPTH_MAX);
    return false;
}

static Node *parse_parentheses(Parser *parser)
{
    parser->at++;
    if (!enter(parser))
        return NULL;
    g_autoptr(Node) node = parse_or(parser);
    parser->depth--;
    if (!parser->broken && !parser_take_if(parser, TOKEN_SYMBOL, ")"))
        return parser_give_up(parser, "AND, OR or ')'");
    return g_steal_pointer(&node);
}

static Node *parse_atom(Parser *parser)
{
    if (token_is(parser_peek(parser), TOKEN_SYMBOL, "("))
        return parse_parentheses(parser);
    if (token_is(parser_peek(parser), TOKEN_WORD, "known"))
        return comparison_parse_known(parser);
    return comparison_parse(parser);
}

static Node *parse_not(Parser *parser)
{
    if (!parser_take_if(parser, TOKEN_WORD, "NOT"))
        return parse_atom(parser);
    if (!enter(parser))
        return NULL;
    g_autoptr(Node) node = node_new(parser, NODE_NOT);
    g_ptr_array_add(node->children, parse_not(parser));
    parser->depth--;
    return g_steal_pointer(&node);
}

/* One or more of what `next` reads, tied by `word`. */
static Node *parse_chain(Parser *parser, NodeType type, const char *word, Node *(*next)(Parser *))
{
    g_autoptr(Node) first = next(parser);
    if (parser->broken || !token_is(parser_peek(parser), TOKEN_WORD, word))
        return g_steal_pointer(&first);
    g_autoptr(Node) chain = node_new(parser, type);
    g_ptr_array_add(chain->children, g_steal_pointer(&first));
    while (!parser->broken && parser_take_if(parser, TOKEN_WORD, word))
        g_ptr_array_add(chain->children, next(parser));
    return g_steal_pointer(&chain);
}

static Node *parse_and(Parser *parser)
{
    return parse_chain(parser, NODE_AND, "AND", parse_not);
}

static Node *parse_or(Parser *parser)
{
    return parse_chain(parser, NODE_OR, "OR", parse_and);
}

Expression *expression_compile(const FactTable *facts, GHashTable *words, FactPhase latest,
                               const GPtrArray *tokens, Place place, Diags *diags)
{
    char nothing[] = "";
    Parser parser = { .facts = facts,
                      .words = words,
                      .latest = latest,
                      .tokens = tokens,
                      .diags = diags,
                      .end = { .type = TOKEN_END, .text = nothing, .place = place } };
    guint faults = diags_count(diags);
    g_autoptr(Node) root = parse_or(&parser);
    if (!parser.broken && parser_peek(&parser)->type != TOKEN_END)
        parser_give_up(&parser, "an operator, AND, OR or the end");
    if (diags_count(diags) > faults)
        return NULL;
    Expression *expression = g_new0(Expression, 1);
    expression->root = g_steal_pointer(&root);
    return expression;
}

void expression_free(Expression *expression)
{
    if (expression == NULL)
        return;
    node_free(expression->root);
    g_free(expression);
}
