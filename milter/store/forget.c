/* Forgetting a person: text of theirs and to them goes, their address becomes a pseudonym.
 *
 * The pseudonym is a digest over the address and a salt of this store: the same person's rows still
 * belong together, and rows of two stores don't.  Whoever has the file can test a guess; the report
 * says so.  Tickets that the person began lose all text, those of others what the person wrote and
 * what was quoted.  Numbers and values of decisions stay, their texts don't.
 *
 * Each step looks for its rows without the write lock, by an index or through the whole table, and
 * then changes a few of them at a time: the lock is held for some milliseconds, so that mail
 * needn't wait.  A run that was broken off is finished by the next one.  At last the free space of
 * the file is overwritten and the write-ahead log emptied: they must not hold what the rows no
 * longer say. */
#include "store/parts.h"

#include "base/digest.h"
#include "base/json.h"
#include "base/sqlite_wipe.h"

#include <string.h>

#define PSEUDONYM_DIGITS 8
#define PATIENCE_MS      10000 /* with others who use the store */
#define SCAN             5000  /* rows of a table that are looked at together */
#define FOUND_MAX        1000  /* rows of an index that are found together */
/* How long rows are changed in one transaction, and the pause after it, for the writes of others.
 */
#define PORTION_US (5 * G_TIME_SPAN_MILLISECOND)
#define PAUSE_US   (15 * G_TIME_SPAN_MILLISECOND)

/* In all statements ?1 is the address, ?2 the pseudonym, ?3 and ?4 both as JSON strings, ?5 the row
 * or the first of those that are looked for, ?6 how many or the row after the last. */

/* Of a row with a ticket or a message: did the person begin that ticket, or write that message? */
#define BEGUN(ticket_id)                                                                           \
    "EXISTS (SELECT 1 FROM ticket t WHERE t.id = " ticket_id " AND t.sender = ?1)"
#define WRITTEN(message_id)                                                                        \
    "EXISTS (SELECT 1 FROM message m WHERE m.id = " message_id " AND m.sender = ?1)"
#define THEIR_MESSAGE "(sender = ?1 OR " BEGUN("message.ticket") ")"
#define THEIR_DRAFT   "(" BEGUN("draft.ticket") " OR " WRITTEN("draft.message") ")"

/* Rows by index.  Who began a ticket takes part in it, which has one. */
#define TICKETS_BEGUN                                                                              \
    "(SELECT t.id FROM participant p JOIN ticket t ON t.id = p.ticket"                             \
    " WHERE p.address = ?1 AND t.sender = ?1)"
#define MESSAGES_OF "(SELECT id FROM message WHERE sender = ?1 OR ticket IN " TICKETS_BEGUN ")"
#define DRAFTS_OF                                                                                  \
    "(SELECT id FROM draft WHERE ticket IN " TICKETS_BEGUN                                         \
    " OR message IN (SELECT id FROM message WHERE sender = ?1))"

/* What has no text can't be sent. */
#define EMPTY_DRAFT                                                                                \
    "recipients = '{}', subject = '', text = '', marks = '[]', sources = '[]', digest = '',"       \
    " why = '', state = iif(state IN ('waiting', 'approved', 'failed'), 'withdrawn', state)"
#define NAMED_IN(column) "instr(lower(" column "), ?1)"

/* One kind of rows and what becomes of them. */
typedef struct {
    const char *what; /* how the report calls them, NULL: not at all */
    const char *table, *key;
    const char *set;   /* NULL: they are deleted */
    const char *where; /* of a row, that it is one of them, cheaply */
    const char *index; /* finds all of them by an index, as a condition; NULL: by looking */
} Step;

