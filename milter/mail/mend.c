/* Mends a mail's bytes before they are parsed.
 *
 * Old Macs' line ends and doubled carriage returns become line ends.  A line in a header section
 * that is no field ends it, as Postfix has it, unless well known fields go on behind it: without
 * this, the first words of a mail that lost its empty line would be dropped as headers.  In parts
 * the same, where a boundary that the mail declares stands before.  Nothing else is touched.
 * Linear. Pure; any thread. */
#include "mail/mend.h"

#include <stdbool.h>
#include <string.h>

#define BOUNDARIES_MAX 200
#define BOUNDARY_MAX   512

typedef struct {
    const char *text;
    gsize length; /* with its newline */
} Line;

static Line line_at(const GByteArray *mail, gsize at)
{
    const char *start = (const char *)mail->data + at;
    const char *newline = memchr(start, '\n', mail->len - at);

    return (Line){ start, newline ? (gsize)(newline - start) + 1 : mail->len - at };
}

static bool is_blank(Line line)
{
    return line.length == 0 || line.text[0] == '\n' ||
           (line.text[0] == '\r' && (line.length == 1 || line.text[1] == '\n'));
}

static bool continues(Line line)
{
    return line.length > 0 && (line.text[0] == ' ' || line.text[0] == '\t');
}

static gsize name_length(Line line)
{
    gsize name = 0, colon;

    while (name < line.length && line.text[name] > ' ' && line.text[name] < '\x7F' &&
           line.text[name] != ':')
        name++;
    for (colon = name; colon < line.length && strchr(" \t", line.text[colon]) && line.text[colon];)
        colon++;
    return colon < line.length && line.text[colon] == ':' ? name : 0;
}

/* "From ann@example.com Mon Nov 23 …" of a mailbox file, quoted or not. */
static bool is_mailbox_line(Line line)
{
    return (line.length > 5 && memcmp(line.text, "From ", 5) == 0) ||
           (line.length > 6 && memcmp(line.text, ">From ", 6) == 0);
}

static bool is_well_known(Line line)
{
    static const char *const names[] = { "From",         "To",           "Cc",
                                         "Subject",      "Date",         "Received",
                                         "Message-ID",   "MIME-Version", "Return-Path",
                                         "Content-Type", "Reply-To" };
    gsize length = name_length(line);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strlen(names[i]) == length && g_ascii_strncasecmp(line.text, names[i], length) == 0)
            return true;
    return false;
}

/* Does `line` end the section although it isn't empty? */
static bool breaks_header(const GByteArray *mail, gsize at, Line line)
{
    gsize next = at + line.length;

    if (name_length(line) > 0 || (at > 0 && continues(line)) || (at == 0 && is_mailbox_line(line)))
        return false;
    return next >= mail->len || !is_well_known(line_at(mail, next));
}

static void insert_newline(GByteArray *mail, gsize at)
{
    g_byte_array_append(mail, (const guint8 *)"\n", 1);
    memmove(mail->data + at + 1, mail->data + at, mail->len - 1 - at);
    mail->data[at] = '\n';
}

/* A first line that no field stands on, but one behind it. */
static void drop_first_line(GByteArray *mail)
{
    Line first = mail->len > 0 ? line_at(mail, 0) : (Line){ "", 0 };

    if (first.length > 0 && first.length < mail->len && !is_blank(first) &&
        name_length(first) == 0 && !is_mailbox_line(first) &&
        is_well_known(line_at(mail, first.length)))
        g_byte_array_remove_range(mail, 0, (guint)first.length);
}

static void straighten_lines(GByteArray *mail)
{
    const char *newline = memchr(mail->data, '\n', mail->len);
    bool doubled = newline && newline - (const char *)mail->data >= 2 && newline[-1] == '\r' &&
                   newline[-2] == '\r';
    guint out = 0;

    for (guint at = 0; !newline && at < mail->len; at++)
        if (mail->data[at] == '\r')
            mail->data[at] = '\n';
    if (!doubled)
        return;
    for (guint at = 0; at < mail->len; at++)
        if (at + 1 == mail->len || mail->data[at] != '\r' || mail->data[at + 1] != '\r')
            mail->data[out++] = mail->data[at];
    g_byte_array_set_size(mail, out);
}

