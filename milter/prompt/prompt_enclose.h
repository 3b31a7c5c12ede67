/* Private to prompt/: others' texts, as an engine may see them. */
#pragma once

#include "prompt/privacy.h"
#include "prompt/redact.h"

typedef struct {
    const PromptPrivacy *privacy;
    Redaction *redaction;
    char *fence; /* its letters and digits, folded */
} Enclosure;

void enclosure_init(Enclosure *enclosure, const char *fence, const PromptPrivacy *privacy,
                    Redaction *redaction);
void enclosure_clear(Enclosure *enclosure);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Enclosure, enclosure_clear)

/* The text (any UTF-8) with values replaced, without lines that hold the fence, however it is
 * disguised, and shortened in its middle to about `max` bytes.  Caller frees. */
char *enclose_text(const Enclosure *enclosure, const char *text, gsize max);
/* Marks the blanks of a text that is ready, if they shall be; takes the text.  Caller frees. */
char *enclose_mark(const Enclosure *enclosure, char *text);
