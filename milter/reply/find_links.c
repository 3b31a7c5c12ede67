/* Links and addresses as mail programs and people see them, not as standards write them.
 *
 * A text is cut into pieces at blanks, quotes and angle brackets; each piece is gone through once
 * for "://", once for '@', and once for names with dots.  A bare name is a link if it ends in a top
 * level that programs know.  What is written around a program's eyes ("example[.]com", "hxxp") is
 * found too, and said to be so.  Pure; any thread. */
#include "reply/find.h"

#include "base/public_suffix.h"
#include "mail/address.h"

#include <string.h>

#define SCHEME_MAX 20
#define TOP_MAX    63 /* a label of the DNS */
#define SIGN_MAX   6  /* letters that stand for a dot or an @ */

/* Where a piece ends, beside blanks and what ASCII has of these. */
#define BREAKS "“”„«»‹›。，、；：！？「」『』（）《》【】…"

/* Schemes that need no slashes. */
static const char *const bare_schemes[] = { "javascript:", "data:",  "vbscript:", "file:",
                                            "blob:",       "skype:", "sms:",      "callto:" };
/* Schemes after which browsers don't miss the slashes: "http:example.com". */
static const char *const web_schemes[] = { "http:", "https:" };

/* What browsers take for the dot of a host: U+FF0E, U+3002, U+FF61, and U+2024 by its folding. */
static const char *const other_dots[] = { "．", "。", "｡", "․" };
#define OTHER_DOT_BYTES 3 /* of each, in UTF-8 */

static bool is_break(gunichar c)
{
    if (c < 0x80)
        return c <= ' ' || c == 0x7F || strchr("<>\"", (int)c);
    return g_unichar_isspace(c) || g_utf8_strchr(BREAKS, -1, c);
}

static bool is_host_byte(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || (guchar)c >= 0x80;
}

static bool is_local_byte(char c)
{
    return is_host_byte(c) || (c && strchr("+%'=~&#!$*^`{}|", c));
}

/* Without the punctuation that ends a sentence or closes what was opened before. */
static gsize trimmed(const char *text, gsize start, gsize end)
{
    while (end > start && strchr(".,;:!?'*_~)]}|`", text[end - 1]))
        end--;
    return end;
}

static bool is_top_level(const char *label, gsize length)
{
    g_autofree char *copy = NULL;

    if (length < 2 || length > TOP_MAX)
        return false;
    if (g_ascii_strncasecmp(label, "xn--", MIN(length, 4)) == 0)
        return length > 4;
    copy = g_strndup(label, length);
    return public_suffix_is_top_level(copy);
}

static void add_link(GPtrArray *found, const char *text, gsize start, gsize end)
{
    if (end > start)
        find_add(found, DRAFT_MARK_LINK, start, end - start, g_strndup(text + start, end - start),
                 NULL);
}

/* -- Names with dots ------------------------------------------------------------------------- */

static bool is_all_letters(const char *text, gsize length)
{
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at))
        if (!g_unichar_isalpha(g_utf8_get_char(at)))
            return false;
    return length >= 2;
}

/* Is [start, end), a run of a host's letters, a host that is made a link? */
static bool is_host(const char *text, gsize start, gsize end, gsize limit)
{
    const char *dot = memrchr(text + start, '.', end - start);
    gsize label = dot ? (gsize)(dot + 1 - text) : end;
    char behind = end < limit ? text[end] : '\0';

    if (!dot || dot == text + start || text[start] == '.' || label == end)
        return false;
    if (g_ascii_strncasecmp(text + start, "www.", 4) == 0 && end - start > 4)
        return true;
    return is_top_level(text + label, end - label) ||
           (is_all_letters(text + label, end - label) &&
            (behind == '/' || (behind == ':' && g_ascii_isdigit(text[end + 1]))));
}

/* The run's part behind "..": "see...example.com". */
static gsize behind_dots(const char *text, gsize start, gsize end)
{
    for (gsize at = end; at > start + 1; at--)
        if (text[at - 1] == '.' && text[at - 2] == '.')
            return at;
    while (start < end && strchr(".-_", text[start]))
        start++;
    return start;
}

static void find_hosts(const char *text, gsize from, gsize to, GPtrArray *found)
{
    for (gsize at = from; at < to;) {
        gsize start = at, end, host;

        while (at < to && is_host_byte(text[at]))
            at++;
        end = trimmed(text, start, at);
        while (end > start && text[end - 1] == '-')
            end--;
        host = behind_dots(text, start, end);
        if (host < end && is_host(text, host, end, to)) {
            bool more = end == at && at < to && strchr("/:?#\\", text[at]);

            end = more ? trimmed(text, start, to) : end;
            add_link(found, text, host, end);
            at = MAX(end, at);
            if (more)
                at = to;
        }
        at += at == start;
    }
}

