/* Verifies mails from standard input, so that others' verdicts can be held against ours:
 *
 *   now SECONDS
 *   key NAME LENGTH       then as many bytes: a TXT record; LENGTH 0 forgets the name's records
 *   mail LENGTH           then as many bytes; no NUL, every line of the header a field or a fold
 *
 * For each mail one line: "domain,selector,reason" for each signature and "arc,instance,reason" for
 * the chain, separated by tabs; reasons in words. */
#include "../unit/auth_case.h"

#include <stdio.h>
#include <stdlib.h>

static GHashTable *zone; /* name → GPtrArray of GBytes */

static DkimAnswer ask(const char *name)
{
    const GPtrArray *records = name ? g_hash_table_lookup(zone, name) : NULL;

    if (!records)
        return (DkimAnswer){ DKIM_ANSWER_NONE, NULL, 0 };
    return (DkimAnswer){ DKIM_ANSWER_FOUND, (GBytes *const *)records->pdata, records->len };
}

static void show_chain(const ArcCheck *check, gint64 now)
{
    static const char *const names[] = { "none", "pass", "fail", "temperror" };
    DkimAnswer answers[ARC_INSTANCES_MAX + 1];

    for (guint i = 0; i < arc_check_query_count(check); i++)
        answers[i] = ask(arc_check_query(check, i));
    ArcResult result = arc_check_verify(check, answers, now);
    printf("%s,%u,%s\n", names[result.outcome], result.instance, dkim_reason_text(result.reason));
}

static void verify(const char *text, gint64 now)
{
    g_auto(AuthMail) mail = auth_mail_of(text);
    const DkimField *fields = (const DkimField *)mail.fields->data;
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check = dkim_check_new(fields, mail.fields->len, NULL, body);
    g_autoptr(ArcCheck) chain = arc_check_new(fields, mail.fields->len, body);

    dkim_body_add(body, mail.body, mail.body_length);
    dkim_body_end(body);
    for (guint i = 0; i < dkim_check_count(check); i++) {
        const DkimSignature *signature = dkim_check_signature(check, i);
        DkimAnswer answer = ask(signature->query);
        DkimResult result = dkim_check_verify(check, i, &answer, now);
        printf("%s,%s,%s\t", signature->domain ? signature->domain : "",
               signature->selector ? signature->selector : "", dkim_reason_text(result.reason));
    }
    show_chain(chain, now);
}

static char *read_bytes(gsize length)
{
    char *bytes = g_malloc0(length + 1);

    if (fread(bytes, 1, length, stdin) != length)
        exit(1);
    return bytes;
}

static void free_records(gpointer records)
{
    g_ptr_array_unref(records);
}

static void learn(const char *name, gsize length)
{
    GPtrArray *records = g_hash_table_lookup(zone, name);

    if (length == 0) {
        g_hash_table_remove(zone, name);
        return;
    }
    if (!records) {
        records = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
        g_hash_table_insert(zone, g_strdup(name), records);
    }
    g_ptr_array_add(records, g_bytes_new_take(read_bytes(length), length));
}

int main(void)
{
    char line[1024];
    gint64 now = 0;

    zone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_records);
    while (fgets(line, sizeof line, stdin)) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", 3);
        guint count = g_strv_length(words);
        if (count == 2 && strcmp(words[0], "now") == 0) {
            now = g_ascii_strtoll(words[1], NULL, 10);
        } else if (count == 3 && strcmp(words[0], "key") == 0) {
            learn(words[1], (gsize)g_ascii_strtoull(words[2], NULL, 10));
        } else if (count == 2 && strcmp(words[0], "mail") == 0) {
            g_autofree char *text = read_bytes((gsize)g_ascii_strtoull(words[1], NULL, 10));
            verify(text, now);
            fflush(stdout);
        } else {
            return 1;
        }
    }
    g_hash_table_unref(zone);
    return 0;
}
