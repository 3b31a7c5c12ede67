/* The questions we ask of an index, and how its rows become passages.
 *
 * First the terms of the text are looked up one by one, then FTS5 ranks the passages that have the
 * best of them (bm25), and the best of those are fetched; in one transaction, because each alone
 * would lock the file, which takes ten times as long as the question itself. */
#include "knowledge/reader.h"

#include "base/error.h"
#include "base/sqlite.h"
#include "crm/context.h"
#include "knowledge/markdown.h"
#include "knowledge/query.h"
#include "knowledge/schema.h"

#include <string.h>

/* A passage that fits so much worse than the best one is about something else. */
#define WORST_SHARE 0.33

/* How many are looked at for each that is wanted, because some don't fit into the budget. */
#define SPARE 4

/* A word in a heading, a tag or the file's name counts so many times one in the text. */
#define HEAD_WEIGHT "3.0"

#define SOURCE_BYTES (4096 + (MARKDOWN_LEVELS + 1) * (MARKDOWN_HEADING_MAX + 3))

typedef enum { QUERY_FOLDER, QUERY_TERM, QUERY_PASSAGES, QUERIES } QueryId;

static const char *const queries[QUERIES] = {
    [QUERY_FOLDER] = "SELECT passages FROM folder, pragma_user_version"
                     " WHERE user_version = " G_STRINGIFY(KNOWLEDGE_SCHEMA_VERSION),
    [QUERY_TERM] = "SELECT passages FROM term WHERE term = ?1",
    [QUERY_PASSAGES] =
        "SELECT file, trail, line, text, score FROM ("
        "    SELECT rowid AS id, -bm25(terms, " HEAD_WEIGHT ") AS score FROM terms"
        "    WHERE terms MATCH ?1 AND (?2 IS NULL"
        "        OR NOT EXISTS (SELECT 1 FROM reserved WHERE passage = terms.rowid)"
        "        OR EXISTS (SELECT 1 FROM reserved WHERE passage = terms.rowid AND mailbox = ?2))"
        "    ORDER BY score DESC, id LIMIT ?3"
        ") JOIN passage USING (id) ORDER BY score DESC, id",
};

struct KnowledgeReader {
    sqlite3 *db;
    sqlite3_stmt *statements[QUERIES];
    gint64 passages;
};

void knowledge_reader_close(KnowledgeReader *reader)
{
    if (!reader)
        return;
    for (int i = 0; i < QUERIES; i++)
        sqlite3_finalize(reader->statements[i]);
    if (reader->db)
        sqlite_close_(reader->db);
    g_free(reader);
}

static bool prepare(KnowledgeReader *reader, GError **error)
{
    for (int i = 0; i < QUERIES; i++) {
        reader->statements[i] = sqlite_prepare(reader->db, queries[i], error);
        if (!reader->statements[i])
            return false;
    }
    return true;
}

static bool count_passages(KnowledgeReader *reader, GError **error)
{
    sqlite3_stmt *ask = reader->statements[QUERY_FOLDER];
    int step = sqlite_step(ask, error);

    if (step == SQLITE_ROW)
        reader->passages = sqlite3_column_int64(ask, 0);
    else if (step == SQLITE_DONE)
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                            "it is of another version; build it anew with 'triagectl knowledge "
                            "index'");
    sqlite3_reset(ask);
    return step == SQLITE_ROW;
}

KnowledgeReader *knowledge_reader_open(const char *path, GError **error)
{
    g_autoptr(KnowledgeReader) reader = g_new0(KnowledgeReader, 1);

    reader->db = sqlite_open(path, SQLITE_FOR_READING, 0, error);
    if (!reader->db)
        return NULL;
    if (!prepare(reader, error) || !count_passages(reader, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&reader);
}

static bool look_up(KnowledgeReader *reader, QueryTerm *term, GError **error)
{
    sqlite3_stmt *ask = reader->statements[QUERY_TERM];
    int step;

    sqlite_bind(ask, "t", term->term);
    step = sqlite_step(ask, error);
    if (step == SQLITE_ROW)
        term->passages = sqlite3_column_int64(ask, 0);
    sqlite3_reset(ask);
    return step >= 0;
}

/* *expression: NULL if no word of the text tells anything. */
static bool make_expression(KnowledgeReader *reader, const char *text, char **expression,
                            GError **error)
{
    g_autoptr(GArray) terms = query_terms(text);

    for (guint i = 0; i < terms->len; i++)
        if (!look_up(reader, &g_array_index(terms, QueryTerm, i), error))
            return false;
    *expression = query_expression(terms, reader->passages);
    return true;
}

void passage_free(Passage *passage)
{
    if (!passage)
        return;
    g_free(passage->source);
    g_free(passage->text);
    g_free(passage);
}

static Passage *read_passage(sqlite3_stmt *row)
{
    g_autofree char *file = sqlite_text(row, 0, SOURCE_BYTES);
    g_autofree char *trail = sqlite_text(row, 1, SOURCE_BYTES);
    Passage *passage = g_new0(Passage, 1);

    passage->source = g_strconcat(file, *trail ? "#" : "", trail, NULL);
    passage->line = sqlite3_column_int(row, 2);
    passage->text = sqlite_text(row, 3, MARKDOWN_PASSAGE_BOUND);
    passage->score = sqlite3_column_double(row, 4);
    passage->tokens = context_tokens(passage->source) + context_tokens(passage->text);
    return passage;
}

/* Takes rows as long as they fit; a long one that doesn't makes room for a shorter one. */
static bool take_best(sqlite3_stmt *rows, GPtrArray *passages, gint64 budget, guint max,
                      GError **error)
{
    double best = 0;
    int step;

    while ((step = sqlite_step(rows, error)) == SQLITE_ROW && passages->len < max) {
        g_autoptr(Passage) passage = read_passage(rows);

        best = MAX(best, passage->score);
        if (passage->score < best * WORST_SHARE)
            break;
        if (passage->tokens > budget)
            continue;
        budget -= passage->tokens;
        g_ptr_array_add(passages, g_steal_pointer(&passage));
    }
    sqlite3_reset(rows);
    return step >= 0;
}

static GPtrArray *search(KnowledgeReader *reader, const char *text, const char *mailbox,
                         gint64 budget, guint max, GError **error)
{
    g_autoptr(GPtrArray) passages = g_ptr_array_new_with_free_func((GDestroyNotify)passage_free);
    sqlite3_stmt *rows = reader->statements[QUERY_PASSAGES];
    g_autofree char *expression = NULL;

    if (!make_expression(reader, text, &expression, error))
        return NULL;
    if (!expression)
        return g_steal_pointer(&passages);
    sqlite_bind(rows, "tti", expression, mailbox, (gint64)max * SPARE);
    return take_best(rows, passages, budget, max, error) ? g_steal_pointer(&passages) : NULL;
}

GPtrArray *knowledge_reader_search(KnowledgeReader *reader, const char *text, const char *mailbox,
                                   gint64 budget, guint max, GError **error)
{
    GPtrArray *passages;

    if (!sqlite_run(reader->db, "BEGIN", error))
        return NULL;
    passages = search(reader, text, mailbox, budget, max, error);
    sqlite_run(reader->db, "COMMIT", NULL);
    return passages;
}
