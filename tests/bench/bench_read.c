/* How fast READ is, on one core: mails and bytes per second over ordinary mail of 2 to 20 KB,
 * written here, and over the mails below the folders named on the command line; then what one mail
 * costs as it grows from 10 KB to 10 MB. */
#include "mail/message.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ROUND_SECONDS  1.0
#define SMALLEST_GROWN (10 * 1024)
#define LARGEST_GROWN  (10 * 1024 * 1024)
#define WHOLE_TEXT     ((gint64)LARGEST_GROWN * 2)

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void load(GPtrArray *mails, const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    char *bytes;
    gsize length;
    if (folder == NULL) {
        if (g_str_has_suffix(path, ".eml") && g_file_get_contents(path, &bytes, &length, NULL))
            g_ptr_array_add(mails, g_bytes_new_take(bytes, length));
        return;
    }
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *entry = g_build_filename(path, name, NULL);
        load(mails, entry);
    }
}

static void read_mail(const void *bytes, gsize length, const MailLimits *limits)
{
    static const MailTrust trust = { 0 };
    message_free(message_read(bytes, length, NULL, limits, &trust));
}

/* Again and again for a second. */
static void measure(const char *what, const GPtrArray *mails)
{
    gsize read = 0, bytes = 0;
    double begun = cpu_seconds(), took = 0;
    while (took < ROUND_SECONDS) {
        for (guint i = 0; i < mails->len; i++) {
            gsize length;
            const void *data = g_bytes_get_data(mails->pdata[i], &length);
            read_mail(data, length, &mail_limits_default);
            bytes += length;
        }
        read += mails->len;
        took = cpu_seconds() - begun;
    }
    printf("%-22s %8.0f mails/s %8.1f MB/s  (average %.1f KB)\n", what, (double)read / took,
           (double)bytes / took / 1e6, (double)bytes / (double)read / 1e3);
}

/* -- Ordinary mail ---------------------------------------------------------------------------- */

static const char *const words[] = {
    "the",    "customer", "order",   "invoice", "please", "help", "with",     "account",
    "since",  "Monday",   "we",      "have",    "waited", "for",  "delivery", "of",
    "parts",  "nobody",   "answers", "phone",   "could",  "you",  "check",    "status",
    "thanks", "problem",  "server",  "login",   "still",  "not",  "working",  "today",
};

