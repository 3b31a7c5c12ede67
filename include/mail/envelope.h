/* What the SMTP dialogue said about one message; plain values, collected by the milter edge or
 * given by triagectl. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *id;              /* our own, from the start: 16 characters [A-Z0-9] */
    char *queue_id;        /* the MTA's, "" until it gives one */
    char *sender;          /* as address_reverse_path() gives it; "" is the null sender */
    char *path;            /* of MAIL FROM as the client gave it, with its <>; "" if unknown */
    GPtrArray *recipients; /* char*, folded, in order, without doubles */
    bool others;           /* there are more: too many, or not written as addresses */
    char *client_address;  /* "192.0.2.1", "2001:db8::1", "" if unknown */
    char *client_name;
    char *helo;          /* the client's HELO or EHLO name, "" if unknown */
    char *authenticated; /* {auth_authen}, "" if not */
} Envelope;

/* Recipients of one message that are kept; more are not ours to judge. */
#define ENVELOPE_RECIPIENTS_MAX 1000

Envelope *envelope_new(void); /* all strings "", a fresh id */
void envelope_free(Envelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelope, envelope_free)

void envelope_set(char **member, const char *value);
void envelope_add_recipient(Envelope *envelope, const char *address);
