/* The breaker: when it opens, how long, and how it closes again. */
#include "llm/breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND ((gint64)G_USEC_PER_SEC)
#define NOON   (1000000 * SECOND)

/* An answer that took two seconds, unless it says otherwise. */
static BreakerChange answer(Breaker *breaker, LlmOutcome outcome, gint64 now)
{
    gint64 wait;
    BreakerAdmission admission = breaker_admit(breaker, now, &wait);
    assert_int_not_equal(admission, BREAKER_REFUSES);
    const LlmAnswer said = { .outcome = outcome, .retry_after_ms = -1, .ms = 2000 };
    return breaker_note(breaker, admission, &said, now);
}

static bool is_closed(Breaker *breaker, gint64 now)
{
    gint64 wait;
    Breaker copy = *breaker;
    return breaker_admit(&copy, now, &wait) == BREAKER_ADMITS;
}

static void each_outcome_opens_it_at_once_or_after_five_or_never(void **state)
{
    static const struct {
        LlmOutcome outcome;
        int opens_at; /* the how manieth; 0: never */
    } rows[] = {
        { LLM_OK, 0 },           { LLM_TRUNCATED, 0 },
        { LLM_REFUSED, 0 },      { LLM_FILTERED, 0 },
        { LLM_EMPTY, 0 },        { LLM_INVALID_JSON, 0 },
        { LLM_TOO_LARGE, 0 },    { LLM_SCHEMA_MISMATCH, 0 },
        { LLM_RATE_LIMITED, 0 }, { LLM_QUOTA, 1 },
        { LLM_AUTH, 1 },         { LLM_BAD_REQUEST, 5 },
        { LLM_SERVER, 5 },       { LLM_TRANSPORT, 5 },
        { LLM_DEADLINE, 5 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Breaker breaker;
        breaker_init(&breaker);
        int opened = 0;
        for (int n = 1; n <= 20 && opened == 0; n++)
            if (answer(&breaker, rows[i].outcome, NOON) == BREAKER_OPENED)
                opened = n;
        assert_int_equal(opened, rows[i].opens_at);
        assert_int_equal(is_closed(&breaker, NOON), opened == 0);
    }
}

static void five_failures_count_among_ten_answers_only(void **state)
{
    (void)state;
    Breaker breaker;
    breaker_init(&breaker);
    for (int i = 0; i < 30; i++) /* four of any ten */
        assert_int_equal(answer(&breaker, i % 5 < 2 ? LLM_SERVER : LLM_OK, NOON), BREAKER_SAME);
    breaker_init(&breaker);
    for (int i = 0; i < 8; i++)
        assert_int_equal(answer(&breaker, i % 2 ? LLM_OK : LLM_SERVER, NOON), BREAKER_SAME);
    assert_int_equal(answer(&breaker, LLM_SERVER, NOON), BREAKER_OPENED);
}

static void one_probe_goes_out_when_the_time_is_over(void **state)
{
    (void)state;
    Breaker breaker;
    gint64 wait;
    breaker_init(&breaker);
    answer(&breaker, LLM_AUTH, NOON);
    assert_int_equal(breaker_admit(&breaker, NOON + 30 * SECOND - 1, &wait), BREAKER_REFUSES);
    assert_int_equal(wait, 1);
    assert_int_equal(breaker_admit(&breaker, NOON + 30 * SECOND, &wait), BREAKER_PROBES);
    assert_int_equal(breaker_admit(&breaker, NOON + 31 * SECOND, &wait), BREAKER_REFUSES);
    const LlmAnswer good = { .outcome = LLM_OK };
    assert_int_equal(breaker_note(&breaker, BREAKER_PROBES, &good, NOON + 32 * SECOND),
                     BREAKER_CLOSED);
    assert_true(is_closed(&breaker, NOON + 32 * SECOND));
}

static void each_probe_that_fails_doubles_the_time_up_to_ten_minutes(void **state)
{
    static const int seconds[] = { 30, 60, 120, 240, 480, 600, 600 };
    (void)state;
    Breaker breaker;
    gint64 wait, now = NOON;
    breaker_init(&breaker);
    answer(&breaker, LLM_QUOTA, now);
    for (gsize i = 0; i < G_N_ELEMENTS(seconds); i++) {
        assert_int_equal(breaker_admit(&breaker, now, &wait), BREAKER_REFUSES);
        assert_int_equal(wait, seconds[i] * SECOND);
        now += wait;
        assert_int_equal(answer(&breaker, LLM_SERVER, now), BREAKER_SAME);
    }
}

static void calls_that_were_out_when_it_opened_are_no_news(void **state)
{
    (void)state;
    Breaker breaker;
    gint64 wait;
    const LlmAnswer failed = { .outcome = LLM_SERVER }, good = { .outcome = LLM_OK };
    breaker_init(&breaker);
    answer(&breaker, LLM_AUTH, NOON);
    for (int i = 0; i < 50; i++)
        assert_int_equal(breaker_note(&breaker, BREAKER_ADMITS, i % 2 ? &failed : &good, NOON),
                         BREAKER_SAME);
    breaker_admit(&breaker, NOON, &wait);
    assert_int_equal(wait, 30 * SECOND);
}

static void a_busy_server_is_left_alone_as_long_as_it_asks_and_ten_minutes_at_most(void **state)
{
    static const struct {
        gint64 retry_after_ms;
        gint64 pause;
    } rows[] = {
        { -1, 0 },
        { 0, 0 },
        { 1500, SECOND * 3 / 2 },
        { 24 * 3600 * 1000, 600 * SECOND },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Breaker breaker;
        gint64 wait;
        const LlmAnswer busy = { .outcome = LLM_RATE_LIMITED,
                                 .retry_after_ms = rows[i].retry_after_ms };
        breaker_init(&breaker);
        breaker_note(&breaker, BREAKER_ADMITS, &busy, NOON);
        assert_true(is_closed(&breaker, NOON + rows[i].pause));
        if (rows[i].pause > 0)
            assert_int_equal(breaker_admit(&breaker, NOON + rows[i].pause - 1, &wait),
                             BREAKER_REFUSES);
    }
}

static void a_call_without_time_says_nothing(void **state)
{
    (void)state;
    Breaker breaker;
    const LlmAnswer hasty = { .outcome = LLM_DEADLINE, .ms = BREAKER_FAIR_MS - 1 };
    const LlmAnswer fair = { .outcome = LLM_DEADLINE, .ms = BREAKER_FAIR_MS };
    breaker_init(&breaker);
    for (int i = 0; i < 20; i++)
        assert_int_equal(breaker_note(&breaker, BREAKER_ADMITS, &hasty, NOON), BREAKER_SAME);
    for (int i = 0; i < 4; i++)
        assert_int_equal(breaker_note(&breaker, BREAKER_ADMITS, &fair, NOON), BREAKER_SAME);
    assert_int_equal(breaker_note(&breaker, BREAKER_ADMITS, &fair, NOON), BREAKER_OPENED);
}

static void twenty_unusable_answers_from_ten_accounts_are_reported_once(void **state)
{
    static const struct {
        int answers, accounts;
        bool reported;
    } rows[] = {
        { 19, 10, false }, { 20, 9, false },   { 20, 10, true },
        { 500, 9, false }, { 500, 500, true },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Breaker breaker;
        int reports = 0;
        breaker_init(&breaker);
        for (int n = 0; n < rows[i].answers; n++)
            reports += breaker_note_checked(&breaker, false, (guint)(n % rows[i].accounts), 0,
                                            NOON) == BREAKER_INVALID;
        if (reports != rows[i].reported)
            fail_msg("row %zu: %d reports", i, reports);
        assert_true(is_closed(&breaker, NOON));
        assert_int_equal(breaker_note_checked(&breaker, true, 1, 0, NOON),
                         rows[i].reported ? BREAKER_VALID : BREAKER_SAME);
        assert_int_equal(breaker_note_checked(&breaker, false, 1, 0, NOON), BREAKER_SAME);
    }
}

static void a_usable_answer_starts_the_count_anew(void **state)
{
    (void)state;
    Breaker breaker;
    breaker_init(&breaker);
    for (guint n = 0; n < 200; n++)
        assert_int_equal(breaker_note_checked(&breaker, n % 20 == 19, n, 0, NOON), BREAKER_SAME);
}

static void unusable_answers_pause_a_model_whose_settings_say_so(void **state)
{
    const gint64 pause = 60 * SECOND;
    (void)state;
    Breaker breaker;
    breaker_init(&breaker);
    for (guint n = 0; n < 20; n++) {
        assert_true(is_closed(&breaker, NOON));
        breaker_note_checked(&breaker, false, n, pause, NOON);
    }
    assert_false(is_closed(&breaker, NOON + pause - 1));
    assert_true(is_closed(&breaker, NOON + pause));
    breaker_note_checked(&breaker, false, 1, pause, NOON + pause);
    assert_false(is_closed(&breaker, NOON + 2 * pause - 1));
}

static void a_tenth_of_all_calls_may_be_retries(void **state)
{
    (void)state;
    Breaker breaker;
    gint64 wait;
    breaker_init(&breaker);
    for (int i = 0; i < BREAKER_RETRIES_MAX; i++)
        assert_true(breaker_may_retry(&breaker));
    assert_false(breaker_may_retry(&breaker));
    for (int i = 0; i < 105; i++)
        breaker_admit(&breaker, NOON, &wait);
    for (int i = 0; i < BREAKER_RETRIES_MAX; i++)
        assert_true(breaker_may_retry(&breaker));
    assert_false(breaker_may_retry(&breaker));
}

static BreakerChange answer_busy(Breaker *breaker, gint64 retry_after_ms)
{
    const LlmAnswer busy = { .outcome = LLM_RATE_LIMITED, .retry_after_ms = retry_after_ms };
    return breaker_note(breaker, BREAKER_ADMITS, &busy, NOON);
}

static void a_server_that_is_always_busy_is_news_once_until_it_answers_again(void **state)
{
    (void)state;
    Breaker breaker;
    breaker_init(&breaker);
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= 20; i++)
            assert_int_equal(answer_busy(&breaker, -1), i == 5 ? BREAKER_BUSY : BREAKER_SAME);
        for (int i = 1; i <= 20; i++)
            assert_int_equal(answer(&breaker, LLM_OK, NOON),
                             i == 10 ? BREAKER_CLOSED : BREAKER_SAME);
    }
    for (int i = 0; i < 30; i++) /* now and then */
        assert_int_equal(i % 5 < 2 ? answer_busy(&breaker, -1) : answer(&breaker, LLM_OK, NOON),
                         BREAKER_SAME);
}

