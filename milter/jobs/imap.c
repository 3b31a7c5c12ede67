/* IMAP over libcurl, which marks what it appends as read: what a folder of sent mail wants. */
#include "jobs/imap.h"

#include "base/error.h"
#include "jobs/tls.h"

#include <string.h>

#define CONNECT_TIMEOUT_MS 30000L
#define TIMEOUT_MS         60000L
#define ANSWER_MAX         65536
#define ID_MAX             500

typedef struct {
    const char *bytes;
    gsize left;
    GString *answer;
    char detail[CURL_ERROR_SIZE];
} Talk;

static size_t give(char *to, size_t size, size_t count, void *data)
{
    Talk *talk = data;
    gsize piece = MIN(size * count, talk->left);
    memcpy(to, talk->bytes, piece);
    talk->bytes += piece;
    talk->left -= piece;
    return piece;
}

static size_t take(char *data, size_t size, size_t count, void *to)
{
    Talk *talk = to;
    gsize length = size * count;
    if (length > ANSWER_MAX - talk->answer->len)
        return 0;
    g_string_append_len(talk->answer, data, (gssize)length);
    return length;
}

static void set_folder(CURL *easy, const ImapFolder *folder, Talk *talk)
{
    curl_easy_setopt(easy, CURLOPT_URL, folder->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USERNAME, folder->user);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, folder->key);
    tls_require(easy, folder->url, folder->ca_file, talk->detail);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, talk);
}

static bool perform(CURL *easy, const Talk *talk, const char *what, GError **error)
{
    CURLcode result = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    if (result == CURLE_OK)
        return true;
    g_autofree char *why = tls_explain(result, talk->detail);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY, "%s: %s", what, why);
    return false;
}

/* It becomes part of a command, which curl decodes like a URL. */
static bool may_be_said(const char *message_id)
{
    for (const char *c = message_id; *c; c++) {
        if (!g_ascii_isgraph(*c) || strchr("\"\\%", *c) != NULL)
            return false;
    }
    return *message_id != '\0' && strlen(message_id) <= ID_MAX;
}

/* "* SEARCH 3 17" */
static bool found_any(const char *answer)
{
    static const char untagged[] = "* SEARCH";
    const char *line = strstr(answer, untagged);
    return line != NULL &&
           g_ascii_isdigit(line[strlen(untagged) + strspn(line + strlen(untagged), " ")]);
}

bool imap_has(const ImapFolder *folder, const char *message_id, bool *has, GError **error)
{
    CURL *easy = may_be_said(message_id) ? curl_easy_init() : NULL;
    if (easy == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "no server can be asked for <%s>",
                    message_id);
        return false;
    }
    g_autoptr(GString) answer = g_string_new(NULL);
    g_autofree char *command = g_strdup_printf("UID SEARCH HEADER Message-ID \"<%s>\"", message_id);
    Talk talk = { .answer = answer };
    set_folder(easy, folder, &talk);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, command);
    if (!perform(easy, &talk, "can't search the folder of sent mail", error))
        return false;
    *has = found_any(answer->str);
    return true;
}

bool imap_append(const ImapFolder *folder, const char *bytes, gsize length, GError **error)
{
    g_autoptr(GString) answer = g_string_new(NULL);
    Talk talk = { .bytes = bytes, .left = length, .answer = answer };
    CURL *easy = curl_easy_init();
    set_folder(easy, folder, &talk);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(easy, CURLOPT_READDATA, &talk);
    return perform(easy, &talk, "can't add to the folder of sent mail", error);
}
