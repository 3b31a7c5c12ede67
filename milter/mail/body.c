/* Walks a mail's parts once and tells text from attachments.
 *
 * Of alternatives the plain text is taken, else the HTML as text; of a sequence the first text, and
 * text that stands behind an attachment, as mail programs write it around pictures.  Text directly
 * behind text is what lists and gateways add: it is listed as an attachment.  Attached messages are
 * attachments and not looked into. */
#include "mail/body.h"

#include "base/text.h"
#include "mail/attachment.h"
#include "mail/charset.h"
#include "mail/findings.h"
#include "mail/html_text.h"

#include <string.h>

/* HTML is many times its text, and some charsets four times UTF-8: so much more is read, of all
 * parts together, because making text of hostile HTML is the costliest thing done here. */
#define SOURCE_FACTOR 4

/* The text found in one branch of the tree. */
typedef struct {
    GString *text;
    bool html;        /* it came from HTML */
    bool behind_text; /* nothing has stood between it and here */
} Branch;

typedef struct {
    const MailLimits *limits;
    Message *message;
    gsize source_left;
} Reader;

static void walk(Reader *reader, Branch *branch, GMimeObject *part, gint64 depth);

static bool is_type(GMimeObject *part, const char *type, const char *subtype)
{
    return g_mime_content_type_is_type(g_mime_object_get_content_type(part), type, subtype);
}

static void add_attachment(Reader *reader, Branch *branch, GMimeObject *part)
{
    Attachment *attachment = attachment_read(part);

    if (attachment_is_program(attachment->type))
        finding_suspicious(reader->message, "an attachment is a program");
    if (strstr(attachment->name, "\u202E"))
        finding_suspicious(reader->message, "a file name is written backwards");
    g_ptr_array_add(reader->message->attachments, attachment);
    branch->behind_text = false;
}

static bool is_text(GMimeObject *part, const Branch *branch)
{
    const char *disposition = g_mime_object_get_disposition(part);
    const char *name = GMIME_IS_PART(part) ? g_mime_part_get_filename((GMimePart *)part) : NULL;

    if (!is_type(part, "text", "plain") && !is_type(part, "text", "html"))
        return false;
    if (disposition && g_ascii_strcasecmp(disposition, "attachment") == 0)
        return false;
    return !name || branch->text->len == 0;
}

static bool is_blank(const char *text)
{
    while (g_unichar_isspace(g_utf8_get_char(text)))
        text = g_utf8_next_char(text);
    return *text == '\0';
}

static char *html_part_text(Reader *reader, const char *html, bool *cut)
{
    bool hidden = false;
    char *text = html_text(html, strlen(html), (gsize)reader->limits->max_text_bytes, &hidden, cut);

    reader->message->hidden_text |= hidden;
    return text;
}

static char *part_text(Reader *reader, GMimePart *part, bool html)
{
    g_autoptr(GByteArray) bytes = attachment_bytes(part, reader->source_left + 1);
    const char *charset = g_mime_object_get_content_type_parameter((GMimeObject *)part, "charset");
    gsize length = MIN(bytes->len, reader->source_left);
    gsize max = html ? G_MAXSIZE : (gsize)reader->limits->max_text_bytes;
    bool cut = false;
    g_autofree char *text = charset_decode((const char *)bytes->data, length, charset, max, &cut);

    if (html) {
        char *plain = html_part_text(reader, text, &cut);

        g_free(text);
        text = plain;
    }
    if (cut || bytes->len > length)
        finding_truncated(reader->message, "text");
    reader->source_left -= length;
    return g_steal_pointer(&text);
}

/* Adds to the branch what of `text` there is room for. */
static void add_text(Reader *reader, Branch *branch, const char *text, bool html)
{
    gsize max = (gsize)reader->limits->max_text_bytes;

    if (branch->text->len == 0)
        branch->html = html;
    else if (branch->text->str[branch->text->len - 1] != '\n')
        g_string_append_c(branch->text, '\n');
    g_string_append(branch->text, text);
    branch->behind_text = true;
    if (branch->text->len <= max)
        return;
    g_string_truncate(branch->text, text_fit(branch->text->str, max));
    finding_truncated(reader->message, "text");
}

static void take_text(Reader *reader, Branch *branch, GMimePart *part)
{
    bool html = is_type((GMimeObject *)part, "text", "html");
    g_autofree char *text = part_text(reader, part, html);

    if (is_blank(text))
        return;
    if (branch->behind_text)
        add_attachment(reader, branch, (GMimeObject *)part);
    else
        add_text(reader, branch, text, html);
}

