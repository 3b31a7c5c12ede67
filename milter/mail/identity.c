/* What makes two mails the same mail, whatever way they came.
 *
 * Filters before us add header fields, encode the body anew, wrap lines and tag the subject; lists
 * append a footer.  So identity is made of what the sender wrote, decoded: the Message-ID, From,
 * the words of the text, the attachments and the subject without tags.  A Message-ID that is used
 * again for other words is another mail.  Pure; any thread. */
#include "mail/thread.h"

#include "base/digest.h"
#include "base/text.h"
#include "mail/attachment.h"

#include <string.h>

#define UNNAMED_WINDOW_MS (60 * 60 * 1000)

#define TAG_MAX      40    /* bytes within the brackets of a subject's tag */
#define PREFIX_MAX   16    /* bytes before the colon of a subject's prefix */
#define CUT_TEXT_MAX 16384 /* bytes of text that count of a mail that was not read to its end */
#define LINE_DIGITS  16
#define LINES_MAX    1000
#define FOOTER_LINES 30 /* lines that a footer and a banner may have together */

/* What filters and gateways write into a subject, folded. */
static const char *const filter_words[] = {
    "external", "extern",     "externe", "externo", "esterno",   "ext",
    "spam",     "junk",       "bulk",    "virus",   "malware",   "phish",
    "phishing", "suspicious", "caution", "unsafe",  "untrusted", "unverified",
};

/* With its length in front, so that no two lists of values digest alike. */
static void digest_value(GChecksum *checksum, const char *value)
{
    g_autofree char *length = g_strdup_printf("%zu:", strlen(value));

    g_checksum_update(checksum, (const guchar *)length, -1);
    g_checksum_update(checksum, (const guchar *)value, -1);
}

/* Another try of the same mail may name its recipients in another order. */
static void digest_envelope(GChecksum *checksum, const char *sender, const GPtrArray *recipients)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();

    digest_value(checksum, sender ? sender : "");
    for (guint i = 0; recipients && i < recipients->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(recipients, i));
    g_ptr_array_sort(sorted, text_compare);
    for (guint i = 0; i < sorted->len; i++)
        digest_value(checksum, g_ptr_array_index(sorted, i));
}

/* ── the subject ── */

/* Is one of its words a filter's? */
static bool says_filter(const char *text, gsize length)
{
    for (gsize at = 0; at < length;) {
        gsize size = 0;

        while (at + size < length && g_ascii_isalpha(text[at + size]))
            size++;
        for (gsize i = 0; size > 0 && i < G_N_ELEMENTS(filter_words); i++)
            if (strlen(filter_words[i]) == size && memcmp(filter_words[i], text + at, size) == 0)
                return true;
        at += size + 1;
    }
    return false;
}

/* How many bytes of a tag stand there, [TAG], {TAG}, (TAG) or **TAG**; 0: none. */
static gsize tag_length(const char *at, bool any)
{
    static const char opening[] = "[{(*", closing[] = "]})*";
    const char *kind = *at ? strchr(opening, *at) : NULL;
    gsize begin = 1, inside = 0, end = 1;

    if (!kind)
        return 0;
    char close = closing[kind - opening];
    while (close == '*' && at[begin] == '*')
        begin++;
    if (close == '*' && begin < 2)
        return 0;
    while (inside < TAG_MAX && at[begin + inside] && at[begin + inside] != close)
        inside++;
    if (inside == 0 || at[begin + inside] != close || (!any && !says_filter(at + begin, inside)))
        return 0;
    while (close == '*' && at[begin + inside + end] == '*')
        end++;
    return begin + inside + end;
}

/* How many bytes of a prefix the subject begins with, "re: ", "fwd: ", "spam: "; 0: none. */
static gsize prefix_length(const char *subject, bool any)
{
    gsize length = strcspn(subject, " :");
    gsize gap = strspn(subject + length, " ");

    if (length == 0 || length > PREFIX_MAX || subject[length + gap] != ':' ||
        (!any && !says_filter(subject, length)))
        return 0;
    return length + gap + 1 + strspn(subject + length + gap + 1, " ");
}

/* Folded, without tags and prefixes: `any`, else only those that filters write.  A subject of
 * nothing else stays whole.  Caller frees. */
static char *subject_stem(const char *subject, bool any)
{
    g_autofree char *folded = text_fold(subject);
    g_autoptr(GString) bare = g_string_new(NULL);
    gsize length;

    for (const char *at = folded; *at; at += length) {
        length = tag_length(at, any);
        g_string_append_c(bare, length > 0 ? ' ' : *at);
        length = MAX(length, 1);
    }
    g_autofree char *line = text_line(bare->str, G_MAXSIZE);
    const char *stem = line;
    while ((length = prefix_length(stem, any)) > 0)
        stem += length;
    return *stem ? g_strdup(stem) : g_steal_pointer(&folded);
}

/* ── what it says ── */

