/* Hands a mail over to the server that sends for us (RFC 6409). */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

/* What can break a dialogue off before the mail is sent; NULL: nothing does. */
typedef struct {
    const atomic_bool *stopping;        /* set: at once; later than that, within SMTP_GRACE_MS */
    bool (*may_send)(const void *data); /* asked on the caller's thread before the server gets the
                                           mail's last byte; false: it never does */
    const void *data;
} SmtpBreak;

/* smtp://HOST[:PORT] or smtps://HOST[:PORT]; to another machine never without TLS, and never where
 * its certificate doesn't hold. */
typedef struct {
    const char *url;
    const char *ca_file; /* who vouches for the server; NULL: the system's authorities */
    const char *user;    /* NULL: without AUTH */
    const char *key;     /* the user's password */
    gint64 timeout_ms;   /* of the whole dialogue */
    SmtpBreak breaks;
} SmtpServer;

/* How long a server that has the whole mail may still take when it is time to stop. */
#define SMTP_GRACE_MS 10000

typedef struct {
    const char *sender;          /* envelope sender, "" is the null sender */
    const GPtrArray *recipients; /* char*, folded; taken all or none */
    const char *bytes;           /* lines end with CRLF */
    gsize length;                /* not 0 */
} SmtpMail;

typedef enum {
    SMTP_TAKEN,  /* the server has it and will deliver it */
    SMTP_LATER,  /* it has not; another try can help */
    SMTP_NEVER,  /* it has not, and refuses this mail or a recipient for good */
    SMTP_UNKNOWN /* nobody can tell: it may be on its way */
} SmtpOutcome;

typedef struct {
    SmtpOutcome outcome;
    bool server; /* SMTP_LATER for a reason that concerns every mail: no connection, TLS, login */
    char *why;   /* the server's last reply, or what went wrong; one line; caller frees */
} SmtpResult;

/* One dialogue, on the caller's thread. */
SmtpResult smtp_hand_over(const SmtpServer *server, const SmtpMail *mail);
