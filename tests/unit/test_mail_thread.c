/* Follow-up and ticket names, cell by cell. */
#include "mail/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    bool proven, participant, agent, contact, by_reference, by_token, forwarded, bounce;
} Cell;

static Cell cell_of(guint bits)
{
    return (Cell){ bits & 1,  bits & 2,  bits & 4,  bits & 8,
                   bits & 16, bits & 32, bits & 64, bits & 128 };
}

static ThreadCandidate *candidate_of(const Cell *cell)
{
    ThreadCandidate *candidate = thread_candidate_new();

    candidate->id = 42;
    g_free(candidate->name);
    candidate->name = g_strdup("SUP-42");
    g_free(candidate->customer_id);
    candidate->customer_id = g_strdup("C7");
    g_ptr_array_add(candidate->participants, g_strdup("bob@example.com"));
    if (cell->participant)
        g_ptr_array_add(candidate->participants, g_strdup("ann@example.org"));
    candidate->by_reference = cell->by_reference;
    candidate->by_token = cell->by_token;
    return candidate;
}

static Thread *follow_up(const Cell *cell, const char *address)
{
    static const char *const agents[] = { "max@example.com", "ann@example.org", NULL };
    static const char *const others[] = { "max@example.com", NULL };
    g_autoptr(GPtrArray) candidates =
        g_ptr_array_new_with_free_func((GDestroyNotify)thread_candidate_free);
    MailAddress *from = address_new(address, "");
    Message message = { .from = from,
                        .forwarded = cell->forwarded,
                        .automatic = { .kind = cell->bounce ? AUTOMATIC_BOUNCE : AUTOMATIC_NONE },
                        .authentication = { .proven = cell->proven } };
    Thread *thread = thread_new();

    g_ptr_array_add(candidates, candidate_of(cell));
    thread_follow_up(thread, &message, candidates, cell->contact ? "C7" : "",
                     cell->agent ? agents : others);
    address_free(from);
    return thread;
}

static void follow_up_is_decided_in_every_cell(void **state)
{
    guint followed = 0;

    (void)state;
    for (guint bits = 0; bits < 256; bits++) {
        Cell cell = cell_of(bits);
        bool named = cell.by_reference || cell.by_token;
        bool entitled = cell.proven && (cell.participant || cell.agent || cell.contact);
        bool unproven = !cell.proven && cell.participant && cell.by_reference;
        bool returned = cell.bounce && cell.by_reference;
        bool follows = returned || (!cell.forwarded && named && (entitled || unproven));
        g_autoptr(Thread) thread = follow_up(&cell, "ann@example.org");

        assert_int_equal(thread->ticket_id, follows ? 42 : 0);
        assert_string_equal(thread->ticket_name, follows ? "SUP-42" : "");
        assert_int_equal(thread->unproven_follow_up, follows && (unproven || returned));
        assert_int_equal(thread->linked_ticket_id, named && !follows ? 42 : 0);
        assert_string_equal(thread->linked_ticket_name, named && !follows ? "SUP-42" : "");
        assert_int_equal(*thread->why != '\0', named);
        followed += follows;
    }
    /* 7 of 8 proven senders by 3 ways of naming; unproven: 4 senders by 2 ways with a reference.
     * Bounces: any of 16 by a reference, forwarded or not, and the 7 proven ones by a token. */
    assert_int_equal(followed, 7 * 3 + 4 * 2 + 16 * 2 * 2 + 7);
}

static void a_sender_without_address_follows_up_nothing(void **state)
{
    Cell cell = { .proven = true, .participant = true, .agent = true, .by_reference = true };
    g_autoptr(Thread) thread = follow_up(&cell, "");

    (void)state;
    assert_int_equal(thread->ticket_id, 0);
    assert_int_equal(thread->linked_ticket_id, 42);
}

static void the_reason_is_told_in_words(void **state)
{
    Cell stranger = { .proven = true, .by_token = true };
    Cell known = { .participant = true, .by_reference = true };
    g_autoptr(Thread) linked = follow_up(&stranger, "ann@example.org");
    g_autoptr(Thread) followed = follow_up(&known, "ann@example.org");
    Cell bounce = { .bounce = true, .by_reference = true };
    g_autoptr(Thread) returned = follow_up(&bounce, "mailer-daemon@example.net");

    (void)state;
    assert_string_equal(linked->why, "names SUP-42, but the sender is not entitled to it");
    assert_string_equal(followed->why, "follow-up of SUP-42: unproven participant, by reference");
    assert_string_equal(returned->why, "follow-up of SUP-42: bounce of a mail in it");
}

