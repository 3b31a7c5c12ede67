/* The edge to the DNS, on libunbound: a stub that asks recursive resolvers, with random ports and
 * identifiers, a bounded cache, and TCP where an answer was cut.  It validates nothing.
 *
 * libunbound has a thread that talks to the network; ours takes its answers, puts each into the
 * table of the message that asked, and runs that message's step again, which is pure and short.
 * Nothing waits for the network but the callback at the end of a message, and only until its limit.
 * A question that was given up is answered into the void: its record lives until libunbound is done
 * with it.
 *
 * The breaker: when several messages in a row got no answer at all in all their time, look-ups fail
 * at once, so that mail isn't delayed one by one.  A sender with a slow name server could cause
 * that silence too, and so with the first silence the resolver itself is asked for a name that it
 * answers on its own (RFC 6761 6.4); its answer ends the count, and later the rest. */
#include "auth/resolver.h"

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unbound.h>

#define CLASS_IN        1
#define RCODE_NAME      3
#define POLL_MS         200
#define TICK_EVERY      G_USEC_PER_SEC
#define RESOLV_CONF_MAX 65536
#define SILENT_AFTER    (500 * G_TIME_SPAN_MILLISECOND) /* a shorter wait says nothing */
#define FAIR_ANSWER     (LOOKUPS_LIMIT_MS * G_TIME_SPAN_MILLISECOND)

struct Resolver {
    struct ub_ctx *unbound;
    pthread_t thread;
    atomic_bool stopping;
    pthread_mutex_t lock; /* guards what is below */
    GHashTable *waiting;  /* Query*: libunbound has them */
    guint silent;         /* messages in a row without any answer */
    gint64 resting_until; /* monotonic; 0: it is asked */
    bool probing;
};

struct Lookups {
    Resolver *resolver;
    LookupsStep step;
    void *data;
    gint64 begun, limit;
    pthread_mutex_t lock; /* guards what is below, and is held while the step runs */
    pthread_cond_t changed;
    DnsAnswers *answers;
    GHashTable *asked; /* "TXT example.com": in flight, or answered */
    guint references, in_flight, answered;
    bool done, closed;
};

typedef struct {
    Resolver *resolver;
    Lookups *lookups; /* NULL: a probe */
    DnsType type;
    char *name;
    gint64 asked;
} Query;

static const struct {
    const char *option, *value;
} options[] = {
    { "module-config:", "iterator" },      { "do-not-query-localhost:", "no" },
    { "unblock-lan-zones:", "yes" },       { "msg-cache-size:", "4m" },
    { "rrset-cache-size:", "8m" },         { "cache-max-ttl:", "86400" },
    { "cache-max-negative-ttl:", "3600" }, { "infra-host-ttl:", "30" },
    { "infra-keep-probing:", "yes" },      { "qname-minimisation:", "no" },
};

static void answer_arrived(void *data, int failed, struct ub_result *result);

/* -- Breaker; the resolver's lock is held --------------------------------------------------- */

static void forget_silence(Resolver *resolver)
{
    if (resolver->resting_until != 0)
        log_note(LOG_LEVEL_WARNING, "resolver-resumed", "the DNS resolver answers again");
    resolver->silent = 0;
    resolver->resting_until = 0;
}

static bool submit(Query *query);

/* A name that no cache between us and the resolver knows, and that the resolver answers by itself.
 */
static void probe(Resolver *resolver)
{
    if (resolver->probing)
        return;
    Query *query = g_new0(Query, 1);
    *query = (Query){ .resolver = resolver, .type = DNS_TXT };
    query->name = g_strdup_printf("%08x%08x.invalid", g_random_int(), g_random_int());
    resolver->probing = submit(query);
}

static void note_silence(Resolver *resolver)
{
    resolver->silent++;
    probe(resolver);
    if (resolver->silent < RESOLVER_SILENT_MAX || resolver->resting_until != 0)
        return;
    resolver->resting_until = g_get_monotonic_time() + RESOLVER_REST * G_USEC_PER_SEC;
    log_note(
        LOG_LEVEL_WARNING, "resolver-suspended",
        "%d messages in a row got no DNS answer in their time (at most %d ms); until it answers "
        "again, look-ups fail at once",
        RESOLVER_SILENT_MAX, LOOKUPS_LIMIT_MS);
}

