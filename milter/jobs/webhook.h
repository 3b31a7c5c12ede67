/* Tells a server of the site's own that something happened: one POST of JSON. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *url;     /* https, or http on this machine */
    const char *key;     /* what we prove ourselves with (RFC 6750); NULL: nothing */
    const char *ca_file; /* who vouches for the server; NULL: the system's authorities */
    gint64 timeout_ms;   /* of the whole attempt */
} Webhook;

/* On the caller's thread.  `once` is the same for each attempt to tell the same thing, by which the
 * server knows that it has it: letters, digits, '.', '_', '-'.  Taken is what is answered with 2xx;
 * an answer's body is not read.  TRIAGE_ERROR_BUSY: another try can help; TRIAGE_ERROR_INPUT: the
 * server says that it won't. */
bool webhook_post(const Webhook *webhook, const char *once, const char *json, GError **error);
