/* The dispatcher: one thread with curl's multi interface holds every call in flight, so that all
 * askers share warm connections and none waits longer than its deadline.
 *
 * An asker posts its call into the inbox and waits for it; at its deadline it posts the call again,
 * abandoned, and goes at once.  Only the dispatcher's thread touches the multi handle.  As many
 * calls are in flight as threads are asking; their number is bounded where threads are made.  What
 * is known of each model's health lives here too, because it outlasts configurations.
 */
#include "llm/breaker.h"
#include "llm/call.h"
#include "llm/loop.h"

#include "base/error.h"
#include "base/log.h"

#include <signal.h>

struct LlmDispatcher {
    LlmLoop loop;
    GHashTable *running; /* LlmCall*, the thread's own */
    pthread_t thread;

    pthread_mutex_t lock;
    GQueue inbox; /* LlmCall* with a reference each */
    bool stopping;
    guint askers;
    pthread_cond_t no_askers;
    GHashTable *breakers; /* api, url, model and key ─▶ Breaker* */
};

static void call_unref(LlmCall *call)
{
    if (--call->refs == 0)
        llm_call_free(call);
}

/* With the lock held. */
static void post(LlmDispatcher *dispatcher, LlmCall *call)
{
    call->refs++;
    g_queue_push_tail(&dispatcher->inbox, call);
    llm_loop_wake(&dispatcher->loop);
}

/* ── the dispatcher's thread ── */

/* With the lock held. */
static void settle(LlmCall *call, CURLcode result)
{
    call->result = result;
    call->running = false;
    call->done = true;
    call->ended = g_get_monotonic_time();
    pthread_cond_signal(&call->changed);
}

/* With the lock held; takes the reference of the running set. */
static void finish(LlmDispatcher *dispatcher, LlmCall *call, CURLcode result)
{
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->status);
    curl_multi_remove_handle(dispatcher->loop.multi, call->easy);
    g_clear_pointer(&call->easy, curl_easy_cleanup);
    g_hash_table_remove(dispatcher->running, call);
    settle(call, result);
    call_unref(call);
}

/* With the lock held. */
static void start(LlmDispatcher *dispatcher, LlmCall *call)
{
    gint64 left_ms = (call->deadline - g_get_monotonic_time()) / 1000;
    curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)MAX(left_ms, 1));
    if (curl_multi_add_handle(dispatcher->loop.multi, call->easy) != CURLM_OK) {
        settle(call, CURLE_OUT_OF_MEMORY);
        return;
    }
    call->running = true;
    call->refs++;
    g_hash_table_add(dispatcher->running, call);
}

/* Starts what is new, ends what is abandoned; false once the dispatcher stops. */
static bool empty_inbox(LlmDispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    LlmCall *call;
    while ((call = g_queue_pop_head(&dispatcher->inbox))) {
        if (call->abandoned && call->running)
            finish(dispatcher, call, CURLE_OPERATION_TIMEDOUT);
        else if (!call->abandoned && dispatcher->stopping)
            settle(call, CURLE_ABORTED_BY_CALLBACK);
        else if (!call->abandoned)
            start(dispatcher, call);
        call_unref(call);
    }
    bool go_on = !dispatcher->stopping;
    pthread_mutex_unlock(&dispatcher->lock);
    return go_on;
}

static void collect_finished(LlmDispatcher *dispatcher)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(dispatcher->loop.multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode result = message->data.result;
        LlmCall *call = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
        pthread_mutex_lock(&dispatcher->lock);
        finish(dispatcher, call, result);
        pthread_mutex_unlock(&dispatcher->lock);
    }
}

static void end_running(LlmDispatcher *dispatcher)
{
    g_autoptr(GList) calls = g_hash_table_get_keys(dispatcher->running);
    pthread_mutex_lock(&dispatcher->lock);
    for (GList *link = calls; link; link = link->next)
        finish(dispatcher, link->data, CURLE_ABORTED_BY_CALLBACK);
    pthread_mutex_unlock(&dispatcher->lock);
}

static void *dispatch(void *data)
{
    LlmDispatcher *dispatcher = data;
    while (empty_inbox(dispatcher)) {
        llm_loop_turn(&dispatcher->loop);
        collect_finished(dispatcher);
    }
    end_running(dispatcher);
    return NULL;
}

/* ── its life ── */

/* Signals are for the main thread; SIGPIPE for nobody. */
static int start_thread(LlmDispatcher *dispatcher)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&dispatcher->thread, NULL, dispatch, dispatcher);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void dispatcher_dispose(LlmDispatcher *dispatcher)
{
    llm_loop_clear(&dispatcher->loop);
    g_hash_table_unref(dispatcher->running);
    g_hash_table_unref(dispatcher->breakers);
    pthread_cond_destroy(&dispatcher->no_askers);
    pthread_mutex_destroy(&dispatcher->lock);
    g_free(dispatcher);
}

