/* The knowledge with its folder and its index: what is taken and what is left out, what is found,
 * and searches while the index is built anew. */
#include "base/error.h"
#include "base/sqlite.h"
#include "base/text.h"
#include "crm/context.h"
#include "knowledge/folder.h"
#include "knowledge/knowledge.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PLENTY 100000

static const char *const mailboxes[] = { "support", "sales", NULL };

/* A place of its own for each test: the folder and, beside it, the index. */
typedef struct {
    char *home, *folder, *path;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->home = g_dir_make_tmp("knowledge-XXXXXX", NULL);
    fixture->folder = g_build_filename(fixture->home, "kb", NULL);
    fixture->path = g_build_filename(fixture->home, "index", NULL);
    *state = fixture;
    return g_mkdir(fixture->folder, 0755);
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);

    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *entry = g_build_filename(path, name, NULL);

        remove_tree(entry);
    }
    g_remove(path);
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;

    remove_tree(fixture->home);
    g_free(fixture->home);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture);
    return 0;
}

static void put_bytes(const Fixture *fixture, const char *name, const char *bytes, gsize length)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
    assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

static void put(const Fixture *fixture, const char *name, const char *text)
{
    put_bytes(fixture, name, text, strlen(text));
}

/* Builds the index; what is said of the folder, without its own path. */
static char *build(const Fixture *fixture, KnowledgeCount *count)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;

    if (!knowledge_build(fixture->folder, fixture->path, mailboxes, diags, count, &error))
        fail_msg("%s", error->message);
    text = diags_to_text(diags);
    parts = g_strsplit(text, fixture->folder, -1);
    return g_strjoinv("", parts);
}

static void build_quietly(const Fixture *fixture)
{
    KnowledgeCount count;
    g_autofree char *said = build(fixture, &count);

    assert_string_equal(said, "");
    assert_true(count.built);
}

static Knowledge *build_and_open(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    Knowledge *knowledge;

    build_quietly(fixture);
    knowledge = knowledge_open(fixture->path, &error);
    assert_null(error);
    return knowledge;
}

static GPtrArray *search_within(Knowledge *knowledge, const char *text, const char *mailbox,
                                gint64 budget, guint max)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *passages = knowledge_search(knowledge, text, mailbox, budget, max, &error);

    if (!passages)
        fail_msg("'%s': %s", text, error->message);
    return passages;
}

/* Sources of what is found, with a blank between them. */
static char *sources_for(Knowledge *knowledge, const char *text, const char *mailbox)
{
    g_autoptr(GPtrArray) passages = search_within(knowledge, text, mailbox, PLENTY, 10);
    g_autoptr(GPtrArray) sources = g_ptr_array_new();

    for (guint i = 0; i < passages->len; i++)
        g_ptr_array_add(sources, ((Passage *)passages->pdata[i])->source);
    g_ptr_array_add(sources, NULL);
    return g_strjoinv(" ", (char **)sources->pdata);
}

static void put_small_folder(const Fixture *fixture)
{
    put(fixture, "billing.md",
        "# Billing\nInvoices come monthly.\n## Refunds\nA payment is given back within five "
        "days.\n");
    put(fixture, "de/rechnung.md", "# Rechnung\nDie Kündigung wirkt zum Monatsende.\n");
    put(fixture, "ja.markdown",
        "# 料金\n返金は五日以内に行います。管理画面からサーバーを確認してください。\n");
    put(fixture, "tagged.md", "---\ntags: webhook, retry\n---\nIt is tried again for a day.\n");
}

static void passages_are_found_by_the_words_of_a_mail(void **state)
{
    static const struct {
        const char *text, *first;
    } rows[] = {
        { "Please refund my second payment!", "billing.md#Billing > Refunds" },
        { "INVOICE", "billing.md#Billing" },
        { "kundigung", "de/rechnung.md#Rechnung" },
        { "Ich möchte kündigen: wann?", "de/rechnung.md#Rechnung" },
        { "返金してください", "ja.markdown#料金" },
        { "サーバ", "ja.markdown#料金" },
        { "my webhooks stopped", "tagged.md" },
        { "rechnungen", "de/rechnung.md#Rechnung" },
        { "xylophone", "" },
        { "", "" },
        { " ?!. \n", "" },
        { "\"", "" },
    };
    g_autoptr(Knowledge) knowledge = NULL;

    put_small_folder(*state);
    knowledge = build_and_open(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = sources_for(knowledge, rows[i].text, NULL);

        assert_true(g_str_has_prefix(got, rows[i].first));
        assert_int_equal(*got == '\0', *rows[i].first == '\0');
    }
}

