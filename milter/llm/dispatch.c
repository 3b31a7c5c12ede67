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

/* An admitted caller counts as an asker until leave(), which keeps the dispatcher alive. */
static BreakerAdmission admit(LlmDispatcher *dispatcher, const LlmModel *model, gint64 *wait)
{
    pthread_mutex_lock(&dispatcher->lock);
    BreakerAdmission admission =
        breaker_admit(breaker_of(dispatcher, model), g_get_monotonic_time(), wait);
    dispatcher->askers += admission != BREAKER_REFUSES;
    pthread_mutex_unlock(&dispatcher->lock);
    return admission;
}

static void leave(LlmDispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    if (--dispatcher->askers == 0)
        pthread_cond_signal(&dispatcher->no_askers);
    pthread_mutex_unlock(&dispatcher->lock);
}

static const struct {
    const char *event;
    LogLevel level;
} news[] = {
    [BREAKER_OPENED] = { "model-left-alone", LOG_LEVEL_ERROR },
    [BREAKER_BUSY] = { "model-busy", LOG_LEVEL_WARNING },
    [BREAKER_CLOSED] = { "model-back", LOG_LEVEL_INFO },
    [BREAKER_INVALID] = { "model-answers-invalid", LOG_LEVEL_ERROR },
    [BREAKER_VALID] = { "model-answers-valid", LOG_LEVEL_INFO },
};

/* One alarm when it begins, one line when it is over. */
static void log_change(BreakerChange change, const LlmModel *model, const LlmAnswer *answer)
{
    g_autoptr(LogLine) line = log_line_new(news[change].event);
    log_text(line, "engine", model->name);
    log_text(line, "outcome", llm_outcome_name(answer->outcome));
    log_text(line, "detail", answer->detail);
    log_write(news[change].level, line);
}

static void note(LlmDispatcher *dispatcher, const LlmModel *model, BreakerAdmission admission,
                 const LlmAnswer *answer)
{
    pthread_mutex_lock(&dispatcher->lock);
    BreakerChange change =
        breaker_note(breaker_of(dispatcher, model), admission, answer, g_get_monotonic_time());
    bool is_news = change != BREAKER_SAME && !dispatcher->stopping;
    pthread_mutex_unlock(&dispatcher->lock);
    if (is_news)
        log_change(change, model, answer);
}

void llm_note_checked(LlmDispatcher *dispatcher, const LlmModel *model, const LlmAnswer *answer,
                      const char *account)
{
    pthread_mutex_lock(&dispatcher->lock);
    BreakerChange change = breaker_note_checked(
        breaker_of(dispatcher, model), answer->outcome == LLM_OK, g_str_hash(account),
        model->pause_after_invalid_ms * G_TIME_SPAN_MILLISECOND, g_get_monotonic_time());
    pthread_mutex_unlock(&dispatcher->lock);
    if (change != BREAKER_SAME)
        log_change(change, model, answer);
}

bool llm_may_retry(LlmDispatcher *dispatcher, const LlmModel *model)
{
    pthread_mutex_lock(&dispatcher->lock);
    bool may = breaker_may_retry(breaker_of(dispatcher, model));
    pthread_mutex_unlock(&dispatcher->lock);
    return may;
}

/* Of a call that its asker left: an answer that came late is a sign of life, one that never came a
 * failure.  One that was given up before its time says nothing about the server. */
static void note_left(LlmDispatcher *dispatcher, LlmCall *call)
{
    bool given_up = llm_call_is_abandoned(call) && call->ended < call->deadline;
    g_autoptr(LlmAnswer) answer =
        given_up ? llm_answer_new(LLM_DEADLINE, "given up") : llm_call_answer(call);
    if (given_up)
        answer->ms = 0;
    note(dispatcher, &call->model, call->admission, answer);
}

/* ── the dispatcher's thread ── */

static void settle(LlmDispatcher *dispatcher, LlmCall *call, CURLcode result)
{
    if (llm_call_settle(call, result))
        note_left(dispatcher, call);
}

static void finish(LlmDispatcher *dispatcher, LlmCall *call, CURLcode result)
{
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->status);
    curl_multi_remove_handle(dispatcher->loop.multi, call->easy);
    g_clear_pointer(&call->easy, curl_easy_cleanup);
    g_hash_table_remove(dispatcher->running, call);
    settle(dispatcher, call, result);
    llm_call_unref(call);
}

static void start(LlmDispatcher *dispatcher, LlmCall *call)
{
    gint64 left_ms = (call->deadline - g_get_monotonic_time()) / 1000;
    curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)MAX(left_ms, 1));
    if (curl_multi_add_handle(dispatcher->loop.multi, call->easy) != CURLM_OK) {
        settle(dispatcher, call, CURLE_OUT_OF_MEMORY);
        return;
    }
    g_hash_table_add(dispatcher->running, llm_call_ref(call));
}

static void take(LlmDispatcher *dispatcher, LlmCall *call, bool stopping)
{
    bool runs = g_hash_table_contains(dispatcher->running, call);
    bool abandoned = llm_call_is_abandoned(call);
    if (abandoned && runs)
        finish(dispatcher, call, CURLE_OPERATION_TIMEDOUT);
    else if (abandoned || stopping)
        settle(dispatcher, call, CURLE_ABORTED_BY_CALLBACK);
    else
        start(dispatcher, call);
    llm_call_unref(call);
}

