/* A decision judged anew, by a model that answered late. */
#pragma once

#include "store/job.h"

/* What a decision says now. */
typedef struct {
    gint64 id; /* of its newest revision */
    Verdict *verdict, *floors;
    char **final; /* fields a person has spoken on; NULL-terminated */
    Plan *plan;
    bool by_person;
} CurrentRevision;
CurrentRevision *store_current_revision(Store *store, const char *decision_id, FieldTable *fields,
                                        GError **error);
void current_revision_free(CurrentRevision *current);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurrentRevision, current_revision_free)

/* A revision to be added: of a Record the members decision to prompt_digest, payer and jobs count;
 * its `verdict` comes from policy_revise() over the current one. */
typedef struct {
    const char *decision_id, *by;
    gint64 after; /* CurrentRevision.id */
    const Record *record;
} Revision;

/* One transaction: the revision, its calls, what it means for the ticket (opened where only now
 * there is one to make; what a person set stays), its jobs, and the end of `job` (NULL: none).
 * TRIAGE_ERROR_BUSY: somebody revised it meanwhile; nothing has changed. */
bool store_revise(Store *store, const Revision *revision, const Job *job, GError **error);
