/* job list, retry, drop. */
#include "desk/job.h"
#include "ctl/shared.h"

#define JOBS_MAX 1000

static const char *state_of(const Job *job)
{
    if (job->dead)
        return "dead";
    return job->held ? "running" : "waiting";
}

static cJSON *job_to_json(const Job *job)
{
    cJSON *row = cJSON_CreateObject();
    const struct {
        const char *key, *value;
    } texts[] = {
        { "kind", job->kind },     { "state", state_of(job) },    { "mailbox", job->mailbox },
        { "ticket", job->ticket }, { "argument", job->argument }, { "decision", job->decision_id },
        { "error", job->error },
    };
    cJSON_AddNumberToObject(row, "id", (double)job->id);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        cJSON_AddStringToObject(row, texts[i].key, texts[i].value);
    if (job->draft_id != 0)
        cJSON_AddNumberToObject(row, "draft", (double)job->draft_id);
    cJSON_AddNumberToObject(row, "attempts", (double)job->attempts);
    cJSON_AddNumberToObject(row, "created", (double)job->created);
    cJSON_AddNumberToObject(row, "due", (double)job->due);
    return row;
}

static void print_jobs(const GPtrArray *jobs)
{
    g_print("%-8s %-10s %-8s %-10s %-14s %-16s %5s %s\n", "JOB", "KIND", "STATE", "TICKET",
            "MAILBOX", "DUE", "TRIES", "ERROR");
    for (guint i = 0; i < jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs, i);
        g_autofree char *due = ctl_time(job->due);
        g_print("%-8" G_GINT64_FORMAT " %-10s %-8s %-10s %-14s %-16s %5" G_GINT64_FORMAT " %s\n",
                job->id, job->kind, state_of(job), job->ticket, job->mailbox, due, job->attempts,
                job->error);
    }
}

int ctl_job_list(Ctl *ctl)
{
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) jobs = store_jobs(desk.store, desk.now, JOBS_MAX, &error);
    if (jobs == NULL)
        return ctl_fail(error);
    if (!ctl->json) {
        print_jobs(jobs);
        return CTL_GOOD;
    }
    cJSON *object = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(object, "jobs");
    for (guint i = 0; i < jobs->len; i++)
        cJSON_AddItemToArray(rows, job_to_json(g_ptr_array_index(jobs, i)));
    ctl_print_json(object);
    return CTL_GOOD;
}

static int act(Ctl *ctl, bool (*verb)(const Desk *, gint64, GError **), const char *done)
{
    gint64 id;
    if (ctl->argument_count != 1 ||
        !g_ascii_string_to_signed(ctl->arguments[0], 10, 1, G_MAXINT64, &id, NULL))
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    if (!verb(&desk, id, &error))
        return ctl_fail(error);
    ctl_say(ctl, "job %s %s", ctl->arguments[0], done);
    return CTL_GOOD;
}

int ctl_job_retry(Ctl *ctl)
{
    return act(ctl, desk_job_retry, "runs again");
}

int ctl_job_drop(Ctl *ctl)
{
    return act(ctl, desk_job_drop, "dropped");
}
