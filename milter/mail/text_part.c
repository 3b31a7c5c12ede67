/* The words of one part that is text: decoded from the charset that it claims, that its HTML names,
 * or that it looks like; HTML as text, flowing lines as paragraphs.  Pure; any thread. */
#include "mail/text_part.h"

#include "base/unseen.h"
#include "html/text.h"
#include "mail/charset.h"
#include "mail/findings.h"
#include "mail/flowed.h"
#include "mail/part.h"

#include <string.h>

/* Bytes of HTML that may name its charset. */
#define SAMPLE 16384

/* The charset that HTML names itself, NULL if it names none. */
static char *meta_charset(const GByteArray *html)
{
    g_autofree char *head =
        g_strndup(html->len > 0 ? (const char *)html->data : "", MIN(html->len, SAMPLE));
    g_autofree char *lower = g_ascii_strdown(head, -1);
    const char *meta = strstr(lower, "<meta");
    const char *named = meta ? strstr(meta, "charset=") : NULL;

    if (!named)
        return NULL;
    named += strlen("charset=");
    named += strspn(named, "\"' ");
    return g_strndup(named, strcspn(named, "\"' />;"));
}

static char *claimed_charset(Message *message, GMimePart *part, const GByteArray *bytes, bool html)
{
    char *claimed = part_param((GMimeObject *)part, "charset");

    if (!claimed && html)
        claimed = meta_charset(bytes);
    if (claimed && charset_is_utf7(claimed))
        finding_suspicious(message, "text in UTF-7");
    return claimed;
}

static void note_unseen(Message *message, const Unseen *unseen)
{
    message->hidden_text |= unseen->hidden;
    if (unseen->backwards)
        finding_suspicious(message, "text is written backwards");
}

static void add_signatures(GPtrArray *signatures, const char *text, const HtmlReport *report)
{
    for (guint i = 0; i < report->signature_count && signatures->len < HTML_SIGNATURES_MAX; i++) {
        const HtmlSpan *span = &report->signatures[i];

        g_ptr_array_add(signatures, g_strndup(text + span->from, span->to - span->from));
    }
}

static char *html_part_text(const MailLimits *limits, Message *message, const char *html,
                            GPtrArray *signatures, bool *cut)
{
    HtmlReport report;
    char *text = html_text(html, strlen(html), (gsize)limits->max_text_bytes, &report);

    note_unseen(message, &report.unseen);
    add_signatures(signatures, text, &report);
    message->hidden_text |= report.hidden;
    *cut |= report.cut;
    if (report.poses)
        finding_suspicious(message, "a link shows one address and leads to another");
    if (report.overdone)
        finding_suspicious(message, "style sheets with too many rules");
    return text;
}

/* As the sender saw it: paragraphs joined where the lines flow. */
static char *plain_part_text(Message *message, GMimePart *part, char *text)
{
    g_autofree char *format = part_param((GMimeObject *)part, "format");
    g_autofree char *delsp = part_param((GMimeObject *)part, "delsp");
    g_autofree char *owned = text;
    Unseen unseen = { 0 };

    unseen_strip(owned, &unseen);
    note_unseen(message, &unseen);
    if (!format || g_ascii_strcasecmp(format, "flowed") != 0)
        return g_steal_pointer(&owned);
    return flowed_text(owned, delsp && g_ascii_strcasecmp(delsp, "yes") == 0);
}

char *text_part_read(GMimePart *part, bool html, const MailLimits *limits, gsize *source_left,
                     GPtrArray *signatures, Message *message)
{
    g_autoptr(GByteArray) bytes = part_bytes(part, *source_left + 1);
    gsize length = MIN(bytes->len, *source_left);
    gsize max = html ? G_MAXSIZE : (gsize)limits->max_text_bytes;
    bool cut = false;
    g_autofree char *charset = claimed_charset(message, part, bytes, html);
    char *decoded = charset_decode((const char *)bytes->data, length, charset, max, &cut);
    char *text;

    if (html) {
        text = html_part_text(limits, message, decoded, signatures, &cut);
        g_free(decoded);
    } else {
        text = plain_part_text(message, part, decoded);
    }
    if (cut || bytes->len > length)
        finding_truncated(message, "text");
    *source_left -= length;
    return text;
}
