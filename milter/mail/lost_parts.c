/* Looks for a multipart's parts by the first line that has the shape of a boundary and stands
 * before a part's header: senders and gateways rewrite one and forget the other.  Pure; any thread.
 */
#include "mail/lost_parts.h"

#include <string.h>

#define BOUNDARY_MAX 200

/* The boundary that the first part stands behind, whatever the header says; NULL if there is none.
 */
static char *lost_boundary(const char *text)
{
    for (const char *line = text; *line;) {
        gsize length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        g_autofree char *boundary = NULL;

        if (line[0] == '-' && line[1] == '-' && length > 2 && length < BOUNDARY_MAX &&
            g_ascii_strncasecmp(next, "Content-", 8) == 0)
            boundary = g_strchomp(g_strndup(line + 2, length - 2));
        if (boundary && boundary[0] != '\0' && !strpbrk(boundary, "\"\\"))
            return g_steal_pointer(&boundary);
        line = next;
    }
    return NULL;
}

GMimeObject *lost_parts(const char *type, const char *text, const MailLimits *limits,
                        GuardReport *report)
{
    g_autofree char *boundary = lost_boundary(text);
    g_autofree char *header = NULL;
    g_autoptr(GByteArray) mail = NULL;
    g_autoptr(GMimeStream) stream = NULL;
    g_autoptr(GMimeParser) parser = NULL;

    if (!boundary)
        return NULL;
    header = g_strdup_printf("Content-Type: %s; boundary=\"%s\"\n\n", type, boundary);
    mail = g_byte_array_new();
    g_byte_array_append(mail, (const guint8 *)header, (guint)strlen(header));
    g_byte_array_append(mail, (const guint8 *)text, (guint)strlen(text));
    *report = guard_apply(mail, limits);
    stream = g_mime_stream_mem_new_with_buffer((const char *)mail->data, mail->len);
    parser = g_mime_parser_new_with_stream(stream);
    return g_mime_parser_construct_part(parser, NULL);
}
