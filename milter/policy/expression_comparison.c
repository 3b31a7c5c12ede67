/* One comparison of a condition: a fact, an operator that makes sense for it, and values.
 *
 * Which operator suits which type is a table, and so is what to write instead.  A fact that is
 * unknown, or known too late, is noted; its operator and values are then read unchecked, so that
 * the rest of the condition is still looked at. */
#include "policy/expression_parser.h"

enum {
    OF_TEXT = 1 << FACT_TEXT,
    OF_NUMBER = 1 << FACT_NUMBER,
    OF_YES_NO = 1 << FACT_YES_NO,
    OF_ENUM = 1 << FACT_ENUM,
    OF_ORDERED = 1 << FACT_ORDERED,
    OF_LIST = 1 << FACT_LIST,
    OF_ONE = OF_TEXT | OF_NUMBER | OF_YES_NO | OF_ENUM | OF_ORDERED
};

typedef struct {
    const char *text;
    NodeType node;
    int accepted;
    int facts; /* the types it makes sense for */
} Operator;

static const Operator operators[] = {
    { "=", NODE_COMPARE, EQUAL, OF_ONE },
    { "<>", NODE_COMPARE, LESS | GREATER, OF_ONE },
    { "!=", NODE_COMPARE, LESS | GREATER, OF_ONE },
    { "<", NODE_COMPARE, LESS, OF_NUMBER | OF_ORDERED },
    { "<=", NODE_COMPARE, LESS | EQUAL, OF_NUMBER | OF_ORDERED },
    { ">", NODE_COMPARE, GREATER, OF_NUMBER | OF_ORDERED },
    { ">=", NODE_COMPARE, GREATER | EQUAL, OF_NUMBER | OF_ORDERED },
    { "IN", NODE_IN, 0, OF_TEXT | OF_NUMBER | OF_ENUM | OF_ORDERED },
    { "BETWEEN", NODE_BETWEEN, 0, OF_NUMBER | OF_ORDERED },
    { "LIKE", NODE_LIKE, 0, OF_TEXT | OF_LIST },
    { "HAS", NODE_HAS, 0, OF_TEXT | OF_LIST },
};

static const char *const advice[] = {
    [FACT_TEXT] = "is text; use =, IN, LIKE or HAS",
    [FACT_NUMBER] = "is a number; use =, <, >, IN or BETWEEN",
    [FACT_YES_NO] = "is yes or no; write it alone, or NOT before it",
    [FACT_ENUM] = "has no order; use = or IN",
    [FACT_ORDERED] = "has values in an order; use =, <, >, IN or BETWEEN",
    [FACT_LIST] = "is a list; use HAS or LIKE",
};

/* When a fact becomes known, and what may be used before. */
static const struct {
    const char *behind, *allowed;
} phases[] = {
    [PHASE_MAIL] = { "the mail is read", "mail facts" },
    [PHASE_CUSTOMER] = { "the customer is looked up", "mail and customer facts" },
    [PHASE_SCORE] = { "all scores are summed up", "mail and customer facts and the score" },
    [PHASE_VERDICT] = { "the verdict", "all facts" },
};

static void say_unknown(Parser *parser, const Token *token, const char *what,
                        const char *const *known, const char *advised)
{
    const char *nearest = diags_nearest(token->text, known);
    if (nearest != NULL)
        diags_add(parser->diags, token->place, "unknown %s '%s'; did you mean '%s'?", what,
                  token->text, nearest);
    else
        diags_add(parser->diags, token->place, "unknown %s '%s'; %s", what, token->text, advised);
}

/* The next word as a fact; *fact is NULL if there is none of that name, which was said. */
static bool take_fact(Parser *parser, const Fact **fact, guint *index)
{
    const Token *token = parser_peek(parser);
    *fact = NULL;
    if (token->type != TOKEN_WORD || parser_is_keyword(token->text)) {
        parser_give_up(parser, "a fact");
        return false;
    }
    parser->at++;
    int found = fact_find(parser->facts, token->text);
    if (found < 0) {
        say_unknown(parser, token, "fact", fact_names(parser->facts),
                    "triage-milter.conf(5) lists the facts");
        return true;
    }
    *fact = fact_at(parser->facts, (guint)found);
    *index = (guint)found;
    if ((*fact)->phase > parser->latest)
        diags_add(parser->diags, token->place,
                  "'%s' is known only after %s; this condition may use %s", token->text,
                  phases[(*fact)->phase].behind, phases[parser->latest].allowed);
    return true;
}

static void parse_in(Parser *parser, Node *node, const Fact *fact)
{
    if (!parser_take_if(parser, TOKEN_SYMBOL, "(")) {
        parser_give_up(parser, "'('");
        return;
    }
    literal_read_list(parser, node, fact);
    if (!parser->broken && !parser_take_if(parser, TOKEN_SYMBOL, ")"))
        parser_give_up(parser, "',' or ')'");
}

