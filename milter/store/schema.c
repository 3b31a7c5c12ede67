/* The store's schema, as the steps that lead to it.
 *
 * A step that has been released is never edited: a change is a new step behind it.  Every step runs
 * under the write lock and looks at the version again there, so that two programs may open the same
 * old file at once.  Values made of several are JSON text; rows that hold text of a mail or of a
 * model keep it in columns of their own (`text`, `quoted`, `headers`, `texts`), so that forgetting
 * is an UPDATE. */
#include "store/schema.h"

#include "base/error.h"

static const char *const first[] = {
    "CREATE TABLE property ("
    "  name TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO property VALUES ('salt', lower(hex(randomblob(16))));",

    "CREATE TABLE counter ("
    "  prefix TEXT PRIMARY KEY,"
    "  next INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;",

    "CREATE TABLE ticket ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE,"
    "  mailbox TEXT NOT NULL,"
    "  status TEXT NOT NULL CHECK (status IN ('new', 'open', 'waiting', 'closed')),"
    "  queue TEXT NOT NULL,"
    "  assignee TEXT NOT NULL,"
    "  priority TEXT NOT NULL,"
    "  tags TEXT NOT NULL,"
    "  review TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  sender TEXT NOT NULL,"
    "  customer TEXT NOT NULL,"
    "  linked INTEGER REFERENCES ticket ON DELETE SET NULL,"
    "  created INTEGER NOT NULL,"
    "  updated INTEGER NOT NULL,"
    "  answered INTEGER NOT NULL,"
    "  due INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX ticket_updated ON ticket (updated);"
    "CREATE INDEX ticket_linked ON ticket (linked) WHERE linked IS NOT NULL;",

    "CREATE TABLE participant ("
    "  ticket INTEGER NOT NULL REFERENCES ticket ON DELETE CASCADE,"
    "  address TEXT NOT NULL,"
    "  PRIMARY KEY (ticket, address)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX participant_address ON participant (address);",

    "CREATE TABLE message ("
    "  id INTEGER PRIMARY KEY,"
    "  mailbox TEXT NOT NULL,"
    "  ticket INTEGER REFERENCES ticket ON DELETE SET NULL,"
    "  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),"
    "  message_id TEXT NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  sender TEXT NOT NULL,"
    "  created INTEGER NOT NULL,"
    "  kept INTEGER NOT NULL,"
    "  envelope TEXT NOT NULL,"
    "  headers TEXT NOT NULL,"
    "  attachments TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  quoted TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX message_message_id ON message (message_id) WHERE message_id <> '';"
    "CREATE INDEX message_ticket ON message (ticket);"
    "CREATE INDEX message_sender ON message (sender);"
    "CREATE INDEX message_created ON message (created);"
    "CREATE INDEX message_kept ON message (created) WHERE kept = 1;",

    "CREATE TABLE decision ("
    "  id TEXT PRIMARY KEY CHECK (length(id) = 16),"
    "  mailbox TEXT NOT NULL,"
    "  identity TEXT NOT NULL,"
    "  standing INTEGER NOT NULL,"
    "  marked TEXT NOT NULL CHECK (marked IN"
    "    ('unmarked', 'marked', 'failed', 'tempfailed', 'aborted', 'superseded')),"
    "  message INTEGER NOT NULL REFERENCES message,"
    "  ticket INTEGER REFERENCES ticket ON DELETE SET NULL,"
    "  status TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  engine TEXT NOT NULL,"
    "  proven INTEGER NOT NULL,"
    "  proven_reason TEXT NOT NULL,"
    "  customer TEXT NOT NULL,"
    "  match TEXT NOT NULL,"
    "  manifest TEXT NOT NULL,"
    "  quotes_failed INTEGER NOT NULL,"
    "  ms INTEGER NOT NULL,"
    "  created INTEGER NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX decision_standing ON decision (identity) WHERE standing = 1;"
    "CREATE INDEX decision_fallen ON decision (identity) WHERE standing = 0;"
    "CREATE INDEX decision_message ON decision (message);"
    "CREATE INDEX decision_ticket ON decision (ticket);"
    "CREATE INDEX decision_created ON decision (created);",

    "CREATE TABLE revision ("
    "  id INTEGER PRIMARY KEY,"
    "  decision TEXT NOT NULL REFERENCES decision ON DELETE CASCADE,"
    "  by TEXT NOT NULL,"
    "  verdict TEXT NOT NULL,"
    "  texts TEXT NOT NULL,"
    "  confidence REAL NOT NULL,"
    "  confidence_source TEXT NOT NULL,"
    "  floors TEXT NOT NULL,"
    "  final TEXT NOT NULL,"
    "  plan TEXT NOT NULL,"
    "  prompt TEXT NOT NULL,"
    "  prompt_digest TEXT NOT NULL,"
    "  policy TEXT NOT NULL,"
    "  at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX revision_decision ON revision (decision);",

    "CREATE TABLE call ("
    "  id INTEGER PRIMARY KEY,"
    "  decision TEXT NOT NULL REFERENCES decision ON DELETE CASCADE,"
    "  engine TEXT NOT NULL,"
    "  model TEXT NOT NULL,"
    "  outcome TEXT NOT NULL,"
    "  detail TEXT NOT NULL,"
    "  request_id TEXT NOT NULL,"
    "  input_tokens INTEGER NOT NULL,"
    "  cached_tokens INTEGER NOT NULL,"
    "  output_tokens INTEGER NOT NULL,"
    "  ms INTEGER NOT NULL,"
    "  at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX call_decision ON call (decision);"
    "CREATE INDEX call_at ON call (at);",

    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY,"
    "  at INTEGER NOT NULL,"
    "  by TEXT NOT NULL,"
    "  verb TEXT NOT NULL,"
    "  ticket INTEGER REFERENCES ticket ON DELETE CASCADE,"
    "  decision TEXT REFERENCES decision ON DELETE SET NULL,"
    "  before TEXT NOT NULL,"
    "  after TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX audit_ticket ON audit (ticket);"
    "CREATE INDEX audit_decision ON audit (decision);"
    "CREATE INDEX audit_at ON audit (at);",

    "CREATE VIEW ticket_flag (ticket, flag) AS SELECT id, CASE"
    "  WHEN EXISTS (SELECT 1 FROM decision WHERE ticket = ticket.id AND marked = 'aborted')"
    "    THEN 'not delivered?'"
    "  WHEN EXISTS (SELECT 1 FROM decision WHERE ticket = ticket.id"
    "      AND marked IN ('unmarked', 'failed', 'tempfailed'))"
    "    THEN 'unmarked'"
    "  ELSE '' END FROM ticket;",
    NULL
};

