/* Forgetting a person: text of theirs and to them goes, their address becomes a pseudonym.
 *
 * The pseudonym is a digest over the address and a salt of this store: the same person's rows still
 * belong together, and rows of two stores don't.  Whoever has the file can test a guess; the report
 * says so.  Tickets that the person began lose all text, those of others what the person wrote and
 * what was quoted.  Numbers and values of decisions stay, their texts don't.  What indexes find
 * goes in one transaction, the rest is searched portion by portion, so that mail needn't wait.  At
 * last the write-ahead log is emptied: the file must not hold what its rows no longer say. */
#include "store/parts.h"

#include "base/digest.h"
#include "base/json.h"

#include <string.h>

#define PSEUDONYM_DIGITS 8
#define CHECKPOINT_MS    10000
#define PORTION          5000 /* rows searched in one transaction */

/* In all statements ?1 is the address, ?2 the pseudonym, ?3 and ?4 both as JSON strings, ?5 the
 * time, ?6 and ?7 the first row of a portion and the one behind the last.  Who began a ticket takes
 * part in it, which has an index. */
#define TICKETS_BEGUN                                                                              \
    "(SELECT t.id FROM participant p JOIN ticket t ON t.id = p.ticket"                             \
    " WHERE p.address = ?1 AND t.sender = ?1)"
#define MESSAGES_OF "(SELECT id FROM message WHERE sender = ?1 OR ticket IN " TICKETS_BEGUN ")"
#define ABOUT_THEM                                                                                 \
    "ticket IN " TICKETS_BEGUN " OR message IN (SELECT id FROM message WHERE sender = ?1)"
/* What has no text can't be sent. */
#define EMPTY_DRAFT                                                                                \
    "recipients = '{}', subject = '', text = '', marks = '[]', sources = '[]', digest = '',"       \
    " why = '', state = iif(state IN ('waiting', 'approved', 'failed'), 'withdrawn', state)"
#define IN_PORTION "id >= ?6 AND id < ?7 AND "

static const char wipe_customers[] =
    "UPDATE decision SET customer = iif(customer = '', '', ?2), payer = '', question = '',"
    " copy_key = '', lines = '', content = ''"
    " WHERE message IN " MESSAGES_OF;
static const char wipe_texts[] =
    "UPDATE revision SET texts = '{}'"
    " WHERE decision IN (SELECT id FROM decision WHERE message IN " MESSAGES_OF ")";
static const char wipe_versions[] = "UPDATE draft_version SET text = '' WHERE draft IN"
                                    " (SELECT id FROM draft WHERE " ABOUT_THEM ")";
static const char wipe_drafts[] = "UPDATE draft SET " EMPTY_DRAFT " WHERE " ABOUT_THEM;
static const char wipe_notes[] = "UPDATE note SET text = '' WHERE ticket IN " TICKETS_BEGUN;
static const char drop_acknowledgements[] = "DELETE FROM acknowledgement WHERE address = ?1";
static const char wipe_messages[] =
    "UPDATE message SET kept = 0, message_id = '', envelope = '{}', headers = '{}',"
    " attachments = '[]', text = '', quoted = '', sender = iif(sender = ?1, ?2, sender)"
    " WHERE id IN " MESSAGES_OF;
static const char wipe_quotations[] =
    "UPDATE message SET quoted = ''"
    " WHERE quoted <> '' AND ticket IN (SELECT ticket FROM participant WHERE address = ?1)";
static const char wipe_tickets[] =
    "UPDATE ticket SET sender = ?2, subject = '', customer = '' WHERE id IN " TICKETS_BEGUN;
static const char rename_acknowledged[] =
    "UPDATE acknowledgement SET address = ?2 WHERE address = ?1";
static const char rename_participants[] =
    "UPDATE OR REPLACE participant SET address = ?2 WHERE address = ?1";
static const char add_audit[] = "INSERT INTO audit (at, by, verb, before, after)"
                                " VALUES (?5, '', 'forget', '{}', json_object('forgotten', ?2))";

static const char wipe_mentions[] =
    "UPDATE message SET text = iif(?1 IN (headers ->> '$.from.address',"
    "  headers ->> '$.reply_to.address'), '', text),"
    " headers = iif(instr(headers, ?3), '{}', headers),"
    " envelope = iif(instr(envelope, ?3), '{}', envelope)"
    " WHERE " IN_PORTION "(instr(headers, ?3) OR instr(envelope, ?3))";
