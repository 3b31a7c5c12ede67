/* What a decision leaves to be done once its mail has gone: a row per kind of job.
 *
 * All of it waits until the MTA has surely taken the mail, which nobody tells a milter. */
#include "pipeline/pipeline.h"
#include "store/job.h"

static gint64 settle_seconds(const Site *site)
{
    return (site->settle_ms + 999) / 1000;
}

typedef struct {
    const Judgement *judgement;
    const Site *site;
    const Message *message;
    GPtrArray *wishes;
} Wishing;

static void add(const Wishing *wishing, JobWish wish)
{
    JobWish *copy = g_new(JobWish, 1);
    wish.delay += settle_seconds(wishing->site);
    *copy = wish;
    g_ptr_array_add(wishing->wishes, copy);
}

/* A model that could have answered but didn't in time is asked again, if the mail is kept. */
static void wish_late(const Wishing *wishing)
{
    const Judgement *judgement = wishing->judgement;
    if (wishing->site->late_deadline_ms > 0 && judgement->mailbox->keep == KEEP_TEXT &&
        classify_is_provisional(judgement->classification))
        add(wishing, (JobWish){ .kind = "late", .in_order = true });
}

static void wish_draft(const Wishing *wishing)
{
    const Mailbox *mailbox = wishing->judgement->mailbox;
    if (wishing->judgement->plan->draft[0] != '\0' && mailbox->drafts != DRAFTS_NONE &&
        mailbox->keep == KEEP_TEXT && mailbox->mode == MODE_FULL)
        add(wishing, (JobWish){ .kind = "draft", .in_order = true });
}

/* What needs the mail itself is asked when it is time. */
static void wish_acknowledgement(const Wishing *wishing)
{
    const Judgement *judgement = wishing->judgement;
    if (judgement->mailbox->acknowledge != NULL && judgement->plan->ticket == PLAN_TICKET_NEW &&
        judgement->classification->status != STATUS_SKIPPED)
        add(wishing, (JobWish){ .kind = "acknowledge" });
}

/* What we told somebody ourselves came back to a mailbox, by an alias perhaps. */
static bool is_own_notice(const Wishing *wishing)
{
    const Message *message = wishing->message;
    return message->automatic.kind != AUTOMATIC_NONE &&
           site_mailbox_of_author(wishing->site, message->from->address) != NULL;
}

static bool was_told(const Judgement *judgement, char *name)
{
    return judgement->told != NULL &&
           g_ptr_array_find_with_equal_func(judgement->told, name, g_str_equal, NULL);
}

static void wish_notify(const Wishing *wishing)
{
    const Judgement *judgement = wishing->judgement;
    const GPtrArray *names = judgement->plan->notify;
    if (judgement->mailbox->mode != MODE_FULL || is_own_notice(wishing))
        return;
    for (guint i = 0; i < names->len; i++) {
        if (!was_told(judgement, names->pdata[i]))
            add(wishing, (JobWish){ .kind = "notify", .argument = names->pdata[i] });
    }
}

/* When it is due is the ticket's own affair: the job looks there first. */
static void wish_remind(const Wishing *wishing)
{
    const Judgement *judgement = wishing->judgement;
    if (judgement->plan->answer_within > 0 && judgement->plan->ticket != PLAN_TICKET_NONE &&
        judgement->mailbox->remind[0] != NULL)
        add(wishing, (JobWish){ .kind = "remind" });
}

static bool is_customer(const Customer *customer)
{
    return customer->match == MATCH_EXACT || customer->match == MATCH_DOMAIN;
}

/* A model that answers late should not find this very mail among what came before. */
static void wish_log(const Wishing *wishing)
{
    const Judgement *judgement = wishing->judgement;
    const Message *message = wishing->message;
    bool late = classify_is_provisional(judgement->classification);
    if (site_tells_timeline(wishing->site, judgement->mailbox) &&
        judgement->mailbox->mode == MODE_FULL && is_customer(judgement->customer) &&
        message_person_is_proven(message) && message->automatic.kind == AUTOMATIC_NONE &&
        judgement->classification->status != STATUS_SKIPPED)
        add(wishing, (JobWish){ .kind = "log",
                                .delay = late ? 2 * wishing->site->late_deadline_ms / 1000 : 0 });
}

static void (*const rows[])(const Wishing *wishing) = {
    wish_late, wish_draft, wish_acknowledgement, wish_notify, wish_remind, wish_log
};

GPtrArray *judgement_wishes(const Judgement *judgement, const Site *site, const Message *message)
{
    const Wishing wishing = { .judgement = judgement,
                              .site = site,
                              .message = message,
                              .wishes = g_ptr_array_new_with_free_func(g_free) };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        rows[i](&wishing);
    return wishing.wishes;
}

GPtrArray *mailbox_sent_wishes(const Mailbox *mailbox, const Site *site)
{
    static const JobWish copy = { .kind = "sent-copy" }, log = { .kind = "log" };
    GPtrArray *wishes = g_ptr_array_new();
    if (mailbox->sent_folder != NULL)
        g_ptr_array_add(wishes, (gpointer)&copy);
    if (site_tells_timeline(site, mailbox))
        g_ptr_array_add(wishes, (gpointer)&log);
    return wishes;
}

GPtrArray *mailbox_answer_wishes(const Mailbox *mailbox, const Site *site)
{
    GPtrArray *wishes = g_ptr_array_new_with_free_func(g_free);
    const JobWish log = { .kind = "log", .delay = settle_seconds(site) };
    if (site_tells_timeline(site, mailbox) && mailbox->mode == MODE_FULL)
        g_ptr_array_add(wishes, g_memdup2(&log, sizeof(log)));
    return wishes;
}