/* `payer` is whose budget as a sender the calls were charged to. */
static const char *const money[] = {
    "ALTER TABLE call ADD COLUMN cost INTEGER NOT NULL DEFAULT -1",
    "ALTER TABLE decision ADD COLUMN payer TEXT NOT NULL DEFAULT ''", NULL
};

/* What is still to be done about a mail, and the replies to it.  A job whose `sequence` is set
 * waits for the earlier ones of the same sequence.  `held` names what a person set on a ticket. */
static const char *const replies[] = {
    "CREATE TABLE draft ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket INTEGER NOT NULL REFERENCES ticket ON DELETE CASCADE,"
    "  message INTEGER REFERENCES message ON DELETE SET NULL,"
    "  mailbox TEXT NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'sending', 'sent', 'uncertain',"
    "    'bounced', 'rejected', 'withdrawn', 'failed')),"
    "  recipients TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  marks TEXT NOT NULL,"
    "  sources TEXT NOT NULL,"
    "  engine TEXT NOT NULL,"
    "  prompt TEXT NOT NULL,"
    "  topic TEXT NOT NULL,"
    "  language TEXT NOT NULL,"
    "  thread INTEGER NOT NULL,"
    "  confirmed INTEGER NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  approved_by TEXT NOT NULL,"
    "  approved_at INTEGER NOT NULL,"
    "  message_id TEXT NOT NULL,"
    "  envelope_sender TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  similarity REAL NOT NULL,"
    "  created INTEGER NOT NULL,"
    "  updated INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX draft_ticket ON draft (ticket);"
    "CREATE INDEX draft_message ON draft (message);"
    "CREATE INDEX draft_state ON draft (state);"
    "CREATE INDEX draft_message_id ON draft (message_id) WHERE message_id <> '';"
    "CREATE INDEX draft_created ON draft (created);",

    "CREATE TABLE draft_version ("
    "  id INTEGER PRIMARY KEY,"
    "  draft INTEGER NOT NULL REFERENCES draft ON DELETE CASCADE,"
    "  by TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX draft_version_draft ON draft_version (draft);",

    "CREATE TABLE job ("
    "  id INTEGER PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  sequence INTEGER,"
    "  ticket INTEGER REFERENCES ticket ON DELETE CASCADE,"
    "  decision TEXT REFERENCES decision ON DELETE CASCADE,"
    "  draft INTEGER REFERENCES draft ON DELETE CASCADE,"
    "  mailbox TEXT NOT NULL,"
    "  argument TEXT NOT NULL,"
    "  created INTEGER NOT NULL,"
    "  due INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  lease INTEGER NOT NULL DEFAULT 0,"
    "  holder TEXT NOT NULL DEFAULT '',"
    "  dead INTEGER NOT NULL DEFAULT 0,"
    "  error TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX job_due ON job (due) WHERE dead = 0;"
    "CREATE INDEX job_sequence ON job (sequence) WHERE sequence IS NOT NULL;"
    "CREATE INDEX job_ticket ON job (ticket);"
    "CREATE INDEX job_decision ON job (decision);"
    "CREATE INDEX job_draft ON job (draft);",

    "CREATE TABLE note ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket INTEGER NOT NULL REFERENCES ticket ON DELETE CASCADE,"
    "  by TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX note_ticket ON note (ticket);",

    "CREATE TABLE acknowledgement ("
    "  id INTEGER PRIMARY KEY,"
    "  address TEXT NOT NULL,"
    "  at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX acknowledgement_address ON acknowledgement (address);"
    "CREATE INDEX acknowledgement_at ON acknowledgement (at);",

    "ALTER TABLE ticket ADD COLUMN held TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE call ADD COLUMN purpose TEXT NOT NULL DEFAULT 'triage'",
    "ALTER TABLE decision ADD COLUMN question TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX decision_question ON decision (question) WHERE question <> '';",

    /* A reply that didn't arrive is forgotten when a later one was sent. */
    "DROP VIEW ticket_flag;"
    "CREATE VIEW ticket_flag (ticket, flag) AS SELECT id, CASE"
    "  WHEN EXISTS (SELECT 1 FROM draft d WHERE d.ticket = ticket.id AND d.state = 'bounced'"
    "      AND NOT EXISTS (SELECT 1 FROM draft l WHERE l.ticket = d.ticket AND l.id > d.id"
    "        AND l.state = 'sent'))"
    "    THEN 'reply not delivered'"
    "  WHEN EXISTS (SELECT 1 FROM draft WHERE ticket = ticket.id AND state = 'uncertain')"
    "    THEN 'reply uncertain'"
    "  WHEN EXISTS (SELECT 1 FROM decision WHERE ticket = ticket.id AND marked = 'aborted')"
    "    THEN 'not delivered?'"
    "  WHEN EXISTS (SELECT 1 FROM decision WHERE ticket = ticket.id"
    "      AND marked IN ('unmarked', 'failed', 'tempfailed'))"
    "    THEN 'unmarked'"
    "  ELSE '' END FROM ticket;",
    NULL
};