static void mail_to_the_bounce_address_of_a_reply_follows_it_whoever_sent_it(void **state)
{
    (void)state;
    for (guint bits = 0; bits < 256; bits++) {
        g_autoptr(GPtrArray) candidates =
            g_ptr_array_new_with_free_func((GDestroyNotify)thread_candidate_free);
        Cell cell = cell_of(bits), named = { .participant = true, .by_reference = true };
        MailAddress *from = address_new("mailer-daemon@example.net", "");
        Message message = { .from = from,
                            .forwarded = cell.forwarded,
                            .authentication = { .proven = cell.proven } };
        g_autoptr(Thread) thread = thread_new();

        g_ptr_array_add(candidates, candidate_of(&named));
        g_ptr_array_add(candidates, candidate_of(&cell));
        ((ThreadCandidate *)candidates->pdata[1])->id = 43;
        ((ThreadCandidate *)candidates->pdata[1])->by_bounce = true;
        thread_follow_up(thread, &message, candidates, "", NULL);
        assert_int_equal(thread->ticket_id, 43);
        assert_true(thread->unproven_follow_up);
        assert_string_equal(thread->why,
                            "follow-up of SUP-42: came to the bounce address of a reply in it");
        address_free(from);
    }
}

static void a_reference_outweighs_a_token_and_else_the_first_counts(void **state)
{
    g_autoptr(GPtrArray) candidates =
        g_ptr_array_new_with_free_func((GDestroyNotify)thread_candidate_free);
    MailAddress *from = address_new("ann@example.org", "");
    Message message = { .from = from, .authentication = { .proven = true } };
    static const Cell cells[] = {
        { .by_token = true },
        { .participant = true, .by_token = true },
        { .participant = true, .by_reference = true },
        { .participant = true, .by_reference = true },
        { .by_reference = true },
    };
    g_autoptr(Thread) thread = thread_new();

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cells); i++) {
        ThreadCandidate *candidate = candidate_of(&cells[i]);

        candidate->id = i + 1;
        g_ptr_array_add(candidates, candidate);
    }
    thread_follow_up(thread, &message, candidates, "", NULL);
    assert_int_equal(thread->ticket_id, 3);
    assert_int_equal(thread->linked_ticket_id, 5);
    assert_true(g_str_has_prefix(thread->why, "follow-up of "));
    address_free(from);
}

/* The ticket names in a subject and the one address of To, with spaces between. */
static char *tokens_in(const char *subject, const char *to, const char *prefix)
{
    g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    Message message = { .subject = (char *)subject, .to = people, .cc = people };

    g_ptr_array_add(people, address_new(to, ""));
    g_autoptr(GPtrArray) tokens = thread_tokens(&message, prefix);
    g_ptr_array_add(tokens, NULL);
    return g_strjoinv(" ", (char **)tokens->pdata);
}

static void ticket_names_are_found_in_subject_and_tags(void **state)
{
    static const struct {
        const char *subject, *to, *prefix, *tokens;
    } rows[] = {
        { "Re: [SUP-1042] pump", "help@example.com", "SUP", "SUP-1042" },
        { "sup-7 and SUP-8, Sup-7", "help@example.com", "SUP", "SUP-7 SUP-8" },
        { "pump", "help+sup-1042@example.com", "SUP", "SUP-1042" },
        { "SUP-7", "help+bob.sup-9@example.com", "SUP", "SUP-7 SUP-9" },
        { "SUP-1042", "sup-3@example.com", "SUP", "SUP-1042" },
        { "XSUP-1 9SUP-2 SUP-3x SUP- SUP-x SUP_4 SUP-05 SUP", "a@example.com", "SUP", "" },
        { "SUP-123456789012 SUP-1234567890123", "a@example.com", "SUP", "SUP-123456789012" },
        { "-1 -2", "a@example.com", "", "" },
        { "", "a@example.com", "SUP", "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *tokens = tokens_in(rows[i].subject, rows[i].to, rows[i].prefix);

        assert_string_equal(tokens, rows[i].tokens);
    }
}

static void at_most_ten_ticket_names_are_taken(void **state)
{
    (void)state;
    for (guint count = 9; count <= 11; count++) {
        g_autoptr(GString) subject = g_string_new(NULL);
        guint found = 1;

        for (guint i = 1; i <= count; i++)
            g_string_append_printf(subject, "SUP-%u ", i);
        g_autofree char *tokens = tokens_in(subject->str, "a@example.com", "SUP");
        for (const char *at = tokens; *at; at++)
            found += *at == ' ';
        assert_int_equal(found, MIN(count, 10));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follow_up_is_decided_in_every_cell),
        cmocka_unit_test(a_sender_without_address_follows_up_nothing),
        cmocka_unit_test(the_reason_is_told_in_words),
        cmocka_unit_test(mail_to_the_bounce_address_of_a_reply_follows_it_whoever_sent_it),
        cmocka_unit_test(a_reference_outweighs_a_token_and_else_the_first_counts),
        cmocka_unit_test(ticket_names_are_found_in_subject_and_tags),
        cmocka_unit_test(at_most_ten_ticket_names_are_taken),
    };

    return cmocka_run_group_tests_name("mail: thread", tests, NULL, NULL);
}