/* Starts what is new, ends what is abandoned; false once the dispatcher stops. */
static bool empty_inbox(LlmDispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    GQueue calls = dispatcher->inbox;
    bool stopping = dispatcher->stopping;
    g_queue_init(&dispatcher->inbox);
    pthread_mutex_unlock(&dispatcher->lock);
    LlmCall *call;
    while ((call = g_queue_pop_head(&calls)))
        take(dispatcher, call, stopping);
    return !stopping;
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
        finish(dispatcher, call, result);
    }
}

static void end_running(LlmDispatcher *dispatcher)
{
    g_autoptr(GList) calls = g_hash_table_get_keys(dispatcher->running);
    for (GList *link = calls; link; link = link->next)
        finish(dispatcher, link->data, CURLE_ABORTED_BY_CALLBACK);
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

/* false once the dispatcher stops. */
static bool post(LlmDispatcher *dispatcher, LlmCall *call)
{
    pthread_mutex_lock(&dispatcher->lock);
    bool stopping = dispatcher->stopping;
    if (!stopping) {
        /* Whoever found it empty has woken the thread, which takes all of it. */
        if (g_queue_is_empty(&dispatcher->inbox))
            llm_loop_wake(&dispatcher->loop);
        g_queue_push_tail(&dispatcher->inbox, llm_call_ref(call));
    }
    pthread_mutex_unlock(&dispatcher->lock);
    return !stopping;
}

static void wait_ticking(LlmCall *call, gint64 until, void (*tick)(void *), void *tick_data)
{
    gint64 next_tick = g_get_monotonic_time();
    for (;;) {
        next_tick += LLM_TICK_MS * 1000;
        if (!tick || next_tick >= until)
            break;
        if (llm_call_wait(call, next_tick))
            return;
        tick(tick_data);
    }
    llm_call_wait(call, until);
}

/* Ends the call unless it is done, and says what it came to. */
static LlmAnswer *conclude(LlmDispatcher *dispatcher, LlmCall *call)
{
    if (!llm_call_abandon(call))
        return llm_call_answer(call);
    post(dispatcher, call);
    LlmAnswer *answer = llm_answer_new(LLM_DEADLINE, "no answer in time");
    answer->ms = (g_get_monotonic_time() - call->began) / 1000;
    return answer;
}

struct LlmPending {
    LlmDispatcher *dispatcher; /* which counts us among its askers */
    LlmCall *call;
};

/* The asker leaves the call to go on; NULL if it is done. */
static LlmPending *leave_pending(LlmDispatcher *dispatcher, LlmCall *call)
{
    if (!llm_call_leave(call))
        return NULL;
    LlmPending *pending = g_new(LlmPending, 1);
    *pending = (LlmPending){ dispatcher, llm_call_ref(call) };
    pthread_mutex_lock(&dispatcher->lock);
    dispatcher->askers++;
    pthread_mutex_unlock(&dispatcher->lock);
    return pending;
}

/* Notes how the call ended, unless it goes on. */
static LlmAnswer *ask_admitted(LlmDispatcher *dispatcher, LlmCall *call, gint64 deadline,
                               void (*tick)(void *), void *tick_data, LlmPending **pending)
{
    if (post(dispatcher, call))
        wait_ticking(call, deadline, tick, tick_data);
    else
        llm_call_settle(call, CURLE_ABORTED_BY_CALLBACK);
    if (call->deadline > deadline && (*pending = leave_pending(dispatcher, call))) {
        LlmAnswer *answer = llm_answer_new(LLM_DEADLINE, "no answer in time");
        answer->ms = (g_get_monotonic_time() - call->began) / 1000;
        return answer;
    }
    LlmAnswer *answer = conclude(dispatcher, call);
    note(dispatcher, &call->model, call->admission, answer);
    return answer;
}

static void pending_free(LlmPending *pending)
{
    llm_call_unref(pending->call);
    leave(pending->dispatcher);
    g_free(pending);
}

LlmAnswer *llm_collect(LlmPending *pending)
{
    llm_call_wait(pending->call, pending->call->deadline);
    LlmAnswer *answer = conclude(pending->dispatcher, pending->call);
    pending_free(pending);
    return answer;
}

void llm_give_up(LlmPending *pending)
{
    if (!pending)
        return;
    if (llm_call_abandon(pending->call))
        post(pending->dispatcher, pending->call);
    pending_free(pending);
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
    LlmCall *call = llm_call_new(model, admission, llm_build(model, request), MAX(deadline, late));
    LlmAnswer *answer = call ? ask_admitted(dispatcher, call, deadline, tick, tick_data, pending)
                             : llm_answer_new(LLM_TRANSPORT, "curl has no memory");
    if (call)
        llm_call_unref(call);
    else
        note(dispatcher, model, admission, answer);
    leave(dispatcher);
    return answer;
}

LlmAnswer *llm_ask(LlmDispatcher *dispatcher, const LlmModel *model, const LlmRequest *request,
                   gint64 deadline, void (*tick)(void *), void *tick_data)
{
    LlmPending *pending;
    return llm_ask_late(dispatcher, model, request, deadline, 0, tick, tick_data, &pending);
}
