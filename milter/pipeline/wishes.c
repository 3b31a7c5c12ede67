/* What a decision leaves to be done once its mail has gone: a row per kind of job.
 *
 * All of it waits until the MTA has surely taken the mail, which nobody tells a milter. */
#include "pipeline/pipeline.h"
#include "store/job.h"

/* A model that could have answered but didn't in time is asked again, if the mail is kept. */
static bool wants_late(const Judgement *judgement, const Site *site)
{
    return site->late_deadline_ms > 0 && judgement->mailbox->keep == KEEP_TEXT &&
           classify_is_provisional(judgement->classification);
}

static bool wants_draft(const Judgement *judgement, const Site *site)
{
    const Mailbox *mailbox = judgement->mailbox;
    (void)site;
    return judgement->plan->draft[0] != '\0' && mailbox->drafts != DRAFTS_NONE &&
           mailbox->keep == KEEP_TEXT && mailbox->mode == MODE_FULL;
}

/* What needs the mail itself is asked when it is time. */
static bool wants_acknowledgement(const Judgement *judgement, const Site *site)
{
    (void)site;
    return judgement->mailbox->acknowledge != NULL && judgement->plan->ticket == PLAN_TICKET_NEW &&
           judgement->classification->status != STATUS_SKIPPED;
}

static const struct {
    const char *kind;
    bool (*is_wanted)(const Judgement *judgement, const Site *site);
    bool in_order; /* within the ticket */
} rows[] = {
    { "late", wants_late, true },
    { "draft", wants_draft, true },
    { "acknowledge", wants_acknowledgement, false },
};

GPtrArray *judgement_wishes(const Judgement *judgement, const Site *site)
{
    GPtrArray *wishes = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!rows[i].is_wanted(judgement, site))
            continue;
        JobWish *wish = g_new(JobWish, 1);
        *wish = (JobWish){ .kind = rows[i].kind,
                           .delay = (site->settle_ms + 999) / 1000,
                           .in_order = rows[i].in_order };
        g_ptr_array_add(wishes, wish);
    }
    return wishes;
}

const JobWish *mailbox_copy_wish(const Mailbox *mailbox)
{
    static const JobWish copy = { .kind = "sent-copy" };
    return mailbox->sent_folder != NULL ? &copy : NULL;
}
