/* RECORD: a decided message becomes rows.
 *
 * The thread that asks turns everything into columns first; the writer only runs statements.  What
 * it works on is its own: on a disk that stalls within a commit, the asker leaves at its deadline
 * and the mail goes its way, while the writer still waits. */
#include "store/parts.h"

#include "store/record_rows.h"

#include <sys/random.h>

#define RANDOM_BYTES 16
#define TEXTS_CHUNK  512

/* 16 letters and digits: 80 random bits. */
static char *new_decision_id(void)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    guint8 random[RANDOM_BYTES];
    ssize_t got = getrandom(random, sizeof(random), 0);
    g_assert(got == RANDOM_BYTES);
    char *id = g_malloc0(RANDOM_BYTES + 1);
    for (guint i = 0; i < RANDOM_BYTES; i++)
        id[i] = alphabet[random[i] % 32];
    return id;
}

void record_work_free(gpointer data)
{
    RecordWork *work = data;
    g_string_chunk_free(work->texts);
    kept_mail_clear(&work->mail);
    ticket_work_clear(&work->ticket);
    verdict_columns_clear(&work->verdict);
    verdict_columns_clear(&work->floors);
    g_free(work->plan);
    g_free(work->manifest);
    g_clear_pointer(&work->calls, g_ptr_array_unref);
    g_clear_pointer(&work->jobs, g_array_unref);
    g_clear_pointer(&work->receipt, receipt_free);
    g_free(work);
}

const char *record_work_keep(RecordWork *work, const char *text)
{
    return text != NULL ? g_string_chunk_insert(work->texts, text) : NULL;
}

static void fill_identity(RecordWork *work, const Record *record)
{
    const Message *message = record->message;
    g_autofree char *copy_key = thread_copy_key(message);
    g_autofree char *lines = thread_lines(message);
    g_autofree char *content = thread_content(message);
    work->identity = record_work_keep(work, record->identity);
    work->copy_key = record_work_keep(work, copy_key);
    work->lines = record_work_keep(work, copy_key[0] != '\0' ? lines : "");
    work->content = record_work_keep(work, content);
    work->named_id = record_work_keep(work, message->marked_id);
}

static void fill_thread(RecordWork *work, const Record *record)
{
    const Thread *thread = record->thread;
    work->mailbox = record_work_keep(work, record->mailbox);
    work->prefix = record_work_keep(work, record->ticket_prefix);
    work->follow_up = thread->ticket_id;
    work->linked = thread->linked_ticket_id;
    work->takes_along = !thread->unproven_follow_up;
    work->speaks = !record->message->automatic.skip;
}

/* An absence, a reaction or an accepted invitation opens no ticket again, and neither does a server
 * that hasn't given up. */
static void fill_report(RecordWork *work, const Record *record)
{
    const Message *message = record->message;
    g_autofree char *why = NULL;
    work->report = message_report(message, &why);
    work->report_why = record_work_keep(work, why);
    work->returned_id = record_work_keep(work, message->returned_id);
    work->reply = record->reply;
    work->reopens =
        work->report == REPORT_FAILED || (work->report == REPORT_NONE && !message->automatic.skip &&
                                          message->automatic.kind != AUTOMATIC_AUTO_REPLY);
}

static void fill_decision(RecordWork *work, const Record *record)
{
    const Classification *classification = record->classification;
    const Authentication *proof = &record->message->authentication;
    const Customer *customer = record->customer;
    g_autofree char *id = new_decision_id();
    work->decision_id = record_work_keep(work, id);
    work->status = work->by = status_name(classification->status);
    work->why = record_work_keep(work, classification->why);
    work->engine = record_work_keep(work, classification->engine);
    work->quotes_failed = classification->quotes_failed;
    work->calls = g_ptr_array_ref(classification->calls);
    work->proven = proof->proven;
    work->proven_reason = record_work_keep(work, proof->reason);
    if (proof->differs[0] != '\0') {
        g_autofree char *reason = g_strconcat(proof->reason, "-differs", NULL);
        work->proven_reason = record_work_keep(work, reason);
    }
    work->customer = record_work_keep(work, customer != NULL ? customer->id : "");
    work->payer = record_work_keep(work, record->payer != NULL ? record->payer : "");
    work->question = record_work_keep(work, record->question != NULL ? record->question : "");
    work->match = customer_match_name(customer != NULL ? customer->match : MATCH_NONE);
    work->manifest = record->context != NULL ? context_manifest(record->context) : g_strdup("[]");
}

static void fill_revision(RecordWork *work, const Record *record)
{
    bool quotes = record->keep == KEEP_TEXT;
    const Presumption *presumption = record->presumption;
    codec_verdict(record->verdict, quotes, &work->verdict);
    codec_verdict(presumption != NULL ? presumption->floors : NULL, quotes, &work->floors);
    work->confidence = record->verdict->confidence;
    work->confidence_source = record_work_keep(work, record->verdict->confidence_source);
    work->wish = record->plan->ticket;
    work->plan = codec_plan(record->plan);
    work->prompt_id = record_work_keep(work, record->prompt_id);
    work->prompt_digest = record_work_keep(work, record->prompt_digest);
    work->policy_hash = record_work_keep(work, record->policy_hash);
    ticket_work_fill(&work->ticket, record->plan, record->verdict);
}

static void fill_jobs(RecordWork *work, const Record *record)
{
    work->jobs = g_array_new(FALSE, FALSE, sizeof(JobWish));
    for (guint i = 0; record->jobs != NULL && i < record->jobs->len; i++) {
        JobWish wish = *(const JobWish *)g_ptr_array_index(record->jobs, i);
        wish.kind = record_work_keep(work, wish.kind);
        wish.argument = record_work_keep(work, wish.argument);
        g_array_append_val(work->jobs, wish);
    }
}

RecordWork *record_work_new(const Record *record)
{
    RecordWork *work = g_new0(RecordWork, 1);
    work->texts = g_string_chunk_new(TEXTS_CHUNK);
    work->outgoing = record->outgoing;
    work->now = record->now;
    work->ms = record->ms;
    work->duplicate_window_ms = record->duplicate_window_ms;
    kept_mail_fill(&work->mail, record->message, record->envelope, record->keep, record->keep_text);
    fill_thread(work, record);
    fill_report(work, record);
    fill_jobs(work, record);
    if (record->outgoing)
        return work;
    fill_identity(work, record);
    fill_decision(work, record);
    fill_revision(work, record);
    return work;
}

Receipt *store_record(Store *store, const Record *record, gint64 deadline, GError **error)
{
    if (!store_file_check(store->file, error))
        return NULL;
    RecordWork *work = record_work_new(record);
    WriteFunction write = record->outgoing ? record_rows_write_answer : record_rows_write;
    if (!writer_write(store->writer, write, work, record_work_free, deadline, error))
        return NULL;
    Receipt *receipt = g_steal_pointer(&work->receipt);
    record_work_free(work);
    return receipt;
}

void receipt_free(Receipt *receipt)
{
    if (receipt == NULL)
        return;
    g_free(receipt->decision_id);
    g_free(receipt->ticket);
    g_free(receipt);
}
