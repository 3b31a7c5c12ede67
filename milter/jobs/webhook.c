/* Webhooks over libcurl.
 *
 * What counts is the status line: as soon as it is there the server has said whether it took what
 * it was sent, and whatever comes behind it can only be a waste of time.  A redirect is not
 * followed, for it would carry a ticket, and the key, where the administrator didn't send them. */
#include "jobs/webhook.h"

#include "base/error.h"
#include "jobs/tls.h"

#define CONNECT_TIMEOUT_MS 10000L

static const char *const fixed_headers[] = {
    "Content-Type: application/json",
    "User-Agent: triage-milter",
    "Expect:",
};

static struct curl_slist *header_list(const Webhook *webhook, const char *once)
{
    struct curl_slist *list = NULL;
    g_autofree char *repeats = g_strdup_printf("Idempotency-Key: %s", once);
    for (gsize i = 0; i < G_N_ELEMENTS(fixed_headers); i++)
        list = curl_slist_append(list, fixed_headers[i]);
    list = curl_slist_append(list, repeats);
    if (webhook->key == NULL)
        return list;
    g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", webhook->key);
    return curl_slist_append(list, bearer);
}

/* The body begins: there is nothing more to know. */
static size_t stop(const char *data, size_t size, size_t count, void *to)
{
    (void)data, (void)size, (void)count, (void)to;
    return CURL_WRITEFUNC_ERROR;
}

static void set_server(CURL *easy, const Webhook *webhook, char *detail)
{
    curl_easy_setopt(easy, CURLOPT_URL, webhook->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    tls_require(easy, webhook->url, webhook->ca_file, detail);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)webhook->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, stop);
}

/* The codes that ask for another try: too slow, too early, too often, and whatever is the server's
 * own trouble. */
static bool is_for_now(long code)
{
    return code == 408 || code == 425 || code == 429 || code / 100 == 5;
}

static bool judge(CURL *easy, CURLcode result, const char *detail, GError **error)
{
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    if (code / 100 == 2)
        return true;
    g_autofree char *why = tls_explain(result, detail);
    if (code < 200)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY, "the webhook's server: %s", why);
    else
        g_set_error(error, TRIAGE_ERROR, is_for_now(code) ? TRIAGE_ERROR_BUSY : TRIAGE_ERROR_INPUT,
                    "the webhook's server answers %ld%s", code,
                    code / 100 == 3 ? ", a redirect, which is not followed" : "");
    return false;
}

bool webhook_post(const Webhook *webhook, const char *once, const char *json, GError **error)
{
    char detail[CURL_ERROR_SIZE];
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY, "out of memory");
        return false;
    }
    struct curl_slist *headers = header_list(webhook, once);
    set_server(easy, webhook, detail);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, json);
    bool taken = judge(easy, curl_easy_perform(easy), detail, error);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return taken;
}
