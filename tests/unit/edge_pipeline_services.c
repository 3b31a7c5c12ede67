/* What is shared by all messages: the places before the models, the memory of those that were asked
 * to come again, and the threads of a message for several mailboxes. */
#include "pipeline/services.h"

#include "base/sqlite.h"
#include "pipeline/side_by_side.h"
#include "store/calibration.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOON   G_GINT64_CONSTANT(1800000000)
#define MINUTE G_GINT64_CONSTANT(60)

typedef struct {
    char *folder, *store;
    Services *services;
} Case;

static int setup(void **state)
{
    Case *c = g_new0(Case, 1);
    g_autoptr(GError) error = NULL;
    c->folder = g_dir_make_tmp("services-XXXXXX", NULL);
    c->store = g_strdup_printf("sqlite:%s/triage.db", c->folder);
    const Site site = { .store = c->store };
    c->services = services_open(&site, &error);
    if (c->services == NULL)
        fail_msg("%s", error->message);
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    Case *c = *state;
    services_close(c->services);
    g_autoptr(GDir) folder = g_dir_open(c->folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(c->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(c->folder);
    g_free(c->folder);
    g_free(c->store);
    g_free(c);
    return 0;
}

static void without_a_crm_everybody_is_a_stranger(void **state)
{
    const Case *c = *state;
    assert_null(services_crm(c->services));
    assert_non_null(services_store(c->services));
    assert_non_null(services_dispatcher(c->services));
}

static void a_store_that_cant_be_opened_is_an_error(void **state)
{
    (void)state;
    const Site site = { .store = (char *)"sqlite:/nonexistent/folder/triage.db" };
    g_autoptr(GError) error = NULL;
    assert_null(services_open(&site, &error));
    assert_non_null(strstr(error->message, "/nonexistent/folder/triage.db"));
}

static void as_many_wait_as_there_are_places(void **state)
{
    Services *services = ((Case *)*state)->services;
    assert_false(services_take_place(services, 0));
    assert_true(services_take_place(services, 2));
    assert_true(services_take_place(services, 2));
    assert_false(services_take_place(services, 2));
    assert_true(services_take_place(services, 3)); /* a reload gave more */
    services_give_place(services);
    services_give_place(services);
    assert_true(services_take_place(services, 2));
    assert_false(services_take_place(services, 2));
}

static void a_message_is_asked_to_come_again_for_so_long(void **state)
{
    Services *services = ((Case *)*state)->services;
    const gint64 within = 30 * MINUTE * 1000;
    assert_true(services_may_tempfail(services, "one", NOON, within));
    assert_true(services_may_tempfail(services, "one", NOON + 30 * MINUTE - 1, within));
    assert_false(services_may_tempfail(services, "one", NOON + 30 * MINUTE, within));
    assert_false(services_may_tempfail(services, "one", NOON + 30 * MINUTE + 1, within));
    assert_true(services_may_tempfail(services, "other", NOON + 30 * MINUTE, within));
}

static void trying_again_doesnt_start_the_time_anew(void **state)
{
    Services *services = ((Case *)*state)->services;
    const gint64 within = 30 * MINUTE * 1000;
    for (gint64 at = 0; at < 30; at += 5)
        assert_true(services_may_tempfail(services, "one", NOON + at * MINUTE, within));
    assert_false(services_may_tempfail(services, "one", NOON + 30 * MINUTE, within));
}

static void remember(Services *services, guint from, guint to, gint64 now)
{
    for (guint i = from; i < to; i++) {
        g_autofree char *identity = g_strdup_printf("mail-%u", i);
        assert_true(services_may_tempfail(services, identity, now, 1000));
    }
}

/* Is the first time at which it was seen still known?  Asking makes it known again. */
static bool remembered(Services *services, const char *identity)
{
    return !services_may_tempfail(services, identity, NOON + 1, 1000);
}

static void the_oldest_is_forgotten_when_the_memory_is_full(void **state)
{
    Services *services = ((Case *)*state)->services;
    remember(services, 0, SERVICES_TEMPFAIL_MAX, NOON);
    assert_true(remembered(services, "mail-0"));
    remember(services, SERVICES_TEMPFAIL_MAX, SERVICES_TEMPFAIL_MAX + 1, NOON);
    assert_true(remembered(services, "mail-1"));
    assert_false(remembered(services, "mail-0"));
    assert_false(remembered(services, "mail-1")); /* it went for mail-0 to come back */
    assert_true(remembered(services, "mail-3"));
}

/* Thirty decisions of a model that was sure, each of whose tickets a person has closed. */
#define THIRTY(into, values)                                                                       \
    "INSERT INTO " into " WITH RECURSIVE t (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM t"       \
    " WHERE i < 30) SELECT " values " FROM t;"
static const char thirty_looks[] = "PRAGMA foreign_keys = OFF;" THIRTY(
    "decision (id, mailbox, identity, standing, marked, message, ticket, status, why, engine,"
    " proven, proven_reason, customer, match, manifest, quotes_failed, ms, created)",
    "format('%016d', i), 'support', i, 1, 'marked', 1, i, 'llm', '', 'haiku', 0, '', '', 'none',"
    " '[]', 0, 1, 1800000000")
    THIRTY("revision (decision, by, verdict, texts, confidence, confidence_source, floors, final,"
           " plan, prompt, prompt_digest, policy, at)",
           "format('%016d', i), 'llm', '{\"certainty\":\"high\"}', '{}', 0.85, 'table', '{}',"
           " '[]', '{}', 'support@1', '', '', 1800000000")
        THIRTY("call (decision, engine, model, outcome, detail, request_id, input_tokens,"
               " cached_tokens, output_tokens, ms, at)",
               "format('%016d', i), 'haiku', 'haiku-1', 'ok', '', '', 1, 0, 1, 1, 1800000000")
            THIRTY("audit (at, by, verb, ticket, before, after)",
                   "1800000001, 'bea', 'close', i, '{}', '{}'");

static void add_looks(const Case *c)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3) db =
        sqlite_open(c->store + strlen("sqlite:"), SQLITE_FOR_WRITING, 5000, &error);
    if (db == NULL || !sqlite_run(db, thirty_looks, &error))
        fail_msg("%s", error->message);
}

