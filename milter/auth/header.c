/* Header fields by name, and their canonical forms.
 *
 * Fields are sorted by name rather than hashed: names are the sender's choice, and could be chosen
 * to have the same hash.  Writing is linear in the header section, however often a signature names
 * a field.  Pure; any thread. */
#include "auth/header.h"

#include <string.h>

typedef struct {
    char *name; /* in lower case */
    gsize place;
} Named;

struct Header {
    const DkimField *fields;
    gsize count;
    Named *named;  /* by name, those of one name from top to bottom */
    gsize *places; /* those of `named`, in its order */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without the blanks that may precede the colon (RFC 5322 4.5). */
static gsize name_length(const char *name)
{
    gsize length = strlen(name);

    while (length > 0 && is_blank(name[length - 1]))
        length--;
    return length;
}

static int compare_named(const void *a, const void *b)
{
    const Named *one = a, *other = b;
    int order = strcmp(one->name, other->name);

    return order != 0 ? order : one->place < other->place ? -1 : one->place > other->place;
}

Header *header_new(const DkimField *fields, gsize count)
{
    Header *header = g_new0(Header, 1);

    header->fields = fields;
    header->count = count;
    header->named = g_new(Named, count);
    header->places = g_new(gsize, count);
    for (gsize i = 0; i < count; i++)
        header->named[i] =
            (Named){ g_ascii_strdown(fields[i].name, (gssize)name_length(fields[i].name)), i };
    if (count > 0)
        qsort(header->named, count, sizeof *header->named, compare_named);
    for (gsize i = 0; i < count; i++)
        header->places[i] = header->named[i].place;
    return header;
}

void header_free(Header *header)
{
    if (!header)
        return;
    for (gsize i = 0; i < header->count; i++)
        g_free(header->named[i].name);
    g_free(header->named);
    g_free(header->places);
    g_free(header);
}

/* How many names come before `name`, or are it too. */
static gsize count_before(const Header *header, const char *name, bool or_same)
{
    gsize from = 0, to = header->count;

    while (from < to) {
        gsize middle = from + (to - from) / 2;
        int order = strcmp(header->named[middle].name, name);

        if (order < 0 || (order == 0 && or_same))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

gsize header_fields_of(const Header *header, const char *name, const gsize **places)
{
    gsize first = count_before(header, name, false);

    *places = header->places + first;
    return count_before(header, name, true) - first;
}

/* The value with every line end as CRLF. */
static void write_simple(GString *out, const char *value, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r'))
            g_string_append_c(out, '\r');
        g_string_append_c(out, value[i]);
    }
}

/* Unfolded, runs of blanks as one, none at the ends.  `begin`: where the value starts in `out`. */
static void write_relaxed(GString *out, gsize begin, const char *value, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        bool line_end =
            value[i] == '\n' || (value[i] == '\r' && i + 1 < length && value[i + 1] == '\n');
        bool again = is_blank(value[i]) && (out->len == begin || out->str[out->len - 1] == ' ');

        if (!line_end && !again)
            g_string_append_c(out, is_blank(value[i]) ? ' ' : value[i]);
    }
}

static void trim_end(GString *out, gsize begin)
{
    if (out->len > begin && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

static GString *canonical(const DkimField *field, gsize cut_from, gsize cut_to, bool relaxed)
{
    GString *out = g_string_sized_new(256);
    gsize length = strlen(field->value);

    if (relaxed) {
        g_autofree char *name = g_ascii_strdown(field->name, (gssize)name_length(field->name));
        g_string_append_printf(out, "%s:", name);
        gsize begin = out->len;
        write_relaxed(out, begin, field->value, cut_from);
        write_relaxed(out, begin, field->value + cut_to, length - cut_to);
        trim_end(out, begin);
    } else {
        g_string_append_printf(out, "%s:", field->name);
        write_simple(out, field->value, cut_from);
        write_simple(out, field->value + cut_to, length - cut_to);
    }
    return out;
}

void header_add_field(const DkimField *field, bool relaxed, Digest *digest)
{
    gsize length = strlen(field->value);
    GString *out = canonical(field, length, length, relaxed);

    g_string_append(out, "\r\n");
    digest_add(digest, out->str, out->len);
    g_string_free(out, TRUE);
}

void header_add_own(const DkimField *field, gsize cut_from, gsize cut_to, bool relaxed,
                    Digest *digest)
{
    GString *out = canonical(field, cut_from, cut_to, relaxed);

    digest_add(digest, out->str, out->len);
    g_string_free(out, TRUE);
}

void header_add_selected(const Header *header, char *const *names, gsize except, bool relaxed,
                         Digest *digest)
{
    g_autofree gsize *used = g_new0(gsize, header->count); /* of each name, at its first place */

    for (; *names; names++) {
        const gsize *places;
        gsize count = header_fields_of(header, *names, &places);

        if (count == 0)
            continue;
        gsize *taken = used + (places - header->places);
        if (*taken < count && places[count - 1 - *taken] == except)
            ++*taken;
        if (*taken < count)
            header_add_field(&header->fields[places[count - 1 - (*taken)++]], relaxed, digest);
    }
}