LlmDispatcher *llm_dispatcher_new(GError **error)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    LlmDispatcher *dispatcher = g_new0(LlmDispatcher, 1);
    dispatcher->running = g_hash_table_new(NULL, NULL);
    dispatcher->breakers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&dispatcher->inbox);
    pthread_mutex_init(&dispatcher->lock, NULL);
    pthread_cond_init(&dispatcher->no_askers, NULL);
    if (llm_loop_init(&dispatcher->loop) && start_thread(dispatcher) == 0)
        return dispatcher;
    dispatcher_dispose(dispatcher);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM,
                "can't start the thread that asks the models: out of memory, descriptors or "
                "threads");
    return NULL;
}

void llm_dispatcher_stop(LlmDispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    dispatcher->stopping = true;
    llm_loop_wake(&dispatcher->loop);
    pthread_mutex_unlock(&dispatcher->lock);
}

void llm_dispatcher_free(LlmDispatcher *dispatcher)
{
    if (!dispatcher)
        return;
    llm_dispatcher_stop(dispatcher);
    pthread_join(dispatcher->thread, NULL);

    pthread_mutex_lock(&dispatcher->lock);
    while (dispatcher->askers > 0)
        pthread_cond_wait(&dispatcher->no_askers, &dispatcher->lock);
    pthread_mutex_unlock(&dispatcher->lock);
    dispatcher_dispose(dispatcher);
}

/* ── the asker's thread ── */

/* With the lock held: until the call is done or `until` has come. */
static void wait_until(LlmDispatcher *dispatcher, LlmCall *call, gint64 until)
{
    struct timespec time = { .tv_sec = (time_t)(until / G_USEC_PER_SEC),
                             .tv_nsec = (long)(until % G_USEC_PER_SEC) * 1000 };
    while (!call->done && g_get_monotonic_time() < until)
        pthread_cond_timedwait(&call->changed, &dispatcher->lock, &time);
}

/* With the lock held, which is let go for the ticks. */
static void wait_ticking(LlmDispatcher *dispatcher, LlmCall *call, gint64 until,
                         void (*tick)(void *), void *tick_data)
{
    for (;;) {
        gint64 next_tick = g_get_monotonic_time() + LLM_TICK_MS * 1000;
        wait_until(dispatcher, call, MIN(next_tick, until));
        if (call->done || g_get_monotonic_time() >= until)
            return;
        if (!tick)
            continue;
        pthread_mutex_unlock(&dispatcher->lock);
        tick(tick_data);
        pthread_mutex_lock(&dispatcher->lock);
    }
}

/* With the lock held. */
static void abandon(LlmDispatcher *dispatcher, LlmCall *call)
{
    call->abandoned = true;
    if (!dispatcher->stopping)
        post(dispatcher, call);
}

/* With the lock held: posts the call, waits until `until`; is it done? */
static bool carry_out(LlmDispatcher *dispatcher, LlmCall *call, gint64 until, void (*tick)(void *),
                      void *tick_data)
{
    if (dispatcher->stopping) {
        settle(call, CURLE_ABORTED_BY_CALLBACK);
        return true;
    }
    post(dispatcher, call);
    wait_ticking(dispatcher, call, until, tick, tick_data);
    return call->done;
}

/* Lets go of the call; what it came to is the answer. */
static LlmAnswer *take_answer(LlmDispatcher *dispatcher, LlmCall *call, const LlmModel *model,
                              bool done)
{
    LlmAnswer *answer =
        done ? llm_call_answer(call, model) : llm_answer_new(LLM_DEADLINE, "no answer in time");
    answer->ms = ((done ? call->ended : g_get_monotonic_time()) - call->began) / 1000;
    pthread_mutex_lock(&dispatcher->lock);
    call_unref(call);
    pthread_mutex_unlock(&dispatcher->lock);
    return answer;
}

struct LlmPending {
    LlmDispatcher *dispatcher; /* which counts us among its askers */
    LlmCall *call;
};

/* With the lock held: the call goes on, and somebody will come for it. */
static LlmPending *leave_pending(LlmDispatcher *dispatcher, LlmCall *call)
{
    LlmPending *pending = g_new(LlmPending, 1);
    *pending = (LlmPending){ dispatcher, call };
    call->refs++;
    dispatcher->askers++;
    return pending;
}

static LlmAnswer *ask_admitted(LlmDispatcher *dispatcher, const LlmModel *model,
                               const LlmRequest *request, gint64 deadline, gint64 late,
                               void (*tick)(void *), void *tick_data, LlmPending **pending)
{
    LlmCall *call = llm_call_new(llm_build(model, request), (gsize)model->max_response_bytes,
                                 MAX(deadline, late));
    if (!call)
        return llm_answer_new(LLM_TRANSPORT, "curl has no memory");
    pthread_mutex_lock(&dispatcher->lock);
    bool done = carry_out(dispatcher, call, deadline, tick, tick_data);
    if (!done && late > deadline && !dispatcher->stopping)
        *pending = leave_pending(dispatcher, call);
    else if (!done)
        abandon(dispatcher, call);
    pthread_mutex_unlock(&dispatcher->lock);
    return take_answer(dispatcher, call, model, done);
}

