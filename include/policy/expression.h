/* Conditions: a small typed language that looks like SQL's.
 *
 *   expr   = and { OR and }
 *   and    = not { AND not }
 *   not    = [ NOT ] atom
 *   atom   = '(' expr ')' | known(fact) | yes_no-fact
 *          | fact op literal
 *          | fact [NOT] IN ( literal { , literal } )
 *          | fact [NOT] BETWEEN literal AND literal
 *          | fact [NOT] LIKE pattern
 *          | fact [NOT] HAS literal-or-word-list { , literal-or-word-list }
 *
 * Two-valued: every comparison with an unknown fact is false, the negated ones too (so NOT before
 * it is true); known(x) asks.  Ordered enums compare by rank.  Texts are folded and stand in
 * quotes; LIKE knows % and _.  HAS and LIKE on a list ask whether one item fits.  Keywords are in
 * capitals. */
#pragma once

#include "base/lexer.h"
#include "policy/fact.h"

#define EXPRESSION_DEPTH_MAX   40   /* parentheses and NOTs within one another */
#define EXPRESSION_NODES_MAX   2000 /* comparisons and what ties them */
#define EXPRESSION_PATTERN_MAX 200  /* bytes of a LIKE pattern */

typedef struct Expression Expression;

/* `words`: name ─▶ GPtrArray of folded char*, the lists of `words NAME = …`; may be NULL. `latest`:
 * the last phase whose facts may be used.  NULL if anything is wrong (said in diags). `tokens`:
 * Token*, of a `when` item. */
Expression *expression_compile(const FactTable *facts, GHashTable *words, FactPhase latest,
                               const GPtrArray *tokens, Place place, Diags *diags);
void expression_free(Expression *expression);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Expression, expression_free)

/* No side effect, no allocation; microseconds. */
bool expression_holds(const Expression *expression, const Facts *facts);

/* Each comparison on a line with the fact's value and its outcome.  Caller frees. */
char *expression_explain(const Expression *expression, const Facts *facts);