/* In this order: what comes first still needs the address in what comes later. */
static const Step steps[] = {
    { "decisions", "decision", "rowid",
      "customer = iif(customer = '', '', ?2), payer = '', question = '', copy_key = '',"
      " lines = '', content = ''",
      "EXISTS (SELECT 1 FROM message WHERE id = decision.message AND " THEIR_MESSAGE ")",
      "message IN " MESSAGES_OF },
    { NULL, "revision", "id", "texts = '{}'",
      "EXISTS (SELECT 1 FROM decision d JOIN message ON message.id = d.message"
      " WHERE d.id = revision.decision AND " THEIR_MESSAGE ")",
      "decision IN (SELECT id FROM decision WHERE message IN " MESSAGES_OF ")" },
    { NULL, "draft_version", "id", "text = ''",
      "EXISTS (SELECT 1 FROM draft WHERE id = draft_version.draft AND " THEIR_DRAFT ")",
      "draft IN " DRAFTS_OF },
    { NULL, "draft_version", "id", "text = ''",
      "EXISTS (SELECT 1 FROM draft d WHERE d.id = draft_version.draft AND instr(d.recipients, ?3))",
      NULL },
    { "drafts", "draft", "id", EMPTY_DRAFT, THEIR_DRAFT, "id IN " DRAFTS_OF },
    { "notes", "note", "id", "text = ''", BEGUN("note.ticket"), "ticket IN " TICKETS_BEGUN },
    { "acknowledgements", "acknowledgement", "id", NULL, "address = ?1", "address = ?1" },
    { "quotations", "message", "id", "quoted = ''",
      "quoted <> '' AND NOT " THEIR_MESSAGE " AND EXISTS (SELECT 1 FROM participant"
      " WHERE ticket = message.ticket AND address = ?1)",
      "ticket IN (SELECT ticket FROM participant WHERE address = ?1)" },
    { "other messages that name the person", "message", "id",
      "text = iif(?1 IN (headers ->> '$.from.address', headers ->> '$.reply_to.address'), '', "
      "text),"
      " headers = iif(instr(headers, ?3), '{}', headers),"
      " envelope = iif(instr(envelope, ?3), '{}', envelope)",
      "NOT " THEIR_MESSAGE " AND (instr(headers, ?3) OR instr(envelope, ?3))", NULL },
    { "messages", "message", "id",
      "kept = 0, message_id = '', envelope = '{}', headers = '{}', attachments = '[]', text = '',"
      " quoted = '', sender = iif(sender = ?1, ?2, sender)",
      THEIR_MESSAGE, "id IN " MESSAGES_OF },
    { "tickets", "ticket", "id", "sender = ?2, subject = '', customer = ''", "sender = ?1",
      "id IN " TICKETS_BEGUN },
    { "participations", "participant", "ticket", "address = ?2", "address = ?1", "address = ?1" },

    { "assignments", "ticket", "id", "assignee = ?2", "assignee = ?1", NULL },
    { "plans", "revision", "id", "plan = replace(plan, ?3, ?4)", "instr(plan, ?3)", NULL },
    { NULL, "decision", "rowid", "payer = ''", "payer = ?1", NULL },
    { "revisions by hand", "revision", "id", "by = ?2", "by = ?1", NULL },
    { "audit rows", "audit", "id",
      "by = iif(by = ?1, ?2, by), before = replace(before, ?3, ?4),"
      " after = replace(after, ?3, ?4)",
      "(by = ?1 OR instr(before, ?3) OR instr(after, ?3))", NULL },
    { "other drafts for the person", "draft", "id", EMPTY_DRAFT, "instr(recipients, ?3)", NULL },
    { "sources of other drafts", "draft", "id", "sources = '[]'", NAMED_IN("sources"), NULL },
    { "reasons why a draft failed", "draft", "id", "why = ''", NAMED_IN("why"), NULL },
    { "approvals", "draft", "id", "approved_by = ?2", "approved_by = ?1", NULL },
    { "edits of drafts", "draft_version", "id", "by = ?2, text = ''", "by = ?1", NULL },
    { "notes of theirs", "note", "id", "by = ?2, text = ''", "by = ?1", NULL },
    { "notes of deliveries to them", "note", "id", "text = ''", "by = '' AND " NAMED_IN("text"),
      NULL },
    { "errors of jobs", "job", "id", "error = ''", NAMED_IN("error"), NULL },
};