/* The words of text[0..length), each followed by one space. */
static void append_words(GString *words, const char *text, gsize length)
{
    for (const char *at = text, *next; at < text + length; at = next) {
        bool ascii = (guchar)*at < 0x80;

        next = g_utf8_next_char(at);
        if (!(ascii ? g_ascii_isspace(*at) : g_unichar_isspace(g_utf8_get_char(at))))
            g_string_append_len(words, at, next - at);
        else if (words->len > 0 && words->str[words->len - 1] != ' ')
            g_string_append_c(words, ' ');
    }
    if (words->len > 0 && words->str[words->len - 1] != ' ')
        g_string_append_c(words, ' ');
}

static void digest_words(GChecksum *checksum, const char *text, gsize max)
{
    g_autoptr(GString) words = g_string_new(NULL);

    append_words(words, text, text_fit(text, max));
    digest_value(checksum, words->str);
}

/* Text files and attached mails are encoded anew as bodies are; of a mail that was cut, the last
 * one ends where its header left off. */
static void digest_attachments(GChecksum *checksum, const Message *message)
{
    const GPtrArray *attachments = message->attachments;

    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = g_ptr_array_index(attachments, i);
        bool cut = *message->truncated && i + 1 == attachments->len;
        bool short_text = *attachment->text && attachment->size < ATTACHMENT_TEXT_MAX;

        digest_value(checksum, attachment->name);
        if (short_text)
            digest_words(checksum, attachment->text, G_MAXSIZE);
        else if (!cut && strcmp(attachment->type, "message/rfc822") != 0)
            digest_value(checksum, attachment->sha256);
    }
}

static GChecksum *begin_with_from(const Message *message)
{
    g_autofree char *stem = subject_stem(message->subject, true);
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);

    digest_value(checksum, message->from->address);
    digest_value(checksum, stem);
    digest_attachments(checksum, message);
    return checksum;
}

char *thread_content(const Message *message)
{
    g_autoptr(GChecksum) checksum = begin_with_from(message);

    digest_words(checksum, message->text, *message->truncated ? CUT_TEXT_MAX : G_MAXSIZE);
    return g_strdup(g_checksum_get_string(checksum));
}

/* ── identity ── */

char *thread_identity(const char *mailbox, const Message *message, const char *envelope_sender,
                      const GPtrArray *recipients)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *content = thread_content(message);

    digest_value(checksum, mailbox);
    digest_value(checksum, message->message_id);
    digest_value(checksum, content);
    if (!*message->message_id) {
        g_autofree char *stem = subject_stem(message->subject, false);
        g_autofree char *date = g_strdup_printf("%" G_GINT64_FORMAT, message->date);

        digest_value(checksum, stem);
        digest_value(checksum, date);
        digest_envelope(checksum, envelope_sender, recipients);
    }
    return g_strdup(g_checksum_get_string(checksum));
}

char *thread_try_identity(const char *mailbox, const Message *message, const char *envelope_sender)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    digest_value(checksum, mailbox);
    digest_value(checksum, message->message_id);
    digest_value(checksum, message->from->address);
    digest_value(checksum, envelope_sender);
    digest_value(checksum, message->subject);
    return g_strdup(g_checksum_get_string(checksum));
}

gint64 thread_duplicate_window(const Message *message, gint64 window_ms)
{
    return *message->message_id ? window_ms : MIN(window_ms, UNNAMED_WINDOW_MS);
}

/* ── copies that a footer was added to ── */

char *thread_copy_key(const Message *message)
{
    g_autoptr(GChecksum) checksum = begin_with_from(message);

    digest_value(checksum, message->message_id);
    return g_strdup(*message->message_id ? g_checksum_get_string(checksum) : "");
}

/* false: there are too many. */
static bool append_lines(GString *lines, const char *text)
{
    g_autoptr(GString) words = g_string_new(NULL);

    while (*text) {
        gsize length = strcspn(text, "\n");

        g_string_truncate(words, 0);
        append_words(words, text, length);
        text += length + (text[length] == '\n');
        if (words->len == 0)
            continue;
        g_autofree char *digest = digest_of(words->str, words->len);
        g_string_append_len(lines, digest, LINE_DIGITS);
        if (lines->len > (gsize)LINES_MAX * LINE_DIGITS)
            return false;
    }
    return true;
}

char *thread_lines(const Message *message)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    if (!append_lines(lines, message->reply) || !append_lines(lines, message->quoted))
        return g_strdup("");
    return g_strdup(lines->str);
}

bool thread_differs_by_footer(const char *lines, const char *other)
{
    gsize size = strlen(lines), others = strlen(other);
    const char *longer = size > others ? lines : other;
    const char *shorter = size > others ? other : lines;
    gsize same = MIN(size, others), extra = MAX(size, others) - same;

    if (same == 0 || extra > (gsize)FOOTER_LINES * LINE_DIGITS)
        return false;
    for (gsize at = 0; at <= extra; at += LINE_DIGITS)
        if (memcmp(longer + at, shorter, same) == 0)
            return true;
    return false;
}
