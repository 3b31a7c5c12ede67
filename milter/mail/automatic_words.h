/* What programs write in the languages of their users.  Texts come folded by words_fold(). */
#pragma once

#include "mail/message.h"

/* text_fold() of at most `max` bytes, with straight apostrophes.  Caller frees. */
char *words_fold(const char *text, gsize max);

typedef enum {
    ANSWER_SUBJECT_NONE,
    ANSWER_SUBJECT_TOPIC, /* "Vacation": an absence notice, or a mail about one */
    ANSWER_SUBJECT_LABEL  /* "Automatic reply: Pump" */
} AnswerSubject;

/* Is the subject one of absence notices and receipts, alone or with a colon behind it?  "Out of
 * office replies don't work" is none. */
AnswerSubject words_answer_subject(const char *folded_subject);

/* Does the text hold a sentence that absence notices and receipts consist of? */
bool words_answer_text(const char *folded_text);

/* A subject that servers give to mail which comes back, or comes late. */
bool words_bounce_subject(const char *folded_subject);

/* A line with which servers begin to tell so. */
bool words_bounce_line(const char *folded_line);

/* A display name of the servers' own. */
bool words_bounce_name(const char *folded_name);

/* An address that says that nobody reads there. */
bool words_no_reply(const char *address);
