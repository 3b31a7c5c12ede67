/* Mails that a mail program writes when its user clicks: a reaction to a mail, a recall of one. */
#pragma once

#include "mail/parts.h"

/* Is it a reaction, and no more?  Its new text must be short and begin with an emoji, and a part
 * of Gmail's type, or the sentence that programs write beside the emoji, must be there.  Pure. */
bool reaction_is(const HeaderView *view, const Message *message);

/* Is it Outlook's request to recall a mail?  The label of its subject, the sentence in its text,
 * and the recalled subject in that sentence must agree.  Pure. */
bool recall_is(const Message *message);