/* -1: nothing is known of it. */
static double confidence_of_high(const Calibration *calibration)
{
    const CertaintyTable *table = calibration_table(calibration, "haiku-1", "support@1");
    return table != NULL ? certainty_table_confidence(table, "high") : -1;
}

static void a_new_count_leaves_the_old_one_to_who_has_it(void **state)
{
    const Case *c = *state;
    g_autoptr(Calibration) at_start = services_calibration(c->services);
    add_looks(c);
    g_autoptr(Calibration) still = services_calibration(c->services);
    assert_true(confidence_of_high(still) == -1);
    assert_true(services_calibrate(c->services, NOON + MINUTE, NULL));
    g_autoptr(Calibration) counted = services_calibration(c->services);
    assert_true(confidence_of_high(counted) == (30 + 8.5) / 40);
    assert_true(confidence_of_high(at_start) == -1);
    assert_true(services_calibrate(c->services, NOON + CALIBRATION_WINDOW + MINUTE, NULL));
    g_autoptr(Calibration) later = services_calibration(c->services);
    assert_true(confidence_of_high(later) == -1);
}

static void *read_counts(void *item, void *services)
{
    bool good = true;
    (void)item;
    for (int i = 0; i < 500; i++) {
        g_autoptr(Calibration) calibration = services_calibration(services);
        good = good && confidence_of_high(calibration) == (30 + 8.5) / 40;
    }
    return GINT_TO_POINTER(good);
}

static void *count_again(void *item, void *services)
{
    bool good = true;
    if (GPOINTER_TO_UINT(item) != 1)
        return read_counts(item, services);
    for (int i = 0; i < 50; i++)
        good = good && services_calibrate(services, NOON + MINUTE, NULL);
    return GINT_TO_POINTER(good);
}

static GPtrArray *items_up_to(guint count)
{
    GPtrArray *items = g_ptr_array_new();
    for (guint i = 1; i <= count; i++)
        g_ptr_array_add(items, GUINT_TO_POINTER(i));
    return items;
}

