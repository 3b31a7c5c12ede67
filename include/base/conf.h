/* The tree of a configuration file, before anyone asks what its words mean.
 *
 *   item   = name word* [ '=' value { ',' value } ] end        a setting
 *          | name word* '{' item* '}'                          a block
 *          | name word*                         end            a clause
 *          | 'when' tokens                      end            a condition, kept as tokens
 *   value  = one or more words or strings side by side ("20 USD/day")
 *   end    = ';' | newline | before '}'
 *
 * A newline does not end an item inside parentheses, behind a comma or an operator (in a condition
 * AND, OR and NOT are operators too), or before a line that starts with a comma, an operator, '{',
 * AND or OR.  'include GLOB' at top level is replaced by the items of the files, in order of name
 * (relative to the including file, '*' in the last part only; a pattern without '*' that names no
 * file is a diagnostic, and so is a file that is included twice). */
#pragma once

#include "base/lexer.h"

typedef struct {
    char *text;  /* the words joined by one space */
    bool quoted; /* it was one string */
    Place place;
} ConfValue;

typedef struct ConfItem {
    const char *name; /* the first word */
    Place place;
    GPtrArray *head;   /* Token*: up to '=', '{' or the end; of a condition all its tokens */
    GPtrArray *values; /* ConfValue*, or NULL if there was no '=' */
    GPtrArray *items;  /* ConfItem*, or NULL if there was no '{' */
} ConfItem;

typedef struct {
    GPtrArray *items; /* ConfItem* */
    GPtrArray *files; /* char*: every file read, the first is the one asked for */
} ConfTree;

/* Nesting of blocks, and of includes, that is followed. */
#define CONF_DEPTH_MAX 8

void conf_tree_free(ConfTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfTree, conf_tree_free)

/* Reads a file and what it includes.  What can't be opened or parsed is in `diags`; the tree holds
 * the rest; never NULL. */
ConfTree *conf_read_file(const char *path, Diags *diags);

/* The same from memory; 'include' is refused. */
ConfTree *conf_read_text(const char *file, int first_line, const char *text, gsize length,
                         Diags *diags);

/* The first word of the item's head as text, or NULL: the "support" of `mailbox support { … }`. */
const char *conf_title(const ConfItem *item);