/* `length` bytes of prose; `begin` and `end` stand around each line. */
static void add_prose(GString *mail, GRand *random, gsize length, const char *begin,
                      const char *end)
{
    for (gsize until = mail->len + length; mail->len < until;) {
        g_string_append(mail, begin);
        for (int left = g_rand_int_range(random, 4, 13); left > 0; left--)
            g_string_append_printf(mail, "%s ",
                                   words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
        g_string_append(mail, end);
    }
}

static void add_header(GString *mail, const char *type)
{
    for (int hop = 4; hop > 0; hop--)
        g_string_append_printf(mail,
                               "Received: from mx%d.example.net (mx%d.example.net [192.0.2.%d])\r\n"
                               "\tby mx%d.example.com (Postfix) with ESMTPS id 4ABC%d\r\n"
                               "\tfor <support@example.com>; Mon, 3 Mar 2025 10:1%d:00 +0100\r\n",
                               hop, hop, hop, hop - 1, hop, 5 - hop);
    g_string_append_printf(mail,
                           "Authentication-Results: mx.example.com; dkim=pass header.d=example.org;"
                           " dmarc=pass header.from=example.org\r\n"
                           "From: Ann Lee <ann@example.org>\r\nTo: support@example.com\r\n"
                           "Subject: Order 4711 has not arrived\r\n"
                           "Message-ID: <4711.%zu@example.org>\r\n"
                           "Date: Mon, 3 Mar 2025 10:14:00 +0100\r\nMIME-Version: 1.0\r\n"
                           "Content-Type: %s\r\n\r\n",
                           mail->len, type);
}

#define PLAIN   "text/plain; charset=utf-8"
#define HTML    "text/html; charset=utf-8"
#define PART(t) "--b\r\nContent-Type: " t "\r\n\r\n"

static void add_plain(GString *mail, GRand *random, gsize length)
{
    add_prose(mail, random, length * 6 / 10, "", "\r\n");
    g_string_append(mail, "\r\nBest regards,\r\nAnn Lee\r\n\r\n"
                          "On Mon, 3 Mar 2025 at 09:00, Support <support@example.com> wrote:\r\n");
    add_prose(mail, random, length * 4 / 10, "> ", "\r\n");
}

static void add_html(GString *mail, GRand *random, gsize length)
{
    g_string_append(mail, "<html><head><style>p { color: #333 }</style></head><body>\r\n");
    add_prose(mail, random, length, "<p style=\"margin: 0\">", "</p>\r\n");
    g_string_append(mail, "</body></html>\r\n");
}

static void write_plain(GString *mail, GRand *random, gsize length)
{
    add_header(mail, PLAIN);
    add_plain(mail, random, length);
}

static void write_html(GString *mail, GRand *random, gsize length)
{
    add_header(mail, HTML);
    add_html(mail, random, length);
}

static void write_both(GString *mail, GRand *random, gsize length)
{
    add_header(mail, "multipart/alternative; boundary=b");
    g_string_append(mail, PART(PLAIN));
    add_plain(mail, random, length / 2);
    g_string_append(mail, PART(HTML));
    add_html(mail, random, length / 2);
    g_string_append(mail, "--b--\r\n");
}

static void write_attachment(GString *mail, GRand *random, gsize length)
{
    add_header(mail, "multipart/mixed; boundary=b");
    g_string_append(mail, PART(PLAIN));
    add_plain(mail, random, length / 2);
    g_string_append(mail, "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                          "Content-Transfer-Encoding: base64\r\n\r\n");
    for (gsize until = mail->len + length / 2; mail->len < until;)
        g_string_append(mail, "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci"
                              "9GbGF0ZURl\r\n");
    g_string_append(mail, "--b--\r\n");
}

/* Half of it plain, and the smaller the more of it. */
static GPtrArray *ordinary_mails(void)
{
    static void (*const kinds[])(GString *, GRand *, gsize) = { write_plain, write_both,
                                                                write_plain, write_html,
                                                                write_plain, write_attachment };
    static const gsize lengths[] = { 1500, 1500, 3000, 3000, 5000, 8000, 12000, 18000 };
    g_autoptr(GRand) random = g_rand_new_with_seed(4711);
    GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(lengths) * G_N_ELEMENTS(kinds); i++) {
        GString *mail = g_string_new(NULL);
        kinds[i % G_N_ELEMENTS(kinds)](mail, random, lengths[i / G_N_ELEMENTS(kinds)]);
        g_ptr_array_add(mails, g_string_free_to_bytes(mail));
    }
    return mails;
}

/* -- Growing mail ----------------------------------------------------------------------------- */

typedef struct {
    const char *what, *header, *line;
} Growth;

static GString *grow(const Growth *growth, gsize length)
{
    GString *mail = g_string_new(growth->header);
    while (mail->len < length)
        g_string_append(mail, growth->line);
    return mail;
}

/* Nanoseconds per byte: the same at every size, if the cost is linear. */
static void measure_growth(const Growth *growth)
{
    MailLimits limits = mail_limits_default;
    limits.max_text_bytes = WHOLE_TEXT;
    limits.max_parts = G_MAXINT32;
    printf("%-22s", growth->what);
    for (gsize length = SMALLEST_GROWN; length <= LARGEST_GROWN; length *= 10) {
        GString *mail = grow(growth, length);
        double begun = cpu_seconds(), took;
        gsize times = 0;
        do {
            read_mail(mail->str, mail->len, &limits);
            times++;
            took = cpu_seconds() - begun;
        } while (took < ROUND_SECONDS / 10);
        printf(" %7.1f ns/byte", took * 1e9 / (double)times / (double)mail->len);
        fflush(stdout);
        g_string_free(mail, TRUE);
    }
    printf("\n");
}

static const Growth growths[] = {
    { "plain text", "From: a@example.com\nSubject: s\n\n", "Some words that make a line of it.\n" },
    { "quoted text", "From: a@example.com\nSubject: s\n\nYes.\n\nOn Monday, Ann wrote:\n",
      "> Some words that make a line of it.\n" },
    { "HTML", "From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n<html><body>\n",
      "<p style=\"color: #333; margin: 0\">Some <b>words</b> in a paragraph.</p>\n" },
    { "one line", "From: a@example.com\nSubject: s\n\n", "word " },
    { "base64 attachment",
      "From: a@example.com\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n",
      "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\n" },
    { "attributions", "From: a@example.com\nSubject: s\n\n", "On Monday, Ann and Ben wrote\n" },
};

int main(int count, char **arguments)
{
    message_init();
    g_autoptr(GPtrArray) ordinary = ordinary_mails();
    measure("ordinary, 2-20 KB", ordinary);
    for (int i = 1; i < count; i++) {
        g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
        load(mails, arguments[i]);
        if (mails->len > 0)
            measure(arguments[i], mails);
    }
    printf("\n%-22s %15s %15s %15s %15s\n", "one mail of", "10 KB", "100 KB", "1 MB", "10 MB");
    for (gsize i = 0; i < G_N_ELEMENTS(growths); i++)
        measure_growth(&growths[i]);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("\npeak memory %ld MB\n", usage.ru_maxrss / 1024);
    return 0;
}
