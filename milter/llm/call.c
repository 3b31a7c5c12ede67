/* One HTTP call: how curl is told to make it, and what is kept of the response.
 *
 * TLS is always verified, redirects are never followed, plain HTTP goes to this machine alone and
 * past no proxy.  Body and headers have a maximum.  HTTP/2 only by ALPN: libcurl 7.88 breaks
 * re-used connections when told beforehand.  No low-speed limit: a model thinks in silence, and
 * the deadline ends what drips.
 */
#include "llm/call.h"

#include "base/host.h"
#include "llm/api.h"

#include <string.h>

#define CONNECT_TIMEOUT_MS 5000L
#define RECEIVE_BUFFER     4096L /* of each call in flight; answers are short */
#define HEADERS_MAX        100
#define HEADER_VALUE_MAX   1024
/* Of all lines together: curl keeps each of them until the call is over. */
#define HEADER_BYTES_MAX (128 * 1024)

static size_t take_body(char *data, size_t size, size_t count, void *to)
{
    LlmCall *call = to;
    gsize length = size * count;
    if (length > call->body_max - call->body->len) {
        call->too_long = true;
        return 0;
    }
    g_string_append_len(call->body, data, (gssize)length);
    return length;
}

static void keep_header(GHashTable *headers, const char *line, gsize length)
{
    const char *colon = memchr(line, ':', length);
    if (!colon || g_hash_table_size(headers) >= HEADERS_MAX)
        return;
    gsize value_length = MIN(length - (gsize)(colon + 1 - line), HEADER_VALUE_MAX);
    char *name = g_ascii_strdown(line, colon - line);
    char *value = g_strstrip(g_strndup(colon + 1, value_length));
    g_hash_table_replace(headers, name, value);
}

/* Also called for interim responses (100, 103): each status line starts anew. */
static size_t take_header(char *data, size_t size, size_t count, void *to)
{
    LlmCall *call = to;
    gsize length = size * count;
    call->header_bytes += length;
    call->too_long = call->header_bytes > HEADER_BYTES_MAX;
    if (call->too_long)
        return 0;
    if (length >= 5 && memcmp(data, "HTTP/", 5) == 0)
        g_hash_table_remove_all(call->headers);
    else
        keep_header(call->headers, data, length);
    return length;
}

static void set_lines(LlmCall *call)
{
    call->lines = curl_slist_append(NULL, "Expect:");
    for (char **line = call->http->headers; *line; line++)
        call->lines = curl_slist_append(call->lines, *line);
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->lines);
}