static void pending_free(LlmPending *pending)
{
    LlmDispatcher *dispatcher = pending->dispatcher;
    pthread_mutex_lock(&dispatcher->lock);
    if (--dispatcher->askers == 0)
        pthread_cond_signal(&dispatcher->no_askers);
    pthread_mutex_unlock(&dispatcher->lock);
    g_free(pending);
}

LlmAnswer *llm_collect(LlmPending *pending, const LlmModel *model)
{
    LlmDispatcher *dispatcher = pending->dispatcher;
    LlmCall *call = pending->call;
    pthread_mutex_lock(&dispatcher->lock);
    wait_until(dispatcher, call, call->deadline);
    bool done = call->done;
    if (!done)
        abandon(dispatcher, call);
    pthread_mutex_unlock(&dispatcher->lock);
    LlmAnswer *answer = take_answer(dispatcher, call, model, done);
    pending_free(pending);
    return answer;
}

void llm_give_up(LlmPending *pending)
{
    if (!pending)
        return;
    LlmDispatcher *dispatcher = pending->dispatcher;
    pthread_mutex_lock(&dispatcher->lock);
    if (!pending->call->done)
        abandon(dispatcher, pending->call);
    call_unref(pending->call);
    pthread_mutex_unlock(&dispatcher->lock);
    pending_free(pending);
}

/* ── the models' health ── */

/* With the lock held. */
static Breaker *breaker_of(LlmDispatcher *dispatcher, const LlmModel *model)
{
    g_autofree char *key = g_strdup_printf("%s %s %s %08x", llm_api_names[model->api], model->url,
                                           model->model, model->key ? g_str_hash(model->key) : 0);
    Breaker *breaker = g_hash_table_lookup(dispatcher->breakers, key);
    if (breaker)
        return breaker;
    if (g_hash_table_size(dispatcher->breakers) >= LLM_MODELS_MAX)
        g_hash_table_remove_all(dispatcher->breakers);
    breaker = g_new(Breaker, 1);
    breaker_init(breaker);
    g_hash_table_insert(dispatcher->breakers, g_steal_pointer(&key), breaker);
    return breaker;
}

/* Who is admitted is counted until note(): so long the dispatcher isn't freed. */
static BreakerAdmission admit(LlmDispatcher *dispatcher, const LlmModel *model, gint64 *wait)
{
    pthread_mutex_lock(&dispatcher->lock);
    BreakerAdmission admission =
        breaker_admit(breaker_of(dispatcher, model), g_get_monotonic_time(), wait);
    dispatcher->askers += admission != BREAKER_REFUSES;
    pthread_mutex_unlock(&dispatcher->lock);
    return admission;
}

/* One alarm when it begins, one line when it is over. */
static void note(LlmDispatcher *dispatcher, const LlmModel *model, BreakerAdmission admission,
                 const LlmAnswer *answer)
{
    pthread_mutex_lock(&dispatcher->lock);
    BreakerChange change =
        breaker_note(breaker_of(dispatcher, model), admission, answer, g_get_monotonic_time());
    bool is_news = change != BREAKER_SAME && !dispatcher->stopping;
    if (--dispatcher->askers == 0)
        pthread_cond_signal(&dispatcher->no_askers);
    pthread_mutex_unlock(&dispatcher->lock);
    if (!is_news)
        return;
    bool opened = change == BREAKER_OPENED;
    g_autoptr(LogLine) line = log_line_new(opened ? "model-left-alone" : "model-back");
    log_text(line, "engine", model->name);
    log_text(line, "outcome", llm_outcome_name(answer->outcome));
    log_text(line, "detail", answer->detail);
    log_write(opened ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, line);
}

bool llm_may_retry(LlmDispatcher *dispatcher, const LlmModel *model)
{
    pthread_mutex_lock(&dispatcher->lock);
    bool may = breaker_may_retry(breaker_of(dispatcher, model));
    pthread_mutex_unlock(&dispatcher->lock);
    return may;
}

LlmAnswer *llm_ask_late(LlmDispatcher *dispatcher, const LlmModel *model, const LlmRequest *request,
                        gint64 deadline, gint64 late, void (*tick)(void *), void *tick_data,
                        LlmPending **pending)
{
    gint64 wait;
    *pending = NULL;
    if (g_get_monotonic_time() >= deadline)
        return llm_answer_new(LLM_DEADLINE, "no time left to ask");
    BreakerAdmission admission = admit(dispatcher, model, &wait);
    if (admission == BREAKER_REFUSES) {
        LlmAnswer *refused = llm_answer_new(LLM_BREAKER_OPEN, "left alone for now");
        refused->retry_after_ms = wait / 1000;
        return refused;
    }
    LlmAnswer *answer =
        ask_admitted(dispatcher, model, request, deadline, late, tick, tick_data, pending);
    note(dispatcher, model, admission, answer);
    return answer;
}

LlmAnswer *llm_ask(LlmDispatcher *dispatcher, const LlmModel *model, const LlmRequest *request,
                   gint64 deadline, void (*tick)(void *), void *tick_data)
{
    LlmPending *pending;
    return llm_ask_late(dispatcher, model, request, deadline, 0, tick, tick_data, &pending);
}
