/* What several commands need. */
#pragma once

#include "ctl/ctl.h"
#include "desk/actor.h"

#include <cjson/cJSON.h>

/* The site or its services, or NULL after saying why on stderr. */
Site *ctl_site(Ctl *ctl);
Services *ctl_services(Ctl *ctl);
/* The store alone: a CRM that cannot be read stops no command that needs none. */
Store *ctl_store(Ctl *ctl);

/* The desk with the person who runs the program, who acts as local; false after saying why not. */
bool ctl_desk(Ctl *ctl, Desk *desk);

/* Says the error on stderr and returns its exit code: 75 for what another try can help, 1 else. */
int ctl_fail(GError *error);
/* Says how the command is used and returns 64. */
int ctl_usage(const char *words);

/* Takes `--name VALUE` out of the arguments and returns the value, NULL if it isn't there. */
const char *ctl_option(Ctl *ctl, const char *name);
/* Takes `--name` out of the arguments; was it there? */
bool ctl_flag(Ctl *ctl, const char *name);
/* The arguments from `first` on, with spaces between.  Caller frees. */
char *ctl_words(const Ctl *ctl, guint first);
/* The mailbox of `--mailbox NAME`, else the first one; NULL after saying why. */
const Mailbox *ctl_mailbox(Ctl *ctl);

/* A line of what the command has to say; with --json a member of "said". */
void ctl_say(Ctl *ctl, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* What is wrong in the administrator's files: on stderr; with --json members of "findings". */
void ctl_say_findings(Ctl *ctl, const Diags *diags);

/* Prints an object with "v" added, on one line, and frees it. */
void ctl_print_json(cJSON *object);
/* The same with --json; without, on many lines, for a person to read. */
void ctl_print_object(const Ctl *ctl, cJSON *object);

/* A message from FILE, or stdin for NULL and "-"; at most `max` bytes.  NULL after saying why. */
GString *ctl_read_message(const char *path, gsize max);

/* A Submission as the command line gives it; freed by ctl_submission_free(). */
Submission *ctl_submission_new(GString *bytes, const char *recipient);
void ctl_submission_free(Submission *submission);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Submission, ctl_submission_free)

/* "2026-11-22 09:30" in local time. */
char *ctl_time(gint64 epoch);

int ctl_check(Ctl *ctl);
int ctl_inspect(Ctl *ctl);
int ctl_classify(Ctl *ctl);
int ctl_customer_show(Ctl *ctl);
int ctl_crm_import(Ctl *ctl);
int ctl_knowledge_index(Ctl *ctl);
int ctl_knowledge_search(Ctl *ctl);
int ctl_prompt_list(Ctl *ctl);
int ctl_prompt_render(Ctl *ctl);
int ctl_policy_check(Ctl *ctl);
int ctl_policy_explain(Ctl *ctl);
int ctl_ticket_list(Ctl *ctl);
int ctl_ticket_show(Ctl *ctl);
int ctl_ticket_correct(Ctl *ctl);
int ctl_ticket_assign(Ctl *ctl);
int ctl_ticket_note(Ctl *ctl);
int ctl_ticket_close(Ctl *ctl);
int ctl_ticket_reopen(Ctl *ctl);
int ctl_draft_list(Ctl *ctl);
int ctl_draft_show(Ctl *ctl);
int ctl_draft_edit(Ctl *ctl);
int ctl_draft_approve(Ctl *ctl);
int ctl_draft_reject(Ctl *ctl);
int ctl_draft_settle(Ctl *ctl);
int ctl_job_list(Ctl *ctl);
int ctl_job_retry(Ctl *ctl);
int ctl_job_drop(Ctl *ctl);
int ctl_stats_show(Ctl *ctl);
int ctl_config_dump(Ctl *ctl);
int ctl_config_doc(Ctl *ctl);
int ctl_forget(Ctl *ctl);
int ctl_db_check(Ctl *ctl);
int ctl_db_backup(Ctl *ctl);
