/* A folder on an IMAP server (RFC 3501): what is in it, and one mail more. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *url;        /* imaps://HOST/FOLDER, imap://HOST/FOLDER */
    const char *user, *key; /* key: the user's password */
    const char *ca_file;    /* who vouches for the server; NULL: the system's authorities */
} ImapFolder;

/* Both talk on the caller's thread, for a minute at most, and to another machine never without TLS.
 * TRIAGE_ERROR_BUSY: the server can't be reached or believed, or refuses. */

/* Is a mail with this Message-ID (without <>) in the folder? */
bool imap_has(const ImapFolder *folder, const char *message_id, bool *has, GError **error);
/* Adds a mail, as one that was read. */
bool imap_append(const ImapFolder *folder, const char *bytes, gsize length, GError **error);