/* A header is read as text, which would end there. */
static void blank_nuls(GByteArray *mail, gsize at, gsize length)
{
    for (gsize i = at; i < at + length; i++)
        if (mail->data[i] == '\0')
            mail->data[i] = ' ';
}

void mend_header(GByteArray *mail)
{
    if (mail->len == 0)
        return;
    straighten_lines(mail);
    drop_first_line(mail);
    for (gsize at = 0; at < mail->len;) {
        Line line = line_at(mail, at);

        if (is_blank(line))
            return;
        if (breaks_header(mail, at, line)) {
            insert_newline(mail, at);
            return;
        }
        blank_nuls(mail, at, line.length);
        at += line.length;
    }
}

/* Behind "boundary=", NULL if it isn't there. */
static const char *boundary_value(Line line)
{
    static const char name[] = "boundary";
    const char *end = line.text + line.length, *at = line.text;

    while ((at = memchr(at, '=', (gsize)(end - at)))) {
        gsize before = (gsize)(at++ - line.text);

        if (before >= strlen(name) &&
            g_ascii_strncasecmp(at - 1 - strlen(name), name, strlen(name)) == 0)
            return at;
    }
    return NULL;
}

static void note_boundary(Line line, GHashTable *boundaries)
{
    const char *value = boundary_value(line);
    const char *end = line.text + line.length;
    const char *stop;

    if (!value || g_hash_table_size(boundaries) >= BOUNDARIES_MAX)
        return;
    if (value < end && *value == '"')
        value++;
    for (stop = value; stop < end && !strchr("\";\r\n", *stop);)
        stop++;
    if (stop > value && stop - value <= BOUNDARY_MAX) {
        char *boundary = g_strndup(value, (gsize)(stop - value));

        g_hash_table_add(boundaries, g_strchomp(boundary));
    }
}

static bool is_separator(Line line, GHashTable *boundaries)
{
    g_autofree char *boundary = NULL;

    if (line.length < 3 || line.length > BOUNDARY_MAX || memcmp(line.text, "--", 2) != 0)
        return false;
    boundary = g_strchomp(g_strndup(line.text + 2, line.length - 2));
    return g_hash_table_contains(boundaries, boundary);
}

/* Where a part's header section has to be ended: gsize, ascending. */
static GArray *open_ends(const GByteArray *mail)
{
    g_autoptr(GHashTable) boundaries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GArray *ends = g_array_new(FALSE, FALSE, sizeof(gsize));
    bool header = true, top = true, first = false;

    for (gsize at = 0; at < mail->len;) {
        Line line = line_at(mail, at);

        if (is_separator(line, boundaries)) {
            header = first = true;
        } else if (header) {
            note_boundary(line, boundaries);
            header = !is_blank(line);
            top &= header;
            if (header && !top && name_length(line) == 0 && (first || !continues(line))) {
                g_array_append_val(ends, at);
                header = false;
            }
            first = false;
        }
        at += line.length;
    }
    return ends;
}

void mend_parts(GByteArray *mail)
{
    g_autoptr(GArray) ends = open_ends(mail);
    g_autoptr(GByteArray) broken = NULL;
    gsize done = 0;

    if (ends->len == 0)
        return;
    broken = g_byte_array_new();
    g_byte_array_append(broken, mail->data, mail->len);
    g_byte_array_set_size(mail, 0);
    for (guint i = 0; i < ends->len; i++) {
        gsize end = g_array_index(ends, gsize, i);

        g_byte_array_append(mail, broken->data + done, (guint)(end - done));
        g_byte_array_append(mail, (const guint8 *)"\n", 1);
        done = end;
    }
    g_byte_array_append(mail, broken->data + done, (guint)(broken->len - done));
}
