/* The libmilter edge: callbacks collect, the pipeline thinks, edits go back.  The only file that
 * includes mfapi.h.
 *
 * libmilter runs callbacks on threads of its own, any session on any of them, one at a time per
 * session. Only the steps we have a callback for are asked for, and no answer is given where none
 * is needed, so that a message out of scope costs the MTA next to nothing: it is accepted at DATA,
 * never at RCPT, where accepting would end the filter for the recipients still to come. */
#include "mlfi/mlfi.h"

#include "base/error.h"
#include "base/log.h"
#include "mlfi/accept.h"
#include "mlfi/session.h"
#include "mlfi/socket.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* libmilter hands callbacks nothing of ours but what a session stores. */
static Daemon *the_daemon;
/* Of the unix socket: its public name, and the one it was bound under.  NULL for inet. */
static char *the_path, *the_bound;

#define WANTED_ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT)
#define WAKE_TRIES     1000
#define UNWANTED_STEPS SMFIP_NOUNKNOWN
#define NO_REPLY_STEPS                                                                             \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_EOH)

/* What was agreed with the MTA stands beside the session. */
typedef struct {
    Session *session;
    unsigned long steps;
} Link;

/* libmilter hands over whatever packets the peer sends, in any order, also before negotiation and
 * after a second one: whichever callback comes first makes the link.  Never NULL. */
static Link *link_of(SMFICTX *ctx)
{
    Link *link = smfi_getpriv(ctx);
    if (link != NULL)
        return link;
    link = g_new0(Link, 1);
    link->session = session_new();
    smfi_setpriv(ctx, link);
    daemon_session_began(the_daemon);
    return link;
}

