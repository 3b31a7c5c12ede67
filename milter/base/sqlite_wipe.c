/* Overwrites the free space of a database file.
 *
 * SQLite overwrites rows and whole pages that it frees (secure_delete).  But when it moves rows
 * between pages, to keep a tree in balance, copies stay in the gap between a page's list of cells
 * and the cells, and nothing but VACUUM takes them away, which holds the write lock while it copies
 * the file.  So we overwrite the gaps where they are.
 *
 * That is safe because of three things.  Under the write lock, once the log has been copied into
 * the file as a whole, the file has the newest state and no other connection writes to it.  Only
 * bytes are written that belong to no cell (https://sqlite.org/fileformat2.html, 1.6), so that
 * whoever reads the page meanwhile, or comes after a crash, reads the same rows.  And a commit of
 * ours ends each portion: other connections see it and drop the pages that they hold in memory,
 * whose gaps would come back with their next change. */
#include "base/sqlite_wipe.h"

#include "base/error.h"
#include "base/sqlite.h"

#include <string.h>

#define PORTION_US (5 * G_TIME_SPAN_MILLISECOND)  /* under the write lock */
#define PAUSE_US   (20 * G_TIME_SPAN_MILLISECOND) /* for others, after each portion */
#define LOCK_MS    500

/* The first byte of a page that is no part of a tree is that of a page number; from this many
 * pages on it might look like one (a file of 128 GB with pages of 4096 bytes). */
#define PAGES_MAX (1 << 25)

#define PAGE_MAX   65536
#define FIRST_PAGE 2 /* the one before has the schema, no rows of ours */

typedef struct {
    sqlite3 *lock; /* holds the write lock; a connection that does can't copy the log */
    sqlite3 *log;
    sqlite3_file *file;
    gint64 page_size, usable, pages, version;
    gint64 patience; /* microseconds that are left to wait */
    guchar *page;    /* the one in hand */
} Wipe;

static void wipe_clear(Wipe *wipe)
{
    g_clear_pointer(&wipe->lock, sqlite_close_);
    g_clear_pointer(&wipe->log, sqlite_close_);
    g_clear_pointer(&wipe->page, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wipe, wipe_clear)

static bool fail(const char *what, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "overwriting free space: %s", what);
    return false;
}

/* false: there is no patience left. */
static bool wait_for_others(Wipe *wipe)
{
    bool may = wipe->patience > 0;
    if (may)
        g_usleep(PAUSE_US);
    wipe->patience -= PAUSE_US;
    return may;
}

/* ── one page ── */

static gsize two_bytes(const Wipe *wipe, gsize at)
{
    return (gsize)wipe->page[at] << 8 | wipe->page[at + 1];
}

static bool read_page(Wipe *wipe, gint64 number)
{
    sqlite3_int64 offset = (number - 1) * wipe->page_size;
    return wipe->file->pMethods->xRead(wipe->file, wipe->page, (int)wipe->page_size, offset) ==
           SQLITE_OK;
}

typedef struct {
    gsize start, end; /* bytes of the page */
} Gap;

static bool is_dirty(const Wipe *wipe, Gap gap)
{
    for (gsize i = gap.start; i < gap.end; i++) {
        if (wipe->page[i] != 0)
            return true;
    }
    return false;
}

/* Of the page in hand: from its list of cells to the first cell.  Empty for a page of no tree. */
static Gap page_gap(const Wipe *wipe)
{
    const guchar type = wipe->page[0];
    const bool leaf = type == 10 || type == 13;
    gsize cells = two_bytes(wipe, 3), end = two_bytes(wipe, 5);
    Gap gap = { (leaf ? 8 : 12) + 2 * cells, end != 0 ? end : PAGE_MAX };
    bool tree = leaf || type == 2 || type == 5;
    if (!tree || gap.end > (gsize)wipe->usable || gap.start > gap.end)
        return (Gap){ 0 };
    return gap;
}

static bool overwrite(Wipe *wipe, gint64 number, Gap gap)
{
    sqlite3_int64 offset = (number - 1) * wipe->page_size + (gint64)gap.start;
    gsize size = gap.end - gap.start;
    memset(wipe->page + gap.start, 0, size);
    return wipe->file->pMethods->xWrite(wipe->file, wipe->page + gap.start, (int)size, offset) ==
           SQLITE_OK;
}

/* ── a portion ── */

static bool is_busy(const GError *error)
{
    return g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY);
}

