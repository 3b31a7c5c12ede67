/* What of a mail an engine may see.  Part of its settings, so a prompt is rendered for each engine
 * anew. */
#pragma once

#include <stdbool.h>

/* Each keeps back what the one before does, and more. */
typedef enum {
    PROMPT_SEND_ALL,
    PROMPT_SEND_NO_CONTEXT, /* nothing of the customer's record */
    PROMPT_SEND_NO_BODY     /* no text: sender, subject, date, names of attachments */
} PromptSend;

extern const char *const prompt_send_names[]; /* NULL-terminated */

typedef struct {
    char **redact; /* names of kinds, see redact.h; NULL-terminated */
    int send;      /* PromptSend */
    bool datamark; /* blanks of the mail become PROMPT_MARK */
} PromptPrivacy;

/* U+E000, for private use: no mail has it where it matters.  Text that has it between its words is
 * told apart from everything that has not. */
#define PROMPT_MARK "\xEE\x80\x80"

/* Takes the marks out of a text again, in place. */
void prompt_unmark(char *text);