static void set_protocol(CURL *easy, const char *url, bool http2)
{
    bool plain = g_ascii_strncasecmp(url, "http:", 5) == 0;
    bool loopback = host_of_uri_is_loopback(url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain && loopback ? "http" : "https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     (long)(http2 && !plain ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, http2 && !plain ? 1L : 0L);
    if (loopback)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static void set_transport(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
    /* Else the loop would wait for the resolver of a call that is given up. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

/* In place of the system's, which curl would go on asking by their folder. */
static void set_authorities(CURL *easy, const char *ca_file)
{
    if (ca_file == NULL || *ca_file == '\0')
        return;
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

static void set_options(LlmCall *call, bool http2)
{
    CURL *easy = call->easy;
    const LlmHttpRequest *http = call->http;
    curl_easy_setopt(easy, CURLOPT_URL, http->url);
    set_protocol(easy, http->url, http2);
    set_transport(easy);
    set_lines(call);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "triage-milter");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(http->body));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, http->body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

LlmCall *llm_call_new(const LlmModel *model, BreakerAdmission admission, LlmHttpRequest *http,
                      gint64 deadline)
{
    LlmCall *call = g_new0(LlmCall, 1);
    atomic_init(&call->refs, 1);
    call->http = http;
    call->model = (LlmModel){ .api = model->api,
                              .name = g_strdup(model->name),
                              .model = g_strdup(model->model),
                              .url = g_strdup(model->url),
                              .key = g_strdup(model->key),
                              .logprobs = model->logprobs };
    call->admission = admission;
    call->began = g_get_monotonic_time();
    call->deadline = deadline;
    call->body = g_string_new(NULL);
    call->body_max = (gsize)model->max_response_bytes;
    call->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    pthread_mutex_init(&call->lock, NULL);
    init_condition(&call->changed);
    call->easy = curl_easy_init();
    if (call->easy) {
        set_options(call, model->http2);
        set_authorities(call->easy, model->ca_file);
        return call;
    }
    llm_call_unref(call);
    return NULL;
}

LlmCall *llm_call_ref(LlmCall *call)
{
    atomic_fetch_add(&call->refs, 1);
    return call;
}

void llm_call_unref(LlmCall *call)
{
    if (atomic_fetch_sub(&call->refs, 1) > 1)
        return;
    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->lines);
    pthread_cond_destroy(&call->changed);
    pthread_mutex_destroy(&call->lock);
    g_string_free(call->body, TRUE);
    g_hash_table_unref(call->headers);
    llm_http_request_free(call->http);
    g_free(call->model.name);
    g_free(call->model.model);
    g_free(call->model.url);
    g_free(call->model.key);
    g_free(call);
}

/* ── two threads meet ── */

bool llm_call_settle(LlmCall *call, CURLcode result)
{
    pthread_mutex_lock(&call->lock);
    call->result = result;
    call->done = true;
    call->ended = g_get_monotonic_time();
    bool left = call->left;
    pthread_mutex_unlock(&call->lock);
    pthread_cond_signal(&call->changed);
    return left;
}

bool llm_call_is_abandoned(LlmCall *call)
{
    pthread_mutex_lock(&call->lock);
    bool abandoned = call->abandoned;
    pthread_mutex_unlock(&call->lock);
    return abandoned;
}

bool llm_call_wait(LlmCall *call, gint64 until)
{
    struct timespec time = { .tv_sec = (time_t)(until / G_USEC_PER_SEC),
                             .tv_nsec = (long)(until % G_USEC_PER_SEC) * 1000 };
    pthread_mutex_lock(&call->lock);
    while (!call->done && g_get_monotonic_time() < until)
        pthread_cond_timedwait(&call->changed, &call->lock, &time);
    bool done = call->done;
    pthread_mutex_unlock(&call->lock);
    return done;
}

bool llm_call_leave(LlmCall *call)
{
    pthread_mutex_lock(&call->lock);
    call->left = !call->done;
    bool left = call->left;
    pthread_mutex_unlock(&call->lock);
    return left;
}

bool llm_call_abandon(LlmCall *call)
{
    pthread_mutex_lock(&call->lock);
    call->abandoned = !call->done;
    bool abandoned = call->abandoned;
    pthread_mutex_unlock(&call->lock);
    return abandoned;
}

/* ── what became of it ── */

/* curl's own timer rings a little before or behind the asker's; a connection that took too long
 * ends long before. */
#define TIMER_SLACK_US (100 * 1000)

static bool was_late(const LlmCall *call)
{
    return g_get_monotonic_time() >= call->deadline - TIMER_SLACK_US;
}

/* It answers at such length whatever it is asked. */
static LlmAnswer *too_long_answer(void)
{
    LlmAnswer *answer = llm_answer_new(LLM_TOO_LARGE, "the response is longer than max_response");
    answer->no_retry = true;
    return answer;
}

static LlmAnswer *failed_answer(const LlmCall *call)
{
    switch (call->result) {
    case CURLE_ABORTED_BY_CALLBACK:
        return llm_answer_new(LLM_TRANSPORT, "the dispatcher has stopped");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return llm_answer_new(LLM_BAD_REQUEST, "no server we may ask is behind the url");
    case CURLE_OPERATION_TIMEDOUT:
        return was_late(call) ? llm_answer_new(LLM_DEADLINE, "no answer in time")
                              : llm_answer_new(LLM_TRANSPORT, "no connection in time");
    default:
        if (call->too_long)
            return too_long_answer();
        return llm_answer_new(LLM_TRANSPORT, curl_easy_strerror(call->result));
    }
}

LlmAnswer *llm_call_answer(const LlmCall *call)
{
    LlmAnswer *answer = call->result != CURLE_OK
                            ? failed_answer(call)
                            : llm_read(&call->model, call->status, call->headers, call->body->str,
                                       call->body->len, g_get_real_time() / G_USEC_PER_SEC);
    answer->ms = (call->ended - call->began) / 1000;
    return answer;
}
