/* Builds the index from the folder and puts it in the old one's place.
 *
 * The fingerprint is taken before the files are read: one that is written meanwhile makes the new
 * index out of date, never wrongly current.  A file that can't be read is left out and said. */
#include "knowledge/knowledge.h"

#include "base/error.h"
#include "base/files.h"
#include "base/replace.h"
#include "base/sqlite.h"
#include "base/text.h"
#include "knowledge/folder.h"
#include "knowledge/markdown.h"
#include "knowledge/schema.h"
#include "knowledge/terms.h"

#include <glib/gstdio.h>
#include <string.h>

typedef enum { INSERT_PASSAGE, INSERT_TERMS, INSERT_RESERVED, INSERTS } InsertId;

static const struct {
    const char *binds; /* as in sqlite_bind() */
    const char *sql;
} inserts[INSERTS] = {
    [INSERT_PASSAGE] = { "ittit", "INSERT INTO passage (id, file, trail, line, text)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5)" },
    [INSERT_TERMS] = { "itt", "INSERT INTO terms (rowid, head, body) VALUES (?1, ?2, ?3)" },
    [INSERT_RESERVED] = { "it",
                          "INSERT OR IGNORE INTO reserved (passage, mailbox) VALUES (?1, ?2)" },
};

typedef struct {
    sqlite3_stmt *statements[INSERTS];
    const char *folder;
    const char *const *mailboxes;
    Diags *diags;
    KnowledgeCount *count;
} Build;

#define INSERT(build, id, error, ...)                                                              \
    (sqlite_bind((build)->statements[id], inserts[id].binds, __VA_ARGS__),                         \
     sqlite_step((build)->statements[id], error) == SQLITE_DONE)

/* What a passage is found by besides its text: headings, tags, and the name of the file. */
static char *head_terms(const MarkdownFile *file, const char *name, const char *trail)
{
    g_autoptr(GString) head = g_string_new(trail);

    for (guint i = 0; i < file->tags->len; i++)
        g_string_append_printf(head, " %s", (char *)file->tags->pdata[i]);
    g_string_append_printf(head, " %.*s", (int)(strrchr(name, '.') - name), name);
    return terms_of(head->str);
}

static bool insert_passage(const Build *build, const MarkdownFile *file, const char *name,
                           const MarkdownPassage *passage, GError **error)
{
    gint64 id = ++build->count->passages;
    g_autofree char *head = head_terms(file, name, passage->trail);
    g_autofree char *body = terms_of(passage->text);

    if (!INSERT(build, INSERT_PASSAGE, error, id, name, passage->trail, (gint64)passage->line,
                passage->text) ||
        !INSERT(build, INSERT_TERMS, error, id, head, body))
        return false;
    for (guint i = 0; i < file->mailboxes->len; i++)
        if (!INSERT(build, INSERT_RESERVED, error, id, file->mailboxes->pdata[i]))
            return false;
    return true;
}

static void check_mailboxes(const Build *build, const MarkdownFile *file, const char *path)
{
    Place place = { path, file->mailboxes_line, 1 };

    for (guint i = 0; i < file->mailboxes->len; i++) {
        const char *given = file->mailboxes->pdata[i];
        const char *nearest = diags_nearest(given, build->mailboxes);

        if (!g_strv_contains(build->mailboxes, given))
            diags_add(build->diags, place, "there is no mailbox '%s'%s%s%s", given,
                      nearest ? "; did you mean '" : "", nearest ? nearest : "",
                      nearest ? "'?" : "");
    }
}

static bool insert_file(const Build *build, const MarkdownFile *file, const char *name,
                        const char *path, GError **error)
{
    guint room = KNOWLEDGE_PASSAGES_MAX - build->count->passages;

    check_mailboxes(build, file, path);
    if (file->passages->len == 0)
        diags_add(build->diags, (Place){ path, 0, 0 }, "the file has no text");
    for (guint i = 0; i < MIN(file->passages->len, room); i++)
        if (!insert_passage(build, file, name, file->passages->pdata[i], error))
            return false;
    if (file->passages->len > room) {
        const MarkdownPassage *first = file->passages->pdata[room];

        diags_add(build->diags, (Place){ path, first->line, 1 },
                  "the file is left out from here on: there are %d passages already",
                  KNOWLEDGE_PASSAGES_MAX);
    }
    build->count->files++;
    return true;
}

static char *read_file(const char *path, gsize *length, Diags *diags)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;

    text = files_read(path, KNOWLEDGE_FILE_MAX_BYTES, length, &cause);
    if (!text) {
        diags_add(diags, (Place){ path, 0, 0 }, "the file is left out: %s", cause->message);
        return NULL;
    }
    return g_steal_pointer(&text);
}

