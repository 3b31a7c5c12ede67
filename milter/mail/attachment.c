/* Attachments are described, not kept: name, claimed type, type by content, size, SHA-256, and of
 * small text files the text.  Their bytes pass through one buffer; nothing is unpacked. */
#include "mail/attachment.h"

#include "base/digest.h"
#include "base/text.h"
#include "mail/charset.h"
#include "mail/part.h"
#include "mail/words.h"

#include <string.h>

#define BUFFER_SIZE 16384
#define SUBJECT_MAX 256

void attachment_free(Attachment *attachment)
{
    if (!attachment)
        return;
    g_free(attachment->name);
    g_free(attachment->type);
    g_free(attachment->claimed_type);
    g_free(attachment->sha256);
    g_free(attachment->text);
    g_free(attachment);
}

/* Is it a file that people write or read as text?  By its claimed type or, if that says nothing,
 * its name. */
static bool is_text_file(const Attachment *attachment)
{
    static const char *const types[] = { "text/plain",       "text/csv",
                                         "text/markdown",    "text/x-log",
                                         "text/calendar",    "text/xml",
                                         "application/json", "application/xml",
                                         "text/x-markdown",  "text/tab-separated-values" };
    static const char *const endings[] = { ".txt", ".csv",  ".log", ".md",  ".ics",
                                           ".xml", ".json", ".tsv", ".yml", ".ini" };
    g_autofree char *name = g_ascii_strdown(attachment->name, -1);

    if (strcmp(attachment->type, "text/calendar") == 0)
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(attachment->claimed_type, types[i]) == 0)
            return true;
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
        if (strcmp(attachment->claimed_type, "application/octet-stream") == 0 &&
            g_str_has_suffix(name, endings[i]))
            return true;
    return false;
}

/* Does content show that it is what people call text? */
static bool looks_like_text(const Attachment *attachment, const GString *head)
{
    return (attachment->type[0] == '\0' || g_str_has_prefix(attachment->type, "text/")) &&
           !attachment_is_program(attachment->type) &&
           (!memchr(head->str, '\0', head->len) || (guchar)head->str[0] >= 0xFE);
}

static char *without_controls(const char *text)
{
    GString *clean = g_string_new(NULL);

    for (; *text; text++)
        if (!g_ascii_iscntrl(*text) || *text == '\n' || *text == '\t')
            g_string_append_c(clean, *text);
    return g_string_free(clean, FALSE);
}

static char *text_of(const Attachment *attachment, GMimeObject *part, const GString *head)
{
    bool cut;
    g_autofree char *charset = part_param(part, "charset");
    g_autofree char *text = NULL;

    if (!is_text_file(attachment) || !looks_like_text(attachment, head))
        return g_strdup("");
    text = charset_decode(head->str, MIN(head->len, 4 * ATTACHMENT_TEXT_MAX), charset,
                          ATTACHMENT_TEXT_MAX, &cut);
    return without_controls(text);
}

static void read_leaf(Attachment *attachment, GMimePart *part)
{
    g_autoptr(GMimeStream) stream = part_stream(part);
    Digest *sum = digest_new();
    g_autoptr(GString) head = g_string_new(NULL);
    g_autofree char *buffer = g_malloc(BUFFER_SIZE);
    gssize got;

    while (stream && (got = g_mime_stream_read(stream, buffer, BUFFER_SIZE)) > 0) {
        digest_add(sum, buffer, (gsize)got);
        attachment->size += (gsize)got;
        if (head->len < ATTACHMENT_HEAD)
            g_string_append_len(head, buffer, MIN(got, (gssize)(ATTACHMENT_HEAD - head->len)));
    }
    attachment->sha256 = digest_end(sum);
    attachment->type = g_strdup(attachment_sniff(head->str, head->len));
    attachment->text = text_of(attachment, (GMimeObject *)part, head);
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
    attachment->text = g_strdup("");
}

/* A message without a name is called by its subject. */
static void name_message(Attachment *attachment, GMimeMessagePart *part)
{
    GMimeMessage *message = g_mime_message_part_get_message(part);
    GMimeHeader *subject =
        message ? g_mime_header_list_get_header(
                      g_mime_object_get_header_list((GMimeObject *)message), "Subject")
                : NULL;
    const char *raw = subject ? g_mime_header_get_raw_value(subject) : NULL;
    g_autofree char *decoded = raw ? words_decode(raw, NULL) : NULL;

    if (attachment->name[0] != '\0' || !decoded)
        return;
    g_free(attachment->name);
    attachment->name = text_line(decoded, SUBJECT_MAX);
}

Attachment *attachment_read(GMimeObject *part, const char *charset)
{
    Attachment *attachment = g_new0(Attachment, 1);

    attachment->name = part_name(part, charset);
    attachment->claimed_type = part_type(part);
    if (GMIME_IS_PART(part))
        read_leaf(attachment, (GMimePart *)part);
    else
        read_tree(attachment, part);
    if (GMIME_IS_MESSAGE_PART(part))
        name_message(attachment, (GMimeMessagePart *)part);
    return attachment;
}

Attachment *attachment_inside(const char *name, const guint8 *bytes, gsize length)
{
    Attachment *attachment = g_new0(Attachment, 1);

    attachment->name = part_shown_name(name);
    attachment->claimed_type = g_strdup("application/octet-stream");
    attachment->type =
        g_strdup(attachment_sniff((const char *)bytes, MIN(length, ATTACHMENT_HEAD)));
    attachment->size = length;
    attachment->sha256 = digest_of(bytes, length);
    attachment->text = g_strdup("");
    return attachment;
}