static Branch branch_new(void)
{
    return (Branch){ .text = g_string_new(NULL) };
}

/* Is `branch` the better one to read? */
static bool is_better(const Branch *branch, const Branch *best)
{
    if (branch->text->len == 0)
        return false;
    return best->text->len == 0 || (best->html && !branch->html);
}

static void walk_alternatives(Reader *reader, Branch *branch, GMimeMultipart *parts, gint64 depth)
{
    Branch best = branch_new();

    for (int i = 0; i < g_mime_multipart_get_count(parts); i++) {
        Branch next = branch_new();

        walk(reader, &next, g_mime_multipart_get_part(parts, i), depth);
        if (is_better(&next, &best)) {
            Branch worse = best;

            best = next;
            next = worse;
        }
        g_string_free(next.text, TRUE);
    }
    if (best.text->len > 0)
        add_text(reader, branch, best.text->str, best.html);
    g_string_free(best.text, TRUE);
}

static void walk_sequence(Reader *reader, Branch *branch, GMimeMultipart *parts, gint64 depth)
{
    for (int i = 0; i < g_mime_multipart_get_count(parts); i++)
        walk(reader, branch, g_mime_multipart_get_part(parts, i), depth);
}

const char *protection_name(Protection protection)
{
    static const char *const names[] = {
        [PROTECTED_NONE] = "none", [PROTECTED_PGP] = "pgp", [PROTECTED_SMIME] = "smime"
    };

    return names[protection];
}

/* RFC 1847, 3156, 8551. */
static void note_protection(Message *message, GMimeObject *part)
{
    const char *protocol = g_mime_object_get_content_type_parameter(part, "protocol");

    if (is_type(part, "application", "pkcs7-mime") || is_type(part, "application", "x-pkcs7-mime"))
        message->protection = PROTECTED_SMIME;
    if (!is_type(part, "multipart", "signed") && !is_type(part, "multipart", "encrypted"))
        return;
    if (protocol && g_ascii_strncasecmp(protocol, "application/pgp-", 16) == 0)
        message->protection = PROTECTED_PGP;
    else if (protocol && strstr(protocol, "pkcs7"))
        message->protection = PROTECTED_SMIME;
}

static void walk(Reader *reader, Branch *branch, GMimeObject *part, gint64 depth)
{
    note_protection(reader->message, part);
    if (GMIME_IS_MULTIPART(part) && depth >= reader->limits->max_depth) {
        finding_truncated(reader->message, "nested parts");
        add_attachment(reader, branch, part);
    } else if (is_type(part, "multipart", "alternative") && GMIME_IS_MULTIPART(part)) {
        walk_alternatives(reader, branch, (GMimeMultipart *)part, depth + 1);
    } else if (GMIME_IS_MULTIPART(part)) {
        walk_sequence(reader, branch, (GMimeMultipart *)part, depth + 1);
    } else if (GMIME_IS_PART(part) && is_text(part, branch)) {
        take_text(reader, branch, (GMimePart *)part);
    } else {
        add_attachment(reader, branch, part);
    }
}

/* PGP that mail programs paste into the text itself. */
static void note_inline_pgp(Message *message)
{
    if (message->protection == PROTECTED_NONE &&
        (strstr(message->text, "-----BEGIN PGP MESSAGE-----") ||
         strstr(message->text, "-----BEGIN PGP SIGNED MESSAGE-----")))
        message->protection = PROTECTED_PGP;
}

/* A multipart whose boundary never comes: all of it stands before the first part. */
static void take_prologue(Reader *reader, Branch *branch, GMimeObject *root)
{
    const char *prologue;
    g_autofree char *text = NULL;
    bool cut;

    if (!GMIME_IS_MULTIPART(root) || g_mime_multipart_get_count((GMimeMultipart *)root) > 0)
        return;
    prologue = g_mime_multipart_get_prologue((GMimeMultipart *)root);
    if (!prologue)
        return;
    text = charset_decode(prologue, strlen(prologue), NULL, (gsize)reader->limits->max_text_bytes,
                          &cut);
    if (cut)
        finding_truncated(reader->message, "text");
    if (!is_blank(text))
        add_text(reader, branch, text, false);
}

void body_read(GMimeObject *root, const MailLimits *limits, Message *message)
{
    Reader reader = { limits, message, SOURCE_FACTOR * (gsize)limits->max_text_bytes };
    Branch branch = branch_new();

    if (root) {
        walk(&reader, &branch, root, 0);
        take_prologue(&reader, &branch, root);
    }
    g_free(message->text);
    message->text = g_string_free(branch.text, FALSE);
    note_inline_pgp(message);
}
