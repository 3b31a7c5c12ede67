/* The subject of a reply. */
#pragma once

#include <glib.h>

/* Longest subject, in bytes, before it is encoded: with its encoding it stays one that all mail
 * programs read. */
#define REPLY_SUBJECT_MAX 900

/* "Re: " once before the subject of the mail that is answered, whatever prefixes of replies it came
 * with, and " [TICKET]" once behind it (`ticket` "" or NULL: none), unless the subject names the
 * ticket already.  One line, cut at a character.  Caller frees. */
char *reply_subject(const char *subject, const char *ticket);
