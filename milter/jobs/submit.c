#include "jobs/submit.h"

#include "base/log.h"

static void log_change(const Site *site, const SmtpResult *result)
{
    g_autoptr(LogLine) line =
        log_line_new(result->server ? "submission-trouble" : "submission-back");
    log_text(line, "url", site->submission_url);
    log_text(line, "why", result->server ? result->why : NULL);
    log_write(result->server ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, line);
}

SmtpResult submit(const Site *site, Services *services, const char *sender,
                  const GPtrArray *recipients, const ReplyMail *mail, const SmtpBreak *breaks)
{
    const SmtpServer server = { .url = site->submission_url,
                                .ca_file = site->submission_ca_file,
                                .user = site->submission_user,
                                .key = site->submission_key,
                                .timeout_ms = site->submission_timeout_ms,
                                .breaks = breaks != NULL ? *breaks : (SmtpBreak){ 0 } };
    const SmtpMail handed = {
        .sender = sender, .recipients = recipients, .bytes = mail->bytes, .length = mail->length
    };
    SmtpResult result = smtp_hand_over(&server, &handed);
    bool stopped = server.breaks.stopping != NULL && atomic_load(server.breaks.stopping);
    if (services != NULL && !stopped && services_note_submission(services, result.server))
        log_change(site, &result);
    return result;
}
