/* The corpus: every mail below tests/corpus is read as the file beside it expects.
 *
 * NAME.json is part of what `triagectl inspect --json` prints for NAME.eml: of an object the named
 * keys alone are compared, of a list every element, of text every byte.  All are read as one server
 * would read them: it trusts mx.example.com, hub.example.com is a hop of its own, its group is
 * support-group.example.com, its Message-IDs end in shop.example, it believes what
 * lists.example.net seals. */
#include "mail/message.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CORPUS "tests/corpus"
#define MAIL   ".eml"

static char server[] = "mx.example.com", hop[] = "hub.example.com";
static char group[] = "support-group.example.com", domain[] = "shop.example";
static char sealer[] = "lists.example.net";

static const MailTrust trust = { .authserv_ids = (char *[]){ server, NULL },
                                 .trusted_hops = (char *[]){ hop, NULL },
                                 .own_lists = (char *[]){ group, NULL },
                                 .own_domains = (char *[]){ domain, NULL },
                                 .arc_sealers = (char *[]){ sealer, NULL } };

static bool agrees(const cJSON *expected, const cJSON *found, GString *path);

/* `path` keeps the step if what is found there doesn't agree. */
static bool agrees_at(const char *step, const cJSON *expected, const cJSON *found, GString *path)
{
    gsize length = path->len;
    g_string_append_printf(path, "/%s", step);
    if (!agrees(expected, found, path))
        return false;
    g_string_truncate(path, length);
    return true;
}

static bool list_agrees(const cJSON *expected, const cJSON *found, GString *path)
{
    if (!cJSON_IsArray(found) || cJSON_GetArraySize(expected) != cJSON_GetArraySize(found))
        return false;
    const cJSON *other = found->child;
    int index = 0;
    for (const cJSON *child = expected->child; child != NULL; child = child->next) {
        g_autofree char *step = g_strdup_printf("%d", index++);
        if (!agrees_at(step, child, other, path))
            return false;
        other = other->next;
    }
    return true;
}

static bool object_agrees(const cJSON *expected, const cJSON *found, GString *path)
{
    for (const cJSON *child = expected->child; child != NULL; child = child->next) {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(found, child->string);
        if (!agrees_at(child->string, child, other, path))
            return false;
    }
    return true;
}

static bool agrees(const cJSON *expected, const cJSON *found, GString *path)
{
    if (cJSON_IsObject(expected))
        return object_agrees(expected, found, path);
    if (cJSON_IsArray(expected))
        return list_agrees(expected, found, path);
    return found != NULL && cJSON_Compare(expected, found, true);
}

static cJSON *read_expectation(const char *mail)
{
    g_autofree char *stem = g_strndup(mail, strlen(mail) - strlen(MAIL));
    g_autofree char *path = g_strconcat(stem, ".json", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;
    cJSON *expected =
        g_file_get_contents(path, &text, &length, &error) ? json_parse(text, length, &error) : NULL;
    if (expected == NULL)
        print_error("%s: %s\n", path, error->message);
    return expected;
}

/* What is kept of a mail is read back as it was. */
static bool is_restored(const char *mail, const cJSON *found)
{
    g_autoptr(Message) restored = message_from_json(found);
    g_autoptr(cJSON) again = message_to_json(restored);
    if (cJSON_Compare(found, again, true))
        return true;
    g_autofree char *before = json_print(found), *after = json_print(again);
    print_error("%s: restored as\n%s\nfrom\n%s\n", mail, after, before);
    return false;
}

static bool is_read_as_expected(const char *mail)
{
    g_autofree char *bytes = NULL;
    gsize length;
    assert_true(g_file_get_contents(mail, &bytes, &length, NULL));
    g_autoptr(cJSON) expected = read_expectation(mail);
    if (expected == NULL)
        return false;
    g_autoptr(Message) message = message_read(bytes, length, NULL, &mail_limits_default, &trust);
    g_autoptr(cJSON) found = message_to_json(message);
    g_autoptr(GString) path = g_string_new("");
    if (agrees(expected, found, path))
        return is_restored(mail, found);
    g_autofree char *printed = json_print(found);
    print_error("%s: not as expected at %s in\n%s\n", mail, path->str, printed);
    return false;
}

static void read_folder(const char *folder, int *mails, int *wrong)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(entries)) != NULL;) {
        if (!g_str_has_suffix(name, MAIL))
            continue;
        g_autofree char *mail = g_build_filename(folder, name, NULL);
        *wrong += !is_read_as_expected(mail);
        ++*mails;
    }
}

static void every_mail_is_read_as_expected(void **state)
{
    (void)state;
    int mails = 0, wrong = 0;
    g_autoptr(GDir) troubles = g_dir_open(CORPUS, 0, NULL);
    assert_non_null(troubles);
    for (const char *name; (name = g_dir_read_name(troubles)) != NULL;) {
        g_autofree char *folder = g_build_filename(CORPUS, name, NULL);
        if (g_file_test(folder, G_FILE_TEST_IS_DIR))
            read_folder(folder, &mails, &wrong);
    }
    print_message("%d mails, %d not as expected\n", mails, wrong);
    assert_true(mails > 0);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    message_init();
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_mail_is_read_as_expected) };
    return cmocka_run_group_tests_name("mail: corpus", tests, NULL, NULL);
}