static bool is_resting(Resolver *resolver)
{
    gint64 now = g_get_monotonic_time();
    if (resolver->resting_until == 0)
        return false;
    if (now >= resolver->resting_until) {
        resolver->resting_until = now + RESOLVER_REST * G_USEC_PER_SEC;
        probe(resolver);
    }
    return true;
}

/* -- Questions ------------------------------------------------------------------------------ */

static void query_free(Query *query)
{
    g_free(query->name);
    g_free(query);
}

/* Hands it to libunbound, or frees it; the resolver's lock is held. */
static bool submit(Query *query)
{
    Resolver *resolver = query->resolver;
    query->asked = g_get_monotonic_time();
    g_hash_table_add(resolver->waiting, query);
    if (g_hash_table_size(resolver->waiting) <= RESOLVER_WAITING_MAX &&
        ub_resolve_async(resolver->unbound, query->name, (int)query->type, CLASS_IN, query,
                         answer_arrived, NULL) == 0)
        return true;
    g_hash_table_remove(resolver->waiting, query);
    query_free(query);
    return false;
}

static DnsAnswer *answer_from(const struct ub_result *result, DnsType type)
{
    DnsAnswer *answer = dns_answer_new(DNS_FAILED);
    if (result == NULL || (result->rcode != 0 && result->rcode != RCODE_NAME))
        return answer;
    answer->outcome = result->rcode == RCODE_NAME ? DNS_NO_NAME : DNS_NO_DATA;
    for (int i = 0; result->havedata && result->data[i] != NULL; i++) {
        if (!dns_answer_add(answer, type, result->data[i], (gsize)result->len[i]))
            break;
    }
    dns_answer_sort(answer);
    return answer;
}

static void lookups_unref(Lookups *lookups)
{
    pthread_mutex_lock(&lookups->lock);
    bool last = --lookups->references == 0;
    pthread_mutex_unlock(&lookups->lock);
    if (!last)
        return;
    dns_answers_free(lookups->answers);
    g_hash_table_unref(lookups->asked);
    pthread_cond_destroy(&lookups->changed);
    pthread_mutex_destroy(&lookups->lock);
    g_free(lookups);
}

/* One question; false: it can't be asked.  The lock of the look-ups is held. */
static bool ask(Lookups *lookups, const DnsQuestion *question)
{
    Resolver *resolver = lookups->resolver;
    if (g_hash_table_size(lookups->asked) > LOOKUPS_MAX)
        return false;
    Query *query = g_new0(Query, 1);
    *query = (Query){ .resolver = resolver,
                      .lookups = lookups,
                      .type = question->type,
                      .name = g_strdup(question->name) };
    pthread_mutex_lock(&resolver->lock);
    bool rests = is_resting(resolver);
    if (rests)
        query_free(query);
    bool asked = !rests && submit(query);
    pthread_mutex_unlock(&resolver->lock);
    lookups->in_flight += asked;
    lookups->references += asked;
    return asked;
}

/* Asks what is missing and not asked yet, unless `closed`; false: a question failed at once, and
 * the step has something new. */
static bool ask_missing(Lookups *lookups)
{
    const GPtrArray *missing = dns_answers_missing(lookups->answers);
    bool all = true;
    for (guint i = 0; i < missing->len; i++) {
        const DnsQuestion *question = g_ptr_array_index(missing, i);
        char *key = g_strconcat(dns_type_name(question->type), " ", question->name, NULL);
        bool fresh = g_hash_table_add(lookups->asked, key);
        if ((!fresh && !lookups->closed) || (fresh && !lookups->closed && ask(lookups, question)))
            continue;
        dns_answers_put(lookups->answers, question->type, question->name,
                        dns_answer_new(DNS_FAILED));
        all = false;
    }
    return all;
}

