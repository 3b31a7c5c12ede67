/* What texts say, as facts that a draft can be held against. */
#pragma once

#include "language/word.h"
#include "reply/find.h"

/* Words in a row that are no accident.  Characters of scripts without spaces count half. */
#define EVIDENCE_RUN 8

typedef struct Evidence Evidence;

/* Of texts and addresses, both ending with NULL, both may be NULL.  Texts may be invalid UTF-8. */
Evidence *evidence_new(const char *const *texts, const char *const *addresses);
void evidence_free(Evidence *evidence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Evidence, evidence_free)

/* Does it say this number, amount, date, time or address? */
bool evidence_has(const Evidence *evidence, const Found *found);
bool evidence_has_word(const Evidence *evidence, guint64 word);
/* Do the two words stand beside each other, in any order? */
bool evidence_has_pair(const Evidence *evidence, guint64 word, guint64 other);
/* Do EVIDENCE_RUN words from words[at] on stand there like this?  They must be there. */
bool evidence_has_run(const Evidence *evidence, const GArray *words, guint at);