static const char rename_assignees[] =
    "UPDATE ticket SET assignee = ?2 WHERE " IN_PORTION "assignee = ?1";
static const char rename_in_plans[] =
    "UPDATE revision SET plan = replace(plan, ?3, ?4) WHERE " IN_PORTION "instr(plan, ?3)";
static const char wipe_payers[] =
    "UPDATE decision SET payer = '' WHERE rowid >= ?6 AND rowid < ?7 AND payer = ?1";
static const char rename_revisers[] = "UPDATE revision SET by = ?2 WHERE " IN_PORTION "by = ?1";
static const char wipe_versions_to[] =
    "UPDATE draft_version SET text = '' WHERE " IN_PORTION
    "EXISTS (SELECT 1 FROM draft d WHERE d.id = draft_version.draft AND instr(d.recipients, ?3))";
static const char wipe_drafts_to[] =
    "UPDATE draft SET " EMPTY_DRAFT " WHERE " IN_PORTION "instr(recipients, ?3)";
static const char rename_approvers[] =
    "UPDATE draft SET approved_by = ?2 WHERE " IN_PORTION "approved_by = ?1";
static const char forget_editors[] =
    "UPDATE draft_version SET by = ?2, text = '' WHERE " IN_PORTION "by = ?1";
static const char forget_note_writers[] =
    "UPDATE note SET by = ?2, text = '' WHERE " IN_PORTION "by = ?1";
static const char wipe_job_errors[] =
    "UPDATE job SET error = '' WHERE " IN_PORTION "instr(error, ?1)";
static const char rename_in_audit[] =
    "UPDATE audit SET by = iif(by = ?1, ?2, by), before = replace(before, ?3, ?4),"
    " after = replace(after, ?3, ?4)"
    " WHERE " IN_PORTION "(by = ?1 OR instr(before, ?3) OR instr(after, ?3))";

typedef struct {
    const char *what; /* how the report calls the rows, NULL: not at all */
    const char *sql;
} Step;

/* In this order: what comes first still needs the address in what comes later. */
static const Step indexed[] = {
    { "decisions", wipe_customers }, { NULL, wipe_texts },
    { NULL, wipe_versions },         { "drafts", wipe_drafts },
    { "notes", wipe_notes },         { "acknowledgements", drop_acknowledgements },
    { "messages", wipe_messages },   { "quotations", wipe_quotations },
    { "tickets", wipe_tickets },     { "participations", rename_participants },
    { NULL, rename_acknowledged },   { NULL, add_audit },
};

static const Step searched[] = {
    { "other messages that name the person", wipe_mentions },
    { "assignments", rename_assignees },
    { "plans", rename_in_plans },
    { NULL, wipe_payers },
    { "revisions by hand", rename_revisers },
    { "audit rows", rename_in_audit },
    { NULL, wipe_versions_to },
    { "other drafts for the person", wipe_drafts_to },
    { "approvals", rename_approvers },
    { "edits of drafts", forget_editors },
    { "notes of theirs", forget_note_writers },
    { NULL, wipe_job_errors },
};

typedef struct {
    const char *address;
    char *pseudonym, *address_json, *pseudonym_json;
    gint64 now, last_row;
    gint64 changed[G_N_ELEMENTS(indexed) + G_N_ELEMENTS(searched)];
    /* Of the portion: */
    const Step *step;
    gint64 first, end;
    int rows;
} Forgetting;

static void forgetting_clear(Forgetting *forgetting)
{
    g_free(forgetting->pseudonym);
    g_free(forgetting->address_json);
    g_free(forgetting->pseudonym_json);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Forgetting, forgetting_clear)

static char *json_string(const char *text)
{
    g_autoptr(cJSON) string = cJSON_CreateString(text);
    return json_print(string);
}

static bool read_store(Store *store, Forgetting *forgetting, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return false;
    g_autoptr(Statement) row = connection_statement(
        reader.connection,
        "SELECT value, max((SELECT coalesce(max(id), 0) FROM message),"
        " (SELECT coalesce(max(id), 0) FROM ticket), (SELECT coalesce(max(id), 0) FROM revision),"
        " (SELECT coalesce(max(rowid), 0) FROM decision),"
        " (SELECT coalesce(max(id), 0) FROM draft),"
        " (SELECT coalesce(max(id), 0) FROM draft_version),"
        " (SELECT coalesce(max(id), 0) FROM note), (SELECT coalesce(max(id), 0) FROM job),"
        " (SELECT coalesce(max(id), 0) FROM audit)) FROM property WHERE name = 'salt'",
        error);
    g_autofree char *salt = row != NULL ? statement_one_text(row, error) : NULL;
    if (salt == NULL)
        return false;
    forgetting->last_row = sqlite3_column_int64(row, 1);
    g_autofree char *salted = g_strconcat(salt, forgetting->address, NULL);
    g_autofree char *digest = digest_of(salted, strlen(salted));
    forgetting->pseudonym = g_strdup_printf("forgotten-%.*s", PSEUDONYM_DIGITS, digest);
    forgetting->address_json = json_string(forgetting->address);
    forgetting->pseudonym_json = json_string(forgetting->pseudonym);
    return true;
}

