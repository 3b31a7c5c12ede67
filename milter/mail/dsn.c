/* Reads what a delivery report says about each recipient.
 *
 * Groups of fields stand apart by an empty line; servers that leave it out begin the next recipient
 * with another Final-Recipient.  An Action or a Status that the RFC doesn't know is left out rather
 * than guessed.  Whether the mail is a report at all is not asked here.  Pure; any thread. */
#include "mail/dsn.h"

#include "base/text.h"

#include <string.h>

#define VALUE_MAX 1000

typedef struct {
    GPtrArray *deliveries;
    Delivery *current; /* NULL between two groups */
    char **original_id;
} Reader;

void delivery_free(Delivery *delivery)
{
    g_free(delivery->address);
    g_free(delivery->action);
    g_free(delivery->status);
    g_free(delivery);
}

char *dsn_message_id(const char *value)
{
    for (const char *open = strchr(value, '<'); open; open = strchr(open + 1, '<')) {
        gsize length = strcspn(open + 1, "<> \t\r\n");

        if (open[length + 1] == '>' && length <= DSN_ID_MAX && memchr(open + 1, '@', length)) {
            g_autofree char *id = g_strndup(open + 1, length);

            return text_line(id, DSN_ID_MAX);
        }
    }
    return g_strdup("");
}

static void replace(char **member, char *value)
{
    g_free(*member);
    *member = value;
}

static void finish(Reader *reader)
{
    Delivery *delivery = g_steal_pointer(&reader->current);

    if (!delivery)
        return;
    if (reader->deliveries->len < DSN_DELIVERIES_MAX && (*delivery->address || *delivery->action))
        g_ptr_array_add(reader->deliveries, delivery);
    else
        delivery_free(delivery);
}

static Delivery *current(Reader *reader)
{
    if (!reader->current) {
        reader->current = g_new0(Delivery, 1);
        reader->current->address = g_strdup("");
        reader->current->action = g_strdup("");
        reader->current->status = g_strdup("");
    }
    return reader->current;
}

/* "rfc822; bob@example.com" */
static char *address_of(const char *value)
{
    const char *type_end = strchr(value, ';');

    return address_fold(type_end ? type_end + 1 : value);
}

static void take_recipient(Reader *reader, const char *value)
{
    if (reader->current && *reader->current->action && *reader->current->address)
        finish(reader);
    replace(&current(reader)->address, address_of(value));
}

static void take_original_recipient(Reader *reader, const char *value)
{
    if (!*current(reader)->address)
        take_recipient(reader, value);
}

static void take_action(Reader *reader, const char *value)
{
    static const char *const actions[] = { "failed", "delayed", "delivered", "relayed",
                                           "expanded" };
    gsize length = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
        if (strlen(actions[i]) == length && g_ascii_strncasecmp(value, actions[i], length) == 0)
            replace(&current(reader)->action, g_strdup(actions[i]));
}

/* "5.1.1 (no such user)", RFC 3463 2. */
static void take_status(Reader *reader, const char *value)
{
    const char *at = value;

    for (int part = 0; part < 3; part++) {
        gsize digits = strspn(at, "0123456789");

        if (digits < 1 || digits > 3 || (part == 0 && !strchr("245", *at)))
            return;
        at += digits;
        if (part < 2 && *at++ != '.')
            return;
    }
    replace(&current(reader)->status, g_strndup(value, (gsize)(at - value)));
}

static void take_original_id(Reader *reader, const char *value)
{
    if (!**reader->original_id)
        replace(reader->original_id, dsn_message_id(value));
}

static const struct {
    const char *name;
    void (*take)(Reader *reader, const char *value);
} fields[] = {
    { "Final-Recipient", take_recipient },
    { "Original-Recipient", take_original_recipient },
    { "Action", take_action },
    { "Status", take_status },
    { "Original-Message-ID", take_original_id },
    { "X-Original-Message-ID", take_original_id },
};

static void take_field(Reader *reader, const char *field)
{
    const char *colon = strchr(field, ':');

    if (!colon)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        gsize length = strlen(fields[i].name);

        if ((gsize)(colon - field) == length &&
            g_ascii_strncasecmp(field, fields[i].name, length) == 0)
            fields[i].take(reader, colon + 1 + strspn(colon + 1, " \t"));
    }
}

static bool goes_on(const char *line)
{
    return (*line == ' ' || *line == '\t') && line[strspn(line, " \t\r")] != '\n' &&
           line[strspn(line, " \t\r")] != '\0';
}

void dsn_read(const char *text, GPtrArray *deliveries, char **original_id)
{
    g_autoptr(GString) field = g_string_new(NULL);
    Reader reader = { deliveries, NULL, original_id };

    for (const char *line = text; *line;) {
        gsize length = strcspn(line, "\n");

        if (!goes_on(line))
            g_string_truncate(field, 0);
        if (field->len < VALUE_MAX)
            g_string_append_len(field, line, (gssize)MIN(length, VALUE_MAX));
        line += length + (line[length] != '\0');
        if (!goes_on(line)) {
            g_strchomp(field->str);
            if (*field->str == '\0')
                finish(&reader);
            take_field(&reader, field->str);
        }
    }
    finish(&reader);
}
