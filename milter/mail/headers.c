/* What the header section says: who, to whom, about what, when, in answer to what.
 *
 * GMime parses; every value is then made one line of valid UTF-8 with a maximum.  Fields that may
 * stand once (RFC 5322 3.6) and stand twice are a finding, because the reader of the mail and we
 * could look at different ones.  Pure; any thread. */
#include "mail/headers.h"

#include "base/text.h"
#include "base/unseen.h"
#include "mail/address_list.h"
#include "mail/findings.h"
#include "mail/words.h"

#include <string.h>

#define FIELD_NAME_MAX 128
#define SUBJECT_MAX    998
#define ID_MAX         512
#define SEEN_MAX       500 /* ids that are compared: they may be chosen to have the same hash */
#define BIDI_OVERRIDES "\u202D\u202E\u2066\u2067\u2068"

GMimeParserOptions *gmime_options_new(void)
{
    static const char *charsets[] = { "utf-8", "windows-1252", NULL };
    GMimeParserOptions *options = g_mime_parser_options_new();

    g_mime_parser_options_set_fallback_charsets(options, charsets);
    return options;
}

static void field_free(gpointer data)
{
    HeaderField *field = data;

    g_free(field->name);
    g_free(field->value);
    g_free(field);
}

/* Valid, bounded, without the line ends of folding and the space at both ends. */
static char *unfolded(const char *raw, bool *cut)
{
    char *value = text_clean(raw, -1, HEADER_VALUE_MAX, cut);

    for (char *at = value; *at; at++)
        if (*at == '\r' || *at == '\n' || *at == '\t')
            *at = ' ';
    return g_strstrip(value);
}

static bool is_spaced(GMimeHeader *header)
{
    const char *name = g_mime_header_get_raw_name(header);

    return name && strpbrk(name, " \t");
}

GPtrArray *header_fields(GMimeMessage *mail, Message *message)
{
    GMimeHeaderList *list = g_mime_object_get_header_list((GMimeObject *)mail);
    GPtrArray *fields = g_ptr_array_new_with_free_func(field_free);
    int count = g_mime_header_list_get_count(list);

    if (count > HEADER_FIELDS_MAX)
        finding_truncated(message, "header");
    for (int i = 0; i < MIN(count, HEADER_FIELDS_MAX); i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *raw = g_mime_header_get_raw_value(header);
        HeaderField *field = g_new0(HeaderField, 1);

        field->name = text_line(g_mime_header_get_name(header), FIELD_NAME_MAX);
        field->value = unfolded(raw ? raw : "", &field->cut);
        field->spaced = is_spaced(header);
        g_ptr_array_add(fields, field);
    }
    return fields;
}

/* Few names begin with the same letter. */
static bool is_named(const HeaderField *field, const char *name)
{
    return ((field->name[0] ^ name[0]) & ~0x20) == 0 && g_ascii_strcasecmp(field->name, name) == 0;
}

const char *header_find(const HeaderView *view, const char *name)
{
    for (guint i = 0; i < view->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        if (is_named(field, name))
            return field->value;
    }
    return NULL;
}

guint header_count(const HeaderView *view, const char *name)
{
    guint count = 0;

    for (guint i = 0; i < view->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        count += is_named(field, name);
    }
    return count;
}

/* The usable addresses of all fields of that name: MailAddress*. */
static GPtrArray *addresses_of(GMimeMessage *mail, const char *name, const char *charset)
{
    GMimeHeaderList *list = g_mime_object_get_header_list((GMimeObject *)mail);
    GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    int count = g_mime_header_list_get_count(list);

    for (int i = 0; i < count && out->len < HEADER_ADDRESSES_MAX; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *raw = g_mime_header_get_raw_value(header);

        if (raw && g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0)
            g_ptr_array_extend_and_steal(
                out, address_list_read(raw, charset, HEADER_ADDRESSES_MAX - out->len));
    }
    return out;
}

static MailAddress *take_first(GPtrArray *addresses)
{
    return addresses->len > 0 ? g_ptr_array_steal_index(addresses, 0) : NULL;
}

/* The very bytes of the first field of that name, all of them; they need not be UTF-8. */
static const char *raw_field(GMimeMessage *mail, const char *name)
{
    GMimeHeaderList *list = g_mime_object_get_header_list((GMimeObject *)mail);
    GMimeHeader *header = g_mime_header_list_get_header(list, name);
    const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;

    return raw ? raw : "";
}

static char *decoded_text(GMimeMessage *mail, const char *name, const char *charset)
{
    return g_strstrip(words_decode(raw_field(mail, name), charset));
}

