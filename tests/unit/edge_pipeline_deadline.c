/* The clock between the stages: a message whose deadline has passed leaves at once and says so. */
#include "pipeline/pipeline.h"

#include "plan/mark.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECONDS(n) ((n)*G_TIME_SPAN_SECOND)

static const char conf[] = "socket = unix:%s/milter.sock\n"
                           "store = sqlite:%s/triage.db\n"
                           "fields = %s/conf/fields.conf\n"
                           "policy_dir = %s/policies\n"
                           "prompt_dir = %s/prompts\n"
                           "freemail = %s/conf/freemail.txt\n"
                           "local_domains = example.com\n"
                           "mailbox support {\n"
                           "    address = support@example.com\n"
                           "    mode = full\n"
                           "    policy = support\n"
                           "    deadline = 8s\n"
                           "}\n";

typedef struct {
    char *folder;
    Site *site;
    Services *services;
} Case;

static Site *load(const char *folder)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *path = g_build_filename(folder, "triage-milter.conf", NULL);
    g_autofree char *text = g_strdup_printf(conf, folder, folder, here, here, here, here);
    g_autoptr(Diags) diags = diags_new();
    assert_true(g_file_set_contents(path, text, -1, NULL));
    Site *site = site_load(path, diags);
    g_autofree char *faults = diags_to_text(diags);
    assert_string_equal(faults, "");
    return site;
}

static int setup(void **state)
{
    Case *c = g_new0(Case, 1);
    g_autoptr(GError) error = NULL;
    c->folder = g_dir_make_tmp("deadline-XXXXXX", NULL);
    c->site = load(c->folder);
    c->services = services_open(c->site, &error);
    assert_null(error);
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    Case *c = *state;
    services_close(c->services);
    site_unref(c->site);
    g_autoptr(GDir) folder = g_dir_open(c->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(c->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(c->folder);
    g_free(c->folder);
    g_free(c);
    return 0;
}

/* The Status of a mail that the MTA handed over so long ago.  Caller frees. */
static char *status_after(const Case *c, gint64 ago)
{
    static const char mail[] = "From: ann@example.org\r\nSubject: Broken\r\n\r\nPlease help.\r\n";
    g_autoptr(Envelope) envelope = envelope_new();
    g_autoptr(GArray) incoming = g_array_new(FALSE, FALSE, sizeof(MarkIncoming));
    GString *bytes = g_string_new(mail);
    envelope_set(&envelope->sender, "ann@example.org");
    envelope_set(&envelope->path, "<ann@example.org>");
    envelope_add_recipient(envelope, "support@example.com");
    const Submission submission = { .envelope = envelope,
                                    .bytes = bytes,
                                    .incoming = incoming,
                                    .received = g_get_monotonic_time() - ago,
                                    .now = g_get_real_time() / G_USEC_PER_SEC };
    g_autoptr(PipelineResult) result = pipeline_run(c->site, c->services, &submission);
    const Edit *last = g_ptr_array_index(result->edits, result->edits->len - 1);
    g_string_free(bytes, TRUE);
    assert_string_equal(last->name, "X-Triage-Status");
    return g_strndup(last->value, strcspn(last->value, "0123456789"));
}

static void a_mail_in_time_is_judged_and_one_after_its_deadline_says_so(void **state)
{
    Case *c = *state;
    g_autofree char *late = status_after(c, SECONDS(8)), *in_time = status_after(c, 0);
    assert_string_equal(late, "failed; why=deadline; ms=");
    assert_string_equal(in_time, "fallback; why=no-engine; ms=");
}

static Judgement *decide_until(const Case *c, gint64 deadline)
{
    static const char mail[] = "From: ann@example.org\n\nPlease help.\n";
    g_autoptr(Envelope) envelope = envelope_new();
    g_autoptr(GString) bytes = g_string_new(mail);
    envelope_add_recipient(envelope, "support@example.com");
    const Submission submission = { .envelope = envelope, .bytes = bytes };
    g_autoptr(Message) message = pipeline_read(c->site, &submission, NULL);
    return pipeline_decide(c->site, c->services, site_mailbox(c->site, "support"), &submission,
                           message, deadline);
}

static void what_is_late_has_a_reason_and_no_plan(void **state)
{
    Case *c = *state;
    g_autoptr(Judgement) late = decide_until(c, g_get_monotonic_time() - 1);
    g_autoptr(Judgement) in_time = decide_until(c, g_get_monotonic_time() + SECONDS(60));
    assert_string_equal(late->failed, "deadline");
    assert_string_equal(late->error->message, "the deadline had passed after reading the message");
    assert_null(late->plan);
    assert_null(in_time->failed);
    assert_non_null(in_time->plan);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    message_init();
    const struct CMUnitTest tests[] = {
        TEST(a_mail_in_time_is_judged_and_one_after_its_deadline_says_so),
        TEST(what_is_late_has_a_reason_and_no_plan),
    };
    return cmocka_run_group_tests_name("pipeline: deadline", tests, NULL, NULL);
}
