/* The corpus, broken at random: whatever a mail becomes, it is read within bounds, and what is said
 * of it is JSON in valid UTF-8.
 *
 * The same mails in every run: MUTATIONS says how many (2,000). */
#include "mail/message.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define CORPUS            "tests/corpus"
#define MUTATIONS         2000
#define CHANGES_MAX       12
#define LENGTH_MAX        (256 * 1024)
#define NANOSECONDS       G_GINT64_CONSTANT(1000000000)
#define CPU_TIME_PER_MAIL NANOSECONDS

static GPtrArray *mails; /* GBytes* */

static void load_folder(const char *folder)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        char *bytes;
        gsize length;
        if (g_str_has_suffix(name, ".eml") && g_file_get_contents(path, &bytes, &length, NULL))
            g_ptr_array_add(mails, g_bytes_new_take(bytes, length));
    }
}

static int compare_mails(const void *a, const void *b)
{
    return g_bytes_compare(*(GBytes *const *)a, *(GBytes *const *)b);
}

/* Sorted, because the order of a folder is nobody's promise. */
static void load_corpus(void)
{
    mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GDir) troubles = g_dir_open(CORPUS, 0, NULL);
    for (const char *name; troubles != NULL && (name = g_dir_read_name(troubles)) != NULL;) {
        g_autofree char *folder = g_build_filename(CORPUS, name, NULL);
        load_folder(folder);
    }
    g_ptr_array_sort(mails, compare_mails);
}

static GBytes *any_mail(GRand *random)
{
    return mails->pdata[g_rand_int_range(random, 0, (gint32)mails->len)];
}

static gsize any_place(GRand *random, gsize length)
{
    return (gsize)g_rand_int_range(random, 0, (gint32)length + 1);
}

/* A stretch of some mail. */
static void any_piece(GRand *random, const char **bytes, gsize *length)
{
    gsize size;
    const char *data = g_bytes_get_data(any_mail(random), &size);
    gsize from = any_place(random, size);
    *bytes = data != NULL ? data + from : "";
    *length = any_place(random, size - from);
}

static void flip(GRand *random, GString *mail)
{
    if (mail->len > 0)
        mail->str[any_place(random, mail->len - 1)] = (char)g_rand_int_range(random, 0, 256);
}

static void cut(GRand *random, GString *mail)
{
    gsize from = any_place(random, mail->len);
    g_string_erase(mail, (gssize)from, (gssize)any_place(random, (mail->len - from) / 4));
}

static void splice(GRand *random, GString *mail)
{
    const char *piece;
    gsize length;
    any_piece(random, &piece, &length);
    g_string_insert_len(mail, (gssize)any_place(random, mail->len), piece, (gssize)length);
}

static void repeat(GRand *random, GString *mail)
{
    gsize from = any_place(random, mail->len);
    gsize length = MIN(any_place(random, mail->len - from), 200);
    g_autofree char *piece = g_memdup2(mail->str + from, length + 1);
    for (int times = g_rand_int_range(random, 1, 200); times > 0; times--)
        g_string_insert_len(mail, (gssize)from, piece, (gssize)length);
}

/* What parsers stumble over. */
static void stumble(GRand *random, GString *mail)
{
    static const char *const words[] = {
        "\r",         "\n\n",       "\r\n.\r\n", "\xFF\xFE",      "=?utf-8?q?=",
        "--",         "boundary=",  "<style>",   "<!--",          "&#x110000;",
        "> ",         "-- \n",      "=\r\n",     "\xE2\x80\xAE",  "Content-Type: message/rfc822\n",
        "\x1B$B",     "charset=\"", "(((((((((", ";;;;;;;;",      "On Mon, Ann wrote:\n",
        "=?utf-7?q?", "\xF0\x9F",   "From: ",    "</blockquote>", "begin 644 a\n",
    };
    const char *word = words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))];
    g_string_insert(mail, (gssize)any_place(random, mail->len), word);
}

static GString *mutant(GRand *random)
{
    static void (*const changes[])(GRand *,
                                   GString *) = { flip, flip, cut, splice, repeat, stumble };
    gsize length;
    const char *bytes = g_bytes_get_data(any_mail(random), &length);
    GString *mail = g_string_new_len(bytes, (gssize)length);
    for (int left = g_rand_int_range(random, 1, CHANGES_MAX + 1); left > 0; left--)
        changes[g_rand_int_range(random, 0, G_N_ELEMENTS(changes))](random, mail);
    if (mail->len > LENGTH_MAX)
        g_string_truncate(mail, LENGTH_MAX);
    return mail;
}

static gint64 cpu_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * NANOSECONDS + now.tv_nsec;
}

static char *inspect(const GString *mail)
{
    static char server[] = "mx.example.com";
    static char *trusted[] = { server, NULL }, *nobody[] = { NULL };
    const MailTrust trust = {
        .authserv_ids = trusted, .trusted_hops = nobody, .own_lists = nobody, .own_domains = nobody
    };
    g_autoptr(Message) message =
        message_read(mail->str, mail->len, NULL, &mail_limits_default, &trust);
    g_autoptr(cJSON) object = message_to_json(message);
    return json_print(object);
}

/* json_parse() takes nothing but valid UTF-8. */
static void broken_mail_is_read_within_bounds_and_said_in_json(void **state)
{
    (void)state;
    const char *count = g_getenv("MUTATIONS");
    g_autoptr(GRand) random = g_rand_new_with_seed(20250303);
    for (long left = count != NULL ? strtol(count, NULL, 10) : MUTATIONS; left > 0; left--) {
        GString *mail = mutant(random);
        gint64 begun = cpu_time();
        g_autofree char *said = inspect(mail);
        gint64 took = cpu_time() - begun;
        g_autoptr(cJSON) parsed = json_parse(said, strlen(said), NULL);
        if (parsed == NULL || took > CPU_TIME_PER_MAIL) {
            g_file_set_contents("build/mutant.eml", mail->str, (gssize)mail->len, NULL);
            fail_msg("build/mutant.eml: %s, %d ms", parsed == NULL ? "no JSON" : "too slow",
                     (int)(took * 1000 / NANOSECONDS));
        }
        g_string_free(mail, TRUE);
    }
}

int main(void)
{
    message_init();
    load_corpus();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_mail_is_read_within_bounds_and_said_in_json),
    };
    int failed = cmocka_run_group_tests_name("mail: mutations", tests, NULL, NULL);
    g_ptr_array_unref(mails);
    return failed;
}
