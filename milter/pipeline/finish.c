/* What is left when the MTA has its edits: the store learns what became of them, and the log gets
 * its one line per message and mailbox. */
#include "base/log.h"
#include "pipeline/pipeline.h"

static const char *const results[] = { "marked", "mark-failed", "tempfailed", "aborted" };

/* What the last model that was asked got placeholders for. */
static void log_redacted(LogLine *line, const Classification *classification)
{
    g_autofree char *redacted = classify_redacted(classification->calls);
    log_text(line, "redacted", redacted);
}

static void log_judgement(const Submission *submission, const Judgement *judgement,
                          const char *result)
{
    const Envelope *envelope = submission->envelope;
    const Receipt *receipt = judgement->receipt;
    const Classification *classification = judgement->classification;
    g_autoptr(LogLine) line = log_line_new("triaged");
    log_text(line, "id", envelope->id);
    log_text(line, "queue_id", envelope->queue_id);
    log_text(line, "mailbox", judgement->mailbox->name);
    log_text(line, "client", envelope->client_address);
    if (judgement->failed != NULL) {
        log_text(line, "status", "failed");
        log_text(line, "why", judgement->failed);
    } else if (judgement->stored != NULL) {
        log_text(line, "status", judgement->copy ? "copy" : "duplicate");
        log_text(line, "decision", judgement->stored->decision_id);
    } else if (receipt != NULL) {
        log_text(line, "status", status_name(classification->status));
        log_text(line, "engine", classification->engine);
        if (classification->why[0] != '\0')
            log_text(line, "why", classification->why);
        log_redacted(line, classification);
        log_text(line, "decision", receipt->decision_id);
        if (receipt->ticket[0] != '\0')
            log_text(line, "ticket", receipt->ticket);
        log_text(line, "match", customer_match_name(judgement->customer->match));
    }
    if (judgement->error != NULL)
        log_text(line, "error", judgement->error->message);
    log_text(line, "edits", result);
    log_number(line, "ms", judgement->ms);
    log_write(judgement->failed != NULL ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, line);
}

void pipeline_finish(Services *services, const Submission *submission, const PipelineResult *result,
                     MarkResult marked)
{
    for (guint i = 0; i < result->judgements->len; i++) {
        const Judgement *judgement = g_ptr_array_index(result->judgements, i);
        if (judgement->receipt != NULL)
            store_marked(services_store(services), judgement->receipt->decision_id, marked);
        log_judgement(submission, judgement, results[marked]);
    }
}
