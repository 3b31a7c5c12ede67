/* RECALL's thinking: which ticket does a mail follow up, is its sender entitled to that?
 *
 * The store brings rows as values and takes the answer; nothing here reads a database.  Whoever is
 * not entitled to a ticket that he names gets a new one, and only the agent sees the link: what a
 * stranger can guess (a number in the subject) must never open somebody else's conversation.  Pure;
 * any thread. */
#include "mail/thread.h"

#include <string.h>

#define TOKENS_MAX       10
#define TOKEN_DIGITS_MAX 12

Thread *thread_new(void)
{
    Thread *thread = g_new0(Thread, 1);

    thread->ticket_name = g_strdup("");
    thread->linked_ticket_name = g_strdup("");
    thread->why = g_strdup("");
    thread->tickets = g_ptr_array_new_with_free_func((GDestroyNotify)thread_ticket_free);
    return thread;
}

void thread_free(Thread *thread)
{
    if (!thread)
        return;
    g_free(thread->ticket_name);
    g_free(thread->linked_ticket_name);
    g_free(thread->why);
    g_ptr_array_unref(thread->tickets);
    g_free(thread);
}

ThreadCandidate *thread_candidate_new(void)
{
    ThreadCandidate *candidate = g_new0(ThreadCandidate, 1);

    candidate->name = g_strdup("");
    candidate->status = g_strdup("");
    candidate->subject = g_strdup("");
    candidate->customer_id = g_strdup("");
    candidate->sender = g_strdup("");
    candidate->participants = g_ptr_array_new_with_free_func(g_free);
    return candidate;
}

void thread_candidate_free(ThreadCandidate *candidate)
{
    if (!candidate)
        return;
    g_free(candidate->name);
    g_free(candidate->status);
    g_free(candidate->subject);
    g_free(candidate->customer_id);
    g_free(candidate->sender);
    g_ptr_array_unref(candidate->participants);
    g_free(candidate);
}

void thread_ticket_free(ThreadTicket *ticket)
{
    if (!ticket)
        return;
    g_free(ticket->name);
    g_free(ticket->status);
    g_free(ticket->subject);
    g_free(ticket->queue);
    g_free(ticket->priority);
    g_free(ticket);
}

typedef struct {
    const Message *message;
    const char *customer_id;
    const char *const *agents;
} Sender;

static bool is_participant(const Sender *sender, const ThreadCandidate *candidate)
{
    const char *address = sender->message->from->address;

    return *address &&
           g_ptr_array_find_with_equal_func(candidate->participants, address, g_str_equal, NULL);
}

static bool is_agent(const Sender *sender)
{
    const char *address = sender->message->from->address;

    return *address && sender->agents && g_strv_contains(sender->agents, address);
}

static bool is_contact(const Sender *sender, const ThreadCandidate *candidate)
{
    return *sender->customer_id && strcmp(sender->customer_id, candidate->customer_id) == 0;
}

/* A server's report belongs to the mail that it returns, whoever the server is: it is believed no
 * more than an unproven participant, who knows the same Message-IDs. */
static bool is_bounce_of_it(const Message *message, const ThreadCandidate *candidate)
{
    return message->automatic.kind == AUTOMATIC_BOUNCE && candidate->by_reference;
}

/* As what the sender may follow up this ticket, in words; NULL if he may not. */
static const char *entitlement(const Sender *sender, const ThreadCandidate *candidate)
{
    bool participant = is_participant(sender, candidate);

    if (candidate->by_bounce)
        return "came to the bounce address of a reply in it";
    if (is_bounce_of_it(sender->message, candidate))
        return "bounce of a mail in it";
    if (sender->message->forwarded || !(candidate->by_reference || candidate->by_token))
        return NULL;
    if (!sender->message->authentication.proven)
        return participant && candidate->by_reference ? "unproven participant, by reference" : NULL;
    if (participant)
        return "participant";
    if (is_agent(sender))
        return "agent";
    return is_contact(sender, candidate) ? "contact of its customer" : NULL;
}

static int rank(const ThreadCandidate *candidate)
{
    return candidate->by_bounce ? 2 : candidate->by_reference ? 1 : 0;
}