/* The answer to a step that needs none, if the MTA agreed to that. */
static sfsistat go_on(const Link *link, unsigned long no_reply)
{
    return (link->steps & no_reply) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static const char *macro(SMFICTX *ctx, const char *name)
{
    const char *value = smfi_getsymval(ctx, (char *)name);
    return value != NULL ? value : "";
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long offered_actions,
                             unsigned long offered_steps, unsigned long unused0,
                             unsigned long unused1, unsigned long *actions, unsigned long *steps,
                             unsigned long *out0, unsigned long *out1)
{
    (void)unused0, (void)unused1;
    unsigned long body = (offered_steps & SMFIP_SKIP) != 0 ? SMFIP_SKIP : SMFIP_NR_BODY;
    Link *link = link_of(ctx);
    link->steps = offered_steps & (UNWANTED_STEPS | NO_REPLY_STEPS | SMFIP_HDR_LEADSPC | body);

    *actions = offered_actions & WANTED_ACTIONS;
    *steps = link->steps;
    *out0 = *out1 = 0;
    return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    const Link *link = link_of(ctx);
    if (address != NULL && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)address)->sin_addr, text, sizeof(text));
    else if (address != NULL && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)(void *)address)->sin6_addr, text,
                  sizeof(text));
    session_set_client(link->session, text, name);
    return go_on(link, SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *ctx, char *name)
{
    const Link *link = link_of(ctx);
    session_set_helo(link->session, name);
    return go_on(link, SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *ctx, char **arguments)
{
    const Link *link = link_of(ctx);
    session_begin(link->session, daemon_site(the_daemon), arguments[0],
                  macro(ctx, "{auth_authen}"));
    return go_on(link, SMFIP_NR_MAIL);
}

static sfsistat on_rcpt(SMFICTX *ctx, char **arguments)
{
    const Link *link = link_of(ctx);
    session_add_recipient(link->session, arguments[0]);
    return go_on(link, SMFIP_NR_RCPT);
}

static sfsistat on_data(SMFICTX *ctx)
{
    Session *session = link_of(ctx)->session;
    if (!session_has_message(session))
        return SMFIS_ACCEPT;
    envelope_set(&session->submission.envelope->queue_id, macro(ctx, "i"));
    if (pipeline_in_scope(session->site, session->submission.envelope))
        return SMFIS_CONTINUE;
    session_reset(session);
    return SMFIS_ACCEPT;
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
    const Link *link = link_of(ctx);
    session_add_header(link->session, name, value, (link->steps & SMFIP_HDR_LEADSPC) != 0);
    return go_on(link, SMFIP_NR_HDR);
}

static sfsistat on_end_of_header(SMFICTX *ctx)
{
    const Link *link = link_of(ctx);
    session_end_header(link->session);
    session_verify(link->session, services_resolver(daemon_services(the_daemon)));
    return go_on(link, SMFIP_NR_EOH);
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
    const Link *link = link_of(ctx);
    bool enough = !session_add_body(link->session, bytes, length);
    if (enough && (link->steps & SMFIP_SKIP) != 0)
        return SMFIS_SKIP;
    return go_on(link, SMFIP_NR_BODY);
}

/* An MTA that hands over the blank after the colon adds none itself. */
static char *with_blank(SMFICTX *ctx, const char *value)
{
    return g_strconcat((link_of(ctx)->steps & SMFIP_HDR_LEADSPC) != 0 ? " " : "", value, NULL);
}

static bool sink_insert_header(void *ctx, const char *name, const char *value)
{
    g_autofree char *written = with_blank(ctx, value);
    return smfi_insheader(ctx, 0, (char *)name, written) == MI_SUCCESS;
}

static bool sink_add_header(void *ctx, const char *name, const char *value)
{
    g_autofree char *written = with_blank(ctx, value);
    return smfi_addheader(ctx, (char *)name, written) == MI_SUCCESS;
}

static bool sink_remove_header(void *ctx, const char *name, guint index)
{
    return smfi_chgheader(ctx, (char *)name, (int)index, NULL) == MI_SUCCESS;
}

static bool sink_add_recipient(void *ctx, const char *address)
{
    g_autofree char *path = g_strdup_printf("<%s>", address);
    return smfi_addrcpt(ctx, path) == MI_SUCCESS;
}

static bool sink_remove_recipient(void *ctx, const char *address)
{
    const char *written = session_recipient(link_of(ctx)->session, address);
    return written != NULL && smfi_delrcpt(ctx, (char *)written) == MI_SUCCESS;
}

static const EditSink libmilter_sink = {
    .insert_header = sink_insert_header,
    .add_header = sink_add_header,
    .remove_header = sink_remove_header,
    .add_recipient = sink_add_recipient,
    .remove_recipient = sink_remove_recipient,
};

static void keep_waiting(void *ctx)
{
    smfi_progress(ctx);
}

static MarkResult apply(SMFICTX *ctx, const PipelineResult *result)
{
    if (result->tempfail)
        return MARK_TEMPFAILED;
    guint refused = mark_apply(result->edits, &libmilter_sink, ctx);
    if (refused == 0)
        return MARKED;
    return refused == result->edits->len ? MARK_ABORTED : MARK_FAILED;
}

/* This callback may take as long as the deadline, and libmilter may have queued another session
 * behind it, counting on a worker that was only just waking up for ours.  Nothing brings that
 * session back but the next event, so we cause one. */
static void free_who_is_queued_behind_us(void)
{
    socket_wake(the_path);
}

static sfsistat on_end_of_message(SMFICTX *ctx)
{
    Session *session = link_of(ctx)->session;
    Submission *submission = &session->submission;
    if (!session_has_message(session))
        return SMFIS_ACCEPT;
    free_who_is_queued_behind_us();
    session_end_header(session);
    submission->now = g_get_real_time() / G_USEC_PER_SEC;
    submission->tick = keep_waiting;
    submission->tick_data = ctx;
    envelope_set(&submission->envelope->queue_id, macro(ctx, "i"));

    Services *services = daemon_services(the_daemon);
    g_autoptr(PipelineResult) result = pipeline_run(session->site, services, submission);
    MarkResult marked = apply(ctx, result);
    pipeline_finish(services, submission, result, marked);
    session_reset(session);
    if (marked != MARK_TEMPFAILED)
        return SMFIS_ACCEPT;
    smfi_setreply(ctx, (char *)"451", (char *)"4.7.1", (char *)"Please try again later");
    return SMFIS_TEMPFAIL;
}

static sfsistat on_abort(SMFICTX *ctx)
{
    session_reset(link_of(ctx)->session);
    return SMFIS_CONTINUE;
}

/* Comes always, also when nothing came before it. */
static sfsistat on_close(SMFICTX *ctx)
{
    Link *link = smfi_getpriv(ctx);
    if (link == NULL)
        return SMFIS_CONTINUE;
    smfi_setpriv(ctx, NULL);
    session_free(link->session);
    g_free(link);
    daemon_session_ended(the_daemon);
    return SMFIS_CONTINUE;
}

static bool fail(GError **error, const char *what)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "libmilter can't %s", what);
    return false;
}

