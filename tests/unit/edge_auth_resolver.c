/* Look-ups against servers that answer, lie, are silent, cut, or give too much. */
#include "auth/resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rig_servers.h"

enum {
    HONEST,
    SILENT,
    SERVFAIL,
    GARBAGE,
    WRONG_ID,
    WRONG_NAME,
    TRUNCATES,
    PROBES_ONLY,
    WAKES,
    SERVERS
};
static const char *const faults[] = { "none",     "silent",     "servfail", "garbage",
                                      "wrong-id", "wrong-name", "truncate", "silent-but-probes",
                                      "wakes" };
static RigServers servers;

static int start_servers(void **state)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    (void)state;
    for (int i = 0; i < SERVERS; i++)
        g_ptr_array_add(names, (char *)faults[i]);
    return rig_servers_start(&servers, "dns_server.py", names);
}

static int stop_servers(void **state)
{
    (void)state;
    rig_servers_stop(&servers);
    return 0;
}

static Resolver *resolver_of(int server)
{
    g_autofree char *address = g_strdup_printf("127.0.0.1@%d", servers.ports[server]);
    g_autoptr(GError) error = NULL;
    Resolver *resolver = resolver_new(address, &error);
    if (resolver == NULL)
        fail_msg("%s", error->message);
    return resolver;
}

typedef struct {
    DnsType type;
    const char *name;
} Wanted;

/* A step that wants a single answer. */
static bool want(DnsAnswers *answers, void *data)
{
    const Wanted *wanted = data;
    return dns_ask(answers, wanted->type, wanted->name) != NULL;
}

static gint64 in_ms(gint64 ms)
{
    return g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
}

/* "outcome:record,record" */
static char *look_up(Resolver *resolver, DnsType type, const char *name)
{
    static const char *const outcomes[] = { "found", "no-data", "no-name", "failed" };
    Wanted wanted = { type, name };
    Lookups *lookups = lookups_begin(resolver, want, &wanted);
    DnsAnswers *answers = lookups_finish(lookups, in_ms(10000), NULL, NULL);
    const DnsAnswer *answer = dns_ask(answers, type, name);
    GString *text = g_string_new(outcomes[answer->outcome]);
    for (guint i = 0; i < answer->records->len; i++) {
        const DnsRecord *record = g_ptr_array_index(answer->records, i);
        g_string_append_c(text, i == 0 ? ':' : ',');
        for (gsize k = 0; k < MIN(record->length, 20); k++)
            g_string_append_printf(text, g_ascii_isprint(record->bytes[k]) ? "%c" : "%02x",
                                   (guchar)record->bytes[k]);
    }
    lookups_free(lookups);
    return g_string_free(text, FALSE);
}

static void assert_answer(Resolver *resolver, DnsType type, const char *name, const char *expected)
{
    g_autofree char *text = look_up(resolver, type, name);
    assert_string_equal(text, expected);
}

static void each_kind_of_answer_arrives(void **state)
{
    (void)state;
    g_autoptr(Resolver) resolver = resolver_of(HONEST);
    assert_answer(resolver, DNS_TXT, "plain.example", "found:hello world");
    assert_answer(resolver, DNS_A, "plain.example",
                  "found:c00002"
                  "01");
    assert_answer(resolver, DNS_AAAA, "PLAIN.example.",
                  "found: 010db8"
                  "000000000000000000000001");
    assert_answer(resolver, DNS_MX, "plain.example", "found:a.example,b.example");
    assert_answer(resolver, DNS_PTR, "1.2.0.192.in-addr.arpa", "found:plain.example");
    assert_answer(resolver, DNS_TXT, "alias.example", "found:hello world");
    assert_answer(resolver, DNS_PTR, "plain.example", "no-data");
    assert_answer(resolver, DNS_TXT, "nowhere.example", "no-name");
    assert_answer(resolver, DNS_TXT, "dangling.example", "no-name");
    assert_answer(resolver, DNS_TXT, "loop.example", "failed");
    assert_answer(resolver, DNS_TXT, "broken.example", "failed");
    assert_answer(resolver, DNS_TXT, "huge.example", "found:xxxxxxxxxxxxxxxxxxxx");
}