static void it_is_read_while_it_is_counted(void **state)
{
    const Case *c = *state;
    g_autoptr(GPtrArray) items = items_up_to(4);
    add_looks(c);
    assert_true(services_calibrate(c->services, NOON + MINUTE, NULL));
    g_autoptr(GPtrArray) results = side_by_side(count_again, items, c->services, NULL, NULL);
    for (guint i = 0; i < results->len; i++)
        assert_true(GPOINTER_TO_INT(results->pdata[i]));
}

/* Items that meet: each waits until all are there, which can only be on threads of their own. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    guint wanted, here;
} Meeting;

static bool meet(Meeting *meeting)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    int waited = 0;
    pthread_mutex_lock(&meeting->lock);
    meeting->here++;
    pthread_cond_broadcast(&meeting->changed);
    while (meeting->here < meeting->wanted && waited == 0)
        waited = pthread_cond_timedwait(&meeting->changed, &meeting->lock, &until);
    pthread_mutex_unlock(&meeting->lock);
    return waited == 0;
}

static void *meet_and_double(void *item, void *data)
{
    return meet(data) ? GINT_TO_POINTER(2 * GPOINTER_TO_INT(item)) : NULL;
}

static void several_items_are_worked_on_at_once_and_stay_in_order(void **state)
{
    (void)state;
    for (guint count = 1; count <= 16; count *= 4) {
        g_autoptr(GPtrArray) items = items_up_to(count);
        Meeting meeting = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, count, 0 };
        g_autoptr(GPtrArray) results = side_by_side(meet_and_double, items, &meeting, NULL, NULL);
        assert_int_equal(results->len, count);
        for (guint i = 0; i < count; i++)
            assert_int_equal(GPOINTER_TO_UINT(g_ptr_array_index(results, i)), 2 * (i + 1));
    }
}

static void *own_thread(void *item, void *data)
{
    (void)item;
    return pthread_equal(pthread_self(), *(pthread_t *)data) ? GINT_TO_POINTER(1) : NULL;
}

static void a_single_item_needs_no_thread(void **state)
{
    (void)state;
    pthread_t self = pthread_self();
    g_autoptr(GPtrArray) one = items_up_to(1);
    g_autoptr(GPtrArray) two = items_up_to(2);
    g_autoptr(GPtrArray) alone = side_by_side(own_thread, one, &self, NULL, NULL);
    g_autoptr(GPtrArray) both = side_by_side(own_thread, two, &self, NULL, NULL);
    assert_non_null(g_ptr_array_index(alone, 0));
    assert_null(g_ptr_array_index(both, 0));
    assert_null(g_ptr_array_index(both, 1));
}

typedef struct {
    pthread_t caller;
    guint ticks;
    bool elsewhere;
} Ticker;

static void count_tick(void *data)
{
    Ticker *ticker = data;
    ticker->ticks++;
    ticker->elsewhere |= !pthread_equal(pthread_self(), ticker->caller);
}

static void *linger(void *item, void *data)
{
    (void)data;
    g_usleep(GPOINTER_TO_UINT(item) * 1250 * 1000);
    return item;
}

static void the_caller_ticks_every_second_while_it_waits(void **state)
{
    (void)state;
    Ticker ticker = { .caller = pthread_self() };
    g_autoptr(GPtrArray) items = items_up_to(2);
    g_autoptr(GPtrArray) results = side_by_side(linger, items, NULL, count_tick, &ticker);
    assert_int_equal(results->len, 2);
    assert_in_range(ticker.ticks, 1, 4);
    assert_false(ticker.elsewhere);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(without_a_crm_everybody_is_a_stranger),
        cmocka_unit_test(a_store_that_cant_be_opened_is_an_error),
        WITH(as_many_wait_as_there_are_places),
        WITH(a_message_is_asked_to_come_again_for_so_long),
        WITH(trying_again_doesnt_start_the_time_anew),
        WITH(the_oldest_is_forgotten_when_the_memory_is_full),
        WITH(a_new_count_leaves_the_old_one_to_who_has_it),
        WITH(it_is_read_while_it_is_counted),
        cmocka_unit_test(several_items_are_worked_on_at_once_and_stay_in_order),
        cmocka_unit_test(a_single_item_needs_no_thread),
        cmocka_unit_test(the_caller_ticks_every_second_while_it_waits),
    };
    return cmocka_run_group_tests_name("pipeline: services", tests, NULL, NULL);
}
