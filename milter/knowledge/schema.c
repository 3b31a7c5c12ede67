/* What an index holds.
 *
 * The full-text table keeps no text of its own: what it is given are terms, with a space between
 * them, and its tokenizer is the one that changes nothing about them.  So a term is what terms.c
 * says it is, in the index, in `term` and in a search.  Row numbers of `passage` and `terms` are
 * the same. */
#include "knowledge/schema.h"

#include <glib.h>

/* clang-format off */
const char knowledge_schema[] =
    "PRAGMA user_version = " G_STRINGIFY(KNOWLEDGE_SCHEMA_VERSION) ";"

    "CREATE TABLE folder ("             /* one row */
    "    fingerprint TEXT NOT NULL,"
    "    passages    INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE passage ("
    "    id    INTEGER PRIMARY KEY,"
    "    file  TEXT NOT NULL,"
    "    trail TEXT NOT NULL,"
    "    line  INTEGER NOT NULL,"
    "    text  TEXT NOT NULL"
    ") STRICT;"

    "CREATE TABLE reserved ("           /* a passage that stands here is for these mailboxes only */
    "    passage INTEGER NOT NULL,"
    "    mailbox TEXT NOT NULL,"
    "    PRIMARY KEY (passage, mailbox)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE VIRTUAL TABLE terms USING fts5("
    "    head, body, content = '', tokenize = \"ascii tokenchars '~'\""
    ");"

    "CREATE TABLE term ("               /* in how many passages each stands */
    "    term     TEXT NOT NULL PRIMARY KEY,"
    "    passages INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;";

const char knowledge_closing[] =
    "INSERT INTO terms (terms) VALUES ('optimize');"
    "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, row);"
    "INSERT INTO term SELECT term, doc FROM temp.vocabulary;"
    "DROP TABLE temp.vocabulary;";
/* clang-format on */