/* Not every statement asks for every parameter. */
static bool run_step(Connection *connection, Forgetting *forgetting, const Step *step,
                     GError **error)
{
    g_autoptr(Statement) statement = connection_statement(connection, step->sql, error);
    if (statement == NULL)
        return false;
    g_autofree char *format = g_strndup("ttttiii", (gsize)sqlite3_bind_parameter_count(statement));
    sqlite_bind(statement, format, forgetting->address, forgetting->pseudonym,
                forgetting->address_json, forgetting->pseudonym_json, forgetting->now,
                forgetting->first, forgetting->end);
    return statement_run(statement, error);
}

static bool write_indexed(Connection *connection, gpointer work, GError **error)
{
    Forgetting *forgetting = work;
    for (guint i = 0; i < G_N_ELEMENTS(indexed); i++) {
        if (!run_step(connection, forgetting, &indexed[i], error))
            return false;
        forgetting->changed[i] = sqlite3_changes(connection->db);
    }
    return true;
}

static bool write_portion(Connection *connection, gpointer work, GError **error)
{
    Forgetting *forgetting = work;
    if (!run_step(connection, forgetting, forgetting->step, error))
        return false;
    forgetting->rows = sqlite3_changes(connection->db);
    return true;
}

static bool search(Store *store, Forgetting *forgetting, const Step *step, gint64 *changed,
                   GError **error)
{
    forgetting->step = step;
    for (gint64 first = 0; first <= forgetting->last_row; first += PORTION) {
        forgetting->first = first;
        forgetting->end = first + PORTION;
        if (!store_write(store, write_portion, forgetting, error))
            return false;
        *changed += forgetting->rows;
    }
    return true;
}

static bool empty_log(Store *store, bool *emptied, GError **error)
{
    g_autoptr(sqlite3) db = sqlite_open(store->path, SQLITE_FOR_WRITING, CHECKPOINT_MS, error);
    if (db == NULL)
        return false;
    gint64 busy;
    bool good = sqlite_number(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, error);
    *emptied = good && busy == 0;
    return good;
}

static char *write_report(const Forgetting *forgetting, bool log_emptied)
{
    GString *report = g_string_new(NULL);
    g_string_append_printf(report, "The address is now %s.  Changed:\n", forgetting->pseudonym);
    for (guint i = 0; i < G_N_ELEMENTS(forgetting->changed); i++) {
        const Step *step =
            i < G_N_ELEMENTS(indexed) ? &indexed[i] : &searched[i - G_N_ELEMENTS(indexed)];
        if (step->what != NULL)
            g_string_append_printf(report, "  %s: %" G_GINT64_FORMAT "\n", step->what,
                                   forgetting->changed[i]);
    }
    if (!log_emptied)
        g_string_append(report, "The store's write-ahead log was in use and may hold traces until "
                                "it is written over; run this again later.\n");
    g_string_append(report,
                    "Out of reach: backups of the store, the mailboxes the mail was delivered to, "
                    "the mail server's logs and ours, the CRM, the models' providers, and mentions "
                    "of the person in other people's text.  Whoever has the store and guesses the "
                    "address can still tell that this pseudonym is its.\n");
    return g_string_free(report, FALSE);
}

bool store_forget(Store *store, const char *address, gint64 now, char **report, GError **error)
{
    g_auto(Forgetting) forgetting = { .address = address, .now = now };
    bool log_emptied;
    if (!read_store(store, &forgetting, error) ||
        !store_write(store, write_indexed, &forgetting, error))
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(searched); i++) {
        gint64 *changed = &forgetting.changed[G_N_ELEMENTS(indexed) + i];
        if (!search(store, &forgetting, &searched[i], changed, error))
            return false;
    }
    if (!empty_log(store, &log_emptied, error))
        return false;
    *report = write_report(&forgetting, log_emptied);
    return true;
}
