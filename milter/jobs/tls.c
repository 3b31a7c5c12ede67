/* TLS of what we send, in one place, so that no protocol has rules of its own.
 *
 * To another machine a password or a mail goes only where a certificate was verified for the name
 * that the administrator wrote; a server that offers no TLS may be one in between that has taken
 * the offer out.  curl has said neither AUTH nor LOGIN by then, so nothing has been told. */
#include "jobs/tls.h"

#include "base/host.h"
#include "base/text.h"

#define DETAIL_MAX 250

static const struct {
    CURLcode result;
    const char *why;
} reasons[] = {
    { CURLE_USE_SSL_FAILED, "the server offers no TLS, and nothing is told it in clear" },
    { CURLE_SSL_CONNECT_ERROR, "no TLS came about with the server" },
    { CURLE_PEER_FAILED_VERIFICATION, "the server's certificate is not accepted" },
    { CURLE_SSL_CACERT_BADFILE, "the file of certificates can't be used" },
};

void tls_require(CURL *easy, const char *url, const char *ca_file, char detail[CURL_ERROR_SIZE])
{
    bool here = host_of_uri_is_loopback(url);
    detail[0] = '\0';
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (ca_file == NULL)
        return;
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* else the system's would count too */
}

char *tls_explain(CURLcode result, const char *detail)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (reasons[i].result != result)
            continue;
        g_autofree char *line = text_line(detail, DETAIL_MAX);
        return g_strconcat(reasons[i].why, line[0] != '\0' ? ": " : NULL, line, NULL);
    }
    return g_strdup(curl_easy_strerror(result));
}
