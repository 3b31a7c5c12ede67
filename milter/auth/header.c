/* Header fields by name, and their canonical forms.  All costs are linear in the header section,
 * however often a signature names a field.  Pure; any thread. */
#include "auth/header.h"

#include <string.h>

struct Header {
    const DkimField *fields;
    GHashTable *by_name; /* name in lower case → GArray of gsize */
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

static void free_array(gpointer array)
{
    g_array_unref(array);
}

Header *header_new(const DkimField *fields, gsize count)
{
    Header *header = g_new0(Header, 1);

    header->fields = fields;
    header->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    for (gsize i = 0; i < count; i++) {
        g_autofree char *name =
            g_ascii_strdown(fields[i].name, (gssize)name_length(fields[i].name));
        GArray *same = g_hash_table_lookup(header->by_name, name);
        if (!same) {
            same = g_array_new(FALSE, FALSE, sizeof(gsize));
            g_hash_table_insert(header->by_name, g_steal_pointer(&name), same);
        }
        g_array_append_val(same, i);
    }
    return header;
}

void header_free(Header *header)
{
    if (!header)
        return;
    g_hash_table_unref(header->by_name);
    g_free(header);
}

const GArray *header_fields_of(const Header *header, const char *name)
{
    return g_hash_table_lookup(header->by_name, name);
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
    g_autoptr(GHashTable) left = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (; *names; names++) {
        GArray *same = g_hash_table_lookup(header->by_name, *names);
        if (!same)
            continue;
        gpointer known;
        guint count = g_hash_table_lookup_extended(left, same, NULL, &known)
                          ? GPOINTER_TO_UINT(known)
                          : same->len;
        if (count > 0 && g_array_index(same, gsize, count - 1) == except)
            count--;
        if (count > 0)
            header_add_field(&header->fields[g_array_index(same, gsize, --count)], relaxed, digest);
        g_hash_table_insert(left, same, GUINT_TO_POINTER(count));
    }
}