/* What people did that shows they have looked at a decision. */
static const char *const looks[] = {
    "CREATE INDEX audit_look ON audit (at) WHERE verb IN ('correct', 'close', 'draft approve')",
    NULL
};

/* How many values of each kind were replaced in what a model was sent. */
static const char *const redactions[] = {
    "ALTER TABLE call ADD COLUMN redacted TEXT NOT NULL DEFAULT '{}'", NULL
};

/* SQLite uses a partial index only for queries that repeat its condition.  Copies of an answer are
 * left out: however many mails ask the same, the answer is the first row. */
static const char *const questions[] = {
    "DROP INDEX decision_question;"
    "CREATE INDEX decision_question ON decision (question, created)"
    " WHERE question <> '' AND status <> 'cache'",
    NULL
};

/* The same mail in another form: copies that a footer was added to, and what they are found by. */
static const char *const copies[] = {
    "ALTER TABLE decision ADD COLUMN copy_key TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE decision ADD COLUMN lines TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE decision ADD COLUMN content TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX decision_copy_key ON decision (copy_key, created) WHERE copy_key <> '';"
    "CREATE INDEX decision_lines ON decision (created) WHERE lines <> '';",

    "ALTER TABLE message ADD COLUMN copy_of INTEGER REFERENCES message ON DELETE CASCADE;"
    "CREATE INDEX message_copy_of ON message (copy_of) WHERE copy_of IS NOT NULL;",

    "CREATE TABLE copy ("
    "  identity TEXT PRIMARY KEY,"
    "  decision TEXT NOT NULL REFERENCES decision ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX copy_decision ON copy (decision);",
    NULL
};

