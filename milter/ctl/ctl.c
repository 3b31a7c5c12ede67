/* The command table, and the one place that finds a row in it. */
#include "ctl/ctl.h"

#include "base/diag.h"
#include "ctl/shared.h"

#include <string.h>

/* Of the list of commands, the longest row. */
#define LEFT_WIDTH 50

const Command ctl_commands[] = {
    { "check", "[--online [--probe ADDRESS]]", ctl_check,
      "Check configuration, policies and prompts." },
    { "inspect", "[--dns] [FILE]", ctl_inspect, "Show what is read out of a message." },
    { "classify", "[--mailbox NAME] [FILE]", ctl_classify,
      "Judge a message, print the plan, and do nothing." },
    { "customer show", "ADDRESS|ID", ctl_customer_show, "Show what is known about a customer." },
    { "crm import", "FOLDER", ctl_crm_import, "Build the CRM anew from CSV files and swap it in." },
    { "knowledge index", "", ctl_knowledge_index, "Build the index of knowledge_dir anew." },
    { "knowledge search", "[--mailbox NAME] WORDS…", ctl_knowledge_search,
      "Show the passages an answer would draw on." },
    { "prompt list", "", ctl_prompt_list, "List prompts and which version is active." },
    { "prompt render", "[--mailbox NAME] [--engine NAME] [FILE]", ctl_prompt_render,
      "Show what a model would be sent, and send nothing." },
    { "policy check", "", ctl_policy_check, "Check the policies of every mailbox." },
    { "policy explain", "[--mailbox NAME] [FILE]", ctl_policy_explain,
      "Show each entry with its condition's outcome." },
    { "ticket list", "[--status STATUS] [--mailbox NAME]", ctl_ticket_list, "List tickets." },
    { "ticket show", "NAME", ctl_ticket_show, "Show a ticket with messages and decisions." },
    { "ticket correct", "NAME FIELD=VALUE…", ctl_ticket_correct,
      "Say what a mail really was; models don't override it." },
    { "ticket assign", "NAME PERSON", ctl_ticket_assign, "Give a ticket to somebody, or to none." },
    { "ticket note", "NAME TEXT…", ctl_ticket_note, "Add a word for colleagues." },
    { "ticket close", "NAME", ctl_ticket_close, "Close a ticket." },
    { "ticket reopen", "NAME", ctl_ticket_reopen, "Open a closed or waiting ticket again." },
    { "draft list", "[--state STATE] [--mailbox NAME]", ctl_draft_list,
      "List replies and what became of them." },
    { "draft show", "ID|TICKET", ctl_draft_show, "Show a reply with what must be looked at." },
    { "draft edit", "ID|TICKET [--file FILE]", ctl_draft_edit, "Change the text of a reply." },
    { "draft approve", "ID|TICKET [CODE] [--confirm 1,3|all] [--to ADDRESS]", ctl_draft_approve,
      "Send what was shown with this code." },
    { "draft reject", "ID|TICKET REASON…", ctl_draft_reject, "Let a reply not be sent." },
    { "draft settle", "ID", ctl_draft_settle, "Say that an uncertain reply has arrived." },
    { "job list", "", ctl_job_list, "List what is still to be done." },
    { "job retry", "ID", ctl_job_retry, "Let a job run again, now." },
    { "job drop", "ID", ctl_job_drop, "Give a job up." },
    { "stats show", "[--days N] [--calibration]", ctl_stats_show,
      "Show what was decided, by whom, at what cost." },
    { "config dump", "", ctl_config_dump, "Print the configuration with all defaults." },
    { "config doc", "", ctl_config_doc, "Print every setting with type, default and meaning." },
    { "forget", "[--dry-run] ADDRESS", ctl_forget,
      "Remove a person's text and pseudonymise the rest." },
    { "db check", "", ctl_db_check, "Check the store's integrity." },
    { "db backup", "FILE", ctl_db_backup, "Copy the store while it is in use." },
    { NULL, NULL, NULL, NULL },
};

/* How many of the given words the command's own words take up; 0: it is another command. */
static guint matches(const Command *command, char **words)
{
    g_auto(GStrv) wanted = g_strsplit(command->words, " ", -1);
    guint count = g_strv_length(wanted);
    for (guint i = 0; i < count; i++) {
        if (words[i] == NULL || !g_str_equal(words[i], wanted[i]))
            return 0;
    }
    return count;
}

/* How many of a row's arguments are no options; G_MAXUINT where the last one repeats. */
static guint count_places(char *const *form)
{
    guint places = 0;
    for (guint i = 0; form[i] != NULL; i++) {
        bool of_option = i > 0 && g_str_has_prefix(form[i - 1], "--");
        if (g_str_has_suffix(form[i], "…"))
            return G_MAXUINT;
        places += form[i][0] != '\0' && form[i][0] != '-' && !of_option;
    }
    return places;
}

/* Have the arguments the form that the command's row shows?  What is missing it finds itself. */
static bool fit(const Command *command, char *const *arguments)
{
    g_auto(GStrv) form = g_strsplit_set(command->arguments, " []", -1);
    guint places = count_places(form), given = 0;
    for (; *arguments != NULL; arguments++) {
        guint row = 0;
        if (!g_str_has_prefix(*arguments, "--")) {
            given++;
            continue;
        }
        while (form[row] != NULL && !g_str_equal(form[row], *arguments))
            row++;
        if (form[row] == NULL) {
            g_printerr("triagectl: unknown option '%s'\n", *arguments);
            return false;
        }
        if (form[row + 1][0] != '\0' && *++arguments == NULL) {
            g_printerr("triagectl: '%s' needs a value: %s\n", form[row], form[row + 1]);
            return false;
        }
    }
    return given <= places;
}

static void print_commands(void)
{
    g_printerr("usage: triagectl [-c FILE] [--json] COMMAND\n\n");
    for (const Command *command = ctl_commands; command->words != NULL; command++) {
        g_autofree char *left = g_strdup_printf("%s %s", command->words, command->arguments);
        int gap = MAX(0, LEFT_WIDTH - (int)g_utf8_strlen(left, -1));
        g_printerr("  %s%*s  %s\n", left, gap, "", command->help);
    }
}

int ctl_run(Ctl *ctl, char **words)
{
    for (const Command *command = ctl_commands; command->words != NULL; command++) {
        guint used = matches(command, words);
        if (used == 0)
            continue;
        ctl->arguments = words + used;
        ctl->argument_count = g_strv_length(ctl->arguments);
        int code = fit(command, ctl->arguments) ? command->run(ctl) : CTL_USAGE;
        if (ctl->answer != NULL)
            ctl_print_json(g_steal_pointer(&ctl->answer));
        return code == CTL_USAGE ? ctl_usage(command->words) : code;
    }
    if (words[0] != NULL)
        g_printerr("triagectl: unknown command '%s'\n", words[0]);
    print_commands();
    return CTL_USAGE;
}

int ctl_usage(const char *words)
{
    for (const Command *command = ctl_commands; command->words != NULL; command++) {
        if (g_str_equal(command->words, words))
            g_printerr("usage: triagectl %s%s%s\n", words, command->arguments[0] != '\0' ? " " : "",
                       command->arguments);
    }
    return CTL_USAGE;
}