static bool register_callbacks(void)
{
    struct smfiDesc callbacks = {
        .xxfi_name = (char *)"triage-milter",
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = WANTED_ACTIONS,
        .xxfi_negotiate = on_negotiate,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_helo,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_rcpt,
        .xxfi_data = on_data,
        .xxfi_header = on_header,
        .xxfi_eoh = on_end_of_header,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_message,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
    };
    return smfi_register(callbacks) == MI_SUCCESS;
}

static bool open_unix(const Site *site, GError **error)
{
    socket_sweep(the_path);
    the_bound = g_strdup_printf("%s.%d", the_path, (int)getpid());
    g_autofree char *connection = g_strconcat("unix:", the_bound, NULL);
    if (smfi_setconn(connection) != MI_SUCCESS || smfi_opensocket(true) != MI_SUCCESS)
        return fail(error, "bind the socket (is its folder there, and may we write to it?)");
    return socket_prepare(the_bound, site->socket_mode, site->user, site->socket_group, error);
}

static bool open_inet(const Site *site, GError **error)
{
    if (smfi_setconn(site->socket) != MI_SUCCESS || smfi_opensocket(false) != MI_SUCCESS)
        return fail(error, "bind the socket (is the address ours, and the port free?)");
    socket_set_nodelay();
    return true;
}

bool mlfi_open(const Site *site, GError **error)
{
    if (!register_callbacks())
        return fail(error, "register");
    accept_prepare();
    the_path = g_strdup(site_unix_path(site->socket));
    return the_path != NULL ? open_unix(site, error) : open_inet(site, error);
}

bool mlfi_publish(GError **error)
{
    return the_path == NULL || socket_publish(the_bound, the_path, error);
}

void mlfi_discard(void)
{
    if (the_bound != NULL)
        unlink(the_bound);
}

bool mlfi_is_replaced(void)
{
    return the_path != NULL && socket_is_replaced(the_path);
}

/* libmilter has a thread that takes SIGHUP, SIGTERM or SIGINT and stops at once.  The kernel
 * prefers the main thread, but a signal that is still pending when that thread comes to its
 * sigwait() would be lost to us.  Nobody else in this program calls sigwait(); here it waits in
 * vain. */
/* NOLINTNEXTLINE(readability-*): libc says what it looks like. */
int sigwait(const sigset_t *signals, int *number)
{
    (void)signals, (void)number;
    for (;;)
        pause();
}

bool mlfi_run(Daemon *daemon)
{
    the_daemon = daemon;
    return smfi_main() == MI_SUCCESS;
}

void mlfi_retire(void)
{
    if (the_path != NULL)
        socket_retire(the_bound, the_path);
}

static void *stop_libmilter(void *stopped)
{
    smfi_stop();
    atomic_store((atomic_bool *)stopped, true);
    return NULL;
}

/* smfi_stop() waits for a lock that libmilter's listener holds while it polls, up to five seconds:
 * a connection of our own makes it look up. */
void mlfi_stop(void)
{
    atomic_bool stopped = false;
    pthread_t stopper;
    if (pthread_create(&stopper, NULL, stop_libmilter, &stopped) == 0) {
        for (int tries = 0; !atomic_load(&stopped) && tries < WAKE_TRIES; tries++) {
            socket_wake(the_bound);
            g_usleep(5000);
        }
        pthread_join(stopper, NULL);
    } else {
        smfi_stop();
    }
    socket_wake(the_bound);
    mlfi_discard();
}