static void a_passage_tells_where_it_stands(void **state)
{
    g_autoptr(Knowledge) knowledge = NULL;
    g_autoptr(GPtrArray) passages = NULL;
    const Passage *passage;

    put_small_folder(*state);
    knowledge = build_and_open(*state);
    passages = search_within(knowledge, "refund", NULL, PLENTY, 10);
    assert_int_equal(passages->len, 1);
    passage = passages->pdata[0];
    assert_string_equal(passage->source, "billing.md#Billing > Refunds");
    assert_int_equal(passage->line, 4);
    assert_string_equal(passage->text, "A payment is given back within five days.");
    assert_int_equal(passage->tokens,
                     context_tokens(passage->source) + context_tokens(passage->text));
    assert_true(passage->score > 0);
}

static void nothing_in_a_mail_is_syntax(void **state)
{
    static const char *const texts[] = {
        "refund\" OR \"invoices",
        "refund* NOT payment",
        "head : refund",
        "{head body} : refund",
        "NEAR(refund payment, 1)",
        "^refund + payment",
        "refund') ; DROP TABLE passage; --",
        "- refund AND OR NOT ( ) \" ' ` ~ \\ \x01 %s %n ?1 :a @b $c",
        "refund~ \"\"\"refund\"\"\"",
    };
    g_autoptr(Knowledge) knowledge = NULL;

    put_small_folder(*state);
    knowledge = build_and_open(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *got = sources_for(knowledge, texts[i], "'; DROP TABLE passage; --");

        assert_non_null(strstr(got, "billing.md#Billing > Refunds"));
    }
}

static void a_mail_of_any_length_is_searched_for(void **state)
{
    g_autoptr(GString) mail = g_string_new("refund ");
    g_autoptr(Knowledge) knowledge = NULL;
    g_autofree char *got = NULL;

    while (mail->len < 1024 * 1024)
        g_string_append_printf(mail, "w%zu ", mail->len);
    put_small_folder(*state);
    knowledge = build_and_open(*state);
    got = sources_for(knowledge, mail->str, NULL);
    assert_string_equal(got, "billing.md#Billing > Refunds");
}

static void passages_for_other_mailboxes_stay_hidden(void **state)
{
    static const struct {
        const char *mailbox, *want;
    } rows[] = {
        { "support", "all.md both.md support.md" },
        { "sales", "all.md both.md" },
        { "press", "all.md" },
        { NULL, "all.md both.md support.md" },
    };
    g_autoptr(Knowledge) knowledge = NULL;

    put(*state, "all.md", "refund");
    put(*state, "both.md", "---\nmailbox: support, sales\n---\nrefund");
    put(*state, "support.md", "---\nmailbox: support\n---\nrefund");
    knowledge = build_and_open(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = sources_for(knowledge, "refund", rows[i].mailbox);
        g_auto(GStrv) found = g_strsplit(got, " ", -1);
        g_autofree char *sorted = NULL;

        qsort(found, g_strv_length(found), sizeof *found, text_compare);
        sorted = g_strjoinv(" ", found);
        assert_string_equal(sorted, rows[i].want);
    }
}

static void passages_fit_into_the_budget(void **state)
{
    g_autoptr(Knowledge) knowledge = NULL;
    g_autoptr(GPtrArray) all = NULL;
    gint64 first, second, shortest;

    put(*state, "a.md", "refund refund refund refund and a long word about it that costs tokens");
    put(*state, "b.md", "refund refund refund, with many other words about it, so that it is long");
    put(*state, "c.md", "refund");
    knowledge = build_and_open(*state);
    all = search_within(knowledge, "refund", NULL, PLENTY, 10);
    assert_int_equal(all->len, 3);
    first = ((Passage *)all->pdata[0])->tokens;
    second = ((Passage *)all->pdata[1])->tokens;
    shortest = MIN(first, MIN(second, ((Passage *)all->pdata[2])->tokens));
    for (gint64 extra = -1; extra <= 1; extra++) {
        g_autoptr(GPtrArray) two =
            search_within(knowledge, "refund", NULL, first + second + extra, 2);
        g_autoptr(GPtrArray) one = search_within(knowledge, "refund", NULL, shortest + extra, 10);
        gint64 spent = 0;

        for (guint i = 0; i < two->len; i++)
            spent += ((Passage *)two->pdata[i])->tokens;
        assert_true(spent <= first + second + extra);
        assert_true(two->len == 2 || extra < 0);
        assert_int_equal(one->len, extra >= 0);
    }
}

