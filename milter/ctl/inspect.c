/* inspect: READ alone.  Works without a configuration, with the default limits and nobody trusted.
 * With --dns the sender is verified here; a file tells nothing of the client, so SPF is left out.
 */
#include "ctl/shared.h"
#include "pipeline/verification.h"

#include <stdlib.h>
#include <unistd.h>

#define LONGEST_MESSAGE (64u * 1024 * 1024)

/* The body of a message as it lies in a file; `bytes` itself if it has no empty line. */
static const char *body_of(const GString *bytes)
{
    const char *lf = g_strstr_len(bytes->str, (gssize)bytes->len, "\n\n");
    const char *crlf = g_strstr_len(bytes->str, (gssize)bytes->len, "\n\r\n");
    if (crlf != NULL && (lf == NULL || crlf < lf))
        return crlf + 3;
    return lf != NULL ? lf + 2 : bytes->str + bytes->len;
}

/* NULL after saying why. */
static SenderResult *verify(const Site *site, Submission *submission)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Resolver) resolver = resolver_new(site != NULL ? site->resolver : NULL, &error);
    if (resolver == NULL) {
        ctl_fail(error);
        return NULL;
    }
    g_autoptr(Verification) verification = verification_begin(site, resolver, submission);
    const char *body = body_of(submission->bytes);
    const char *end = submission->bytes->str + submission->bytes->len;
    verification_body(verification, body, (gsize)(end - body));
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    return verification_end(verification, G_MAXINT64, now, NULL, NULL);
}

static Message *read_message(Ctl *ctl, Submission *submission, bool dns)
{
    bool configured = access(ctl->conf, R_OK) == 0;
    if (configured && ctl_site(ctl) == NULL)
        return NULL;
    g_autoptr(SenderResult) own = dns ? verify(ctl->site, submission) : NULL;
    if (dns && own == NULL)
        return NULL;
    if (configured)
        return pipeline_read(ctl->site, submission, own);
    const MailTrust trust = { .own = own };
    return message_read(submission->bytes->str, submission->bytes->len, NULL, &mail_limits_default,
                        &trust);
}

static void print_line(const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0')
        g_print("%-14s %s\n", key, value);
}

/* What such a mail would need to be proven. */
static const struct {
    const char *reason, *need;
} needs[] = {
    { "no-pass", "a DKIM signature whose d= is the domain of From, and a body that nobody changes "
                 "after it was signed" },
    { "dmarc-fail", "an aligned DKIM signature that passes, or an SPF pass for an envelope sender "
                    "in the domain of From" },
    { "not-aligned", "a DKIM signature whose d= is the domain of From" },
    { "temperror", "an answer of the DNS: try again, or look at 'resolver'" },
    { "no-trusted-result", "verification here (--dns), or a result by a server in 'trust'" },
    { "not-verified", "verification here (--dns)" },
    { "two-from", "a single From address" },
    { "reply-to", "answers that stay in the domain of From" },
    { "no-from", "a usable From address" },
};

static void print_proof(const Authentication *authentication)
{
    print_line("proven", authentication->proven ? "yes" : "no");
    print_line("", authentication->why);
    for (guint i = 0; i < authentication->results->len; i++)
        print_line("result", g_ptr_array_index(authentication->results, i));
    print_line("differs", authentication->differs);
    for (gsize i = 0; i < G_N_ELEMENTS(needs) && !authentication->proven; i++) {
        if (g_str_equal(authentication->reason, needs[i].reason))
            print_line("needs", needs[i].need);
    }
}

static void print_message(const Message *message)
{
    g_autofree char *from = g_strdup_printf("%s <%s>", message->from->name, message->from->address);
    print_line("from", from);
    print_line("subject", message->subject);
    print_line("message-id", message->message_id);
    print_line("automatic", automatic_kind_name(message->automatic.kind));
    print_line("", message->automatic.why);
    print_proof(&message->authentication);
    for (guint i = 0; i < message->attachments->len; i++) {
        const Attachment *attachment = g_ptr_array_index(message->attachments, i);
        g_print("%-14s %s (%s, %zu bytes)\n", "attachment", attachment->name,
                attachment->claimed_type, attachment->size);
    }
    for (guint i = 0; i < message->suspicious->len; i++)
        print_line("suspicious", g_ptr_array_index(message->suspicious, i));
    print_line("truncated", message->truncated);
    g_print("\n");
    g_print("%s\n", message->reply);
    if (message->quoted[0] == '\0')
        return;
    g_print("\n--- quoted ---\n%s\n", message->quoted);
}

int ctl_inspect(Ctl *ctl)
{
    bool dns = ctl_flag(ctl, "--dns");
    if (ctl->argument_count > 1)
        return CTL_USAGE;
    GString *bytes = ctl_read_message(ctl->arguments[0], LONGEST_MESSAGE);
    if (bytes == NULL)
        return CTL_FINDINGS;
    g_autoptr(Submission) submission = ctl_submission_new(bytes, NULL);
    g_autoptr(Message) message = read_message(ctl, submission, dns);
    if (message == NULL)
        return CTL_FINDINGS;
    if (ctl->json)
        ctl_print_json(message_to_json(message));
    else
        print_message(message);
    return CTL_GOOD;
}