/* Runs the step until it is done or waits for answers.  The lock is held. */
static void advance(Lookups *lookups)
{
    bool waits = false;
    while (!lookups->done && !waits) {
        dns_answers_forget_missing(lookups->answers);
        lookups->done = lookups->step(lookups->answers, lookups->data) ||
                        dns_answers_missing(lookups->answers)->len == 0;
        waits = !lookups->done && ask_missing(lookups);
    }
}

static void take(Lookups *lookups, const Query *query, DnsAnswer *answer)
{
    pthread_mutex_lock(&lookups->lock);
    lookups->in_flight--;
    lookups->answered += answer->outcome != DNS_FAILED;
    if (lookups->closed) {
        dns_answer_free(answer);
    } else {
        dns_answers_put(lookups->answers, query->type, query->name, answer);
        advance(lookups);
        pthread_cond_signal(&lookups->changed);
    }
    pthread_mutex_unlock(&lookups->lock);
    lookups_unref(lookups);
}

/* libunbound's answer, on our thread. */
static void answer_arrived(void *data, int failed, struct ub_result *result)
{
    Query *query = data;
    Resolver *resolver = query->resolver;
    DnsAnswer *answer = answer_from(failed == 0 ? result : NULL, query->type);
    pthread_mutex_lock(&resolver->lock);
    g_hash_table_remove(resolver->waiting, query);
    bool fair = g_get_monotonic_time() - query->asked < FAIR_ANSWER;
    if (query->lookups == NULL)
        resolver->probing = false;
    if (fair && (query->lookups == NULL || answer->outcome != DNS_FAILED))
        forget_silence(resolver);
    pthread_mutex_unlock(&resolver->lock);
    if (query->lookups != NULL)
        take(query->lookups, query, answer);
    else
        dns_answer_free(answer);
    query_free(query);
    ub_resolve_free(result);
}

/* -- Look-ups of one message ---------------------------------------------------------------- */

Lookups *lookups_begin(Resolver *resolver, LookupsStep step, void *data)
{
    Lookups *lookups = g_new0(Lookups, 1);
    lookups->resolver = resolver;
    lookups->step = step;
    lookups->data = data;
    lookups->begun = g_get_monotonic_time();
    lookups->limit = lookups->begun + FAIR_ANSWER;
    lookups->references = 1;
    lookups->answers = dns_answers_new();
    lookups->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&lookups->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&lookups->lock, NULL);
    pthread_mutex_lock(&lookups->lock);
    advance(lookups);
    pthread_mutex_unlock(&lookups->lock);
    return lookups;
}

/* Until something changed, `until`, or it is time for a tick. */
static void wait_a_little(Lookups *lookups, gint64 until)
{
    gint64 then = MIN(until, g_get_monotonic_time() + TICK_EVERY);
    const struct timespec at = { .tv_sec = then / G_USEC_PER_SEC,
                                 .tv_nsec = then % G_USEC_PER_SEC * 1000 };
    pthread_cond_timedwait(&lookups->changed, &lookups->lock, &at);
}

DnsAnswers *lookups_finish(Lookups *lookups, gint64 until, void (*tick)(void *), void *tick_data)
{
    until = MIN(until, lookups->limit);
    gint64 ticked = g_get_monotonic_time();
    pthread_mutex_lock(&lookups->lock);
    while (!lookups->done && g_get_monotonic_time() < until) {
        wait_a_little(lookups, until);
        if (tick == NULL || g_get_monotonic_time() - ticked < TICK_EVERY)
            continue;
        ticked = g_get_monotonic_time();
        pthread_mutex_unlock(&lookups->lock);
        tick(tick_data);
        pthread_mutex_lock(&lookups->lock);
    }
    bool silent = !lookups->done && lookups->answered == 0 &&
                  g_get_monotonic_time() - lookups->begun >= SILENT_AFTER;
    lookups->closed = true;
    advance(lookups);
    pthread_mutex_unlock(&lookups->lock);
    if (silent) {
        pthread_mutex_lock(&lookups->resolver->lock);
        note_silence(lookups->resolver);
        pthread_mutex_unlock(&lookups->resolver->lock);
    }
    return lookups->answers;
}

