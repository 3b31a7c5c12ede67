/* Sentences from replies to other customers.  Runs that overlap are one mark.  Pure; any thread. */
#include "reply/check_parts.h"

/* A run's weight: a word counts two, a character of a script without spaces one. */
static guint weight(const GArray *words, guint from, guint to)
{
    guint sum = 0;

    for (guint i = from; i < to; i++)
        sum += g_array_index(words, ReplyWord, i).spaceless ? 1 : 2;
    return sum;
}

static void mark_run(DraftCheck *check, guint from, guint to)
{
    const ReplyWord *first = &g_array_index(check->words, ReplyWord, from);
    const ReplyWord *last = &g_array_index(check->words, ReplyWord, to - 1);

    if (weight(check->words, from, to) >= 2 * EVIDENCE_RUN)
        check_add(check, DRAFT_MARK_FOREIGN, first->start,
                  last->start + last->length - first->start,
                  "these words stand in a reply to another customer, and in no source");
}

void check_foreign(DraftCheck *check)
{
    guint from = 0, to = 0; /* of the run that is being followed */

    for (guint i = 0; i + EVIDENCE_RUN <= check->words->len; i++) {
        if (!evidence_has_run(check->others, check->words, i) ||
            evidence_has_run(check->known, check->words, i))
            continue;
        if (i > to || to == 0) {
            if (to > 0)
                mark_run(check, from, to);
            from = i;
        }
        to = i + EVIDENCE_RUN;
    }
    if (to > 0)
        mark_run(check, from, to);
}
