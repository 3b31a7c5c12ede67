/* The guards before GMime: one pass over a mail's bytes.
 *
 * GMime descends once for each group in an address list, so nested groups in a header of 77 KB end
 * an 8 MB stack; and it makes objects out of every part and every header field, up to 180 bytes of
 * memory for each byte of mail.  So colons beyond any real address field become spaces, a header
 * section that is too long loses its last fields, and a mail with too many parts, or with too much
 * header in them, ends where the limit is reached.  The body of a mail that is neither multipart
 * nor a message is never touched.
 *
 * What counts as a header line here is a superset of what GMime takes for one. */
#include "mail/guard.h"

#include <string.h>

/* Each field of a part costs GMime some hundred bytes, however short it is. */
#define FIELD_COST 64
/* Header sections of all parts together, in max_header_bytes. */
#define PART_HEADERS 4
/* A part's header, and behind it that of the message it may hold. */
#define SECTIONS_OF_A_PART 2

typedef struct {
    GByteArray *mail;
    const MailLimits *limits;
    guint colons;       /* in the address field that the line belongs to */
    bool address_field; /* the line belongs to one */
    bool field;         /* the line belongs to some field of a header section */
    bool holds_message; /* this header section speaks of a message */
    guint sections;     /* header sections that may be open here */
    gint64 separators;
    gint64 header_cost;
    GuardReport report;
} Guard;

typedef struct {
    guint8 *text;
    gsize length; /* with its newline */
} Line;

static Line line_at(const GByteArray *mail, gsize at)
{
    guint8 *start = mail->data + at;
    guint8 *newline = memchr(start, '\n', mail->len - at);

    return (Line){ start, newline ? (gsize)(newline - start) + 1 : mail->len - at };
}

static bool line_is_blank(Line line)
{
    return line.text[0] == '\n' ||
           (line.length <= 2 && line.text[0] == '\r' && line.text[line.length - 1] <= '\r');
}

static bool line_continues(Line line)
{
    return line.text[0] == ' ' || line.text[0] == '\t';
}

/* The length of the field name that the line begins with, 0 if it is no field. */
static gsize field_name_length(Line line)
{
    gsize name = 0;
    gsize colon;

    while (name < line.length && line.text[name] > ' ' && line.text[name] != ':')
        name++;
    colon = name;
    while (colon < line.length && (line.text[colon] == ' ' || line.text[colon] == '\t'))
        colon++;
    return colon < line.length && line.text[colon] == ':' ? name : 0;
}

static bool field_is(Line line, gsize name_length, const char *name)
{
    return strlen(name) == name_length &&
           g_ascii_strncasecmp((const char *)line.text, name, name_length) == 0;
}

static bool is_address_field(Line line, gsize name_length)
{
    static const char *const names[] = { "From", "To", "Cc", "Bcc", "Reply-To", "Sender" };
    static const char resent[] = "Resent-";

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (field_is(line, name_length, names[i]))
            return true;
    return name_length > strlen(resent) &&
           g_ascii_strncasecmp((const char *)line.text, resent, strlen(resent)) == 0;
}

static bool line_mentions(Line line, const char *word)
{
    gsize length = strlen(word);

    for (gsize at = 0; at + length <= line.length; at++)
        if (g_ascii_strncasecmp((const char *)line.text + at, word, length) == 0)
            return true;
    return false;
}

static void blank_colons(Guard *guard, Line line)
{
    for (gsize at = 0; at < line.length; at++) {
        if (line.text[at] != ':' || ++guard->colons <= GUARD_COLONS_MAX)
            continue;
        line.text[at] = ' ';
        guard->report.groups_blanked = true;
    }
}

static void look_at_field(Guard *guard, Line line)
{
    if (!line_continues(line)) {
        gsize name_length = field_name_length(line);

        guard->field = name_length > 0;
        guard->address_field = name_length > 0 && is_address_field(line, name_length);
        guard->colons = 0;
    }
    if (guard->address_field)
        blank_colons(guard, line);
}

/* The offset of the first line behind the header section. */
static gsize header_end(const GByteArray *mail)
{
    gsize at = 0;

    while (at < mail->len) {
        Line line = line_at(mail, at);

        if (line_is_blank(line))
            break;
        at += line.length;
    }
    return at;
}

/* Drops the fields that reach over the limit.  Returns the new end of the header section. */
static gsize cut_header(Guard *guard, gsize end)
{
    gsize limit = (gsize)guard->limits->max_header_bytes;
    gsize kept = 0;

    if (end <= limit)
        return end;
    for (gsize at = 0; at < end;) {
        Line line = line_at(guard->mail, at);

        if (!line_continues(line))
            kept = at;
        at += line.length;
        if (at > limit)
            break;
    }
    g_byte_array_remove_range(guard->mail, (guint)kept, (guint)(end - kept));
    guard->report.header_cut = true;
    return kept;
}

/* Guards the fields of the mail itself.  Does one of them say that the body has parts? */
static bool guard_header(Guard *guard, gsize end)
{
    bool content_type = false;
    bool structured = false;

    for (gsize at = 0; at < end;) {
        Line line = line_at(guard->mail, at);

        look_at_field(guard, line);
        if (!line_continues(line))
            content_type = field_is(line, field_name_length(line), "Content-Type");
        if (content_type)
            structured |= line_mentions(line, "multipart") || line_mentions(line, "message");
        at += line.length;
    }
    return structured;
}

static void leave_section(Guard *guard)
{
    if (guard->sections > 0)
        guard->sections--;
    if (guard->holds_message && guard->sections == 0)
        guard->sections = 1;
    guard->holds_message = false;
}

static void guard_body_line(Guard *guard, Line line)
{
    if (line_is_blank(line)) {
        leave_section(guard);
        guard->field = guard->address_field = false;
        return;
    }
    look_at_field(guard, line);
    if (line.length > 2 && memcmp(line.text, "--", 2) == 0) {
        guard->separators++;
        guard->sections = SECTIONS_OF_A_PART;
    } else if (guard->sections > 0 && guard->field) {
        guard->header_cost += (gint64)line.length + FIELD_COST;
        guard->holds_message |= line_mentions(line, "message");
    }
}

static bool over_limit(const Guard *guard)
{
    return guard->separators > guard->limits->max_parts ||
           guard->header_cost > PART_HEADERS * guard->limits->max_header_bytes;
}

static void guard_body(Guard *guard, gsize at)
{
    guard->sections = SECTIONS_OF_A_PART;
    while (at < guard->mail->len) {
        Line line = line_at(guard->mail, at);

        guard_body_line(guard, line);
        if (over_limit(guard)) {
            g_byte_array_set_size(guard->mail, (guint)at);
            guard->report.parts_cut = true;
            return;
        }
        at += line.length;
    }
}

GuardReport guard_apply(GByteArray *mail, const MailLimits *limits)
{
    Guard guard = { .mail = mail, .limits = limits };
    gsize end = cut_header(&guard, header_end(mail));

    if (guard_header(&guard, end))
        guard_body(&guard, end);
    return guard.report;
}