void lookups_free(Lookups *lookups)
{
    if (lookups == NULL)
        return;
    pthread_mutex_lock(&lookups->lock);
    lookups->closed = true;
    pthread_mutex_unlock(&lookups->lock);
    lookups_unref(lookups);
}

/* -- The resolver --------------------------------------------------------------------------- */

static void *take_answers(void *data)
{
    Resolver *resolver = data;
    struct pollfd readable = { .fd = ub_fd(resolver->unbound), .events = POLLIN };
    while (!atomic_load(&resolver->stopping)) {
        if (poll(&readable, 1, POLL_MS) > 0)
            ub_process(resolver->unbound);
    }
    return NULL;
}

bool resolver_address_is_valid(const char *address)
{
    guint8 bytes[16];
    g_auto(GStrv) parts = g_strsplit(address, "@", 2);
    if (parts[0] == NULL ||
        (inet_pton(AF_INET, parts[0], bytes) != 1 && inet_pton(AF_INET6, parts[0], bytes) != 1))
        return false;
    guint64 port;
    return parts[1] == NULL || g_ascii_string_to_unsigned(parts[1], 10, 1, 65535, &port, NULL);
}

static bool has_nameserver(void)
{
    gsize length;
    g_autofree char *text = files_read("/etc/resolv.conf", RESOLV_CONF_MAX, &length, NULL);
    return text != NULL &&
           g_regex_match_simple("^\\s*nameserver\\s+\\S", text, G_REGEX_MULTILINE, 0);
}

/* 0, or what libunbound says. */
static int configure(struct ub_ctx *unbound, const char *address)
{
    int fault = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(options) && fault == 0; i++)
        fault = ub_ctx_set_option(unbound, options[i].option, options[i].value);
    if (fault == 0 && address == NULL && has_nameserver())
        fault = ub_ctx_resolvconf(unbound, NULL);
    else if (fault == 0)
        fault = ub_ctx_set_fwd(unbound, address != NULL ? address : "127.0.0.1");
    if (fault == 0)
        fault = ub_ctx_async(unbound, true);
    /* Built in as empty; our probes need the resolver's own answer. */
    return fault != 0 ? fault : ub_ctx_zone_remove(unbound, "invalid.");
}

static void ignore_answer(void *data, int failed, struct ub_result *result)
{
    (void)data, (void)failed;
    ub_resolve_free(result);
}

/* Both threads, without signals: libunbound starts its own with the first question, which is one
 * that it answers itself. */
static int start_threads(Resolver *resolver)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int fault = ub_resolve_async(resolver->unbound, "localhost.", DNS_A, CLASS_IN, NULL,
                                 ignore_answer, NULL);
    if (fault == 0 && pthread_create(&resolver->thread, NULL, take_answers, resolver) != 0)
        fault = UB_FORKFAIL;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return fault;
}

static void resolver_dispose(Resolver *resolver)
{
    ub_ctx_delete(resolver->unbound);
    GHashTableIter left;
    gpointer query;
    g_hash_table_iter_init(&left, resolver->waiting);
    while (g_hash_table_iter_next(&left, &query, NULL)) {
        if (((Query *)query)->lookups != NULL)
            lookups_unref(((Query *)query)->lookups);
        query_free(query);
    }
    g_hash_table_unref(resolver->waiting);
    pthread_mutex_destroy(&resolver->lock);
    g_free(resolver);
}

Resolver *resolver_new(const char *address, GError **error)
{
    Resolver *resolver = g_new0(Resolver, 1);
    resolver->waiting = g_hash_table_new(NULL, NULL);
    pthread_mutex_init(&resolver->lock, NULL);
    resolver->unbound = ub_ctx_create();
    int fault = resolver->unbound != NULL ? configure(resolver->unbound, address) : UB_NOMEM;
    if (fault == 0)
        fault = start_threads(resolver);
    if (fault == 0)
        return resolver;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "can't start the DNS resolver: %s",
                ub_strerror(fault));
    resolver_dispose(resolver);
    return NULL;
}

void resolver_free(Resolver *resolver)
{
    if (resolver == NULL)
        return;
    atomic_store(&resolver->stopping, true);
    pthread_join(resolver->thread, NULL);
    resolver_dispose(resolver);
}