static void a_long_pause_is_news_at_once(void **state)
{
    (void)state;
    Breaker breaker;
    breaker_init(&breaker);
    assert_int_equal(answer_busy(&breaker, BREAKER_OPEN_FIRST / 1000 - 1), BREAKER_SAME);
    assert_int_equal(answer_busy(&breaker, BREAKER_OPEN_FIRST / 1000), BREAKER_BUSY);
    assert_int_equal(answer_busy(&breaker, BREAKER_OPEN_FIRST / 1000), BREAKER_SAME);
}

static void what_fails_altogether_is_worse_news_and_ends_as_one(void **state)
{
    (void)state;
    Breaker breaker;
    gint64 later = NOON + 30 * SECOND;
    const LlmAnswer failed = { .outcome = LLM_SERVER };
    breaker_init(&breaker);
    for (int i = 1; i <= 5; i++)
        assert_int_equal(answer_busy(&breaker, -1), i == 5 ? BREAKER_BUSY : BREAKER_SAME);
    for (int i = 1; i <= 20; i++)
        assert_int_equal(breaker_note(&breaker, BREAKER_ADMITS, &failed, NOON),
                         i == 5 ? BREAKER_OPENED : BREAKER_SAME);
    assert_int_equal(answer(&breaker, LLM_OK, later), BREAKER_CLOSED);
    for (int i = 0; i < 20; i++)
        assert_int_equal(answer(&breaker, LLM_OK, later), BREAKER_SAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_outcome_opens_it_at_once_or_after_five_or_never),
        cmocka_unit_test(five_failures_count_among_ten_answers_only),
        cmocka_unit_test(one_probe_goes_out_when_the_time_is_over),
        cmocka_unit_test(each_probe_that_fails_doubles_the_time_up_to_ten_minutes),
        cmocka_unit_test(calls_that_were_out_when_it_opened_are_no_news),
        cmocka_unit_test(a_busy_server_is_left_alone_as_long_as_it_asks_and_ten_minutes_at_most),
        cmocka_unit_test(a_call_without_time_says_nothing),
        cmocka_unit_test(twenty_unusable_answers_from_ten_accounts_are_reported_once),
        cmocka_unit_test(a_usable_answer_starts_the_count_anew),
        cmocka_unit_test(unusable_answers_pause_a_model_whose_settings_say_so),
        cmocka_unit_test(a_tenth_of_all_calls_may_be_retries),
        cmocka_unit_test(a_server_that_is_always_busy_is_news_once_until_it_answers_again),
        cmocka_unit_test(a_long_pause_is_news_at_once),
        cmocka_unit_test(what_fails_altogether_is_worse_news_and_ends_as_one),
    };
    return cmocka_run_group_tests_name("llm: breaker", tests, NULL, NULL);
}