static void passages_are_no_more_than_wanted(void **state)
{
    g_autoptr(Knowledge) knowledge = NULL;

    for (int i = 0; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("%d.md", i);

        put(*state, name, "refund");
    }
    knowledge = build_and_open(*state);
    for (guint max = 0; max <= 6; max++) {
        g_autoptr(GPtrArray) found = search_within(knowledge, "refund", NULL, PLENTY, max);

        assert_int_equal(found->len, MIN(max, 5));
    }
}

static void what_is_left_out_is_said(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *linked = g_build_filename(fixture->folder, "broken.md", NULL);
    g_autofree char *circle = g_build_filename(fixture->folder, "circle", NULL);
    g_autofree char *pipe = g_build_filename(fixture->folder, "pipe.md", NULL);
    g_autofree char *said = NULL;
    KnowledgeCount count;

    put(fixture, "good.md", "text");
    put(fixture, "empty.md", "# only a heading\n");
    put(fixture, "latin1.md", "a\nf\xFCr\n");
    put(fixture, "mailbox.md", "---\ntitle: x\nmailbox: suport, marketing\n---\ntext");
    put(fixture, "name\n.md", "text");
    put(fixture, ".hidden.md", "text");
    put(fixture, ".git/a.md", "text");
    put(fixture, "image.png", "text");
    put(fixture, "folder.md/a.md", "text");
    assert_int_equal(symlink("nowhere", linked), 0);
    assert_int_equal(symlink(".", circle), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    said = build(fixture, &count);
    assert_string_equal(
        said,
        "/broken.md: the file is left out: No such file or directory\n"
        "/name .md: left out: a name is made of UTF-8 without control characters and double "
        "blanks\n"
        "/pipe.md: this is no file, and left out\n"
        "/empty.md: the file has no text\n"
        "/latin1.md:2:1: expected UTF-8, and no NUL; the file is left out until it is saved as "
        "UTF-8\n"
        "/mailbox.md:3:1: there is no mailbox 'suport'; did you mean 'support'?\n"
        "/mailbox.md:3:1: there is no mailbox 'marketing'\n");
    assert_int_equal(count.files, 4);
    assert_int_equal(count.passages, 3);
}

static void a_link_to_a_file_is_followed(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *linked = g_build_filename(fixture->folder, "b.md", NULL);
    g_autoptr(Knowledge) knowledge = NULL;
    g_autofree char *got = NULL;

    put(fixture, "a.txt", "refund");
    assert_int_equal(symlink("a.txt", linked), 0);
    knowledge = build_and_open(fixture);
    got = sources_for(knowledge, "refund", NULL);
    assert_string_equal(got, "b.md");
}

static void files_and_depth_have_limits(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        Fixture *fixture;
        g_autoptr(GString) deep = g_string_new(NULL);
        g_autofree char *text = g_strnfill((gsize)(KNOWLEDGE_FILE_MAX_BYTES + extra), ' ');
        g_autofree char *said = NULL;
        KnowledgeCount count;

        assert_int_equal(set_up((void **)&fixture), 0);
        for (int i = 1; i < KNOWLEDGE_DEPTH_MAX + extra; i++)
            g_string_append(deep, "d/");
        g_string_append(deep, "a.md");
        text[0] = 'x';
        put(fixture, deep->str, "deep");
        put(fixture, "large.md", text);
        said = build(fixture, &count);
        assert_int_equal(count.files, extra > 0 ? 0 : 2);
        assert_int_equal(strstr(said, "more than 8 deep") != NULL, extra > 0);
        assert_int_equal(strstr(said, "more than 1024 kB; part it") != NULL, extra > 0);
        tear_down((void **)&fixture);
    }
}

static void files_are_as_many_as_the_limit(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *original = g_build_filename(fixture->folder, "00000.md", NULL);

    put(fixture, "00000.md", "text");
    for (int i = 1; i <= KNOWLEDGE_FILES_MAX; i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *copy = g_strdup_printf("%s/%05d.md", fixture->folder, i);
        g_autoptr(GPtrArray) files = NULL;

        assert_int_equal(link(original, copy), 0);
        if (i + 2 < KNOWLEDGE_FILES_MAX)
            continue;
        files = folder_list(fixture->folder, diags, NULL);
        assert_int_equal(files->len, MIN(i + 1, KNOWLEDGE_FILES_MAX));
        assert_int_equal(diags_count(diags), i + 1 > KNOWLEDGE_FILES_MAX);
    }
}