static void parse_between(Parser *parser, Node *node, const Fact *fact)
{
    Place place = parser_peek(parser)->place;
    literal_read(parser, node, fact);
    if (!parser->broken && !parser_take_if(parser, TOKEN_WORD, "AND"))
        parser_give_up(parser, "AND");
    if (!parser->broken)
        literal_read(parser, node, fact);
    if (node->numbers != NULL && node->numbers->len == 2 &&
        g_array_index(node->numbers, double, 0) > g_array_index(node->numbers, double, 1))
        diags_add(parser->diags, place, "nothing is between these: the smaller value comes first");
}

static char *source_of(const Parser *parser, guint from)
{
    GString *source = g_string_new(NULL);
    for (guint i = from; i < parser->at && i < parser->tokens->len; i++) {
        const Token *token = g_ptr_array_index(parser->tokens, i);
        bool tight = token_is(token, TOKEN_SYMBOL, ",") || token_is(token, TOKEN_SYMBOL, ")") ||
                     g_str_has_suffix(source->str, "(");
        if (source->len > 0 && !tight)
            g_string_append_c(source, ' ');
        if (token->type == TOKEN_STRING)
            g_string_append_printf(source, "'%s'", token->text);
        else
            g_string_append(source, token->text);
    }
    return g_string_free(source, FALSE);
}

static const Operator *find_operator(const Token *token)
{
    for (guint i = 0; i < G_N_ELEMENTS(operators); i++)
        if (token->type != TOKEN_STRING && g_str_equal(token->text, operators[i].text))
            return &operators[i];
    return NULL;
}

/* Is there a word where an operator should be? */
static bool is_no_operator(const Token *token)
{
    return token->type == TOKEN_WORD && !g_str_equal(token->text, "AND") &&
           !g_str_equal(token->text, "OR");
}

/* A fact with nothing behind it: `proven`. */
static Node *parse_alone(Parser *parser, const Fact *fact, const Token *token)
{
    const double yes = 1;
    if (is_no_operator(parser_peek(parser))) {
        say_unknown(parser, parser_peek(parser), "operator", parser_keywords,
                    "there are = <> < <= > >= IN BETWEEN LIKE HAS");
        parser->broken = true;
        return NULL;
    }
    if (fact != NULL && fact->type != FACT_YES_NO)
        diags_add(parser->diags, token->place, "'%s' alone says nothing: it %s", fact->name,
                  advice[fact->type]);
    Node *node = node_new(parser, NODE_COMPARE);
    node->accepted = EQUAL;
    node->numbers = g_array_new(FALSE, FALSE, sizeof(double));
    g_array_append_val(node->numbers, yes);
    return node;
}

static Node *parse_operator(Parser *parser, const Fact *fact, const Operator *operator)
{
    const Token *token = parser_peek(parser);
    parser->at++;
    if (fact != NULL && (operator->facts &(1 << fact->type)) == 0) {
        diags_add(parser->diags, token->place, "%s %s", fact->name, advice[fact->type]);
        fact = NULL;
    }
    g_autoptr(Node) node = node_new(parser, operator->node);
    node->accepted = operator->accepted;
    if (operator->node == NODE_IN)
        parse_in(parser, node, fact);
    else if (operator->node == NODE_BETWEEN)
        parse_between(parser, node, fact);
    else if (operator->node == NODE_HAS)
        literal_read_list(parser, node, fact);
    else
        literal_read(parser, node, fact);
    return g_steal_pointer(&node);
}

Node *comparison_parse(Parser *parser)
{
    guint from = parser->at, index = 0;
    const Token *name = parser_peek(parser);
    const Fact *fact;
    if (!take_fact(parser, &fact, &index))
        return NULL;
    bool negated = parser_take_if(parser, TOKEN_WORD, "NOT");
    const Operator *operator= find_operator(parser_peek(parser));
    if (negated && (operator== NULL || operator->node == NODE_COMPARE))
        return parser_give_up(parser, "IN, BETWEEN, LIKE or HAS");
    g_autoptr(Node) node = operator!= NULL ? parse_operator(parser, fact, operator)
                                           : parse_alone(parser, fact, name);
    if (node == NULL)
        return NULL;
    node->fact = index;
    node->negated = negated;
    node->source = source_of(parser, from);
    return g_steal_pointer(&node);
}

Node *comparison_parse_known(Parser *parser)
{
    const Fact *fact;
    parser->at++;
    if (!parser_take_if(parser, TOKEN_SYMBOL, "("))
        return parser_give_up(parser, "'('");
    g_autoptr(Node) node = node_new(parser, NODE_KNOWN);
    if (!take_fact(parser, &fact, &node->fact))
        return NULL;
    if (!parser_take_if(parser, TOKEN_SYMBOL, ")"))
        return parser_give_up(parser, "')'");
    node->source = g_strdup_printf("known(%s)", fact != NULL ? fact->name : "");
    return g_steal_pointer(&node);
}
