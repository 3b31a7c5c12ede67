/* A compiled condition as a tree: what the parser builds, and evaluator and explainer walk. */
#pragma once

#include "policy/expression.h"

typedef enum {
    NODE_AND,
    NODE_OR,
    NODE_NOT,
    NODE_KNOWN,
    NODE_COMPARE,
    NODE_IN,
    NODE_BETWEEN,
    NODE_LIKE,
    NODE_HAS
} NodeType;

/* How two values can stand to one another; an operator is the set of those it accepts. */
enum { LESS = 1, EQUAL = 2, GREATER = 4 };

typedef struct {
    NodeType type;
    GPtrArray *children; /* Node*: AND, OR, NOT; otherwise NULL */
    guint fact;          /* index in the fact table */
    int accepted;        /* COMPARE */
    bool negated;        /* NOT IN, NOT BETWEEN, NOT LIKE, NOT HAS */
    GArray *numbers;     /* double: the literals for facts that are no texts */
    GPtrArray *texts;    /* char*, folded: those for TEXT and LIST */
    GPtrArray *lists;    /* GPtrArray* of folded char*: word lists behind HAS, shared */
    char *source;        /* as the policy says it */
} Node;

struct Expression {
    Node *root;
};

/* One comparison, or a node over others. */
bool node_holds(const Node *node, const Facts *facts);