/* Of two candidates the one named by a bounce address, by a Message-ID, else the first. */
static const ThreadCandidate *better(const ThreadCandidate *best, const ThreadCandidate *next)
{
    return !best || rank(next) > rank(best) ? next : best;
}

static void replace(char **member, char *value)
{
    g_free(*member);
    *member = value;
}

static void follow(Thread *thread, const Sender *sender, const ThreadCandidate *ticket)
{
    thread->ticket_id = ticket->id;
    thread->unproven_follow_up = !sender->message->authentication.proven || ticket->by_bounce ||
                                 is_bounce_of_it(sender->message, ticket);
    replace(&thread->ticket_name, g_strdup(ticket->name));
    replace(&thread->why,
            g_strdup_printf("follow-up of %s: %s", ticket->name, entitlement(sender, ticket)));
}

static void link_to(Thread *thread, const Sender *sender, const ThreadCandidate *ticket)
{
    thread->linked_ticket_id = ticket->id;
    replace(&thread->linked_ticket_name, g_strdup(ticket->name));
    if (!thread->ticket_id)
        replace(&thread->why,
                g_strdup_printf("names %s, but %s", ticket->name,
                                sender->message->forwarded ? "is forwarded"
                                                           : "the sender is not entitled to it"));
}

void thread_follow_up(Thread *thread, const Message *message, const GPtrArray *candidates,
                      const char *customer_id, const char *const *agents)
{
    Sender sender = { message, customer_id, agents };
    const ThreadCandidate *followed = NULL;
    const ThreadCandidate *linked = NULL;

    for (guint i = 0; i < candidates->len; i++) {
        const ThreadCandidate *candidate = g_ptr_array_index(candidates, i);

        if (entitlement(&sender, candidate))
            followed = better(followed, candidate);
        else if (candidate->by_reference || candidate->by_token)
            linked = better(linked, candidate);
    }
    if (followed)
        follow(thread, &sender, followed);
    if (linked)
        link_to(thread, &sender, linked);
}

static void add_token(GPtrArray *tokens, const char *prefix, const char *digits, gsize count)
{
    g_autofree char *name = g_strdup_printf("%s-%.*s", prefix, (int)count, digits);

    if (tokens->len < TOKENS_MAX &&
        !g_ptr_array_find_with_equal_func(tokens, name, g_str_equal, NULL))
        g_ptr_array_add(tokens, g_steal_pointer(&name));
}

/* How many digits of a ticket's number stand at `at`; 0 if it is none. */
static gsize number_length(const char *at)
{
    gsize count = strspn(at, "0123456789");

    return *at != '0' && count <= TOKEN_DIGITS_MAX && !g_ascii_isalpha(at[count]) ? count : 0;
}

/* Ticket names in text[0..length), in any case, as words of their own. */
static void find_tokens(GPtrArray *tokens, const char *text, gsize length, const char *prefix)
{
    gsize size = strlen(prefix);

    for (gsize i = 0; i + size + 1 < length; i++) {
        const char *number = text + i + size + 1;

        if ((i > 0 && g_ascii_isalnum(text[i - 1])) || number[-1] != '-' ||
            g_ascii_strncasecmp(text + i, prefix, size) != 0)
            continue;
        gsize digits = number_length(number);
        if (digits > 0)
            add_token(tokens, prefix, number, digits);
    }
}

static void find_tags(GPtrArray *tokens, const GPtrArray *addresses, const char *prefix)
{
    for (guint i = 0; addresses && i < addresses->len; i++) {
        const MailAddress *address = g_ptr_array_index(addresses, i);
        const char *tag = strchr(address->address, '+');

        if (tag)
            find_tokens(tokens, tag + 1, strcspn(tag + 1, "@"), prefix);
    }
}

GPtrArray *thread_tokens(const Message *message, const char *ticket_prefix)
{
    GPtrArray *tokens = g_ptr_array_new_with_free_func(g_free);

    if (!*ticket_prefix)
        return tokens;
    find_tokens(tokens, message->subject, strlen(message->subject), ticket_prefix);
    find_tags(tokens, message->to, ticket_prefix);
    find_tags(tokens, message->cc, ticket_prefix);
    return tokens;
}