static bool take_file(const Build *build, const char *name, GError **error)
{
    g_autofree char *built = g_build_filename(build->folder, name, NULL);
    const char *path = g_intern_string(built);
    gsize length;
    g_autofree char *text = read_file(path, &length, build->diags);
    g_autoptr(MarkdownFile) file = NULL;

    if (text)
        file = markdown_read(path, text, length, build->diags);
    return !file || insert_file(build, file, name, path, error);
}

static bool take_files(Build *build, const GPtrArray *files, GError **error)
{
    for (guint i = 0; i < files->len; i++) {
        const FolderFile *file = files->pdata[i];

        if (build->count->passages == KNOWLEDGE_PASSAGES_MAX) {
            diags_add(build->diags, (Place){ .file = build->folder },
                      "%u files, from '%s' on, are left out: there are %d passages already",
                      files->len - i, file->name, KNOWLEDGE_PASSAGES_MAX);
            return true;
        }
        if (!take_file(build, file->name, error))
            return false;
    }
    return true;
}

static bool prepare(Build *build, sqlite3 *db, GError **error)
{
    for (int i = 0; i < INSERTS; i++) {
        build->statements[i] = sqlite_prepare(db, inserts[i].sql, error);
        if (!build->statements[i])
            return false;
    }
    return true;
}

static bool insert_files(Build *build, sqlite3 *db, const GPtrArray *files, GError **error)
{
    bool good = prepare(build, db, error) && take_files(build, files, error);

    for (int i = 0; i < INSERTS; i++)
        sqlite3_finalize(build->statements[i]);
    return good;
}

static bool note_folder(sqlite3 *db, const char *fingerprint, gint64 passages, GError **error)
{
    g_autoptr(sqlite3_stmt) insert =
        sqlite_prepare(db, "INSERT INTO folder (fingerprint, passages) VALUES (?1, ?2)", error);

    if (!insert)
        return false;
    sqlite_bind(insert, "ti", fingerprint, passages);
    return sqlite_step(insert, error) == SQLITE_DONE;
}

static bool fill(Build *build, const char *path, const GPtrArray *files, GError **error)
{
    g_autofree char *fingerprint = folder_fingerprint(files);
    g_autoptr(sqlite3) db = sqlite_open(path, SQLITE_FOR_BUILDING, 0, error);

    return db && sqlite_run(db, "BEGIN", error) && sqlite_run(db, knowledge_schema, error) &&
           insert_files(build, db, files, error) &&
           note_folder(db, fingerprint, build->count->passages, error) &&
           sqlite_run(db, knowledge_closing, error) && sqlite_run(db, "COMMIT", error);
}

bool knowledge_build(const char *folder, const char *path, const char *const *mailboxes,
                     Diags *diags, KnowledgeCount *count, GError **error)
{
    Build build = { .folder = folder, .mailboxes = mailboxes, .diags = diags, .count = count };
    g_autoptr(GPtrArray) files = folder_list(folder, diags, error);
    g_autofree char *new_path = files ? replace_begin(path, error) : NULL;

    *count = (KnowledgeCount){ 0 };
    if (!new_path)
        return false;
    count->built = true;
    if (fill(&build, new_path, files, error) && replace_end(new_path, path, error))
        return true;
    g_unlink(new_path);
    return false;
}

/* NULL if there is none that can serve. */
static char *indexed_fingerprint(const char *path)
{
    g_autoptr(sqlite3) db = sqlite_open(path, SQLITE_FOR_READING, 0, NULL);
    g_autoptr(sqlite3_stmt) ask = NULL;

    if (db)
        ask = sqlite_prepare(db,
                             "SELECT fingerprint FROM folder, pragma_user_version"
                             " WHERE user_version = " G_STRINGIFY(KNOWLEDGE_SCHEMA_VERSION),
                             NULL);
    if (!ask || sqlite_step(ask, NULL) != SQLITE_ROW)
        return NULL;
    return sqlite_text(ask, 0, G_MAXSIZE);
}

bool knowledge_is_current(const char *folder, const char *path)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GPtrArray) files = folder_list(folder, diags, NULL);
    g_autofree char *now = files ? folder_fingerprint(files) : NULL;
    g_autofree char *indexed = indexed_fingerprint(path);

    return now && g_strcmp0(now, indexed) == 0;
}

bool knowledge_refresh(const char *folder, const char *path, const char *const *mailboxes,
                       Diags *diags, KnowledgeCount *count, GError **error)
{
    *count = (KnowledgeCount){ 0 };
    return knowledge_is_current(folder, path) ||
           knowledge_build(folder, path, mailboxes, diags, count, error);
}
