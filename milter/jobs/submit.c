#include "jobs/submit.h"

SmtpResult submit(const Site *site, const char *sender, const GPtrArray *recipients,
                  const ReplyMail *mail, const atomic_bool *stopping)
{
    const SmtpServer server = { .url = site->submission_url,
                                .ca_file = site->submission_ca_file,
                                .user = site->submission_user,
                                .key = site->submission_key,
                                .timeout_ms = site->submission_timeout_ms,
                                .stopping = stopping };
    const SmtpMail handed = {
        .sender = sender, .recipients = recipients, .bytes = mail->bytes, .length = mail->length
    };
    return smtp_hand_over(&server, &handed);
}
