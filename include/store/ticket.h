/* What people do to a ticket.  Each is one transaction with a row in the audit.
 * TRIAGE_ERROR_NOT_FOUND: there is no such ticket; TRIAGE_ERROR_INPUT: it can't be, and why.
 * `by` is who does it. */
#pragma once

#include "store/store.h"

/* Longest note, in bytes. */
#define NOTE_TEXT_MAX (16 * 1024)

/* One by its name, in whatever state.  Caller frees. */
Ticket *store_ticket(Store *store, const char *name, GError **error);

/* To nobody with "".  Holds: nothing but a person changes it from then on. */
bool store_ticket_assign(Store *store, const char *name, const char *by, const char *assignee,
                         gint64 now, GError **error);
/* For colleagues; its text is in the note alone, not in the audit. */
bool store_ticket_note(Store *store, const char *name, const char *by, const char *text, gint64 now,
                       GError **error);
/* Nobody waits for anything: drafts that nobody has approved are withdrawn. */
bool store_ticket_close(Store *store, const char *name, const char *by, gint64 now, GError **error);
/* A closed or waiting one. */
bool store_ticket_reopen(Store *store, const char *name, const char *by, gint64 now,
                         GError **error);
