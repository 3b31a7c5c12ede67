/* A message from the command line, judged up to DECIDE. */
#pragma once

#include "ctl/shared.h"

typedef struct {
    Submission *submission;
    Message *message;
    Judgement *judgement; /* NULL until it is judged */
} CtlJudged;

/* The mail of `[FILE]`, read and not yet judged; NULL after saying why. */
CtlJudged *ctl_judge_read(Ctl *ctl, const Mailbox *mailbox);
/* Reads `[--mailbox NAME] [FILE]` from the arguments; NULL after saying why. */
CtlJudged *ctl_judge(Ctl *ctl);
void ctl_judged_free(CtlJudged *judged);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CtlJudged, ctl_judged_free)
