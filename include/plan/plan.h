/* DECIDE's result: what shall be done with one message in one mailbox.  A value; nothing is done by
 * having it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { PLAN_TICKET_NONE, PLAN_TICKET_NEW, PLAN_TICKET_FOLLOW_UP } PlanTicket;

typedef struct {
    char *name, *value; /* an extra header X-Triage-…: token or bounded ASCII, checked at load */
} PlanHeader;

typedef struct {
    PlanTicket ticket;
    char *queue;     /* "" if none */
    char *assignee;  /* a name, an address; "" */
    GPtrArray *tags; /* char*: tokens, without doubles, in order */
    bool review;
    char *review_reason;   /* "" */
    gint64 answer_within;  /* ms, 0 if none */
    char *draft;           /* the prompt or template a reply is drafted with, "" if none is */
    char *draft_template;  /* the template behind that prompt, "" if none */
    GPtrArray *notify;     /* char*: whom to tell, names of the site's notify blocks */
    GPtrArray *headers;    /* PlanHeader* */
    GPtrArray *recipients; /* char*: to add */
    char *redirect;        /* "" or the address that replaces the mailbox's */
    GPtrArray *matched;    /* char*: names of the rules that matched, in order */
} Plan;

Plan *plan_new(void);
void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

void plan_set(char **member, const char *value);
/* Asks for a review; the first reason given stays. */
void plan_review(Plan *plan, const char *reason);
void plan_add_tag(Plan *plan, const char *tag);           /* once */
void plan_add_notify(Plan *plan, const char *name);       /* once */
void plan_add_recipient(Plan *plan, const char *address); /* once */
void plan_add_header(Plan *plan, const char *name, const char *value);

/* One line per thing that would be done, in a fixed order; the golden tests and `triagectl
 * classify` print it.  Caller frees. */
char *plan_to_text(const Plan *plan);