const SchemaStep schema_steps[] = { first,      money,     replies, looks,
                                    redactions, questions, copies,  NULL };

static gint64 count_steps(const SchemaStep *steps)
{
    gint64 count = 0;
    while (steps[count] != NULL)
        count++;
    return count;
}

/* What a file says of itself. */
typedef struct {
    gint64 application, version, objects;
} Stamp;

/* In one statement, which sees one moment: another process may be creating the store right now. */
static bool read_stamp(sqlite3 *db, Stamp *stamp, GError **error)
{
    g_autoptr(sqlite3_stmt) select =
        sqlite_prepare(db,
                       "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
                       " FROM pragma_application_id, pragma_user_version",
                       error);
    if (select == NULL || sqlite_step(select, error) != SQLITE_ROW)
        return false;
    *stamp = (Stamp){ sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1),
                      sqlite3_column_int64(select, 2) };
    return true;
}

/* An empty file is ours to make; any other must say that it is a store. */
static bool is_ours(const Stamp *stamp, GError **error)
{
    if (stamp->application == SCHEMA_APPLICATION ||
        (stamp->application == 0 && stamp->objects == 0))
        return true;
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                        "the file is a database of something else; name a file of its own");
    return false;
}

static bool read_version(sqlite3 *db, const SchemaStep *steps, gint64 *version, GError **error)
{
    Stamp stamp;
    if (!read_stamp(db, &stamp, error) || !is_ours(&stamp, error))
        return false;
    gint64 known = count_steps(steps);
    *version = stamp.version;
    if (*version >= 0 && *version <= known)
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                "the file has version %" G_GINT64_FORMAT ", this program knows versions up to "
                "%" G_GINT64_FORMAT "; install the newer program again, or restore a backup",
                *version, known);
    return false;
}

/* Runs the step behind `version`, unless somebody else did while we waited for the lock. */
static bool run_step(sqlite3 *db, const SchemaStep *steps, gint64 version, GError **error)
{
    gint64 now;
    if (!read_version(db, steps, &now, error))
        return false;
    if (now != version)
        return true;
    g_autofree char *stamp =
        g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT,
                        SCHEMA_APPLICATION, version + 1);
    for (SchemaStep sql = steps[version]; *sql != NULL; sql++) {
        if (!sqlite_run(db, *sql, error))
            return false;
    }
    return sqlite_run(db, stamp, error);
}

bool schema_migrate(sqlite3 *db, const SchemaStep *steps, GError **error)
{
    gint64 version;
    while (true) {
        if (!read_version(db, steps, &version, error))
            return false;
        if (steps[version] == NULL)
            return true;
        if (!sqlite_run(db, "BEGIN IMMEDIATE", error))
            return false;
        if (!run_step(db, steps, version, error) || !sqlite_run(db, "COMMIT", error)) {
            sqlite_run(db, "ROLLBACK", NULL);
            return false;
        }
    }
}

bool schema_check(sqlite3 *db, const SchemaStep *steps, GError **error)
{
    gint64 version;
    if (!read_version(db, steps, &version, error))
        return false;
    if (steps[version] == NULL)
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                "the file has version %" G_GINT64_FORMAT ", this program writes version "
                "%" G_GINT64_FORMAT,
                version, count_steps(steps));
    return false;
}
