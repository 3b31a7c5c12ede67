/* RECORD: a decided message becomes rows.
 *
 * The thread that asks turns everything into columns first; the writer only runs statements.  It
 * never touches a request that was withdrawn, so the Record may stay the caller's. */
#include "store/parts.h"

#include "store/record_rows.h"

#include <sys/random.h>

#define RANDOM_BYTES 16

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

static void record_work_clear(RecordWork *work)
{
    g_free(work->decision_id);
    kept_mail_clear(&work->mail);
    ticket_work_clear(&work->ticket);
    verdict_columns_clear(&work->verdict);
    verdict_columns_clear(&work->floors);
    g_free(work->plan);
    g_free(work->manifest);
    g_clear_pointer(&work->receipt, receipt_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecordWork, record_work_clear)

static void fill_decision(RecordWork *work)
{
    const Record *record = work->record;
    bool quotes = record->keep == KEEP_TEXT;
    work->decision_id = new_decision_id();
    ticket_work_fill(&work->ticket, record->plan, record->verdict);
    codec_verdict(record->verdict, quotes, &work->verdict);
    codec_verdict(record->presumption != NULL ? record->presumption->floors : NULL, quotes,
                  &work->floors);
    work->plan = codec_plan(record->plan);
    work->manifest = record->context != NULL ? context_manifest(record->context) : g_strdup("[]");
}

Receipt *store_record(Store *store, const Record *record, gint64 deadline, GError **error)
{
    g_auto(RecordWork) work = { .record = record };
    kept_mail_fill(&work.mail, record);
    if (!record->outgoing)
        fill_decision(&work);
    WriteFunction write = record->outgoing ? record_rows_write_answer : record_rows_write;
    if (!writer_write(store->writer, write, &work, deadline, error))
        return NULL;
    return g_steal_pointer(&work.receipt);
}

void receipt_free(Receipt *receipt)
{
    if (receipt == NULL)
        return;
    g_free(receipt->decision_id);
    g_free(receipt->ticket);
    g_free(receipt);
}
