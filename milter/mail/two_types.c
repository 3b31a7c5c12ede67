/* Which of several Content-Type fields holds: the one that the body agrees with.
 *
 * RFC 2045 allows one.  Programs that convert a mail add theirs and leave the old one, and spam has
 * several so that filters and readers take different ones.  Without this, a multipart whose parts
 * are not there would be read as a mail without text. */
#include "mail/two_types.h"

#include <string.h>

#define TYPES_MAX    8
#define BOUNDARY_MAX 512
#define NAME         "Content-Type"
#define OTHER_NAME   "X-Other-Type" /* as long */

typedef struct {
    gsize at, length; /* in the mail, continued lines included */
    bool multipart, agrees;
} Type;

static gsize line_length(const GByteArray *mail, gsize at)
{
    const guint8 *newline = memchr(mail->data + at, '\n', mail->len - at);

    return newline ? (gsize)(newline - (mail->data + at)) + 1 : mail->len - at;
}

static bool is_end(const GByteArray *mail, gsize at)
{
    return mail->data[at] == '\n' ||
           (mail->data[at] == '\r' && at + 1 < mail->len && mail->data[at + 1] == '\n');
}

static bool is_type(const GByteArray *mail, gsize at, gsize length)
{
    const char *line = (const char *)mail->data + at;
    gsize name = strlen(NAME);

    if (length <= name || g_ascii_strncasecmp(line, NAME, name) != 0)
        return false;
    while (name < length && (line[name] == ' ' || line[name] == '\t'))
        name++;
    return name < length && line[name] == ':';
}

/* Does the boundary that the field names begin a line of the body? */
static bool stands_in(const char *field, const GByteArray *mail, gsize body)
{
    g_autofree char *lower = g_ascii_strdown(field, -1);
    const char *found = strstr(lower, "boundary");
    const char *value = found ? strchr(found, '=') : NULL;

    if (!value)
        return false;
    value = field + (value + 1 - lower);
    value += strspn(value, " \t\r\n\"");
    gsize length = strcspn(value, "\";\r\n");
    if (length == 0 || length > BOUNDARY_MAX || body == 0)
        return false;
    g_autofree char *line = g_strdup_printf("\n--%.*s", (int)length, value);
    return memmem(mail->data + body - 1, mail->len - body + 1, line, strlen(line));
}

/* The fields of the header section; *body is where the text after it begins. */
static guint types_read(const GByteArray *mail, Type *types, gsize *body)
{
    guint count = 0;
    gsize at = 0;

    while (at < mail->len && !is_end(mail, at)) {
        gsize length = line_length(mail, at), begin = at;

        at += length;
        while (at < mail->len && (mail->data[at] == ' ' || mail->data[at] == '\t'))
            at += line_length(mail, at);
        if (count < TYPES_MAX && is_type(mail, begin, length))
            types[count++] = (Type){ .at = begin, .length = at - begin };
    }
    *body = at < mail->len ? at + line_length(mail, at) : mail->len;
    return count;
}

static guint settled(const Type *types, guint count)
{
    for (guint i = 0; i < count; i++)
        if (types[i].multipart && types[i].agrees)
            return i;
    for (guint i = 0; i < count; i++)
        if (!types[i].multipart)
            return i;
    return 0;
}

bool two_types_settle(GByteArray *mail)
{
    Type types[TYPES_MAX];
    gsize body;
    guint count = types_read(mail, types, &body);

    if (count < 2)
        return false;
    for (guint i = 0; i < count; i++) {
        g_autofree char *field = g_strndup((const char *)mail->data + types[i].at, types[i].length);
        g_autofree char *lower = g_ascii_strdown(field, -1);
        const char *value = strchr(lower, ':') + 1;

        value += strspn(value, " \t\r\n");
        types[i].multipart = g_str_has_prefix(value, "multipart/");
        types[i].agrees = types[i].multipart && stands_in(field, mail, body);
    }
    guint kept = settled(types, count);
    for (guint i = 0; i < count; i++)
        if (i != kept)
            memcpy(mail->data + types[i].at, OTHER_NAME, strlen(OTHER_NAME));
    return true;
}
