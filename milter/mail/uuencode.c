/* uuencoded files in the text of old programs: "begin 644 name", lines that begin with their
 * length, "end".  A block that doesn't look so to its end is left in the text.  Linear.  Pure; any
 * thread. */
#include "mail/uuencode.h"

#include <stdbool.h>
#include <string.h>

void uu_file_free(UuFile *file)
{
    g_free(file->name);
    g_byte_array_unref(file->bytes);
    g_free(file);
}

static guint8 value_of(char c)
{
    return (guint8)((c - ' ') & 0x3F);
}

/* A line of the file; its bytes are added.  False if it can't be one. */
static bool read_line(const char *line, gsize length, GByteArray *bytes)
{
    gsize count;

    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' '))
        length--;
    count = length > 0 ? value_of(line[0]) : 0;
    if (length > 0 && (line[0] < ' ' || line[0] > '`' || (length - 1) / 4 * 3 > count + 5))
        return false;
    for (gsize out = 0, at = 1; out < count; at += 4) {
        guint8 v[4] = { 0 };

        for (gsize i = 0; i < 4 && at + i < length; i++)
            v[i] = value_of(line[at + i]);
        guint8 three[] = { (guint8)(v[0] << 2 | v[1] >> 4), (guint8)(v[1] << 4 | v[2] >> 2),
                           (guint8)(v[2] << 6 | v[3]) };
        g_byte_array_append(bytes, three, (guint)MIN(3, count - out));
        out += MIN(3, count - out);
    }
    return true;
}

static const char *next_line(const char *line)
{
    const char *newline = strchr(line, '\n');

    return newline ? newline + 1 : line + strlen(line);
}

/* Behind the block whose first line stands at `at`; NULL if it is none. */
static const char *read_block(const char *at, GByteArray *bytes)
{
    for (at = next_line(at); *at; at = next_line(at)) {
        gsize length = strcspn(at, "\n");

        if (strncmp(at, "end", 3) == 0 && (length == 3 || at[3] == '\r'))
            return next_line(at);
        if (!read_line(at, length, bytes))
            return NULL;
    }
    return NULL;
}

/* The name behind "begin 644 ", NULL if the line is none. */
static char *name_of(const char *line)
{
    const char *mode = line + strlen("begin ");
    gsize digits;

    if (strncmp(line, "begin ", 6) != 0)
        return NULL;
    digits = strspn(mode, "01234567");
    if (digits < 3 || digits > 4 || mode[digits] != ' ')
        return NULL;
    return g_strchomp(g_strndup(mode + digits + 1, strcspn(mode + digits + 1, "\r\n")));
}

GPtrArray *uu_take(char *text)
{
    GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)uu_file_free);
    char *out = text;
    guint tries = 0;

    if (!strstr(text, "begin "))
        return files;

    for (const char *line = text; *line;) {
        g_autofree char *name = tries < UU_FILES_MAX ? name_of(line) : NULL;
        g_autoptr(GByteArray) bytes = name ? g_byte_array_new() : NULL;
        const char *behind = name ? read_block(line, bytes) : NULL;
        gsize length = (gsize)(next_line(line) - line);

        tries += name != NULL;
        if (behind) {
            UuFile *file = g_new0(UuFile, 1);

            file->name = g_steal_pointer(&name);
            file->bytes = g_steal_pointer(&bytes);
            g_ptr_array_add(files, file);
            line = behind;
        } else {
            memmove(out, line, length);
            out += length;
            line += length;
        }
    }
    *out = '\0';
    return files;
}
