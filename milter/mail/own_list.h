/* The mailbox's own groups. */
#pragma once

#include "mail/parts.h"

/* Did the mail come through one of trust->own_lists? */
bool own_list_brought(const HeaderView *view, const MailTrust *trust);
