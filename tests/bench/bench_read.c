/* How fast READ is, on one core: mails and bytes per second over the mails below the folders named
 * on the command line, then what one mail costs as it grows from 10 KB to 10 MB. */
#include "mail/message.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ROUND_SECONDS  1.0
#define ORDINARY_MIN   (2 * 1024)
#define ORDINARY_MAX   (20 * 1024)
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
    static char *nobody[] = { NULL };
    static const MailTrust trust = { nobody, nobody, nobody, nobody, nobody };
    message_free(message_read(bytes, length, NULL, limits, &trust));
}

/* Again and again for a second. */
static void measure(const char *what, const GPtrArray *mails, gsize min, gsize max)
{
    gsize read = 0, bytes = 0;
    double begun = cpu_seconds(), took = 0;
    do {
        gsize before = read;
        for (guint i = 0; i < mails->len; i++) {
            gsize length;
            const void *data = g_bytes_get_data(mails->pdata[i], &length);
            if (length < min || length > max)
                continue;
            read_mail(data, length, &mail_limits_default);
            read++;
            bytes += length;
        }
        if (read == before)
            return;
        took = cpu_seconds() - begun;
    } while (took < ROUND_SECONDS);
    printf("%-22s %8.0f mails/s %8.1f MB/s  (average %.1f KB)\n", what, (double)read / took,
           (double)bytes / took / 1e6, (double)bytes / (double)read / 1e3);
}

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
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    message_init();
    for (int i = 1; i < count; i++)
        load(mails, arguments[i]);
    if (mails->len == 0) {
        fprintf(stderr, "usage: bench_read FOLDER…   (no .eml files found)\n");
        return 1;
    }
    printf("%u mails\n", mails->len);
    measure("all", mails, 0, G_MAXSIZE);
    measure("ordinary, 2-20 KB", mails, ORDINARY_MIN, ORDINARY_MAX);
    printf("\n%-22s %15s %15s %15s %15s\n", "one mail of", "10 KB", "100 KB", "1 MB", "10 MB");
    for (gsize i = 0; i < G_N_ELEMENTS(growths); i++)
        measure_growth(&growths[i]);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("\npeak memory %ld MB\n", usage.ru_maxrss / 1024);
    return 0;
}
