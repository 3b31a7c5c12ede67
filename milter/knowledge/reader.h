/* One connection to an index; belongs to one thread at a time. */
#pragma once

#include "knowledge/knowledge.h"

typedef struct KnowledgeReader KnowledgeReader;

/* Opens read-only.  TRIAGE_ERROR_STORE: it is none of ours, or of another version. */
KnowledgeReader *knowledge_reader_open(const char *path, GError **error);
void knowledge_reader_close(KnowledgeReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KnowledgeReader, knowledge_reader_close)

/* As knowledge_search(). */
GPtrArray *knowledge_reader_search(KnowledgeReader *reader, const char *text, const char *mailbox,
                                   gint64 budget, guint max, GError **error);
