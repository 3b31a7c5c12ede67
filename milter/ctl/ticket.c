/* ticket list, show, correct, assign, note, close, reopen. */
#include "desk/ticket.h"
#include "ctl/shared.h"

static cJSON *ticket_to_json(const Ticket *ticket)
{
    cJSON *row = cJSON_CreateObject();
    const struct {
        const char *key, *value;
    } texts[] = {
        { "name", ticket->name },         { "mailbox", ticket->mailbox },
        { "status", ticket->status },     { "queue", ticket->queue },
        { "assignee", ticket->assignee }, { "priority", ticket->priority },
        { "subject", ticket->subject },   { "sender", ticket->sender },
        { "customer", ticket->customer }, { "tags", ticket->tags },
        { "review", ticket->review },     { "flag", ticket->flag },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        cJSON_AddStringToObject(row, texts[i].key, texts[i].value);
    cJSON_AddNumberToObject(row, "created", (double)ticket->created);
    cJSON_AddNumberToObject(row, "updated", (double)ticket->updated);
    if (ticket->due != 0)
        cJSON_AddNumberToObject(row, "due", (double)ticket->due);
    return row;
}

static void print_tickets(const GPtrArray *tickets)
{
    g_print("%-10s %-8s %-14s %-9s %-16s %-36s %s\n", "TICKET", "STATUS", "QUEUE", "PRIORITY",
            "UPDATED", "SENDER", "SUBJECT");
    for (guint i = 0; i < tickets->len; i++) {
        const Ticket *ticket = g_ptr_array_index(tickets, i);
        g_autofree char *updated = ctl_time(ticket->updated);
        g_print("%-10s %-8s %-14s %-9s %-16s %-36s %s\n", ticket->name, ticket->status,
                ticket->queue, ticket->priority, updated, ticket->sender, ticket->subject);
    }
}

int ctl_ticket_list(Ctl *ctl)
{
    static const char *const statuses[] = { "new", "open", "waiting", "closed", NULL };
    const char *status = ctl_option(ctl, "--status"), *mailbox = ctl_option(ctl, "--mailbox");
    if (status != NULL && !g_strv_contains(statuses, status)) {
        g_printerr("triagectl: '--status' must be one of new, open, waiting, closed, not '%s'\n",
                   status);
        return CTL_USAGE;
    }
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tickets = store_tickets(store, status, mailbox, 1000, &error);
    if (tickets == NULL)
        return ctl_fail(error);
    if (!ctl->json) {
        print_tickets(tickets);
        return CTL_GOOD;
    }
    cJSON *object = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(object, "tickets");
    for (guint i = 0; i < tickets->len; i++)
        cJSON_AddItemToArray(rows, ticket_to_json(g_ptr_array_index(tickets, i)));
    ctl_print_json(object);
    return CTL_GOOD;
}

int ctl_ticket_show(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    cJSON *ticket = store_ticket_json(store, ctl->arguments[0], &error);
    if (ticket == NULL)
        return ctl_fail(error);
    ctl_print_object(ctl, ticket);
    return CTL_GOOD;
}

int ctl_ticket_correct(Ctl *ctl)
{
    if (ctl->argument_count < 2)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    if (!desk_ticket_correct(&desk, ctl->arguments[0], (const char *const *)ctl->arguments + 1,
                             &error))
        return ctl_fail(error);
    ctl_say(ctl, "%s corrected", ctl->arguments[0]);
    return CTL_GOOD;
}

int ctl_ticket_assign(Ctl *ctl)
{
    if (ctl->argument_count != 2)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    const char *person = ctl->arguments[1];
    bool nobody = g_str_equal(person, "none");
    if (!desk_ticket_assign(&desk, ctl->arguments[0], nobody ? "" : person, &error))
        return ctl_fail(error);
    ctl_say(ctl, "%s is %s's", ctl->arguments[0], nobody ? "nobody" : person);
    return CTL_GOOD;
}

int ctl_ticket_note(Ctl *ctl)
{
    if (ctl->argument_count < 2)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = ctl_words(ctl, 1);
    if (!desk_ticket_note(&desk, ctl->arguments[0], text, &error))
        return ctl_fail(error);
    ctl_say(ctl, "noted at %s", ctl->arguments[0]);
    return CTL_GOOD;
}

static int change_status(Ctl *ctl, bool (*verb)(const Desk *, const char *, GError **),
                         const char *done)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    if (!verb(&desk, ctl->arguments[0], &error))
        return ctl_fail(error);
    ctl_say(ctl, "%s %s", ctl->arguments[0], done);
    return CTL_GOOD;
}

int ctl_ticket_close(Ctl *ctl)
{
    return change_status(ctl, desk_ticket_close, "closed");
}

int ctl_ticket_reopen(Ctl *ctl)
{
    return change_status(ctl, desk_ticket_reopen, "open again");
}
