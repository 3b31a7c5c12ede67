/* The check of the sender, and the look-ups that it needs.
 *
 * The header is taken out of the bytes that READ gets, so that both read the same: field names and
 * values as the MTA handed them over, with LF where a line of a value ends.  Whose address is From
 * is READ's answer too, of the header alone. */
#include "pipeline/verification.h"

#include "auth/sender.h"

#include <string.h>

struct Verification {
    SenderCheck *check;
    Lookups *lookups;
};

/* A header section taken apart; names and values point into `text`, which has NULs for separators.
 */
typedef struct {
    char *text;
    GArray *fields; /* DkimField */
} Fields;

static void fields_clear(Fields *fields)
{
    g_free(fields->text);
    g_array_unref(fields->fields);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fields, fields_clear)

/* The end of a field: before a line end that no blank follows. */
static char *end_of_field(char *at)
{
    char *end = strchr(at, '\n');
    while (end != NULL && (end[1] == ' ' || end[1] == '\t'))
        end = strchr(end + 1, '\n');
    return end;
}

/* Up to the empty line, or to the end.  What has no colon is no field. */
static Fields split(const char *header, gsize length)
{
    Fields fields = { .text = g_strndup(header, length),
                      .fields = g_array_new(FALSE, FALSE, sizeof(DkimField)) };
    for (char *at = fields.text; at != NULL && *at != '\0' && *at != '\n' && *at != '\r';) {
        char *end = end_of_field(at);
        char *next = end != NULL ? end + 1 : NULL;
        if (end != NULL)
            *(end > at && end[-1] == '\r' ? end - 1 : end) = '\0';
        char *colon = strchr(at, ':');
        if (colon != NULL) {
            *colon = '\0';
            const DkimField field = { .name = at, .value = colon + 1 };
            g_array_append_val(fields.fields, field);
        }
        at = next;
    }
    return fields;
}

/* The domain of From as READ has it, from the header alone. */
static char *from_domain(const MailLimits *limits, const GString *header)
{
    const MailTrust nobody = { 0 };
    g_autoptr(Message) message = message_read(header->str, header->len, NULL, limits, &nobody);
    return g_strdup(address_domain(message->from->address));
}

Verification *verification_begin(const Site *site, Resolver *resolver, const Submission *submission)
{
    const MailLimits *limits = site != NULL ? &site->limits : &mail_limits_default;
    char *const *sealers = site != NULL ? site->trust_arc : NULL;
    const Envelope *envelope = submission->envelope;
    /* SPF is about who handed the mail to our relay, whose address isn't known here. */
    bool relayed = site != NULL && site_is_relay(site, envelope->client_address);
    if (submission->cut)
        return NULL;
    g_auto(Fields) fields = split(submission->bytes->str, submission->bytes->len);
    g_autofree char *from = from_domain(limits, submission->bytes);
    const SenderInput input = { .fields = (const DkimField *)(void *)fields.fields->data,
                                .count = fields.fields->len,
                                .from = from,
                                .spf = { .client = relayed ? "" : envelope->client_address,
                                         .helo = envelope->helo,
                                         .sender = envelope->sender },
                                .sealers = sealers };
    Verification *verification = g_new0(Verification, 1);
    verification->check = sender_check_new(&input);
    verification->lookups = lookups_begin(resolver, sender_check_ask, verification->check);
    return verification;
}

bool verification_wants_body(const Verification *verification)
{
    return sender_check_wants_body(verification->check);
}

void verification_body(Verification *verification, const void *bytes, gsize length)
{
    sender_check_body(verification->check, bytes, length);
}

SenderResult *verification_end(Verification *verification, gint64 until, gint64 now,
                               void (*tick)(void *), void *tick_data)
{
    if (verification == NULL)
        return NULL;
    DnsAnswers *answers = lookups_finish(verification->lookups, until, tick, tick_data);
    return sender_check_end(verification->check, answers, now);
}

void verification_free(Verification *verification)
{
    if (verification == NULL)
        return;
    lookups_free(verification->lookups);
    sender_check_free(verification->check);
    g_free(verification);
}
