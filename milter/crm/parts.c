/* What each part of the context says, and the table that declares their priority and to whom they
 * open.
 *
 * The words are ours, the values are the CRM's: already bounded and on one line, so that no row can
 * pretend to be another part.  A part that has nothing to say writes nothing.  Pure. */
#include "crm/parts.h"

#include "crm/relevance.h"

#include <math.h>
#include <string.h>

/* Our own tickets that are told. */
#define TICKETS_MAX 10

static void add_date(GString *out, gint64 when)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(when);
    g_autofree char *day = date ? g_date_time_format(date, "%Y-%m-%d") : NULL;

    g_string_append(out, day ? day : "unknown date");
}

static void add_if_any(GString *out, const char *before, const char *value)
{
    if (*value)
        g_string_append_printf(out, "%s%s", before, value);
}

static void write_line(GString *out, const char *label, const char *value)
{
    if (*value)
        g_string_append_printf(out, "%s: %s\n", label, value);
}

static void write_sender(GString *out, const PartInput *input)
{
    static const char *const proven[] = {
        [MATCH_NONE] = "proven, not a known customer",
        [MATCH_EXACT] = "proven, a known contact of the customer",
        [MATCH_DOMAIN] = "proven, writes from the customer's domain, not a known contact",
        [MATCH_AMBIGUOUS] = "proven, may belong to several customers, so no record was opened",
    };

    write_line(out, "Sender",
               input->proven
                   ? proven[input->customer->match]
                   : "not proven to be who the address says; no customer record was opened");
}

static void write_company(GString *out, const PartInput *input)
{
    const Customer *customer = input->customer;

    if (*customer->company == '\0')
        return;
    g_string_append_printf(out, "Company: %s", customer->company);
    add_if_any(out, ", industry ", customer->industry);
    if (customer->company_size >= 0)
        g_string_append_printf(out, ", %" G_GINT64_FORMAT " employees", customer->company_size);
    add_if_any(out, ", tier ", customer->tier);
    g_string_append_c(out, '\n');
}

static void write_contact(GString *out, const PartInput *input)
{
    const Customer *customer = input->customer;

    if (*customer->contact_name == '\0' && *customer->contact_title == '\0')
        return;
    g_string_append_printf(out, "Contact: %s",
                           *customer->contact_name ? customer->contact_name : "name unknown");
    add_if_any(out, ", ", customer->contact_title);
    g_string_append_c(out, '\n');
}

/* Is the ticket one that the sender may hear of?  Those of others stay closed to a domain match. */
static bool is_told(const PartInput *input, const ThreadTicket *ticket)
{
    return input->customer->match != MATCH_DOMAIN ||
           strcmp(ticket->name, input->thread->ticket_name) == 0;
}

static void write_tickets(GString *out, const PartInput *input)
{
    const GPtrArray *tickets = input->thread->tickets;
    int told = 0;

    for (guint i = 0; i < tickets->len && told < TICKETS_MAX; i++) {
        const ThreadTicket *ticket = tickets->pdata[i];

        if (!is_told(input, ticket))
            continue;
        g_string_append_printf(out, "%s- %s, %s", told++ == 0 ? "Our tickets with them:\n" : "",
                               ticket->name, ticket->status);
        add_if_any(out, ", priority ", ticket->priority);
        add_if_any(out, ", queue ", ticket->queue);
        g_string_append(out, ", ");
        add_date(out, ticket->updated);
        g_string_append_printf(out, ": %s\n", ticket->subject);
    }
}

static void write_issues(GString *out, const PartInput *input)
{
    const GPtrArray *issues = input->customer->issues;

    if (issues->len > 0)
        g_string_append(out, "Open issues, worst first:\n");
    for (guint i = 0; i < issues->len; i++) {
        const Issue *issue = issues->pdata[i];

        g_string_append_printf(out, "- %s, %s since ", issue->severity, issue->status);
        add_date(out, issue->opened);
        g_string_append_printf(out, ": %s\n", issue->title);
    }
}