/* -- Addresses ------------------------------------------------------------------------------- */

static bool has_letter(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isalpha(text[i]) || (guchar)text[i] >= 0x80)
            return true;
    return false;
}

static void add_mail(GPtrArray *found, const char *text, gsize start, gsize end)
{
    g_autofree char *written = g_strndup(text + start, end - start);
    g_autofree char *folded = address_fold(written);

    find_add(found, DRAFT_MARK_ADDRESS, start, end - start,
             *folded ? g_steal_pointer(&folded) : g_utf8_strdown(written, -1), "mail");
}

/* Addresses in [from, to), and the hosts between them. */
static void find_mails(const char *text, gsize from, gsize to, GPtrArray *found)
{
    gsize done = from;

    for (const char *at; (at = memchr(text + done, '@', to - done));) {
        gsize sign = (gsize)(at - text), start = sign, end = sign + 1;

        while (start > done && is_local_byte(text[start - 1]))
            start--;
        while (end < to && is_host_byte(text[end]))
            end++;
        end = trimmed(text, sign + 1, end);
        if (start == sign || end == sign + 1 || !has_letter(text + sign + 1, end - sign - 1)) {
            find_hosts(text, done, sign, found);
            done = sign + 1;
            continue;
        }
        find_hosts(text, done, start, found);
        add_mail(found, text, start, end);
        done = end;
    }
    find_hosts(text, done, to, found);
}

/* -- Schemes --------------------------------------------------------------------------------- */

/* Where the scheme before "://" begins. */
static gsize scheme_start(const char *text, gsize from, gsize colon)
{
    gsize start = colon;

    while (start > from && colon - start < SCHEME_MAX &&
           (g_ascii_isalnum(text[start - 1]) || strchr("+.-", text[start - 1])))
        start--;
    while (start < colon && !g_ascii_isalpha(text[start]))
        start++;
    return start;
}

static gsize scheme_within(const char *text, gsize from, gsize to, const char *const *schemes,
                           gsize count)
{
    for (gsize i = 0; i < count; i++) {
        gsize length = strlen(schemes[i]);

        if (to - from > length && g_ascii_strncasecmp(text + from, schemes[i], length) == 0)
            return length;
    }
    return 0;
}

/* "javascript:…", "http:example.com" and the like, if the piece begins so. */
static bool find_bare_scheme(const char *text, gsize from, gsize to, GPtrArray *found)
{
    gsize length = scheme_within(text, from, to, bare_schemes, G_N_ELEMENTS(bare_schemes));

    if (length == 0) {
        length = scheme_within(text, from, to, web_schemes, G_N_ELEMENTS(web_schemes));
        if (length == 0 || g_str_has_prefix(text + from + length, "//"))
            return false;
    }
    add_link(found, text, from, trimmed(text, from + length, to));
    return true;
}

static void find_in_piece(const char *text, gsize from, gsize to, GPtrArray *found)
{
    while (from < to && strchr("([{*_'`|", text[from]))
        from++;
    if (find_bare_scheme(text, from, to, found))
        return;
    while (from < to) {
        const char *sign = memmem(text + from, to - from, "://", 3);
        gsize start, end;

        if (!sign)
            break;
        start = scheme_start(text, from, (gsize)(sign - text));
        for (end = (gsize)(sign - text) + 3; end < to && !strchr("[]{}|^`", text[end]); end++)
            ;
        find_mails(text, from, start, found);
        add_link(found, text, start, trimmed(text, (gsize)(sign - text) + 3, end));
        from = end;
    }
    find_mails(text, from, to, found);
}

/* -- What hides from programs ----------------------------------------------------------------- */

/* "[.]", "(dot)", "{at}" at `open`: its length, and what it stands for. */
static gsize defanged_length(const char *open, char *sign)
{
    static const char *const dots[] = { ".", "dot", "punkt", "point", "punto" };
    gsize blanks = 1 + strspn(open + 1, " ");
    const char *inside = open + blanks;
    const char *close;
    gsize length;

    *sign = '\0';
    for (close = inside; *close && !strchr("])} \n", *close) && close - inside < SIGN_MAX;)
        close++;
    length = (gsize)(close - inside);
    close += strspn(close, " ");
    if (!*close || !strchr("])}", *close))
        return 0;
    for (gsize i = 0; i < G_N_ELEMENTS(dots); i++)
        if (strlen(dots[i]) == length && g_ascii_strncasecmp(inside, dots[i], length) == 0)
            *sign = '.';
    if ((length == 2 && g_ascii_strncasecmp(inside, "at", 2) == 0) ||
        (length == 1 && *inside == '@'))
        *sign = '@';
    return *sign ? (gsize)(close + 1 - open) : 0;
}

