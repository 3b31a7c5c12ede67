/* What we add to a customer's timeline ourselves: interactions in a file of our own beside the CRM,
 * PATH.timeline, because the CRM's is made by others and replaced whole.  It has the CRM's table
 * `interaction` (conf/crm-schema.sql), and lookups see the rows of both. */
#pragma once

#include "base/retention.h"

#include <glib.h>
#include <stdbool.h>

/* Longest text, in bytes. */
#define CRM_LOG_TEXT_MAX 300

typedef struct {
    const char *company_id, *id; /* id: ours, the same each time that this is told */
    gint64 at;                   /* epoch seconds */
    const char *type;
    const char *category, *summary, *contact; /* "": none; hostile, cut and cleaned here */
    double sentiment;                         /* -1 … 1, NAN if unknown */
} CrmLogEntry;

/* All take the CRM's PATH.  The file is made when the first row comes (mode 0640); without one
 * there is nothing to forget or to retain.  Any thread, any process; TRIAGE_ERROR_BUSY: another
 * try can help, TRIAGE_ERROR_STORE: it can't be written. */

/* An entry with the same company, moment and id is replaced. */
bool crm_log_add(const char *path, const CrmLogEntry *entry, GError **error);
/* Leaves of a folded address's entries what is about nobody: company, moment, type,
 * category and sentiment; some rows at a time, and then overwrites the file's free space.
 * `dry_run`: counts the rows and changes nothing.  *complete false: others use the file, which may
 * hold traces; another try can help. */
bool crm_log_forget(const char *path, const char *address, bool dry_run, gint64 *rows,
                    bool *complete, GError **error);
/* The same of all that are old enough; older ones go as a whole.  As store_retain(): in small
 * transactions, at most a share of the entries, and none while the newest is older than
 * RETENTION_QUIET_DAYS. */
bool crm_log_retain(const char *path, const Retention *retention, gint64 *rows, GError **error);
