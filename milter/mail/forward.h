/* Whether a mail is somebody else's, passed on. */
#pragma once

#include "mail/parts.h"

/* The text and the fields of `message` are set. */
bool forward_is(const HeaderView *view, const Message *message);