/* The name in a From field without a usable address: the words before "<", or the comment after
 * something that is not an address. */
static char *bare_name(const char *written)
{
    const char *open = strchr(written, '<'), *comment = strchr(written, '(');
    g_autofree char *name = NULL;

    if (open && open > written)
        name = g_strndup(written, (gsize)(open - written));
    else if (!open && comment && comment > written)
        name = g_strndup(comment + 1, strcspn(comment + 1, ")"));
    if (name)
        g_strstrip(g_strdelimit(name, "\"", ' '));
    return name && *name ? g_steal_pointer(&name) : g_strdup(written);
}

static void read_people(GMimeMessage *mail, const char *charset, Message *message)
{
    g_autofree char *written = decoded_text(mail, "From", charset);
    g_autoptr(GPtrArray) from = addresses_of(mail, "From", charset);
    g_autoptr(GPtrArray) reply_to = addresses_of(mail, "Reply-To", charset);

    message->from_count = from->len;
    message->from = take_first(from);
    if (!message->from) {
        g_autofree char *name = bare_name(written);

        message->from = address_new("", name);
    }
    message->reply_to = take_first(reply_to);
    message->to = addresses_of(mail, "To", charset);
    message->cc = addresses_of(mail, "Cc", charset);
}

/* After a quoted local part that begins here; `at` if none does. */
static const char *after_quotes(const char *at)
{
    const char *end = at + 1;

    if (*at != '"')
        return at;
    for (; *end && *end != '"' && end - at < ID_MAX; end++)
        if (*end == '\\' && end[1])
            end++;
    return *end == '"' ? end + 1 : at;
}

/* The next id between "<" and ">" as it came, whatever its form; "" if there is none.  *value is
 * moved after it. */
static char *next_id(const char **value)
{
    const char *begin = NULL;

    for (const char *at = *value; *at; at++) {
        if (*at == '<')
            at = after_quotes(begin = at + 1) - 1;
        if (*at != '>' || !begin)
            continue;
        g_autofree char *id = g_strndup(begin, (gsize)(at - begin));
        char *line = g_strstrip(text_line(id, ID_MAX));

        *value = at + 1;
        if (*line)
            return line;
        g_free(line);
        begin = NULL;
    }
    return g_strdup("");
}

/* What stands in <>, else the whole value; "" for nothing. */
static char *message_id(const char *value)
{
    char *id = next_id(&(const char *){ value });

    if (*id != '\0')
        return id;
    g_free(id);
    return g_strstrip(text_line(value, ID_MAX));
}

/* Ids without brackets, as some programs write them: words with an @. */
static void add_bare_ids(GPtrArray *ids, const char *value)
{
    g_auto(GStrv) words = g_strsplit_set(value, " \t\r\n,", HEADER_REFERENCES_MAX);

    for (gsize i = 0; words[i]; i++)
        if (strchr(words[i], '@') && !strchr("<>", words[i][0]))
            g_ptr_array_add(ids, text_line(words[i], ID_MAX));
}

/* Message-IDs of a field, each once; the first, and the last ones. */
static GPtrArray *message_ids(const char *value)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);

    for (const char *at = value;;) {
        char *id = next_id(&at);

        if (*id == '\0' || g_hash_table_contains(seen, id)) {
            bool end = *id == '\0';

            g_free(id);
            if (end)
                break;
            continue;
        }
        g_ptr_array_add(ids, id);
        if (g_hash_table_size(seen) == SEEN_MAX)
            g_hash_table_remove_all(seen);
        g_hash_table_add(seen, id);
    }
    g_hash_table_remove_all(seen);
    if (ids->len == 0)
        add_bare_ids(ids, value);
    if (ids->len > HEADER_REFERENCES_MAX)
        g_ptr_array_remove_range(ids, 1, ids->len - HEADER_REFERENCES_MAX);
    return ids;
}

static gint64 epoch_seconds(const char *value)
{
    g_autoptr(GDateTime) date = g_mime_utils_header_decode_date(value);

    return date ? g_date_time_to_unix(date) : 0;
}

static void read_thread(GMimeMessage *mail, const HeaderView *view, Message *message)
{
    const char *id = header_find(view, "Message-ID");
    const char *in_reply_to = header_find(view, "In-Reply-To");
    const char *date = header_find(view, "Date");
    g_autoptr(GPtrArray) answered = message_ids(in_reply_to ? in_reply_to : "");

    message->message_id = message_id(id ? id : "");
    message->in_reply_to = g_strdup(answered->len > 0 ? g_ptr_array_index(answered, 0) : "");
    message->references = message_ids(raw_field(mail, "References"));
    message->date = epoch_seconds(date ? date : "");
}

