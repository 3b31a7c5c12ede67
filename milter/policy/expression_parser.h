/* The parser's state, shared by the grammar (expression_parse.c), its comparisons
 * (expression_comparison.c) and their literals (expression_literal.c). */
#pragma once

#include "policy/expression_node.h"

typedef struct {
    const FactTable *facts;
    GHashTable *words;
    FactPhase latest;
    const GPtrArray *tokens;
    Diags *diags;
    guint at, depth, nodes;
    bool broken; /* a fault of form: stop */
    Token end;   /* what stands behind the last token */
} Parser;

const Token *parser_peek(const Parser *parser);
bool parser_take_if(Parser *parser, TokenType type, const char *text);

/* A fault of form; the first one counts.  NULL. */
Node *parser_give_up(Parser *parser, const char *expected);
bool parser_is_keyword(const char *word);
extern const char *const parser_keywords[]; /* NULL-terminated */

/* Counts towards EXPRESSION_NODES_MAX.  Never NULL. */
Node *node_new(Parser *parser, NodeType type);
void node_free(gpointer data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

/* `fact …` and `known(fact)`; NULL when the parser gave up. */
Node *comparison_parse(Parser *parser);
Node *comparison_parse_known(Parser *parser);

/* Reads one literal, or several with commas between them, for a node whose type is set.  `fact`
 * NULL: it is unknown, so that they can't be checked. */
void literal_read(Parser *parser, Node *node, const Fact *fact);
void literal_read_list(Parser *parser, Node *node, const Fact *fact);
