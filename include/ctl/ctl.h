/* triagectl(1): a table of commands, and what they share. */
#pragma once

#include "pipeline/pipeline.h"

/* Exit codes: sysexits.h where it has a word for it. */
enum { CTL_GOOD = 0, CTL_FINDINGS = 1, CTL_USAGE = 64, CTL_LATER = 75 };

#define CTL_JSON_VERSION 1

/* One run of the program. */
typedef struct {
    const char *conf; /* path of the configuration */
    bool json;        /* --json */
    char **arguments; /* behind the command's words, NULL-terminated */
    guint argument_count;
    cJSON *answer;      /* of --json, for commands that say lines; printed when they end */
    Site *site;         /* read when a command first asks, see ctl_site() */
    Services *services; /* the same */
    Store *store;       /* of commands that need nothing else; the services have their own */
} Ctl;

typedef struct {
    const char *words;     /* "ticket show" */
    const char *arguments; /* "NAME" */
    int (*run)(Ctl *ctl);
    const char *help; /* one sentence */
} Command;

/* Ends with a row whose words are NULL. */
extern const Command ctl_commands[];

/* Finds the command and runs it; returns the exit code.  Diagnostics and errors go to stderr. */
int ctl_run(Ctl *ctl, char **words);
