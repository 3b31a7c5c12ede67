/* Walks a mail's parts once and tells text from attachments.
 *
 * Of alternatives the plain text is taken, else the HTML as text, also where the plain half only
 * stands in for it or says something else; of a sequence the first text, and text that stands
 * behind an attachment, as mail programs write it around pictures; what is only signed is read
 * without its wrapper.  Text directly behind text is
 * what lists and gateways add: it is listed as an attachment.  Attached messages are attachments
 * and not looked into.  Parts whose boundary got lost are looked for once more by the boundary that
 * is there.
 *
 * The work of all this is counted and bounded by max_work, so that reading needs no clock: text is
 * cut where the work ends, and parts behind it are left out.  A part that was begun with work left
 * is read to its end. */
#include "mail/body.h"

#include "base/text.h"
#include "mail/alternative.h"
#include "mail/armour.h"
#include "mail/attachment.h"
#include "mail/charset.h"
#include "mail/findings.h"
#include "mail/lost_parts.h"
#include "mail/part.h"
#include "mail/protect.h"
#include "mail/smime.h"
#include "mail/text_part.h"
#include "mail/tnef.h"
#include "mail/uuencode.h"

#include <string.h>

/* HTML is many times its text, and some charsets four times UTF-8: so much more is read, of all
 * parts together, because making text of hostile HTML is the costliest thing done here. */
#define SOURCE_FACTOR 4

/* Bytes of the first text that tell the header's charset. */
#define SAMPLE 16384

/* Text of all attachments together. */
#define ATTACHMENT_TEXTS_MAX (8 * ATTACHMENT_TEXT_MAX)

/* Bytes of a TNEF that are looked through. */
#define TNEF_MAX (64 * 1024 * 1024)

/* Work, in bytes of an attachment, which are decoded and hashed. */
#define WORK_OF_PART      4096
#define WORK_OF_TEXT_BYTE 16

/* Multiparts of one mail that are looked for by another boundary. */
#define REPAIRS_MAX 2

/* Signed wrappers inside each other that are opened. */
#define WRAPPERS_MAX 2

/* The text found in one branch of the tree. */
typedef struct {
    GString *text;
    bool html;        /* it came from HTML */
    bool behind_text; /* nothing has stood between it and here */
} Branch;

typedef struct {
    const MailLimits *limits;
    Message *message;
    const char *charset; /* of the first text */
    gsize work_left;
    GPtrArray *signatures;
    gsize source_left;
    gsize attachment_text_left;
    guint repairs_left;
    guint wrappers_open;
} Reader;

static void walk(Reader *reader, Branch *branch, GMimeObject *part, gint64 depth);

static void work(Reader *reader, gsize done)
{
    reader->work_left -= MIN(done, reader->work_left);
}

static void keep_attachment(Reader *reader, Attachment *attachment)
{
    GPtrArray *attachments = reader->message->attachments;
    gsize length = strlen(attachment->text);

    work(reader, attachment->size);
    if (attachments->len > reader->limits->max_parts) {
        finding_truncated(reader->message, "attachments");
        attachment_free(attachment);
        return;
    }
    if (length > reader->attachment_text_left)
        attachment->text[0] = '\0';
    else
        reader->attachment_text_left -= length;
    attachment_note(attachment, reader->message);
    g_ptr_array_add(attachments, attachment);
}

static void add_tnef(Reader *reader, GMimePart *part)
{
    g_autoptr(GByteArray) bytes = part_bytes(part, TNEF_MAX);
    g_autoptr(GArray) files = tnef_files(bytes->data, bytes->len);

    for (guint i = 0; i < files->len; i++) {
        const TnefFile *file = &g_array_index(files, TnefFile, i);

        keep_attachment(reader, attachment_inside(file->name, file->bytes, file->size));
    }
}

static void add_attachment(Reader *reader, Branch *branch, GMimeObject *part)
{
    Attachment *attachment = attachment_read(part, reader->charset);
    bool tnef = strcmp(attachment->type, "application/vnd.ms-tnef") == 0;

    keep_attachment(reader, attachment);
    if (tnef && GMIME_IS_PART(part))
        add_tnef(reader, (GMimePart *)part);
    branch->behind_text = false;
}

static bool is_text(Reader *reader, GMimeObject *part, const char *type, const Branch *branch)
{
    g_autofree char *name = NULL;

    if (strcmp(type, "text/plain") != 0 && strcmp(type, "text/html") != 0)
        return false;
    if (part_is_attached(part))
        return false;
    name = part_name(part, reader->charset);
    return name[0] == '\0' || branch->text->len == 0;
}

