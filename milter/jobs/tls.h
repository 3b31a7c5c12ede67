/* Private to jobs/: TLS to the servers of a site, over libcurl. */
#pragma once

#include <curl/curl.h>
#include <glib.h>

/* Requires it, whatever the scheme, unless the URL's host is this machine; then the scheme alone
 * says.  The certificate is verified either way.  ca_file: who vouches for it; NULL: the system's
 * authorities.  `detail` must outlast the handle. */
void tls_require(CURL *easy, const char *url, const char *ca_file, char detail[CURL_ERROR_SIZE]);

/* Why a call came to nothing, on one line: where TLS is the reason, what about it, with curl's
 * `detail`.  Caller frees. */
char *tls_explain(CURLcode result, const char *detail);
