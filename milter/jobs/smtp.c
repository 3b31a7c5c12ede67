/* Submission over libcurl.
 *
 * A mail must not be sent twice, and one that wasn't sent must not be taken for sent.  What tells
 * the two apart is the final dot: as long as curl hasn't been given the mail's last byte it can't
 * have written the dot, and the server has nothing.  From there on only the server's own word
 * counts: 250 is yes, 4xx and 5xx are no, and anything else leaves it unknown.  So a connection is
 * used for one mail, and curl makes no second attempt by itself.
 *
 * A 5xx is final only as the answer to MAIL, RCPT, DATA or the mail itself, and only if it isn't
 * about AUTH (RFC 4954 6).  A 5xx greeting, a refused EHLO or login and broken TLS are about the
 * server: a password is corrected, a certificate renewed, a block lifted, and the mail is tried
 * again.  curl doesn't say which command a reply answers, so its trace of commands is read. */
#include "jobs/smtp.h"

#include "base/text.h"
#include "jobs/tls.h"

#include <stdbool.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 30000L
#define REPLY_MAX          300
#define GOODBYE            221

typedef struct {
    const SmtpMail *mail;
    gsize given;     /* bytes that curl has */
    bool needs_utf8; /* an address in other letters than ASCII's (RFC 6531) */
    bool has_utf8;   /* the server offers that */
    bool refused;    /* we broke off, because it doesn't */
    bool in_mail;    /* the last command was MAIL, RCPT or DATA */
    bool about_mail; /* the last reply answers one of these, or the mail */
    bool recalled;   /* we broke off, because the mail may not be sent any more */
    int code;        /* of the last whole reply, 0 */
    int verdict;     /* the same, of the one behind the mail's last byte */
    SmtpBreak breaks;
    gint64 deadline; /* monotonic microseconds */
    char *reply;     /* its last line, "" */
    char detail[CURL_ERROR_SIZE];
} Dialogue;

static bool is_whole(const Dialogue *dialogue)
{
    return dialogue->given == dialogue->mail->length;
}

static size_t give(char *to, size_t size, size_t count, void *data)
{
    Dialogue *dialogue = data;
    const SmtpMail *mail = dialogue->mail;
    dialogue->refused = dialogue->needs_utf8 && !dialogue->has_utf8;
    if (dialogue->refused)
        return CURL_READFUNC_ABORT;
    gsize left = mail->length - dialogue->given, piece = MIN(size * count, left);
    dialogue->recalled = piece == left && piece > 0 && dialogue->breaks.may_send != NULL &&
                         !dialogue->breaks.may_send(dialogue->breaks.data);
    if (dialogue->recalled)
        return CURL_READFUNC_ABORT;
    memcpy(to, mail->bytes + dialogue->given, piece);
    dialogue->given += piece;
    return piece;
}

/* Replies that ask for a login or refuse one, to whatever command (RFC 4954 4 and 6). */
static bool is_about_login(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

static void take_reply(Dialogue *dialogue, int code, const char *line, gsize length)
{
    g_autofree char *text = text_clean(line, (gssize)length, REPLY_MAX, NULL);
    g_free(dialogue->reply);
    dialogue->reply = text_line(text, REPLY_MAX);
    dialogue->code = code;
    dialogue->about_mail = dialogue->in_mail && !is_about_login(code);
    if (is_whole(dialogue))
        dialogue->verdict = code;
}

/* "250-SMTPUTF8", "550 5.1.1 no such user": a reply ends with the line whose code no '-' follows.
 * What comes behind the verdict, or is said to QUIT, is about nothing any more. */
static size_t hear(char *line, size_t size, size_t count, void *data)
{
    Dialogue *dialogue = data;
    gsize length = size * count;
    if (length < 4 || strspn(line, "0123456789") != 3)
        return length;
    if (length >= 12 && g_ascii_strncasecmp(line + 4, "SMTPUTF8", 8) == 0)
        dialogue->has_utf8 = true;
    int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (line[3] != '-' && code != GOODBYE && dialogue->verdict == 0)
        take_reply(dialogue, code, line, length);
    return length;
}

/* curl's trace: of what is sent before the mail, each command is one piece. */
static int note_command(CURL *easy, curl_infotype type, char *text, size_t length, void *data)
{
    static const char *const commands[] = { "MAIL FROM:", "RCPT TO:", "DATA\r\n" };
    Dialogue *dialogue = data;
    (void)easy;
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    dialogue->in_mail = false;
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        dialogue->in_mail |=
            length >= strlen(commands[i]) && memcmp(text, commands[i], strlen(commands[i])) == 0;
    return 0;
}

/* Called about once a second.  A stop ends at once what surely wasn't sent. */
static void heed_stop(Dialogue *dialogue, gint64 now)
{
    const atomic_bool *stopping = dialogue->breaks.stopping;
    if (stopping == NULL || !atomic_load(stopping))
        return;
    dialogue->deadline =
        MIN(dialogue->deadline, is_whole(dialogue) ? now + SMTP_GRACE_MS * 1000 : now);
    dialogue->breaks.stopping = NULL;
}

/* curl itself would wait for the answer to QUIT long after its time is over. */
static int watch(void *data, curl_off_t total_in, curl_off_t in, curl_off_t total_out,
                 curl_off_t out)
{
    (void)total_in, (void)in, (void)total_out, (void)out;
    Dialogue *dialogue = data;
    gint64 now = g_get_monotonic_time();
    heed_stop(dialogue, now);
    return dialogue->verdict != 0 || now >= dialogue->deadline;
}

static void set_server(CURL *easy, const SmtpServer *server, Dialogue *dialogue)
{
    curl_easy_setopt(easy, CURLOPT_URL, server->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    tls_require(easy, server->url, server->ca_file, dialogue->detail);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (server->user == NULL)
        return;
    curl_easy_setopt(easy, CURLOPT_USERNAME, server->user);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, server->key);
}

static void set_clock(CURL *easy, const SmtpServer *server, Dialogue *dialogue)
{
    dialogue->deadline = g_get_monotonic_time() + server->timeout_ms * 1000;
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)server->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(server->timeout_ms / 1000 + 1));
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, dialogue);
}