static bool is_blank(const char *text)
{
    while (g_unichar_isspace(g_utf8_get_char(text)))
        text = g_utf8_next_char(text);
    return *text == '\0';
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

/* PGP that mail programs paste into the text itself. */
static char *without_armour(Reader *reader, const char *text)
{
    Armour found;
    char *words = armour_strip(text, &found);

    if (reader->message->protection == PROTECTED_NONE && (found.signed_text || found.encrypted))
        reader->message->protection = PROTECTED_PGP;
    reader->message->encrypted |= found.encrypted;
    return words;
}

static void add_uuencoded(Reader *reader, Branch *branch, const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++) {
        const UuFile *file = g_ptr_array_index(files, i);

        keep_attachment(reader, attachment_inside(file->name, file->bytes->data, file->bytes->len));
        branch->behind_text = false;
    }
}

static void note_guards(Reader *reader, const GuardReport *report)
{
    if (report->header_cut)
        finding_truncated(reader->message, "header");
    if (report->parts_cut)
        finding_truncated(reader->message, "parts");
    if (report->groups_blanked)
        finding_suspicious(reader->message, "nested groups in an address field");
}

/* Walks the parts that stand in `text` behind a boundary that isn't the declared one.  False if
 * there are none. */
static bool walk_lost_parts(Reader *reader, Branch *branch, const char *type, const char *text,
                            gint64 depth)
{
    bool allowed = reader->repairs_left > 0 && depth < reader->limits->max_depth;
    GuardReport report;
    GMimeObject *part = allowed ? lost_parts(type, text, reader->limits, &report) : NULL;

    if (!part)
        return false;
    reader->repairs_left--;
    note_guards(reader, &report);
    finding_suspicious(reader->message, "the boundary of the parts is not the declared one");
    walk(reader, branch, part, depth + 1);
    g_object_unref(part);
    return true;
}

/* Plain text that declares a boundary is a multipart whose type got lost. */
static bool take_mistyped(Reader *reader, Branch *branch, GMimePart *part, const char *text,
                          gint64 depth)
{
    g_autofree char *boundary = part_param((GMimeObject *)part, "boundary");

    return boundary && walk_lost_parts(reader, branch, "multipart/mixed", text, depth);
}

static char *read_text(Reader *reader, GMimePart *part, bool html)
{
    gsize allowed = MIN(reader->source_left, reader->work_left / WORK_OF_TEXT_BYTE);
    gsize left = allowed;
    char *text =
        text_part_read(part, html, reader->limits, &left, reader->signatures, reader->message);

    reader->source_left -= allowed - left;
    work(reader, (allowed - left) * WORK_OF_TEXT_BYTE);
    return text;
}

static void take_text(Reader *reader, Branch *branch, GMimePart *part, bool html, gint64 depth)
{
    g_autofree char *raw = read_text(reader, part, html);
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) files = NULL;

    if (!html && take_mistyped(reader, branch, part, raw, depth))
        return;
    if (branch->behind_text && !is_blank(raw)) {
        add_attachment(reader, branch, (GMimeObject *)part);
        branch->behind_text = true;
        return;
    }
    files = uu_take(raw);
    text = without_armour(reader, raw);
    if (!is_blank(text))
        add_text(reader, branch, text, html);
    add_uuencoded(reader, branch, files);
}

static Branch branch_new(void)
{
    return (Branch){ .text = g_string_new(NULL) };
}

/* Of two halves the one to read, of which each may be empty. */
static const Branch *better_half(Reader *reader, const Branch *plain, const Branch *html)
{
    if (plain->text->len == 0 || html->text->len == 0)
        return plain->text->len > 0 ? plain : html;
    if (alternative_stands_in(plain->text->str, html->text->str))
        return html;
    if (!alternative_disagrees(plain->text->str, html->text->str))
        return plain;
    finding_suspicious(reader->message, "plain text and HTML say different things");
    return html;
}

static void walk_alternatives(Reader *reader, Branch *branch, GMimeMultipart *parts, gint64 depth)
{
    Branch plain = branch_new(), html = branch_new();
    const Branch *best;

    for (int i = 0; i < g_mime_multipart_get_count(parts); i++) {
        Branch next = branch_new();
        Branch *half;

        walk(reader, &next, g_mime_multipart_get_part(parts, i), depth);
        half = next.html ? &html : &plain;
        if (half->text->len == 0) {
            Branch empty = *half;

            *half = next;
            next = empty;
        }
        g_string_free(next.text, TRUE);
    }
    best = better_half(reader, &plain, &html);
    if (best->text->len > 0)
        add_text(reader, branch, best->text->str, best->html);
    g_string_free(plain.text, TRUE);
    g_string_free(html.text, TRUE);
}

/* The index of the part that multipart/related names as its root, else of the first, RFC 2387. */
static int root_of(GMimeMultipart *parts)
{
    g_autofree char *start = part_param((GMimeObject *)parts, "start");
    char *id = start ? g_strdelimit(start, "<>", ' ') : NULL;

    for (int i = 0; id && i < g_mime_multipart_get_count(parts); i++) {
        const char *own = g_mime_object_get_content_id(g_mime_multipart_get_part(parts, i));

        if (own && strcmp(own, g_strstrip(id)) == 0)
            return i;
    }
    return 0;
}