/* Has the file all that the log has?  It hasn't while a connection reads an older state. */
static bool copy_log(const Wipe *wipe, bool *copied, GError **error)
{
    int frames = 0, done = 0;
    int code =
        sqlite3_wal_checkpoint_v2(wipe->log, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
    *copied = code == SQLITE_OK && frames == done;
    return code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY ||
           fail(sqlite3_errmsg(wipe->log), error);
}

/* From page *next on, until the time is over. */
static bool overwrite_pages(Wipe *wipe, gint64 *next, bool *changed, GError **error)
{
    const gint64 end = g_get_monotonic_time() + PORTION_US;
    for (; *next <= wipe->pages && g_get_monotonic_time() < end; ++*next) {
        if (!read_page(wipe, *next))
            return fail("a page can't be read", error);
        Gap gap = page_gap(wipe);
        if (!is_dirty(wipe, gap))
            continue;
        *changed = true;
        if (!overwrite(wipe, *next, gap))
            return fail("a page can't be written", error);
    }
    return true;
}

/* Any change does; this one leaves the value as it was. */
static bool end_portion(const Wipe *wipe, bool changed, GError **error)
{
    g_autofree char *change =
        g_strdup_printf("PRAGMA user_version = %" G_GINT64_FORMAT "; COMMIT", wipe->version);
    return sqlite_run(wipe->lock, changed ? change : "ROLLBACK", error);
}

/* *next stays where it is if it isn't possible now.  The log is copied before the lock is taken, so
 * that there is little left to copy with it. */
static bool wipe_portion(Wipe *wipe, gint64 *next, GError **error)
{
    bool copied, changed = false;
    if (!copy_log(wipe, &copied, error) || !sqlite_run(wipe->lock, "BEGIN IMMEDIATE", error))
        return false;
    bool good =
        copy_log(wipe, &copied, error) &&
        (!copied || (sqlite_number(wipe->lock, "PRAGMA user_version", &wipe->version, error) &&
                     overwrite_pages(wipe, next, &changed, error)));
    if (good && end_portion(wipe, changed, error))
        return true;
    sqlite_run(wipe->lock, "ROLLBACK", NULL);
    return false;
}

/* ── the file ── */

static bool open_file(Wipe *wipe, const char *path, GError **error)
{
    gint64 moves;
    wipe->lock = sqlite_open(path, SQLITE_FOR_WRITING, LOCK_MS, error);
    wipe->log = wipe->lock != NULL ? sqlite_open(path, SQLITE_FOR_WRITING, 0, error) : NULL;
    if (wipe->log == NULL ||
        !sqlite_number(wipe->lock, "PRAGMA page_size", &wipe->page_size, error) ||
        !sqlite_number(wipe->lock, "PRAGMA auto_vacuum", &moves, error))
        return false;
    sqlite3_file_control(wipe->lock, NULL, SQLITE_FCNTL_FILE_POINTER, &wipe->file);
    wipe->page = g_malloc0((gsize)wipe->page_size);
    /* What our commits change needs not be durable, and others would wait for the disk. */
    if (!sqlite_run(wipe->lock, "PRAGMA synchronous = NORMAL", error))
        return false;
    /* Pages that such a file has besides look like those of trees. */
    return moves == 0 || fail("the file has auto_vacuum", error);
}

/* Everything that was changed until now is in the file; later pages come from these. */
static bool begin(Wipe *wipe, bool *possible, GError **error)
{
    do {
        if (!copy_log(wipe, possible, error))
            return false;
    } while (!*possible && wait_for_others(wipe));
    if (!*possible)
        return true;
    if (!sqlite_number(wipe->lock, "PRAGMA page_count", &wipe->pages, error))
        return false;
    if (wipe->pages == 0 || !read_page(wipe, 1))
        return wipe->pages == 0 || fail("the first page can't be read", error);
    wipe->usable = wipe->page_size - wipe->page[20];
    return wipe->pages < PAGES_MAX || fail("the file is too large", error);
}

/* Looks without the lock for the next page that needs it. */
static bool find_dirty(Wipe *wipe, gint64 *next, GError **error)
{
    for (; *next <= wipe->pages; ++*next) {
        if (!read_page(wipe, *next))
            return fail("a page can't be read", error);
        if (is_dirty(wipe, page_gap(wipe)))
            return true;
    }
    return true;
}

static bool wipe_pages(Wipe *wipe, bool *complete, GError **error)
{
    gint64 next = FIRST_PAGE;
    *complete = true;
    while (true) {
        g_autoptr(GError) trouble = NULL;
        if (!find_dirty(wipe, &next, error))
            return false;
        if (next > wipe->pages)
            break;
        gint64 before = next;
        if (!wipe_portion(wipe, &next, &trouble) && !is_busy(trouble)) {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return false;
        }
        *complete = next > before || wait_for_others(wipe);
        if (!*complete)
            return true;
        g_usleep(PAUSE_US);
    }
    return wipe->file->pMethods->xSync(wipe->file, SQLITE_SYNC_NORMAL) == SQLITE_OK ||
           fail("the file can't be synchronized", error);
}

/* With the lock held SQLite would wait for readers, and copy: the one is tried again instead, the
 * other is done before. */
static bool empty_log(Wipe *wipe, bool *emptied, GError **error)
{
    int code;
    do {
        if (!copy_log(wipe, emptied, error))
            return false;
        code = sqlite3_wal_checkpoint_v2(wipe->log, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        *emptied = code == SQLITE_OK;
    } while ((code & 0xff) == SQLITE_BUSY && wait_for_others(wipe));
    return *emptied || (code & 0xff) == SQLITE_BUSY || fail(sqlite3_errmsg(wipe->log), error);
}

bool sqlite_wipe_free_space(const char *path, int patience_ms, bool *complete, GError **error)
{
    g_auto(Wipe) wipe = { .patience = patience_ms * G_TIME_SPAN_MILLISECOND };
    bool possible, emptied;
    *complete = false;
    if (!open_file(&wipe, path, error) || !begin(&wipe, &possible, error))
        return false;
    if (possible && !wipe_pages(&wipe, complete, error))
        return false;
    if (!empty_log(&wipe, &emptied, error))
        return false;
    *complete = possible && *complete && emptied;
    return true;
}
