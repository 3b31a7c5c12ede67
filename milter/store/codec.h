/* Values as the JSON text that columns hold, and back. */
#pragma once

#include "base/json.h"
#include "plan/plan.h"
#include "verdict/verdict.h"

/* An array of strings; `list` NULL: empty. */
char *codec_list(const GPtrArray *list, guint max);

char *codec_plan(const Plan *plan); /* NULL: "{}" */
/* What is missing in the text stays empty: rows of earlier programs. */
Plan *codec_read_plan(const char *text, GError **error);

/* A verdict in two columns: what is counted and compared, and what is free text (fields of type
 * text and list), which can be forgotten alone.  Quotes of the mail only with `quotes`. */
typedef struct {
    char *values, *texts;
} VerdictColumns;
void codec_verdict(const Verdict *verdict, bool quotes, VerdictColumns *columns); /* NULL: empty */
void verdict_columns_clear(VerdictColumns *columns);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VerdictColumns, verdict_columns_clear)

Verdict *codec_read_verdict(FieldTable *fields, const VerdictColumns *columns, GError **error);

/* The static name that equals `source`, "" if there is none. */
const char *codec_confidence_source(const char *source);

/* `changes` laid over `json`, key by key. */
char *codec_merge(const char *json, const char *changes, GError **error);

/* Those members of `json` whose keys `like` has. */
char *codec_pick(const char *text, const char *like_text, GError **error);
