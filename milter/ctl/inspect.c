/* inspect: READ alone.  Works without a configuration, with the default limits and nobody trusted.
 */
#include "ctl/shared.h"

#include <stdlib.h>
#include <unistd.h>

#define LONGEST_MESSAGE (64u * 1024 * 1024)

static Message *read_with_site(Ctl *ctl, const Submission *submission)
{
    if (access(ctl->conf, R_OK) == 0)
        return ctl_site(ctl) != NULL ? pipeline_read(ctl->site, submission) : NULL;
    const MailTrust trust = { 0 };
    return message_read(submission->bytes->str, submission->bytes->len, NULL, &mail_limits_default,
                        &trust);
}

static void print_line(const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0')
        g_print("%-14s %s\n", key, value);
}

static void print_message(const Message *message)
{
    g_autofree char *from = g_strdup_printf("%s <%s>", message->from->name, message->from->address);
    print_line("from", from);
    print_line("subject", message->subject);
    print_line("message-id", message->message_id);
    print_line("automatic", automatic_kind_name(message->automatic.kind));
    print_line("", message->automatic.why);
    print_line("proven", message->authentication.proven ? "yes" : "no");
    print_line("", message->authentication.why);
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
    if (ctl->argument_count > 1)
        return CTL_USAGE;
    GString *bytes = ctl_read_message(ctl->arguments[0], LONGEST_MESSAGE);
    if (bytes == NULL)
        return CTL_FINDINGS;
    g_autoptr(Submission) submission = ctl_submission_new(bytes, NULL);
    g_autoptr(Message) message = read_with_site(ctl, submission);
    if (message == NULL)
        return CTL_FINDINGS;
    if (ctl->json)
        ctl_print_json(message_to_json(message));
    else
        print_message(message);
    return CTL_GOOD;
}