static void write_lead(GString *out, const PartInput *input)
{
    const Customer *customer = input->customer;

    if (*customer->lead_source == '\0' && *customer->lead_stage == '\0' &&
        customer->lead_budget < 0)
        return;
    g_string_append_printf(out, "Lead: %s before",
                           customer->earlier_contact ? "in contact" : "no contact");
    add_if_any(out, ", source ", customer->lead_source);
    add_if_any(out, ", stage ", customer->lead_stage);
    if (customer->lead_budget >= 0)
        g_string_append_printf(out, ", budget %.0f", customer->lead_budget);
    g_string_append_c(out, '\n');
}

static void write_summary(GString *out, const PartInput *input)
{
    write_line(out, "About them", input->customer->summary);
}

static void write_interactions(GString *out, const PartInput *input)
{
    g_autoptr(GPtrArray) chosen = relevance_choose(input->customer->interactions, input->message);

    if (chosen->len > 0)
        g_string_append(out, "Latest interactions, newest first:\n");
    for (guint i = 0; i < chosen->len; i++) {
        const Interaction *interaction = chosen->pdata[i];

        g_string_append(out, "- ");
        add_date(out, interaction->when);
        g_string_append_printf(out, " %s", interaction->type);
        add_if_any(out, ", ", interaction->category);
        add_if_any(out, ", with ", interaction->contact);
        if (!isnan(interaction->sentiment))
            g_string_append_printf(out, ", sentiment %+.1f", interaction->sentiment);
        g_string_append_printf(out, ": %s\n", interaction->summary);
    }
}

static void write_health(GString *out, const PartInput *input)
{
    if (input->customer->health_score >= 0)
        g_string_append_printf(out, "Health score: %.0f of 100\n", input->customer->health_score);
}

static void write_trend(GString *out, const PartInput *input)
{
    if (input->customer->trend != TREND_UNKNOWN)
        g_string_append_printf(out, "Spending: %s (30 days against the 30 before)\n",
                               spending_trend_name(input->customer->trend));
}

static void write_usage(GString *out, const PartInput *input)
{
    write_line(out, "Product usage", input->customer->usage);
}

static void write_owner(GString *out, const PartInput *input)
{
    write_line(out, "Account owner", input->customer->owner);
}

static void write_history(GString *out, const PartInput *input)
{
    const Customer *customer = input->customer;

    if (customer->history->len == 0 && customer->last_escalation == 0)
        return;
    g_string_append(out, "Earlier interactions");
    if (!isnan(customer->history_sentiment))
        g_string_append_printf(out, ", mean sentiment %+.1f", customer->history_sentiment);
    if (customer->last_escalation > 0) {
        g_string_append(out, ", last escalation ");
        add_date(out, customer->last_escalation);
    }
    g_string_append(out, ":\n");
    for (guint i = 0; i < customer->history->len; i++) {
        const HistoryCount *count = customer->history->pdata[i];

        g_string_append_printf(out, "- %s: %d %s", count->quarter, count->count, count->type);
        add_if_any(out, ", ", count->category);
        g_string_append_c(out, '\n');
    }
}

const PartRule part_rules[PARTS] = {
    { "sender", "mail", OPENS_TO_ANYBODY, SHORTENS_NOT, write_sender },
    { "company", "crm", OPENS_TO_PROVEN, SHORTENS_NOT, write_company },
    { "contact", "crm", OPENS_TO_EXACT, SHORTENS_NOT, write_contact },
    { "tickets", "store", OPENS_TO_PROVEN, SHORTENS_LINES, write_tickets },
    { "issues", "crm", OPENS_TO_EXACT, SHORTENS_LINES, write_issues },
    { "lead", "crm", OPENS_TO_EXACT, SHORTENS_NOT, write_lead },
    { "summary", "crm", OPENS_TO_EXACT, SHORTENS_WORDS, write_summary },
    { "interactions", "crm", OPENS_TO_EXACT, SHORTENS_LINES, write_interactions },
    { "health", "crm", OPENS_TO_EXACT, SHORTENS_NOT, write_health },
    { "trend", "crm", OPENS_TO_EXACT, SHORTENS_NOT, write_trend },
    { "usage", "crm", OPENS_TO_EXACT, SHORTENS_WORDS, write_usage },
    { "owner", "crm", OPENS_TO_EXACT, SHORTENS_NOT, write_owner },
    { "history", "crm", OPENS_TO_EXACT, SHORTENS_LINES, write_history },
};