static void walk_sequence(Reader *reader, Branch *branch, GMimeMultipart *parts, gint64 depth)
{
    int root = part_is((GMimeObject *)parts, "multipart/related") ? root_of(parts) : 0;

    walk(reader, branch, g_mime_multipart_get_part(parts, root), depth);
    for (int i = 0; i < g_mime_multipart_get_count(parts); i++)
        if (i != root)
            walk(reader, branch, g_mime_multipart_get_part(parts, i), depth);
}

/* A multipart whose boundary never comes: all of it stands before the first part. */
static void take_prologue(Reader *reader, Branch *branch, GMimeMultipart *parts, gint64 depth)
{
    const char *prologue = g_mime_multipart_get_prologue(parts);
    g_autofree char *type = part_type((GMimeObject *)parts);
    g_autofree char *text = NULL;
    bool cut;

    if (!prologue || walk_lost_parts(reader, branch, type, prologue, depth))
        return;
    text = charset_decode(prologue, strlen(prologue), NULL, (gsize)reader->limits->max_text_bytes,
                          &cut);
    if (cut)
        finding_truncated(reader->message, "text");
    if (!is_blank(text))
        add_text(reader, branch, text, false);
}

const char *protection_name(Protection protection)
{
    static const char *const names[] = {
        [PROTECTED_NONE] = "none",
        [PROTECTED_PGP] = "pgp",
        [PROTECTED_SMIME] = "smime",
        [PROTECTED_PORTAL] = "portal",
    };

    return names[protection];
}

static void walk_multipart(Reader *reader, Branch *branch, GMimeMultipart *parts, gint64 depth)
{
    if (depth >= reader->limits->max_depth) {
        finding_truncated(reader->message, "nested parts");
        add_attachment(reader, branch, (GMimeObject *)parts);
    } else if (g_mime_multipart_get_count(parts) == 0) {
        take_prologue(reader, branch, parts, depth);
    } else if (part_is((GMimeObject *)parts, "multipart/alternative")) {
        walk_alternatives(reader, branch, parts, depth + 1);
    } else {
        walk_sequence(reader, branch, parts, depth + 1);
    }
}

/* Reads what a signature wraps as if it stood in the wrapper's place; false if it can't be read. */
static bool walk_wrapped(Reader *reader, Branch *branch, GMimeObject *part, gint64 depth)
{
    bool allowed = reader->wrappers_open < WRAPPERS_MAX && depth < reader->limits->max_depth;
    GuardReport report;
    GMimeObject *inside = allowed && protect_is_wrapper(part)
                              ? smime_open((GMimePart *)part, reader->limits, &report)
                              : NULL;

    if (!inside)
        return false;
    if (reader->message->protection == PROTECTED_NONE)
        reader->message->protection = PROTECTED_SMIME;
    note_guards(reader, &report);
    reader->wrappers_open++;
    walk(reader, branch, inside, depth + 1);
    reader->wrappers_open--;
    g_object_unref(inside);
    return true;
}

static void walk(Reader *reader, Branch *branch, GMimeObject *part, gint64 depth)
{
    g_autofree char *type = NULL;

    if (reader->work_left == 0) {
        finding_truncated(reader->message, "parts beyond max_work");
        return;
    }
    work(reader, WORK_OF_PART);
    type = part_type(part);
    if (walk_wrapped(reader, branch, part, depth))
        return;
    protect_note(part, branch->text->len == 0, reader->message);
    if (GMIME_IS_MULTIPART(part))
        walk_multipart(reader, branch, (GMimeMultipart *)part, depth);
    else if (GMIME_IS_PART(part) && is_text(reader, part, type, branch))
        take_text(reader, branch, (GMimePart *)part, strcmp(type, "text/html") == 0, depth);
    else
        add_attachment(reader, branch, part);
}

char *body_charset(GMimeObject *root)
{
    char *claimed;

    while (root && GMIME_IS_MULTIPART(root))
        root = g_mime_multipart_get_count((GMimeMultipart *)root) > 0
                   ? g_mime_multipart_get_part((GMimeMultipart *)root, 0)
                   : NULL;
    if (!root || !GMIME_IS_PART(root))
        return NULL;
    claimed = part_param(root, "charset");
    if (claimed || !part_is(root, "text/plain"))
        return claimed;
    g_autoptr(GByteArray) bytes = part_bytes((GMimePart *)root, SAMPLE);
    return charset_of((const char *)bytes->data, bytes->len, NULL);
}

void body_read(GMimeObject *root, const char *charset, const MailLimits *limits,
               GPtrArray *signatures, Message *message)
{
    Reader reader = { .limits = limits,
                      .message = message,
                      .charset = charset,
                      .signatures = signatures,
                      .work_left = (gsize)limits->max_work,
                      .source_left = SOURCE_FACTOR * (gsize)limits->max_text_bytes,
                      .attachment_text_left = ATTACHMENT_TEXTS_MAX,
                      .repairs_left = REPAIRS_MAX };
    Branch branch = branch_new();

    if (root)
        walk(&reader, &branch, root, 0);
    g_free(message->text);
    message->text = g_string_free(branch.text, FALSE);
}
