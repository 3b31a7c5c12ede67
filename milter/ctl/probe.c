/* check --online --probe: does what we send arrive, signed?
 *
 * What the mail server takes is all that can be told of another's address; whoever reads there sees
 * the rest.  One of our own tells more, if the mail comes back from outside, past the filters that
 * write Authentication-Results: from our own networks it would be an answer of ours, of which
 * nothing is asked. */
#include "ctl/probe.h"

#include "jobs/submit.h"
#include "store/mail.h"

#define WAIT_SECONDS 60
#define LOOK_US      (G_USEC_PER_SEC / 5)

static const char text[] = "This mail was sent by triagectl to see whether replies arrive.\n";

static bool compose(const Mailbox *mailbox, const MailAddress *to, const char *id, ReplyMail *mail,
                    GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_ptr_array_add(list, (gpointer)to);
    const Reply reply = { .from = mailbox->identity,
                          .to = list,
                          .subject = "Test of sending",
                          .message_id = id,
                          .date = g_get_real_time() / G_USEC_PER_SEC,
                          .text = text,
                          .automatic = true };
    return reply_compose(&reply, mail, error);
}

/* The Message-ID of what the server took; NULL after saying why it didn't. */
static char *send_from(Ctl *ctl, const Mailbox *mailbox, const MailAddress *to)
{
    ReplyMail mail = { 0 };
    g_autoptr(GError) error = NULL;
    g_autofree char *id = mailbox_new_message_id(mailbox);
    if (!compose(mailbox, to, id, &mail, &error)) {
        ctl_say(ctl, "probe: %s: %s", mailbox->name, error->message);
        return NULL;
    }
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, to->address);
    SmtpResult result =
        submit(ctl->site, NULL, mailbox->identity->address, recipients, &mail, NULL);
    bool taken = result.outcome == SMTP_TAKEN;
    ctl_say(ctl, "probe: %s: %s: %s; Message-ID <%s>", mailbox->name,
            taken ? "accepted" : "not accepted", result.why, id);
    reply_mail_clear(&mail);
    g_free(result.why);
    return taken ? g_steal_pointer(&id) : NULL;
}

static StoredMail *wait_for(Store *store, const char *id, gint64 until)
{
    StoredMail *mail = NULL;
    while ((mail = store_mail_by_message_id(store, id, NULL)) == NULL &&
           g_get_monotonic_time() < until)
        g_usleep(LOOK_US);
    return mail;
}

/* Aligned with From is what other mail servers ask for. */
static bool say_what_was_read(Ctl *ctl, const Mailbox *mailbox, const StoredMail *mail)
{
    const Authentication *found = &mail->message->authentication;
    if (!mail->kept) {
        ctl_say(ctl, "probe: %s: came back, but the mailbox keeps nothing of it", mailbox->name);
        return true;
    }
    ctl_say(ctl, "probe: %s: came back: dkim=%s, dmarc=%s, spf=%s; %s: %s", mailbox->name,
            found->dkim, found->dmarc, found->spf, found->proven ? "aligned" : "not proven",
            found->why);
    return found->proven;
}

static bool follow(Ctl *ctl, const Mailbox *mailbox, const char *id, gint64 until)
{
    g_autoptr(StoredMail) mail = wait_for(services_store(ctl->services), id, until);
    if (mail != NULL)
        return say_what_was_read(ctl, mailbox, mail);
    ctl_say(ctl,
            "probe: %s: not seen coming back from outside within %d s; mail that stays inside "
            "our_networks isn't looked at",
            mailbox->name, WAIT_SECONDS);
    return true;
}

guint probe(Ctl *ctl, const char *address)
{
    const Site *site = ctl->site;
    g_autofree char *folded = address_fold(address);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    guint wrong = 0;
    if (folded[0] == '\0' || site->submission_url == NULL) {
        ctl_say(ctl,
                folded[0] == '\0' ? "probe: '%s' is no address"
                                  : "probe: nothing is sent to %s without submission_url",
                address);
        return 1;
    }
    MailAddress *to = address_new(folded, "");
    for (guint i = 0; i < site->mailboxes->len; i++)
        g_ptr_array_add(ids, send_from(ctl, g_ptr_array_index(site->mailboxes, i), to));
    address_free(to);
    gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
    bool ours = site_mailbox_for(site, folded) != NULL;
    for (guint i = 0; i < ids->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        wrong += ids->pdata[i] == NULL || (ours && !follow(ctl, mailbox, ids->pdata[i], until));
    }
    return wrong;
}
