/* Attachments are described, not kept: name, claimed type, type by content, size, SHA-256.  Their
 * bytes pass through one buffer. */
#include "mail/attachment.h"

#include "base/text.h"

#include <string.h>

#define BUFFER_SIZE   16384
#define HEAD_SIZE     8192 /* looked at to tell the type */
#define FILE_NAME_MAX 256
#define TYPE_NAME_MAX 128

void attachment_free(Attachment *attachment)
{
    if (!attachment)
        return;
    g_free(attachment->name);
    g_free(attachment->type);
    g_free(attachment->claimed_type);
    g_free(attachment->sha256);
    g_free(attachment);
}

static char *file_name(GMimeObject *part)
{
    const char *name = g_mime_object_get_content_disposition_parameter(part, "filename");

    if (!name)
        name = g_mime_object_get_content_type_parameter(part, "name");
    return text_line(name ? name : "", FILE_NAME_MAX);
}

static char *claimed_type(GMimeObject *part)
{
    GMimeContentType *type = g_mime_object_get_content_type(part);
    g_autofree char *name = type ? g_mime_content_type_get_mime_type(type) : g_strdup("");
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return text_line(lower, TYPE_NAME_MAX);
}

/* A stream of the part's bytes with its transfer encoding undone; NULL if it has none. */
static GMimeStream *decoded_stream(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *raw = content ? g_mime_data_wrapper_get_stream(content) : NULL;
    g_autoptr(GMimeFilter) decoder = NULL;
    GMimeStream *stream;

    if (!raw)
        return NULL;
    g_mime_stream_reset(raw);
    stream = g_mime_stream_filter_new(raw);
    decoder = g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(content), FALSE);
    g_mime_stream_filter_add((GMimeStreamFilter *)stream, decoder);
    return stream;
}

GByteArray *attachment_bytes(GMimePart *part, gsize max)
{
    g_autoptr(GMimeStream) stream = decoded_stream(part);
    g_autofree char *buffer = g_malloc(BUFFER_SIZE);
    GByteArray *bytes = g_byte_array_new();
    gssize got;

    while (stream && bytes->len < max &&
           (got = g_mime_stream_read(stream, buffer, MIN(BUFFER_SIZE, max - bytes->len))) > 0)
        g_byte_array_append(bytes, (guint8 *)buffer, (guint)got);
    return bytes;
}

static void read_leaf(Attachment *attachment, GMimePart *part)
{
    g_autoptr(GMimeStream) stream = decoded_stream(part);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GString) head = g_string_new(NULL);
    g_autofree char *buffer = g_malloc(BUFFER_SIZE);
    gssize got;

    while (stream && (got = g_mime_stream_read(stream, buffer, BUFFER_SIZE)) > 0) {
        g_checksum_update(sum, (guchar *)buffer, got);
        attachment->size += (gsize)got;
        if (head->len < HEAD_SIZE)
            g_string_append_len(head, buffer, MIN(got, (gssize)(HEAD_SIZE - head->len)));
    }
    attachment->sha256 = g_strdup(g_checksum_get_string(sum));
    attachment->type = g_strdup(attachment_sniff(head->str, head->len));
}

/* A message, or parts too deep to be looked into: as they are written. */
static void read_tree(Attachment *attachment, GMimeObject *part)
{
    g_autoptr(GMimeStream) null = g_mime_stream_null_new();
    g_autoptr(GMimeStream) stream = g_mime_stream_filter_new(null);
    g_autoptr(GMimeFilter) sum = g_mime_filter_checksum_new(G_CHECKSUM_SHA256);
    GMimeObject *content = part;

    if (GMIME_IS_MESSAGE_PART(part))
        content = (GMimeObject *)g_mime_message_part_get_message((GMimeMessagePart *)part);
    g_mime_stream_filter_add((GMimeStreamFilter *)stream, sum);
    if (content)
        g_mime_object_write_to_stream(content, NULL, stream);
    g_mime_stream_flush(stream);
    attachment->size = (gsize)MAX(g_mime_stream_length(null), 0);
    attachment->sha256 = g_mime_filter_checksum_get_string((GMimeFilterChecksum *)sum);
    attachment->type = g_strdup(GMIME_IS_MESSAGE_PART(part) ? "message/rfc822" : "");
}

Attachment *attachment_read(GMimeObject *part)
{
    Attachment *attachment = g_new0(Attachment, 1);

    attachment->name = file_name(part);
    attachment->claimed_type = claimed_type(part);
    if (GMIME_IS_PART(part))
        read_leaf(attachment, (GMimePart *)part);
    else
        read_tree(attachment, part);
    return attachment;
}
