/* What the readers of main.cf and of master.cf share. */
#pragma once

#include "ctl/postfix.h"

void postfix_find(GPtrArray *findings, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The entries of a list of milters, as they are written. */
GPtrArray *postfix_entries(const char *list);
/* Which of them names our socket, as this smtpd sees it; -1: none. */
int postfix_entry_of_ours(const PostfixSettings *postfix, const GPtrArray *list,
                          const char *socket);