static void note_doubles(const HeaderView *view, Message *message)
{
    static const char *const once[] = { "From",        "Sender",    "Reply-To", "To",
                                        "Cc",          "Subject",   "Date",     "Message-ID",
                                        "In-Reply-To", "References" };

    for (gsize i = 0; i < G_N_ELEMENTS(once); i++) {
        guint count = header_count(view, once[i]);

        if (count == 2)
            finding_suspicious(message, "two %s fields", once[i]);
        else if (count > 2)
            finding_suspicious(message, "%u %s fields", count, once[i]);
    }
}

/* A display name that shows another address than the one behind it. */
static bool name_poses(const MailAddress *from)
{
    const char *at = strchr(from->name, '@');
    g_autofree char *shown = NULL;
    g_autofree char *folded = NULL;

    if (!at || at == from->name || !(g_ascii_isalnum(at[1]) || (guchar)at[1] >= 0x80))
        return false;
    shown = g_strdup_printf("x%.*s", (int)strcspn(at, " >\"')],;"), at);
    folded = address_fold(shown);
    return strcmp(address_domain(folded), address_domain(from->address)) != 0;
}

static bool has_bidi_override(const char *text)
{
    for (; *text; text = g_utf8_next_char(text))
        if (g_utf8_strchr(BIDI_OVERRIDES, -1, g_utf8_get_char(text)))
            return true;
    return false;
}

static bool has_controls(const char *text)
{
    for (const char *at = text; *at; at++)
        if (g_ascii_iscntrl(*at) && !g_ascii_isspace(*at))
            return true;
    return false;
}

static void note_controls(GMimeMessage *mail, const char *name, Message *message)
{
    g_autofree char *decoded = decoded_text(mail, name, NULL);

    if (has_controls(decoded))
        finding_suspicious(message, "control characters in %s", name);
}

static void note_oddities(GMimeMessage *mail, Message *message)
{
    if (message->from->address[0] == '\0')
        finding_suspicious(message, "no usable From address");
    else if (message->from_count == 2)
        finding_suspicious(message, "two From addresses");
    else if (message->from_count > 2)
        finding_suspicious(message, "%u From addresses", message->from_count);
    if (message->from->address[0] != '\0' && name_poses(message->from))
        finding_suspicious(message, "the name in From shows another address");
    if (has_bidi_override(message->from->name) || has_bidi_override(message->subject))
        finding_suspicious(message, "text direction is overridden in From or Subject");
    note_controls(mail, "Subject", message);
    note_controls(mail, "From", message);
}

/* Does a filter before us say Yes in one of its fields?  Filters append theirs, so a No that the
 * sender wrote above must not hide it: every field of these names is looked at. */
static bool is_marked_spam(const HeaderView *view)
{
    static const char *const names[] = { "X-Spam-Flag", "X-Spam-Status", "X-Spam" };

    for (guint i = 0; i < view->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        for (gsize k = 0; k < G_N_ELEMENTS(names); k++)
            if (is_named(field, names[k]) && g_ascii_strncasecmp(field->value, "yes", 3) == 0 &&
                !g_ascii_isalnum(field->value[3]))
                return true;
    }
    return false;
}

static void strip_unseen(MailAddress *address, Message *message)
{
    Unseen unseen = { 0 };

    if (!address)
        return;
    unseen_strip(address->name, &unseen);
    message->hidden_text |= unseen.hidden;
}

/* Names lose invisible characters, as the subject does. */
static void strip_names(Message *message)
{
    strip_unseen(message->from, message);
    strip_unseen(message->reply_to, message);
    for (guint i = 0; i < message->to->len; i++)
        strip_unseen(message->to->pdata[i], message);
    for (guint i = 0; i < message->cc->len; i++)
        strip_unseen(message->cc->pdata[i], message);
}

void headers_read(GMimeMessage *mail, const HeaderView *view, Message *message)
{
    g_autofree char *subject = decoded_text(mail, "Subject", view->charset);
    Unseen unseen = { 0 };

    read_people(mail, view->charset, message);
    message->subject = text_line(subject, SUBJECT_MAX);
    read_thread(mail, view, message);
    message->spam = is_marked_spam(view);
    note_doubles(view, message);
    note_oddities(mail, message);
    strip_names(message);
    unseen_strip(message->subject, &unseen);
    message->hidden_text |= unseen.hidden;
}
