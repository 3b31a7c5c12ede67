/* Collecting: what callbacks hand over piece by piece becomes one Submission.
 *
 * Nothing is judged here and nothing is unbounded: header and body bytes stop at the site's
 * max_body, and those of all sessions at its max_held, recipients at ENVELOPE_RECIPIENTS_MAX,
 * headers of ours one after MARK_REMOVALS_MAX; beyond max_body the body is only hashed, where a
 * signature wants that.  Each piece moves `received` on, because the message's clock starts when
 * the MTA last handed us something: a session that libmilter keeps waiting behind another one then
 * waits that much less itself. */
#include "mlfi/session.h"

#include "pipeline/verification.h"

#include <stdatomic.h>
#include <string.h>

/* Of all sessions together. */
static atomic_size_t held_bytes;

Session *session_new(void)
{
    Session *session = g_new0(Session, 1);
    session->client_address = g_strdup("");
    session->client_name = g_strdup("");
    session->helo = g_strdup("");
    return session;
}

void session_free(Session *session)
{
    if (session == NULL)
        return;
    session_reset(session);
    g_free(session->client_address);
    g_free(session->client_name);
    g_free(session->helo);
    g_free(session);
}

void session_set_client(Session *session, const char *address, const char *name)
{
    envelope_set(&session->client_address, address);
    envelope_set(&session->client_name, name);
}

bool session_has_message(const Session *session)
{
    return session->site != NULL;
}

void session_set_helo(Session *session, const char *name)
{
    envelope_set(&session->helo, name);
}

void session_reset(Session *session)
{
    if (!session_has_message(session))
        return;
    atomic_fetch_sub(&held_bytes, session->submission.bytes->len);
    verification_free(session->submission.verification);
    envelope_free(session->submission.envelope);
    g_string_free(session->submission.bytes, TRUE);
    g_array_unref(session->submission.incoming);
    g_ptr_array_unref(session->recipients);
    g_hash_table_unref(session->counts);
    session->submission = (Submission){ 0 };
    g_clear_pointer(&session->site, site_unref);
}

static void touch(Session *session)
{
    session->submission.received = g_get_monotonic_time();
}

/* Names of incoming headers live as long as the array that points at them. */
static void incoming_clear(gpointer data)
{
    MarkIncoming *incoming = data;
    g_free((char *)incoming->name);
}

void session_begin(Session *session, Site *site, const char *sender, const char *authenticated)
{
    session_reset(session);
    session->site = site;
    session->recipients = g_ptr_array_new_with_free_func(g_free);
    session->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->in_header = true;
    session->skipping = false;
    session->results = 0;

    Submission *submission = &session->submission;
    submission->bytes = g_string_new(NULL);
    submission->incoming = g_array_new(FALSE, FALSE, sizeof(MarkIncoming));
    g_array_set_clear_func(submission->incoming, incoming_clear);
    submission->envelope = envelope_new();
    g_autofree char *folded = address_reverse_path(sender);
    envelope_set(&submission->envelope->sender, folded);
    envelope_set(&submission->envelope->path, sender);
    envelope_set(&submission->envelope->authenticated, authenticated);
    envelope_set(&submission->envelope->client_address, session->client_address);
    envelope_set(&submission->envelope->client_name, session->client_name);
    envelope_set(&submission->envelope->helo, session->helo);
    touch(session);
}

void session_add_recipient(Session *session, const char *address)
{
    if (!session_has_message(session))
        return;
    g_autofree char *folded = address_fold(address);
    GPtrArray *known = session->submission.envelope->recipients;
    guint before = known->len;
    envelope_add_recipient(session->submission.envelope, folded);
    if (known->len > before)
        g_ptr_array_add(session->recipients, g_strdup(address));
    touch(session);
}

const char *session_recipient(const Session *session, const char *folded)
{
    const GPtrArray *known = session->submission.envelope->recipients;
    for (guint i = 0; i < known->len; i++) {
        if (g_str_equal(g_ptr_array_index(known, i), folded))
            return g_ptr_array_index(session->recipients, i);
    }
    return NULL;
}

/* How many of `wanted` more bytes may be held. */
static gsize hold(const Site *site, gsize wanted)
{
    gsize max = (gsize)site->max_held, before = atomic_fetch_add(&held_bytes, wanted);
    gsize may = MIN(wanted, max - MIN(before, max));
    atomic_fetch_sub(&held_bytes, wanted - may);
    return may;
}

static bool append(Session *session, const char *bytes, gsize length)
{
    GString *all = session->submission.bytes;
    gsize max = (gsize)session->site->max_body;
    if (session->submission.cut != NULL)
        return false; /* what follows a gap would be read as something else */
    gsize wanted = MIN(length, max - MIN(all->len, max));
    gsize held = hold(session->site, wanted);
    g_string_append_len(all, bytes, (gssize)held);
    if (held < length)
        session->submission.cut =
            held < wanted ? "message beyond max_held" : "message beyond max_body";
    return held == length;
}

static void note_incoming(Session *session, const char *name, guint index)
{
    MarkIncoming incoming = { .name = g_strdup(name), .index = index };
    g_array_append_val(session->submission.incoming, incoming);
}

/* One more than can be removed shows that there are too many. */
static void note_ours(Session *session, const char *name)
{
    if (session->submission.incoming->len > MARK_REMOVALS_MAX)
        return;
    char *key = g_ascii_strdown(name, -1);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(session->counts, key)) + 1;
    g_hash_table_insert(session->counts, key, GUINT_TO_POINTER(count));
    note_incoming(session, name, count);
}

/* Whoever wrote such a field in our name, it wasn't us. */
static void note_results(Session *session, const char *name, const char *value)
{
    const char *own = session->site->authentication_results;
    session->results++;
    if (own != NULL && session->submission.incoming->len <= MARK_REMOVALS_MAX &&
        message_results_are_of(value, own))
        note_incoming(session, name, session->results);
}

void session_add_header(Session *session, const char *name, const char *value, bool exact)
{
    if (!session_has_message(session))
        return;
    session->submission.fields++;
    if (mark_is_ours(name))
        note_ours(session, name);
    if (g_ascii_strcasecmp(name, MARK_RESULTS_NAME) == 0)
        note_results(session, name, value);
    append(session, name, strlen(name));
    append(session, exact ? ":" : ": ", exact ? 1 : 2);
    append(session, value, strlen(value));
    append(session, "\r\n", 2);
    touch(session);
}

void session_end_header(Session *session)
{
    if (!session_has_message(session) || !session->in_header)
        return;
    append(session, "\r\n", 2);
    session->in_header = false;
    touch(session);
}

void session_verify(Session *session, Resolver *resolver)
{
    Submission *submission = &session->submission;
    if (session_has_message(session) && resolver != NULL && submission->verification == NULL &&
        pipeline_has_mailbox(session->site, submission->envelope))
        submission->verification = verification_begin(session->site, resolver, submission);
}

bool session_add_body(Session *session, const void *bytes, gsize length)
{
    if (!session_has_message(session))
        return true;
    Verification *verification = session->submission.verification;
    session_end_header(session);
    touch(session);
    if (!session->skipping)
        session->skipping = !append(session, bytes, length);
    if (verification != NULL)
        verification_body(verification, bytes, length);
    return !session->skipping || (verification != NULL && verification_wants_body(verification));
}
