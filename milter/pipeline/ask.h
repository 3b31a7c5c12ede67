/* CLASSIFY within a judgement: the question as a model gets it, and its answer. */
#pragma once

#include "pipeline/pipeline.h"

/* Everything a model may see of one message, and what it is asked.  Points into the judgement, the
 * message and the mailbox, which must outlive it. */
typedef struct {
    VerdictQuestion question;
    PromptInput input;
    char *fence; /* which `input` points to */
} Asking;

/* Builds the judgement's context first.  The mailbox has a prompt. */
void asking_open(Asking *asking, Judgement *judgement, Site *site, const Submission *submission,
                 const Message *message);
void asking_clear(Asking *asking);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asking, asking_clear)

/* The answer: a stored one to the same question, that of a twin which is being asked, or the
 * models'.  `deadline` in monotonic microseconds; beyond `max_waiting` messages that wait the
 * baseline answers at once.  Never NULL. */
Classification *pipeline_ask(Judgement *judgement, Site *site, Services *services,
                             const Submission *submission, const Message *message, gint64 deadline);

/* The same for mail that has gone: it waits as long as a late answer may take, and takes no place
 * from others.  `pending` (taken): a call that went on for it, NULL if there is none. */
Classification *pipeline_ask_late(Judgement *judgement, Site *site, Services *services,
                                  const Submission *submission, const Message *message,
                                  ClassifyPending *pending);