typedef struct {
    Store *store;
    const char *address;
    char *pseudonym, *address_json, *pseudonym_json;
    bool dry_run;
    gint64 now;
    gint64 changed[G_N_ELEMENTS(steps)];
    /* Of the step in hand: */
    const Step *step;
    const char *change; /* the SQL for one of its rows */
    const GArray *rows; /* gint64: keys of some of its rows */
    guint first, next;  /* of those, that are changed in this transaction */
    gint64 count;       /* and were there to change */
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

static bool read_salt(Forgetting *forgetting, GError **error)
{
    g_auto(Reader) reader = pool_take(forgetting->store->pool, error);
    if (reader.connection == NULL)
        return false;
    g_autoptr(Statement) row = connection_statement(
        reader.connection, "SELECT value FROM property WHERE name = 'salt'", error);
    g_autofree char *salt = row != NULL ? statement_one_text(row, error) : NULL;
    if (salt == NULL)
        return false;
    g_autofree char *salted = g_strconcat(salt, forgetting->address, NULL);
    g_autofree char *digest = digest_of(salted, strlen(salted));
    forgetting->pseudonym = g_strdup_printf("forgotten-%.*s", PSEUDONYM_DIGITS, digest);
    forgetting->address_json = json_string(forgetting->address);
    forgetting->pseudonym_json = json_string(forgetting->pseudonym);
    return true;
}

/* Not every statement asks for every parameter. */
static Statement *bound(Connection *connection, const Forgetting *forgetting, const char *sql,
                        gint64 five, gint64 six, GError **error)
{
    Statement *statement = connection_statement(connection, sql, error);
    if (statement == NULL)
        return NULL;
    g_autofree char *format = g_strndup("ttttii", (gsize)sqlite3_bind_parameter_count(statement));
    sqlite_bind(statement, format, forgetting->address, forgetting->pseudonym,
                forgetting->address_json, forgetting->pseudonym_json, five, six);
    return statement;
}

/* ── rows are found ── */

static char *find_sql(const Step *step)
{
    if (step->index != NULL)
        return g_strdup_printf(
            "SELECT %s FROM %s WHERE (%s) AND %s AND %s > ?5 ORDER BY 1 LIMIT ?6", step->key,
            step->table, step->index, step->where, step->key);
    return g_strdup_printf("SELECT %s FROM %s WHERE %s > ?5 AND %s <= ?6 AND %s ORDER BY 1",
                           step->key, step->table, step->key, step->key, step->where);
}

/* The keys of the step's rows after *last: so many by an index, or those among so many rows.
 * Afterwards *last is where the next ones begin; *more false: there are none. */
static GArray *find_rows(const Forgetting *forgetting, gint64 *last, bool *more, GError **error)
{
    const Step *step = forgetting->step;
    g_auto(Reader) reader = pool_take(forgetting->store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autofree char *sql = find_sql(step);
    g_autofree char *end_sql =
        g_strdup_printf("SELECT coalesce(max(%s), 0) FROM %s", step->key, step->table);
    gint64 limit = step->index != NULL ? FOUND_MAX : *last + SCAN, end;
    g_autoptr(Statement) select = bound(reader.connection, forgetting, sql, *last, limit, error);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(gint64));
    int result = select != NULL ? SQLITE_ROW : -1;
    while (result == SQLITE_ROW && (result = sqlite_step(select, error)) == SQLITE_ROW) {
        gint64 row = sqlite3_column_int64(select, 0);
        g_array_append_val(rows, row);
    }
    if (result != SQLITE_DONE || !sqlite_number(reader.connection->db, end_sql, &end, error))
        return NULL;
    *more = step->index != NULL ? rows->len == FOUND_MAX : limit < end;
    if (step->index == NULL)
        *last = limit;
    else if (rows->len > 0)
        *last = g_array_index(rows, gint64, rows->len - 1);
    return g_steal_pointer(&rows);
}

/* ── and changed ── */

static char *change_sql(const Step *step)
{
    if (step->set == NULL)
        return g_strdup_printf("DELETE FROM %s WHERE %s = ?5 AND %s", step->table, step->key,
                               step->where);
    return g_strdup_printf("UPDATE OR REPLACE %s SET %s WHERE %s = ?5 AND %s", step->table,
                           step->set, step->key, step->where);
}

/* As many rows as there is time for, at least one. */
static bool write_portion(Connection *connection, gpointer work, GError **error)
{
    Forgetting *forgetting = work;
    const gint64 end = g_get_monotonic_time() + PORTION_US;
    forgetting->count = 0;
    forgetting->next = forgetting->first;
    do {
        gint64 row = g_array_index(forgetting->rows, gint64, forgetting->next++);
        g_autoptr(Statement) change =
            bound(connection, forgetting, forgetting->change, row, 0, error);
        if (change == NULL || !statement_run(change, error))
            return false;
        forgetting->count += sqlite3_changes(connection->db);
    } while (forgetting->next < forgetting->rows->len && g_get_monotonic_time() < end);
    return true;
}

static bool change_rows(Forgetting *forgetting, const GArray *rows, gint64 *changed, GError **error)
{
    forgetting->rows = rows;
    for (forgetting->first = 0; forgetting->first < rows->len;
         forgetting->first = forgetting->next) {
        if (!store_write(forgetting->store, write_portion, forgetting, error))
            return false;
        *changed += forgetting->count;
        g_usleep(PAUSE_US);
    }
    return true;
}

static bool run_step(Forgetting *forgetting, const Step *step, gint64 *changed, GError **error)
{
    g_autofree char *change = change_sql(step);
    gint64 last = 0;
    bool more = true;
    forgetting->step = step;
    forgetting->change = change;
    while (more) {
        g_autoptr(GArray) rows = find_rows(forgetting, &last, &more, error);
        if (rows == NULL)
            return false;
        if (forgetting->dry_run)
            *changed += rows->len;
        else if (!change_rows(forgetting, rows, changed, error))
            return false;
    }
    return true;
}

/* ── the end ── */

static bool write_audit(Connection *connection, gpointer work, GError **error)
{
    const Forgetting *forgetting = work;
    g_autoptr(Statement) insert =
        bound(connection, forgetting,
              "INSERT INTO audit (at, by, verb, before, after)"
              " VALUES (?5, '', 'forget', '{}', json_object('forgotten', ?2))",
              forgetting->now, 0, error);
    return insert != NULL && statement_run(insert, error);
}

static char *write_report(const Forgetting *forgetting)
{
    GString *report = g_string_new(NULL);
    if (forgetting->dry_run)
        g_string_append_printf(report, "The address would become %s.  Would change:\n",
                               forgetting->pseudonym);
    else
        g_string_append_printf(report, "The address is now %s.  Changed:\n", forgetting->pseudonym);
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (steps[i].what != NULL)
            g_string_append_printf(report, "  %s: %" G_GINT64_FORMAT "\n", steps[i].what,
                                   forgetting->changed[i]);
    }
    g_string_append(report,
                    "Out of reach: backups of the store, the mailboxes the mail was delivered to, "
                    "the mail server's logs and ours, the CRM, the models' providers, and mentions "
                    "of the person in other people's text.  Whoever has the store and guesses the "
                    "address can still tell that this pseudonym is its.\n");
    return g_string_free(report, FALSE);
}

bool store_forget(Store *store, const char *address, bool dry_run, gint64 now, Forgotten *forgotten,
                  GError **error)
{
    g_auto(Forgetting)
        forgetting = { .store = store, .address = address, .dry_run = dry_run, .now = now };
    *forgotten = (Forgotten){ .complete = true };
    if (!read_salt(&forgetting, error))
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (!run_step(&forgetting, &steps[i], &forgetting.changed[i], error))
            return false;
        forgotten->rows += forgetting.changed[i];
    }
    if (!dry_run && forgotten->rows > 0 && !store_write(store, write_audit, &forgetting, error))
        return false;
    if (!dry_run && !sqlite_wipe_free_space(store->path, PATIENCE_MS, &forgotten->complete, error))
        return false;
    forgotten->report = write_report(&forgetting);
    return true;
}
