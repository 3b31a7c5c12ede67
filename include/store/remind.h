/* Tickets that nobody has answered in time. */
#pragma once

#include "store/job.h"

/* What the job `remind` of a ticket comes to, in one transaction, in which it ends.  Before the
 * ticket is due, it runs again when that is, and stands for all others of the ticket.  Where an
 * answer is overdue and nobody was told yet, each of `names` (NULL-terminated) gets a job `notify`
 * with the argument "NAME DUE", and the audit says so.  Otherwise there is nothing to do. */
bool store_ticket_remind(Store *store, const Job *job, const char *const *names, gint64 now,
                         GError **error);