static void there_are_only_so_many_passages(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GString) sections = g_string_new(NULL);
    g_autofree char *said = NULL;
    KnowledgeCount count;

    while (sections->len < 900000)
        g_string_append(sections, "# a\nb\n");
    put(fixture, "a.md", sections->str);
    put(fixture, "b.md", "text");
    put(fixture, "c.md", "text");
    said = build(fixture, &count);
    assert_int_equal(count.passages, KNOWLEDGE_PASSAGES_MAX);
    assert_int_equal(count.files, 1);
    assert_string_equal(
        said,
        "/a.md:200002:1: the file is left out from here on: there are 100000 passages already\n"
        ": 2 files, from 'b.md' on, are left out: there are 100000 passages already\n");
}

static bool refresh(const Fixture *fixture)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    KnowledgeCount count;

    assert_true(
        knowledge_refresh(fixture->folder, fixture->path, mailboxes, diags, &count, &error));
    assert_true(knowledge_is_current(fixture->folder, fixture->path));
    return count.built;
}

static void write_again(const Fixture *fixture)
{
    put(fixture, "a.md", "other");
}

/* As long as before, and written within the same second. */
static void touch(const Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->folder, "a.md", NULL);
    struct stat file;
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };

    assert_int_equal(stat(path, &file), 0);
    times[1] = file.st_mtim;
    times[1].tv_nsec = (times[1].tv_nsec + 1) % 1000000000;
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void add_file(const Fixture *fixture)
{
    put(fixture, "sub/b.md", "text");
}

static void rename_file(const Fixture *fixture)
{
    g_autofree char *from = g_build_filename(fixture->folder, "sub/b.md", NULL);
    g_autofree char *to = g_build_filename(fixture->folder, "sub/c.md", NULL);

    assert_int_equal(g_rename(from, to), 0);
}

static void remove_file(const Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->folder, "sub/c.md", NULL);

    assert_int_equal(g_unlink(path), 0);
}

static void spoil_index(const Fixture *fixture)
{
    assert_true(
        g_file_set_contents(fixture->path, "no database at all, but rather long", -1, NULL));
}

static void change_version(const Fixture *fixture)
{
    g_autoptr(sqlite3) db = sqlite_open(fixture->path, SQLITE_FOR_BUILDING, 0, NULL);

    assert_true(sqlite_run(db, "PRAGMA user_version = 99", NULL));
}

static void a_changed_folder_is_indexed_anew(void **state)
{
    static void (*const changes[])(const Fixture *) = {
        write_again, touch, add_file, rename_file, remove_file, spoil_index, change_version,
    };

    put(*state, "a.md", "text");
    assert_false(knowledge_is_current(((Fixture *)*state)->folder, ((Fixture *)*state)->path));
    assert_true(refresh(*state));
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        assert_false(refresh(*state));
        changes[i](*state);
        assert_true(refresh(*state));
    }
}

static void what_cannot_be_built_leaves_the_index_alone(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) no_folder = NULL, no_place = NULL;
    g_autofree char *nowhere = g_build_filename(fixture->home, "no", "index", NULL);
    g_autoptr(Knowledge) knowledge = NULL;
    g_autofree char *got = NULL;
    KnowledgeCount count;

    put(fixture, "a.md", "refund");
    knowledge = build_and_open(fixture);
    assert_false(knowledge_build(nowhere, fixture->path, mailboxes, diags, &count, &no_folder));
    assert_true(g_error_matches(no_folder, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    assert_false(knowledge_build(fixture->folder, nowhere, mailboxes, diags, &count, &no_place));
    assert_true(g_error_matches(no_place, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM));
    got = sources_for(knowledge, "refund", NULL);
    assert_string_equal(got, "a.md");
}

static void an_index_that_cannot_serve_is_an_error(void **state)
{
    static void (*const faults[])(const Fixture *) = { spoil_index, change_version };
    const Fixture *fixture = *state;
    g_autoptr(GError) missing = NULL;

    assert_null(knowledge_open(fixture->path, &missing));
    assert_non_null(strstr(missing->message, "'triagectl knowledge index' makes one"));
    put(fixture, "a.md", "refund");
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(Knowledge) knowledge = build_and_open(fixture);
        g_autoptr(GError) error = NULL, opening = NULL;

        faults[i](fixture);
        assert_null(knowledge_search(knowledge, "refund", NULL, PLENTY, 10, &error));
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
        assert_null(knowledge_open(fixture->path, &opening));
    }
}

