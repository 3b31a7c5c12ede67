/* Parts as they are, not as RFC 2045 would have them: types that are none, transfer encodings with
 * odd spellings, base64 with plain words behind it or instead of it, file names that are paths.
 * Pure; any thread. */
#include "mail/part.h"

#include "base/text.h"
#include "mail/params.h"

#include <string.h>

#define BUFFER_SIZE   16384
#define TYPE_NAME_MAX 128
#define FILE_NAME_MAX 256
/* So much of a name that is too long is its end, because that says what kind of file it is. */
#define FILE_NAME_END 64

static const char *raw_header(GMimeObject *part, const char *name)
{
    GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(part), name);
    const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;

    return raw ? raw : "";
}

static GMimeContentEncoding encoding_of(GMimePart *part)
{
    static const struct {
        const char *start; /* of the spelling, letters and digits alone */
        GMimeContentEncoding encoding;
    } rows[] = {
        { "base64", GMIME_CONTENT_ENCODING_BASE64 },
        { "quotedprintable", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
        { "uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
        { "xuuencode", GMIME_CONTENT_ENCODING_UUENCODE },
        { "xuue", GMIME_CONTENT_ENCODING_UUENCODE },
    };
    g_autoptr(GString) spelling = g_string_new(NULL);
    const char *raw = raw_header((GMimeObject *)part, "Content-Transfer-Encoding");

    for (; *raw && spelling->len < TYPE_NAME_MAX; raw++)
        if (g_ascii_isalnum(*raw))
            g_string_append_c(spelling, g_ascii_tolower(*raw));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(spelling->str, rows[i].start))
            return rows[i].encoding;
    return GMIME_CONTENT_ENCODING_BINARY;
}

/* "type/subtype" at the start of a Content-Type field; "" if none stands there. */
static char *written_type(const char *raw)
{
    g_autofree char *type = g_strndup(raw, strcspn(raw, ";("));
    g_autofree char *line = text_line(type, TYPE_NAME_MAX);
    char *slash = strchr(line, '/');

    if (!slash || slash == line || slash[1] == '\0' || strchr(line, ' '))
        return g_strdup("");
    slash[1 + strcspn(slash + 1, "/")] = '\0';
    return g_ascii_strdown(line, -1);
}

/* Of a part whose type says nothing. */
static const char *likely_type(GMimeObject *part, const char *raw)
{
    g_autofree char *name = NULL;

    if (g_ascii_strncasecmp(raw, "text", 4) == 0)
        return "text/plain";
    name = part_name(part, NULL);
    if (name[0] != '\0' || !GMIME_IS_PART(part) ||
        (raw[0] != '\0' && encoding_of((GMimePart *)part) == GMIME_CONTENT_ENCODING_BASE64))
        return "application/octet-stream";
    return "text/plain";
}

char *part_type(GMimeObject *part)
{
    const char *raw = raw_header(part, "Content-Type");
    g_autofree char *written = NULL;

    raw += strspn(raw, " \t\r\n");
    written = written_type(raw);
    if (written[0] != '\0')
        return g_steal_pointer(&written);
    if (raw[0] == '\0' && !GMIME_IS_PART(part))
        return g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
    return g_strdup(likely_type(part, raw));
}

bool part_is(GMimeObject *part, const char *type)
{
    g_autofree char *own = part_type(part);

    return strcmp(own, type) == 0;
}

char *part_param(GMimeObject *part, const char *name)
{
    return param_find(raw_header(part, "Content-Type"), name, NULL);
}

/* Behind the last '/' or '\' that something stands behind. */
static char *last_component(const char *path)
{
    const char *start = path;

    for (const char *at = path; *at; at++)
        if (strchr("/\\", *at) && at[1] != '\0' && !strchr("/\\", at[1]))
            start = at + 1;
    return g_strndup(start, strcspn(start, "/\\"));
}

static char *fitting_name(const char *name)
{
    gsize length = strlen(name);
    const char *end = name + length - MIN(length, FILE_NAME_END);

    if (length <= FILE_NAME_MAX)
        return g_strdup(name);
    while (((guchar)*end & 0xC0) == 0x80)
        end++;
    return g_strdup_printf(
        "%.*s…%s", (int)text_fit(name, FILE_NAME_MAX - FILE_NAME_END - strlen("…")), name, end);
}

char *part_shown_name(const char *written)
{
    g_autofree char *line = text_line(written, G_MAXSIZE);
    g_autofree char *name = last_component(line);

    return fitting_name(name);
}

char *part_name(GMimeObject *part, const char *charset)
{
    static const char *const places[][2] = {
        { "Content-Disposition", "filename" },
        { "Content-Type", "name" },
        { "Content-Disposition", "name" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *value = param_find(raw_header(part, places[i][0]), places[i][1], charset);
        g_autofree char *name = part_shown_name(value ? value : "");

        if (name[0] != '\0')
            return g_steal_pointer(&name);
    }
    return g_strdup("");
}

bool part_is_attached(GMimeObject *part)
{
    const char *raw = raw_header(part, "Content-Disposition");

    raw += strspn(raw, " \t\r\n\"");
    return g_ascii_strncasecmp(raw, "attachment", 10) == 0;
}

static GMimeStream *raw_stream(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *raw = content ? g_mime_data_wrapper_get_stream(content) : NULL;

    if (raw)
        g_mime_stream_reset(raw);
    return raw;
}

GMimeStream *part_stream(GMimePart *part)
{
    GMimeStream *raw = raw_stream(part);
    g_autoptr(GMimeFilter) decoder = NULL;
    GMimeStream *stream;

    if (!raw)
        return NULL;
    stream = g_mime_stream_filter_new(raw);
    decoder = g_mime_filter_basic_new(encoding_of(part), FALSE);
    g_mime_stream_filter_add((GMimeStreamFilter *)stream, decoder);
    return stream;
}

static GByteArray *read_stream(GMimeStream *stream, gsize max)
{
    g_autofree char *buffer = g_malloc(BUFFER_SIZE);
    GByteArray *bytes = g_byte_array_new();
    gssize got;

    while (stream && bytes->len < max &&
           (got = g_mime_stream_read(stream, buffer, MIN(BUFFER_SIZE, max - bytes->len))) > 0)
        g_byte_array_append(bytes, (guint8 *)buffer, (guint)got);
    return bytes;
}

/* Words with blanks between them are no base64. */
static bool is_prose(const char *line, gsize length)
{
    bool word = false;

    for (gsize at = 0; at < length; at++) {
        bool blank = g_ascii_isspace(line[at]);

        if (!blank && word && g_ascii_isspace(line[at - 1]))
            return true;
        word |= !blank;
    }
    return false;
}

/* The offset of the first line that is prose. */
static gsize base64_end(const GByteArray *raw)
{
    const char *text = (const char *)raw->data;
    gsize at = 0;

    while (at < raw->len) {
        const char *newline = memchr(text + at, '\n', raw->len - at);
        gsize length = newline ? (gsize)(newline + 1 - text) - at : raw->len - at;

        if (is_prose(text + at, length))
            break;
        at += length;
    }
    return at;
}

static GByteArray *text_of_base64(GMimePart *part, gsize max)
{
    g_autoptr(GByteArray) raw = read_stream(raw_stream(part), max);
    gsize end = base64_end(raw);
    GByteArray *bytes = g_byte_array_new();
    gint state = 0;
    guint save = 0;
    gsize size;

    if (raw->len == 0)
        return bytes;
    g_byte_array_set_size(bytes, (guint)(end / 4 * 3 + 6));
    size = g_base64_decode_step((const char *)raw->data, end, bytes->data, &state, &save);
    if (state > 1)
        size += g_base64_decode_step("==", (gsize)(4 - state), bytes->data + size, &state, &save);
    g_byte_array_set_size(bytes, (guint)size);
    g_byte_array_append(bytes, raw->data + end, (guint)(raw->len - end));
    return bytes;
}

GByteArray *part_bytes(GMimePart *part, gsize max)
{
    g_autoptr(GMimeStream) stream = NULL;
    g_autofree char *type = part_type((GMimeObject *)part);

    if (g_str_has_prefix(type, "text/") && encoding_of(part) == GMIME_CONTENT_ENCODING_BASE64)
        return text_of_base64(part, max > G_MAXUINT / 4 ? G_MAXUINT / 4 : max + max / 2);
    stream = part_stream(part);
    return read_stream(stream, max);
}
