/* What several commands need: the site and the store when they are first asked for, errors as exit
 * codes, messages from files. */
#include "ctl/shared.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PERSON_MAX 64

Site *ctl_site(Ctl *ctl)
{
    if (ctl->site != NULL)
        return ctl->site;
    g_autoptr(Diags) diags = diags_new();
    ctl->site = site_load(ctl->conf, diags);
    ctl_say_findings(ctl, diags);
    return ctl->site;
}

Services *ctl_services(Ctl *ctl)
{
    g_autoptr(GError) error = NULL;
    if (ctl->services == NULL && ctl_site(ctl) != NULL) {
        ctl->services = services_open(ctl->site, &error);
        if (ctl->services == NULL)
            ctl_fail(error);
    }
    return ctl->services;
}

Store *ctl_store(Ctl *ctl)
{
    g_autoptr(GError) error = NULL;
    if (ctl->store == NULL && ctl_site(ctl) != NULL) {
        ctl->store = store_open(site_sqlite_path(ctl->site->store), &error);
        if (ctl->store == NULL)
            ctl_fail(error);
    }
    return ctl->store;
}

/* The daemon's user is nobody's name: who became it by sudo is meant. */
static const char *person(void)
{
    const char *name = g_getenv("SUDO_USER");
    return name != NULL && text_is_token(name, PERSON_MAX) ? name : g_get_user_name();
}

bool ctl_desk(Ctl *ctl, Desk *desk)
{
    Store *store = ctl_store(ctl);
    *desk = (Desk){ .site = ctl->site,
                    .store = store,
                    .actor = { .name = person(), .local = true },
                    .now = g_get_real_time() / G_USEC_PER_SEC };
    return store != NULL;
}

int ctl_fail(GError *error)
{
    g_printerr("triagectl: %s\n", error->message);
    return triage_error_is_temporary(error) ? CTL_LATER : CTL_FINDINGS;
}

static int find_argument(const Ctl *ctl, const char *name)
{
    for (guint i = 0; i < ctl->argument_count; i++) {
        if (g_str_equal(ctl->arguments[i], name))
            return (int)i;
    }
    return -1;
}

static void drop_arguments(Ctl *ctl, guint at, guint count)
{
    ctl->argument_count -= count;
    for (guint i = at; i <= ctl->argument_count; i++)
        ctl->arguments[i] = ctl->arguments[i + count];
}

const char *ctl_option(Ctl *ctl, const char *name)
{
    int at = find_argument(ctl, name);
    if (at < 0 || ctl->arguments[at + 1] == NULL)
        return NULL;
    const char *value = ctl->arguments[at + 1];
    drop_arguments(ctl, (guint)at, 2);
    return value;
}

bool ctl_flag(Ctl *ctl, const char *name)
{
    int at = find_argument(ctl, name);
    if (at >= 0)
        drop_arguments(ctl, (guint)at, 1);
    return at >= 0;
}

char *ctl_words(const Ctl *ctl, guint first)
{
    return g_strjoinv(" ", ctl->arguments + first);
}

const Mailbox *ctl_mailbox(Ctl *ctl)
{
    const char *name = ctl_option(ctl, "--mailbox");
    Site *site = ctl_site(ctl);
    if (site == NULL)
        return NULL;
    if (name == NULL)
        return g_ptr_array_index(site->mailboxes, 0);
    const Mailbox *mailbox = site_mailbox(site, name);
    if (mailbox == NULL)
        g_printerr("triagectl: no mailbox '%s' in %s\n", name, ctl->conf);
    return mailbox;
}

static void answer_add(Ctl *ctl, const char *key, const char *text)
{
    if (ctl->answer == NULL)
        ctl->answer = cJSON_CreateObject();
    cJSON *list = cJSON_GetObjectItemCaseSensitive(ctl->answer, key);
    if (list == NULL)
        list = cJSON_AddArrayToObject(ctl->answer, key);
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

void ctl_say(Ctl *ctl, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (ctl->json)
        answer_add(ctl, "said", text);
    else
        g_print("%s\n", text);
}

void ctl_say_findings(Ctl *ctl, const Diags *diags)
{
    g_autofree char *text = diags_to_text(diags);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL && (*line)[0] != '\0'; line++) {
        if (ctl->json)
            answer_add(ctl, "findings", *line);
        else
            g_printerr("%s\n", *line);
    }
}

void ctl_print_json(cJSON *object)
{
    g_autoptr(cJSON) owned = object;
    if (!cJSON_HasObjectItem(owned, "v"))
        cJSON_AddNumberToObject(owned, "v", CTL_JSON_VERSION);
    g_autofree char *text = json_print(owned);
    g_print("%s\n", text);
}

void ctl_print_object(const Ctl *ctl, cJSON *object)
{
    if (ctl->json) {
        ctl_print_json(object);
        return;
    }
    g_autoptr(cJSON) owned = object;
    g_autofree char *text = json_print_pretty(owned);
    g_print("%s\n", text);
}

static GString *read_stream(FILE *stream, gsize max)
{
    GString *bytes = g_string_new(NULL);
    g_autofree char *piece = g_malloc(65536);
    gsize got;
    while (bytes->len < max && (got = fread(piece, 1, MIN(65536, max - bytes->len), stream)) > 0)
        g_string_append_len(bytes, piece, (gssize)got);
    return bytes;
}

GString *ctl_read_message(const char *path, gsize max)
{
    if (path == NULL || g_str_equal(path, "-"))
        return read_stream(stdin, max);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        g_printerr("triagectl: can't read %s: %s\n", path, g_strerror(errno));
        return NULL;
    }
    GString *bytes = read_stream(stream, max);
    fclose(stream);
    return bytes;
}

Submission *ctl_submission_new(GString *bytes, const char *recipient)
{
    Submission *submission = g_new0(Submission, 1);
    submission->envelope = envelope_new();
    submission->bytes = bytes;
    submission->from_file = true;
    submission->incoming = g_array_new(FALSE, FALSE, sizeof(MarkIncoming));
    submission->received = g_get_monotonic_time();
    submission->now = g_get_real_time() / G_USEC_PER_SEC;
    if (recipient != NULL)
        envelope_add_recipient(submission->envelope, recipient);
    return submission;
}

void ctl_submission_free(Submission *submission)
{
    if (submission == NULL)
        return;
    envelope_free(submission->envelope);
    g_string_free(submission->bytes, TRUE);
    g_array_unref(submission->incoming);
    g_free(submission);
}

char *ctl_time(gint64 epoch)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(epoch);
    return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M") : g_strdup("-");
}
