/* The attempt to send a draft, before a mail server hears of it.
 *
 * It is committed first, with the mail as one of the ticket's.  From then on no crash of ours can
 * make it unknown: an answer to it finds its ticket, and a sending that nobody finished is
 * uncertain, never simply tried again.
 *
 * The same transaction asks for the last time whether this is what a person has approved: the mail
 * that was made, the draft as it stands by now, and the thread that they knew. */
#include "store/parts.h"

#include "base/error.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"
#include "store/message_rows.h"

#define NOT_APPROVED "text, recipients, signature or quotation are not those that were approved"

typedef struct {
    gint64 id, now;
    const Job *job;
    KeptMail mail;
    const Reply *reply;
    const char *digest; /* of what the mail was made of */
    const char *envelope_sender;
    char *refused; /* what the transaction leaves: why it came to nothing */
} Attempt;

static void attempt_clear(Attempt *attempt)
{
    kept_mail_clear(&attempt->mail);
    g_free(attempt->refused);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attempt, attempt_clear)

/* ── it begins ── */

static bool set_envelope_sender(Connection *connection, const Attempt *attempt, GError **error)
{
    g_autoptr(Statement) update = connection_statement(
        connection, "UPDATE draft SET envelope_sender = ?2 WHERE id = ?1", error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "it", attempt->id, attempt->envelope_sender);
    return statement_run(update, error);
}

static bool add_answer(Connection *connection, const DraftRow *row, const Attempt *attempt,
                       GError **error)
{
    const MessageRow message = { .mailbox = row->mailbox,
                                 .ticket = row->ticket,
                                 .outgoing = true,
                                 .mail = &attempt->mail,
                                 .now = attempt->now };
    gint64 id;
    return message_row_drop_answer(connection, row->ticket, attempt->mail.message_id, error) &&
           message_row_add(connection, &message, &id, error) &&
           message_row_add_participants(connection, row->ticket, &attempt->mail, error);
}

static bool begin(Connection *connection, const DraftRow *row, const Attempt *attempt,
                  GError **error)
{
    const DraftDeed deed = { .step = STEP_ATTEMPT, .by = "", .now = attempt->now };
    return draft_row_step(connection, row, &deed, error) &&
           set_envelope_sender(connection, attempt, error) &&
           add_answer(connection, row, attempt, error);
}

/* ── or is refused ── */

static bool return_draft(Connection *connection, const DraftRow *row, Attempt *attempt,
                         GError **error)
{
    const DraftDeed deed = {
        .step = STEP_RETURN, .by = "", .why = NOT_APPROVED, .why_is_ours = true, .now = attempt->now
    };
    attempt->refused = g_strdup(NOT_APPROVED);
    return draft_row_step(connection, row, &deed, error);
}

/* As any draft that a newer mail overtakes: it will never answer the whole thread. */
static bool withdraw(Connection *connection, const DraftRow *row, Attempt *attempt, GError **error)
{
    const DraftsBygone bygone = { .ticket = row->ticket,
                                  .below = row->thread + 1,
                                  .approved = true,
                                  .by = "",
                                  .why = attempt->refused };
    return draft_rows_withdraw(connection, &bygone, attempt->now, error);
}

static bool is_approved(Connection *connection, const Attempt *attempt, bool *approved,
                        GError **error)
{
    g_autoptr(Draft) draft = draft_row_read(connection, attempt->id, error);
    if (draft == NULL)
        return false;
    g_autofree char *digest = draft_approval_digest(draft, attempt->reply);
    *approved = g_str_equal(digest, draft->digest) && g_str_equal(attempt->digest, draft->digest);
    return true;
}

static bool begin_or_refuse(Connection *connection, const DraftRow *row, Attempt *attempt,
                            GError **error)
{
    g_autoptr(GError) moved = NULL;
    bool approved;
    if (!is_approved(connection, attempt, &approved, error))
        return false;
    if (!approved)
        return return_draft(connection, row, attempt, error);
    if (draft_rows_check_thread(connection, row->ticket, row->thread, row->message_id, &moved))
        return begin(connection, row, attempt, error);
    if (!g_error_matches(moved, TRIAGE_ERROR, TRIAGE_ERROR_INPUT)) {
        g_propagate_error(error, g_steal_pointer(&moved));
        return false;
    }
    attempt->refused = g_strdup(moved->message);
    return withdraw(connection, row, attempt, error);
}

/* ── */

static bool write_attempt(Connection *connection, gpointer work, GError **error)
{
    Attempt *attempt = work;
    g_auto(DraftRow) row = { 0 };
    g_clear_pointer(&attempt->refused, g_free);
    return job_row_is_held(connection, attempt->job, error) &&
           draft_row_find(connection, attempt->id, &row, error) &&
           draft_row_may(&row, STEP_ATTEMPT, error) &&
           begin_or_refuse(connection, &row, attempt, error);
}

/* What was refused is committed; that it was is an error only for who would send it. */
bool store_draft_attempt(Store *store, const Job *job, const DraftMail *mail, gint64 now,
                         GError **error)
{
    g_autofree char *digest = draft_approval_digest(mail->draft, mail->reply);
    g_auto(Attempt) attempt = { .id = mail->draft->id,
                                .now = now,
                                .job = job,
                                .reply = mail->reply,
                                .digest = digest,
                                .envelope_sender = mail->envelope->sender };
    kept_mail_fill(&attempt.mail, mail->message, mail->envelope, mail->keep, mail->keep_text);
    if (!store_write(store, write_attempt, &attempt, error))
        return false;
    if (attempt.refused != NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "draft %" G_GINT64_FORMAT " is not sent: %s", attempt.id, attempt.refused);
    return attempt.refused == NULL;
}
