/* A mail as text, taken apart as an MTA does, and the keys that its signers publish. */
#pragma once

#include "auth/arc.h"

#include <string.h>

typedef struct {
    const char *name, *record;
} ZoneRow;

typedef struct {
    GPtrArray *texts; /* what the fields point to */
    GArray *fields;
    const char *body;
    gsize body_length;
} AuthMail;

/* Where the line that begins at `at` and its folds end: after the line end. */
static inline const char *auth_field_end(const char *at)
{
    for (;;) {
        const char *newline = strchr(at, '\n');
        if (!newline)
            return at + strlen(at);
        at = newline + 1;
        if (*at != ' ' && *at != '\t')
            return at;
    }
}

static inline void auth_add_field(AuthMail *mail, const char *start, const char *end)
{
    const char *colon = memchr(start, ':', (gsize)(end - start));
    const char *stop = end;

    if (stop > start && stop[-1] == '\n')
        stop--;
    if (stop > start && stop[-1] == '\r')
        stop--;
    char *name = g_strndup(start, (gsize)(colon - start));
    char *value = g_strndup(colon + 1, (gsize)(stop - colon - 1));
    DkimField field = { name, value };
    g_ptr_array_add(mail->texts, name);
    g_ptr_array_add(mail->texts, value);
    g_array_append_val(mail->fields, field);
}

/* `text` must outlive it. */
static inline AuthMail auth_mail_of(const char *text)
{
    AuthMail mail = { g_ptr_array_new_with_free_func(g_free),
                      g_array_new(FALSE, FALSE, sizeof(DkimField)), "", 0 };

    while (*text && *text != '\n' && !g_str_has_prefix(text, "\r\n")) {
        const char *end = auth_field_end(text);
        auth_add_field(&mail, text, end);
        text = end;
    }
    if (*text == '\r')
        text++;
    if (*text == '\n')
        text++;
    mail.body = text;
    mail.body_length = strlen(text);
    return mail;
}

static inline void auth_mail_clear(AuthMail *mail)
{
    g_ptr_array_unref(mail->texts);
    g_array_unref(mail->fields);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AuthMail, auth_mail_clear)

/* An answer out of at most four rows of a zone that ends with a row without a name. */
typedef struct {
    DkimAnswer answer;
    GBytes *records[4];
} ZoneAnswer;

static inline ZoneAnswer *zone_ask(const ZoneRow *zone, const char *name)
{
    ZoneAnswer *found = g_new0(ZoneAnswer, 1);

    found->answer.status = DKIM_ANSWER_NONE;
    found->answer.records = found->records;
    for (; name && zone->name; zone++)
        if (strcmp(zone->name, name) == 0 && !zone->record) {
            found->answer.status = DKIM_ANSWER_UNAVAILABLE;
        } else if (strcmp(zone->name, name) == 0) {
            found->answer.status = DKIM_ANSWER_FOUND;
            found->records[found->answer.count++] = g_bytes_new(zone->record, strlen(zone->record));
        }
    return found;
}

static inline void zone_answer_free(ZoneAnswer *found)
{
    for (gsize i = 0; i < found->answer.count; i++)
        g_bytes_unref(found->records[i]);
    g_free(found);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ZoneAnswer, zone_answer_free)

/* The verdicts as "d=outcome(reason) …", in the order in which signatures are looked at. */
static inline char *auth_verdicts(const char *text, const ZoneRow *zone, const char *organization,
                                  gint64 now)
{
    g_auto(AuthMail) mail = auth_mail_of(text);
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check =
        dkim_check_new((const DkimField *)mail.fields->data, mail.fields->len, organization, body);
    GString *out = g_string_new(NULL);

    dkim_body_add(body, mail.body, mail.body_length);
    dkim_body_end(body);
    for (guint i = 0; i < dkim_check_count(check); i++) {
        const DkimSignature *signature = dkim_check_signature(check, i);
        g_autoptr(ZoneAnswer) found = zone_ask(zone, signature->query);
        DkimResult result = dkim_check_verify(check, i, &found->answer, now);

        g_string_append_printf(
            out, "%s%s %s: %s", i ? " | " : "", signature->domain ? signature->domain : "?",
            dkim_outcome_name(dkim_reason_outcome(result.reason)), dkim_reason_text(result.reason));
    }
    return g_string_free(out, FALSE);
}