static guint records_of(Resolver *resolver, const char *name)
{
    Wanted wanted = { DNS_TXT, name };
    Lookups *lookups = lookups_begin(resolver, want, &wanted);
    DnsAnswers *answers = lookups_finish(lookups, in_ms(10000), NULL, NULL);
    guint count = dns_ask(answers, DNS_TXT, name)->records->len;
    lookups_free(lookups);
    return count;
}

static void an_answer_with_too_many_records_is_none(void **state)
{
    (void)state;
    g_autoptr(Resolver) resolver = resolver_of(HONEST);
    assert_int_equal(records_of(resolver, "many99.example"), 99);
    assert_int_equal(records_of(resolver, "many100.example"), 100);
    assert_int_equal(records_of(resolver, "many101.example"), 0);
}

static void answers_are_kept_for_their_ttl(void **state)
{
    (void)state;
    g_autoptr(Resolver) resolver = resolver_of(HONEST);
    int before = rig_servers_times(&servers, HONEST);
    for (int i = 0; i < 3; i++) {
        assert_answer(resolver, DNS_TXT, "brief.example", "found:brief");
        assert_answer(resolver, DNS_TXT, "absent.example", "no-name");
    }
    assert_int_equal(rig_servers_times(&servers, HONEST), before + 2);
    g_usleep(2100 * 1000);
    assert_answer(resolver, DNS_TXT, "brief.example", "found:brief");
    assert_answer(resolver, DNS_TXT, "absent.example", "no-name");
    assert_int_equal(rig_servers_times(&servers, HONEST), before + 4);
}

static void what_was_cut_is_asked_for_over_tcp(void **state)
{
    (void)state;
    g_autoptr(Resolver) resolver = resolver_of(TRUNCATES);
    assert_answer(resolver, DNS_TXT, "plain.example", "found:hello world");
    g_autofree char *last =
        rig_servers_heard(&servers, TRUNCATES, rig_servers_times(&servers, TRUNCATES));
    assert_string_equal(last, "TXT plain.example tcp");
}

static void who_lies_or_fails_gives_no_answer_in_time(void **state)
{
    static const int bad[] = { SERVFAIL, GARBAGE, WRONG_ID, WRONG_NAME };
    (void)state;
    Wanted wanted = { DNS_TXT, "plain.example" };
    Resolver *resolvers[G_N_ELEMENTS(bad)];
    Lookups *lookups[G_N_ELEMENTS(bad)];
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        resolvers[i] = resolver_of(bad[i]);
        lookups[i] = lookups_begin(resolvers[i], want, &wanted);
    }
    gint64 before = g_get_monotonic_time();
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        DnsAnswers *answers = lookups_finish(lookups[i], in_ms(10000), NULL, NULL);
        assert_int_equal(dns_ask(answers, DNS_TXT, "plain.example")->outcome, DNS_FAILED);
        lookups_free(lookups[i]);
    }
    assert_true(g_get_monotonic_time() - before < 3500 * G_TIME_SPAN_MILLISECOND);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        resolver_free(resolvers[i]);
}

static void count_tick(void *data)
{
    (*(guint *)data)++;
}