static void find_defanged(const char *text, GPtrArray *found)
{
    gsize done = 0;

    for (const char *open = strpbrk(text, "[({"); open; open = strpbrk(open + 1, "[({")) {
        char sign;
        gsize length = defanged_length(open, &sign);
        gsize start = (gsize)(open - text), end = start + length;

        if (length == 0 || start < done)
            continue;
        while (start > done && text[start - 1] == ' ')
            start--;
        while (start > done && is_host_byte(text[start - 1]))
            start--;
        end += strspn(text + end, " ");
        while (is_host_byte(text[end]) || (text[end] && strchr("/?&=%", text[end])))
            end++;
        if (start == (gsize)(open - text) || !g_ascii_isalnum(text[start]))
            continue;
        find_add(found, sign == '@' ? DRAFT_MARK_ADDRESS : DRAFT_MARK_LINK, start, end - start,
                 g_strndup(text + start, end - start), sign == '@' ? "mail" : NULL);
        ((Found *)found->pdata[found->len - 1])->posed = true;
        done = end;
    }
}

/* The length of a dot at `at`, 0 if there is none; *other: not an ASCII one. */
static gsize dot_length(const char *at, bool *other)
{
    *other = false;
    if (*at == '.')
        return 1;
    for (gsize i = 0; i < G_N_ELEMENTS(other_dots) && (guchar)*at >= 0x80; i++)
        if (strncmp(at, other_dots[i], OTHER_DOT_BYTES) == 0)
            *other = true;
    return *other ? OTHER_DOT_BYTES : 0;
}

/* A run of letters, digits, hyphens and dots of any kind. */
typedef struct {
    gsize start, label, end; /* of the run, of its last label, and where that ends */
    bool other_dot;          /* one of the dots between its labels is not ASCII's */
} HostRun;

static HostRun host_run(const char *text, gsize *at)
{
    HostRun run = { *at, *at, *at, false };
    bool after_dot = false, after_other = false;

    for (;;) {
        bool other;
        gunichar c = g_utf8_get_char(text + *at);
        gsize dot = dot_length(text + *at, &other);

        if (dot == 0 && (c == '\0' || (!g_unichar_isalnum(c) && c != '-' && c != '_')))
            return run;
        if (dot == 0 && after_dot) {
            run.label = *at;
            run.other_dot |= after_other;
        }
        after_dot = dot > 0;
        after_other = after_dot && other;
        *at += dot > 0 ? dot : (gsize)(g_utf8_next_char(text + *at) - (text + *at));
        if (dot == 0)
            run.end = *at;
    }
}

/* Names whose labels are parted by other dots: "evil．rocks/pay".  The last label must be a
 * top-level domain, because in Chinese and Japanese U+3002 ends a sentence. */
static void find_other_dots(const char *text, GPtrArray *found)
{
    for (gsize at = 0; text[at];) {
        HostRun run = host_run(text, &at);

        if (run.other_dot && is_top_level(text + run.label, run.end - run.label)) {
            if (text[run.end] && strchr("/:?#", text[run.end]))
                run.end += strcspn(text + run.end, " \t\r\n<>\"");
            add_link(found, text, run.start, trimmed(text, run.start, run.end));
        }
        if (text[at])
            at += (gsize)(g_utf8_next_char(text + at) - (text + at));
    }
}

static int by_start(gconstpointer a, gconstpointer b)
{
    const Found *one = *(const Found *const *)a, *other = *(const Found *const *)b;

    return (one->start > other->start) - (one->start < other->start);
}

/* Sorted, without those that begin within another. */
static void settle(GPtrArray *found)
{
    gsize end = 0;
    guint kept = 0;

    g_ptr_array_sort(found, by_start);
    for (guint i = 0; i < found->len; i++) {
        Found *one = found->pdata[i];

        if (one->start < end)
            continue;
        end = one->start + one->length;
        found->pdata[i] = found->pdata[kept];
        found->pdata[kept++] = one;
    }
    g_ptr_array_set_size(found, (gint)kept);
}

void find_links(const char *text, GPtrArray *found)
{
    gsize start = 0, at = 0;

    for (;;) {
        const char *next = text[at] ? g_utf8_next_char(text + at) : text + at;

        if (!text[at] || is_break(g_utf8_get_char(text + at))) {
            find_in_piece(text, start, at, found);
            start = (gsize)(next - text);
        }
        if (!text[at])
            break;
        at = (gsize)(next - text);
    }
    find_defanged(text, found);
    find_other_dots(text, found);
    settle(found);
}