/* -- Searches while the index is built anew -----------------------------------------------------
 */

#define THREADS     4
#define GENERATIONS 15

typedef struct {
    Knowledge *knowledge;
    atomic_bool stop;
    atomic_int searches, wrong;
} Load;

/* Every generation has two files that say the same number. */
static void build_generation(const Fixture *fixture, int number)
{
    g_autofree char *text = g_strdup_printf("refund %d", number);

    put(fixture, "a.md", text);
    put(fixture, "b.md", text);
    build_quietly(fixture);
}

static bool is_one_generation(const GPtrArray *passages)
{
    return passages && passages->len == 2 &&
           g_str_equal(((Passage *)passages->pdata[0])->text,
                       ((Passage *)passages->pdata[1])->text);
}

static void *search_on(void *data)
{
    Load *load = data;

    while (!atomic_load(&load->stop)) {
        g_autoptr(GPtrArray) passages =
            knowledge_search(load->knowledge, "refund", "support", PLENTY, 10, NULL);

        if (!is_one_generation(passages))
            atomic_fetch_add(&load->wrong, 1);
        atomic_fetch_add(&load->searches, 1);
    }
    return NULL;
}

static void searches_see_one_whole_index_while_it_is_replaced(void **state)
{
    Load load = { 0 };
    pthread_t threads[THREADS];

    build_generation(*state, 1);
    load.knowledge = knowledge_open(((Fixture *)*state)->path, NULL);
    assert_non_null(load.knowledge);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, search_on, &load), 0);
    for (int number = 2; number <= GENERATIONS; number++) {
        g_autofree char *want = g_strdup_printf("refund %d", number);
        g_autoptr(GPtrArray) passages = NULL;

        build_generation(*state, number);
        passages = search_within(load.knowledge, "refund", NULL, PLENTY, 1);
        assert_string_equal(((Passage *)passages->pdata[0])->text, want);
    }
    atomic_store(&load.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(load.wrong, 0);
    assert_true(load.searches > GENERATIONS);
    knowledge_close(load.knowledge);
}

static void the_demo_folder_answers_the_demo_mails(void **state)
{
    static const struct {
        const char *text, *first;
    } rows[] = {
        { "every call to the tracking API returns 503",
          "tracking-api.md#Tracking API > When calls fail > 503 Service Unavailable" },
        { "our bank statement shows invoice 2026-1187 twice; refund the second payment",
          "billing.md#Billing > Refunds > An invoice that was charged twice" },
        { "Könnten Sie uns bitte eine korrigierte Rechnung schicken?",
          "rechnung.md#Rechnung und Zahlung > Korrigierte Rechnung" },
        { "今朝から管理画面にログインできません。", "login-ja.md#管理画面 > ログインできないとき" },
        { "the Export button does nothing", "reports.md#Reports > Exporting a report" },
    };
    Fixture demo = { .folder = (char *)"contrib/demo/knowledge",
                     .path = ((Fixture *)*state)->path };
    g_autoptr(Knowledge) knowledge = build_and_open(&demo);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) found = search_within(knowledge, rows[i].text, "support", PLENTY, 3);

        assert_true(found->len > 0);
        assert_string_equal(((Passage *)found->pdata[0])->source, rows[i].first);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(passages_are_found_by_the_words_of_a_mail),
        TEST(a_passage_tells_where_it_stands),
        TEST(nothing_in_a_mail_is_syntax),
        TEST(a_mail_of_any_length_is_searched_for),
        TEST(passages_for_other_mailboxes_stay_hidden),
        TEST(passages_fit_into_the_budget),
        TEST(passages_are_no_more_than_wanted),
        TEST(what_is_left_out_is_said),
        TEST(a_link_to_a_file_is_followed),
        TEST(files_are_as_many_as_the_limit),
        TEST(there_are_only_so_many_passages),
        TEST(a_changed_folder_is_indexed_anew),
        TEST(what_cannot_be_built_leaves_the_index_alone),
        TEST(an_index_that_cannot_serve_is_an_error),
        TEST(searches_see_one_whole_index_while_it_is_replaced),
        TEST(the_demo_folder_answers_the_demo_mails),
        cmocka_unit_test(files_and_depth_have_limits),
    };

    return cmocka_run_group_tests_name("knowledge: index", tests, NULL, NULL);
}