static void nobody_waits_longer_than_asked(void **state)
{
    (void)state;
    static const int limits[][2] = { { 500, 500 }, { 10000, LOOKUPS_LIMIT_MS } };
    g_autoptr(Resolver) resolver = resolver_of(SILENT);
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        Wanted wanted = { DNS_TXT, "plain.example" };
        guint ticks = 0;
        gint64 before = g_get_monotonic_time();
        Lookups *lookups = lookups_begin(resolver, want, &wanted);
        assert_true(g_get_monotonic_time() - before < 200 * G_TIME_SPAN_MILLISECOND);
        DnsAnswers *answers = lookups_finish(lookups, in_ms(limits[i][0]), count_tick, &ticks);
        gint64 ms = (g_get_monotonic_time() - before) / G_TIME_SPAN_MILLISECOND;
        assert_int_equal(dns_ask(answers, DNS_TXT, "plain.example")->outcome, DNS_FAILED);
        assert_in_range(ms, limits[i][1] - 20, limits[i][1] + 500);
        assert_in_range(ticks + 1, limits[i][1] / 1000, limits[i][1] / 1000 + 1);
        lookups_free(lookups);
    }
}

/* What was begun long ago has had its time. */
static void the_time_runs_from_the_beginning(void **state)
{
    (void)state;
    g_autoptr(Resolver) resolver = resolver_of(SILENT);
    Wanted wanted = { DNS_TXT, "plain.example" };
    Lookups *lookups = lookups_begin(resolver, want, &wanted);
    g_usleep((LOOKUPS_LIMIT_MS + 100) * 1000);
    gint64 before = g_get_monotonic_time();
    lookups_finish(lookups, in_ms(10000), NULL, NULL);
    assert_true(g_get_monotonic_time() - before < 200 * G_TIME_SPAN_MILLISECOND);
    lookups_free(lookups);
}

/* A step that asks on and on: each answer leads to the next question. */
typedef struct {
    guint limit, found;
} Chain;

static bool follow_chain(DnsAnswers *answers, void *data)
{
    Chain *chain = data;
    chain->found = 0;
    for (guint i = 0; i < chain->limit; i++) {
        g_autofree char *name = g_strdup_printf("n%u.example", i);
        const DnsAnswer *answer = dns_ask(answers, DNS_A, name);
        if (answer == NULL)
            return false;
        chain->found += answer->outcome == DNS_FOUND;
    }
    return true;
}

static guint found_of(Resolver *resolver, guint limit)
{
    Chain chain = { .limit = limit };
    Lookups *lookups = lookups_begin(resolver, follow_chain, &chain);
    lookups_finish(lookups, in_ms(10000), NULL, NULL);
    lookups_free(lookups);
    return chain.found;
}

static void questions_of_one_message_are_bounded(void **state)
{
    (void)state;
    g_autoptr(Resolver) resolver = resolver_of(HONEST);
    while (found_of(resolver, LOOKUPS_MAX + 1) < LOOKUPS_MAX)
        continue; /* fills the cache, 3 seconds at a time */
    assert_int_equal(found_of(resolver, LOOKUPS_MAX - 1), LOOKUPS_MAX - 1);
    assert_int_equal(found_of(resolver, LOOKUPS_MAX), LOOKUPS_MAX);
    assert_int_equal(found_of(resolver, LOOKUPS_MAX + 1), LOOKUPS_MAX);
}

/* So many messages at once; how long the last of them and one more took, in milliseconds. */
static void with_silence(Resolver *resolver, guint messages, gint64 *last, gint64 *next)
{
    Wanted wanted = { DNS_TXT, "plain.example" };
    g_autofree Lookups **all = g_new(Lookups *, messages);
    gint64 begin = g_get_monotonic_time();
    for (guint i = 0; i < messages; i++)
        all[i] = lookups_begin(resolver, want, &wanted);
    for (guint i = 0; i < messages; i++) {
        lookups_finish(all[i], in_ms(10000), NULL, NULL);
        lookups_free(all[i]);
    }
    *last = (g_get_monotonic_time() - begin) / G_TIME_SPAN_MILLISECOND;
    g_usleep(100 * 1000); /* a probe's answer would come in that time */
    begin = g_get_monotonic_time();
    g_autofree char *text = look_up(resolver, DNS_TXT, "other.example");
    *next = (g_get_monotonic_time() - begin) / G_TIME_SPAN_MILLISECOND;
}