static void set_mail(CURL *easy, Dialogue *dialogue, struct curl_slist *recipients)
{
    const SmtpMail *mail = dialogue->mail;
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->sender);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail->length);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(easy, CURLOPT_READDATA, dialogue);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, dialogue);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, note_command);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, dialogue);
}

static struct curl_slist *recipient_list(const GPtrArray *recipients)
{
    struct curl_slist *list = NULL;
    for (guint i = 0; i < recipients->len; i++)
        list = curl_slist_append(list, recipients->pdata[i]);
    return list;
}

static SmtpOutcome outcome_of(const Dialogue *dialogue)
{
    if (!is_whole(dialogue)) {
        bool final = dialogue->about_mail && dialogue->code / 100 == 5;
        return dialogue->refused || final ? SMTP_NEVER : SMTP_LATER;
    }
    switch (dialogue->verdict / 100) {
    case 2:
        return SMTP_TAKEN;
    case 4:
        return SMTP_LATER;
    case 5:
        return SMTP_NEVER;
    default:
        return SMTP_UNKNOWN;
    }
}

/* The server's own words where it said no, else curl's. */
static char *explain(CURLcode result, SmtpOutcome outcome, const Dialogue *dialogue)
{
    if (dialogue->refused)
        return g_strdup("an address needs SMTPUTF8, which the submission server doesn't offer");
    if (dialogue->recalled)
        return g_strdup("broken off before the mail was complete: it may not be sent any more");
    if (outcome == SMTP_TAKEN || dialogue->code >= 400)
        return g_strdup(dialogue->reply);
    if (result == CURLE_OPERATION_TIMEDOUT || result == CURLE_ABORTED_BY_CALLBACK)
        return g_strdup("the submission server doesn't answer");
    return tls_explain(result, dialogue->detail);
}

static SmtpResult converse(CURL *easy, const SmtpServer *server, Dialogue *dialogue)
{
    struct curl_slist *recipients = recipient_list(dialogue->mail->recipients);
    set_server(easy, server, dialogue);
    set_clock(easy, server, dialogue);
    set_mail(easy, dialogue, recipients);
    CURLcode result = curl_easy_perform(easy);
    SmtpOutcome outcome = outcome_of(dialogue);
    char *why = explain(result, outcome, dialogue);
    curl_slist_free_all(recipients);
    bool refuses_mail = dialogue->about_mail && dialogue->code / 100 == 4;
    return (SmtpResult){ .outcome = outcome,
                         .server = outcome == SMTP_LATER && !refuses_mail && !dialogue->recalled,
                         .why = why };
}

/* Nothing that would end a command or its address early; *utf8: it needs RFC 6531. */
static bool may_be_said(const char *address, bool *utf8)
{
    for (const char *c = address; *c; c++) {
        if (g_ascii_iscntrl(*c) || *c == '<' || *c == '>')
            return false;
        *utf8 |= (guchar)*c >= 0x80;
    }
    return true;
}

static bool check_addresses(const SmtpMail *mail, bool *utf8)
{
    bool good = mail->recipients->len > 0 && may_be_said(mail->sender, utf8);
    for (guint i = 0; i < mail->recipients->len; i++) {
        const char *recipient = mail->recipients->pdata[i];
        good = good && recipient[0] != '\0' && may_be_said(recipient, utf8);
    }
    return good;
}

SmtpResult smtp_hand_over(const SmtpServer *server, const SmtpMail *mail)
{
    Dialogue dialogue = { .mail = mail, .breaks = server->breaks, .reply = g_strdup("") };
    SmtpResult result;
    CURL *easy = NULL;
    if (!check_addresses(mail, &dialogue.needs_utf8))
        result = (SmtpResult){ .outcome = SMTP_NEVER,
                               .why = g_strdup(
                                   "an address contains characters that SMTP does not allow") };
    else if ((easy = curl_easy_init()) == NULL)
        result = (SmtpResult){ .outcome = SMTP_LATER, .why = g_strdup("out of memory") };
    else
        result = converse(easy, server, &dialogue);
    curl_easy_cleanup(easy);
    g_free(dialogue.reply);
    return result;
}
