/* The decision cache: decisions themselves, found by what was asked.  There is no second copy, so
 * nothing of it has to be forgotten, kept in bounds or cleared apart from them. */
#include "store/answer.h"

#include "store/codec.h"
#include "store/parts.h"

#define WORD_MAX 256

/* Newest decisions of one question that are searched: while no model answers, identical mails leave
 * any number of decisions without an answer. */
#define SEARCHED_MAX "64"

/* The first two conditions are those of the index decision_question.  CROSS JOIN keeps the order of
 * the tables. */
static const char answer_sql[] =
    "SELECT r.verdict, r.texts, r.confidence, r.confidence_source, asked.quotes_failed,"
    " coalesce((SELECT engine FROM call WHERE decision = asked.id AND outcome = 'ok'"
    "  ORDER BY id DESC LIMIT 1), asked.engine)"
    " FROM (SELECT id, quotes_failed, engine FROM decision"
    "  WHERE question <> '' AND status <> 'cache' AND question = ?1 AND created >= ?2"
    "  ORDER BY created DESC LIMIT " SEARCHED_MAX ") asked"
    " CROSS JOIN revision r ON r.decision = asked.id WHERE r.by IN ('llm', 'late')"
    " AND NOT EXISTS (SELECT 1 FROM revision p WHERE p.decision = asked.id AND p.final <> '[]')"
    " ORDER BY r.id DESC LIMIT 1";

static Classification *read_answer(Statement *row, FieldTable *fields, GError **error)
{
    g_auto(VerdictColumns)
        columns = { sqlite_text(row, 0, STORE_TEXT_MAX), sqlite_text(row, 1, STORE_TEXT_MAX) };
    g_autofree char *source = sqlite_text(row, 3, WORD_MAX);
    g_autoptr(Verdict) verdict = codec_read_verdict(fields, &columns, error);
    if (verdict == NULL)
        return NULL;
    verdict->confidence = sqlite3_column_double(row, 2);
    verdict->confidence_source = codec_confidence_source(source);
    g_autofree char *engine = sqlite_text(row, 5, WORD_MAX);
    return classification_new(STATUS_CACHE, engine, g_steal_pointer(&verdict),
                              sqlite3_column_int(row, 4) != 0);
}

Classification *store_answer(Store *store, const char *question, gint64 since, FieldTable *fields,
                             GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) row = connection_statement(reader.connection, answer_sql, error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "ti", question, since);
    return sqlite_step(row, error) == SQLITE_ROW ? read_answer(row, fields, error) : NULL;
}