static void a_silent_resolver_is_left_alone(void **state)
{
    (void)state;
    gint64 last, next;
    g_autoptr(Resolver) enough = resolver_of(SILENT);
    with_silence(enough, RESOLVER_SILENT_MAX, &last, &next);
    assert_in_range(last, LOOKUPS_LIMIT_MS - 20, LOOKUPS_LIMIT_MS + 500);
    assert_in_range(next, 0, 100);
    g_autoptr(Resolver) few = resolver_of(SILENT);
    with_silence(few, RESOLVER_SILENT_MAX - 1, &last, &next);
    assert_in_range(next, LOOKUPS_LIMIT_MS - 20, LOOKUPS_LIMIT_MS + 500);
}

/* Names with slow servers are no sign that the resolver is gone. */
static void slow_names_do_not_silence_a_resolver_that_lives(void **state)
{
    (void)state;
    gint64 last, next;
    g_autoptr(Resolver) resolver = resolver_of(PROBES_ONLY);
    with_silence(resolver, RESOLVER_SILENT_MAX + 1, &last, &next);
    assert_in_range(next, LOOKUPS_LIMIT_MS - 20, LOOKUPS_LIMIT_MS + 500);
}

static void a_resolver_that_answers_again_is_asked_again(void **state)
{
    (void)state;
    gint64 last, next;
    g_autoptr(Resolver) resolver = resolver_of(WAKES);
    with_silence(resolver, RESOLVER_SILENT_MAX, &last, &next);
    assert_in_range(next, 0, 100);
    g_usleep(2500 * 1000);
    assert_answer(resolver, DNS_TXT, "plain.example", "found:hello world");
}

static void addresses_of_resolvers_are_numbers(void **state)
{
    (void)state;
    static const char *const good[] = { "192.0.2.53", "2001:db8::53", "::1@5353",
                                        "127.0.0.1@65535" };
    static const char *const bad[] = { "",
                                       "localhost",
                                       "192.0.2",
                                       "192.0.2.53@",
                                       "192.0.2.53@0",
                                       "192.0.2.53@65536",
                                       "192.0.2.53:53",
                                       "@53",
                                       "192.0.2.53@5@3" };
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(resolver_address_is_valid(good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(resolver_address_is_valid(bad[i]));
}

static void look_ups_may_be_given_up_at_any_time(void **state)
{
    (void)state;
    for (int server = HONEST; server <= SILENT; server++) {
        g_autoptr(Resolver) resolver = resolver_of(server);
        for (int i = 0; i < 20; i++) {
            Chain *chain = g_new0(Chain, 1);
            chain->limit = 20;
            Lookups *lookups = lookups_begin(resolver, follow_chain, chain);
            g_usleep((gulong)i * 500);
            lookups_free(lookups);
            g_free(chain); /* the step isn't run any more */
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_answer_arrives),
        cmocka_unit_test(an_answer_with_too_many_records_is_none),
        cmocka_unit_test(answers_are_kept_for_their_ttl),
        cmocka_unit_test(what_was_cut_is_asked_for_over_tcp),
        cmocka_unit_test(who_lies_or_fails_gives_no_answer_in_time),
        cmocka_unit_test(nobody_waits_longer_than_asked),
        cmocka_unit_test(the_time_runs_from_the_beginning),
        cmocka_unit_test(questions_of_one_message_are_bounded),
        cmocka_unit_test(a_silent_resolver_is_left_alone),
        cmocka_unit_test(slow_names_do_not_silence_a_resolver_that_lives),
        cmocka_unit_test(a_resolver_that_answers_again_is_asked_again),
        cmocka_unit_test(addresses_of_resolvers_are_numbers),
        cmocka_unit_test(look_ups_may_be_given_up_at_any_time),
    };
    return cmocka_run_group_tests_name("auth: resolver", tests, start_servers, stop_servers);
}
